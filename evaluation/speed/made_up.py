"""Makes as much guidance as is wanted out of what ships: short entries with other words, and vectors for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from desk.guidance.record import FEWEST_QUESTIONS, LANGUAGES, GuidanceRecord
from evaluation.speed.synthetic import SEED, SwappedWords
from knowledge.engine.index.measures import written_out
from knowledge.engine.index.passages import passages_of
from knowledge.engine.model.embedding import Embedded, Embedder

#: Of a made-up passage's vector so much is another passage's.
_OTHER = 0.4
#: So many vectors of passages are different, so that those of very many fit in memory; every other one is one of them.
_DIFFERENT = 200_000
#: An answer is no longer, in characters, so that it is one passage.
_LONGEST = 180


class MadeUp:
    """Short entries of guidance, each like one that ships in other words; the same for the same records and seed."""

    def __init__(self, records: Sequence[GuidanceRecord], seed: int = SEED) -> None:
        self._records = records
        chance = np.random.default_rng(seed)
        self._words = {
            language: SwappedWords(
                Counter(word for record in records for word in record.answer[language].split()), chance
            )
            for language in LANGUAGES
        }

    def records(self, count: int, first: int = 0) -> Iterator[GuidanceRecord]:
        """So many of them, numbered from ``first``."""
        for number in range(first, first + count):
            yield self.record(number, f"made_up_{number:06}")

    def record(self, number: int, id: str) -> GuidanceRecord:
        """One of two titles, twelve questions and two answers of one passage each."""
        like = self._records[number % len(self._records)]
        swapped = {language: self._words[language].swapped for language in LANGUAGES}
        title = {language: f"{swapped[language](like.title[language])} {number}" for language in LANGUAGES}
        answer = {language: swapped[language](like.answer[language][:_LONGEST]) for language in LANGUAGES}
        questions = {
            language: [swapped[language](text) for text in like.questions[language][:FEWEST_QUESTIONS]]
            for language in LANGUAGES
        }
        none = dict.fromkeys(("documents", "where", "time_limit", "fee"))
        changed = {"id": id, "title": title, "answer": answer, "questions": questions, "not_stated": list(none)}
        return GuidanceRecord.model_validate(like.as_json() | none | changed)


class Borrowing(Embedder):
    """The real model for all but the passages of made-up entries, which borrow the vectors of those that ship.

    Embedding them would take a quarter of an hour for ten thousand entries, and they would be kept already.
    """

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._borrowed: dict[str, Embedded] = {}

    def lend(self, made_up: Sequence[GuidanceRecord], vectors: Mapping[str, Embedded]) -> dict[str, Embedded]:
        """Vectors for all passages, by text: of those that ship their own, of the others borrowed ones."""
        lenders = list(vectors.values())
        chance = np.random.default_rng(SEED)
        lent: list[Embedded] = []
        self._borrowed = dict(vectors)
        for record in made_up:
            for passage in passages_of(0, record):
                if len(lent) < _DIFFERENT:
                    lent.append(row := _mixed(lenders, chance))
                else:
                    row = lent[int(chance.integers(len(lent)))]
                self._borrowed[written_out(passage.text, passage.language)] = row
        return self._borrowed

    def passages(self, texts: Sequence[str]) -> list[Embedded]:
        fresh = [text for text in texts if text not in self._borrowed]
        found = dict(zip(fresh, super().passages(fresh), strict=True))
        return [found[text] if text in found else self._borrowed[text] for text in texts]


def _mixed(lenders: Sequence[Embedded], chance: np.random.Generator) -> Embedded:
    one, other = (lenders[place] for place in chance.integers(len(lenders), size=2).tolist())
    mixed = (1 - _OTHER) * one.whole + _OTHER * other.whole
    return Embedded((mixed / np.linalg.norm(mixed)).astype(np.float32), one.tokens, one.ids)
