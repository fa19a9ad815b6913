"""Makes as much law as is wanted out of the guidance that ships: its sentences, words and vectors, by a fixed seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import GuidanceRecord
from desk.ports import LawArticle
from knowledge.engine.index.measures import written_out
from knowledge.engine.index.passages import passages_of
from knowledge.engine.model.embedding import Embedded, Vectors

SEED = 20261125
#: An article has from two to six clauses, about four.
_FEWEST, _MOST = 2, 6
#: The share of a sentence's words that are put in place of its own, drawn as often as the guidance has them.
_SWAPPED = 0.3
#: A clause is no longer, in characters, so that it is one passage; its number goes before it.
_LONGEST = 280
#: Of a passage's vector, so much is its sentence's, so much another passage's, and so much is noise.
_OWN, _OTHER, _NOISE = 0.7, 0.3, 0.25
_QUOTES = str.maketrans("", "", '“”„‟"«»')


@dataclass(frozen=True)
class SyntheticLaw:
    """Articles that are cut into exactly as many passages as ``vectors`` has rows.

    ``tokens_of`` names for each passage the sentence whose vectors of tokens it borrows: they are shared, since of a
    million passages they would fill more than twenty gigabytes.
    """

    articles: Sequence[LawArticle]
    vectors: Vectors
    tokens_of: NDArray[np.int64]
    sentences: Sequence[Embedded]

    def embed(self, texts: Sequence[str]) -> list[Embedded]:
        """The vectors of all passages in their order; nothing else can be asked for."""
        if len(texts) != len(self.vectors):
            raise ValueError(f"{len(texts)} passages were cut, {len(self.vectors)} were made")
        sources = (self.sentences[place] for place in self.tokens_of.tolist())
        return [Embedded(whole, own.tokens, own.ids) for whole, own in zip(self.vectors, sources, strict=True)]


@dataclass(frozen=True)
class Source:
    """What law is made of: sentences with their vectors, titles, and words with how often each occurs."""

    sentences: Sequence[str]
    vectors: Sequence[Embedded]
    titles: Sequence[str]
    words: Counter[str]

    @classmethod
    def of(cls, records: Sequence[GuidanceRecord], passages: dict[str, Embedded]) -> Source:
        """``passages`` has what the model makes of each passage, by its text as it is searched."""
        found: dict[str, Embedded] = {}
        words: Counter[str] = Counter()
        for record in records:
            for passage in passages_of(0, record):
                if passage.language != "vi" or passage.kind in ("title", "question"):
                    continue
                sentence = _plain(passage.text.removeprefix(f"{record.title.vi}. "))
                found[sentence] = passages[written_out(passage.text, "vi")]
                words.update(sentence.split())
        return cls(list(found), list(found.values()), [record.title.vi for record in records], words)


def synthetic_law(source: Source, passages: int, seed: int = SEED) -> SyntheticLaw:
    """Law of exactly so many passages; the same for the same source, size and seed."""
    chance = np.random.default_rng(seed)
    words = SwappedWords(source.words, chance)
    own = chance.integers(len(source.sentences), size=passages)
    articles: list[LawArticle] = []
    start = 0
    while start < passages:
        end = min(passages, start + int(chance.integers(_FEWEST, _MOST + 1)))
        heading = words.swapped(source.titles[int(chance.integers(len(source.titles)))])
        clauses = [
            f"{number}. {words.swapped(source.sentences[place])[:_LONGEST]}"
            for number, place in enumerate(own[start:end].tolist(), start=1)
        ]
        articles.append(LawArticle("1/2026/SYN", str(len(articles) + 1), heading, "\n".join(clauses)))
        start = end
    return SyntheticLaw(articles, _mixed(source.vectors, own, chance), own, source.vectors)


def synthetic_vectors(source: Source, passages: int, seed: int = SEED) -> Vectors:
    """Vectors alone, made in the same way as those of so much law: float32 of shape (passages, dimensions)."""
    chance = np.random.default_rng(seed)
    own = chance.integers(len(source.sentences), size=passages)
    return _mixed(source.vectors, own, chance)


def _plain(sentence: str) -> str:
    """Without line ends, and without quotation marks: what is quoted in a law has no clauses."""
    return " ".join(sentence.translate(_QUOTES).split())[:_LONGEST]


class SwappedWords:
    """Puts other words in the place of some, from a store that is drawn in one go and gone through."""

    _STORE = 1 << 16

    def __init__(self, counts: Counter[str], chance: np.random.Generator) -> None:
        self._words = list(counts)
        shares = np.array(list(counts.values()), dtype=float)
        self._shares = shares / shares.sum()
        self._chance = chance
        self._drawn: list[tuple[str, float]] = []

    def swapped(self, text: str) -> str:
        return " ".join(other if draw < _SWAPPED else word for word, (other, draw) in self._beside(text.split()))

    def _beside(self, words: list[str]) -> list[tuple[str, tuple[str, float]]]:
        if len(self._drawn) < len(words):
            numbers = self._chance.choice(len(self._words), size=self._STORE, p=self._shares).tolist()
            draws = self._chance.random(self._STORE).tolist()
            self._drawn = [(self._words[number], draw) for number, draw in zip(numbers, draws, strict=True)]
        beside, self._drawn = self._drawn[-len(words) :], self._drawn[: -len(words)]
        return list(zip(words, beside, strict=True))


def _mixed(sentences: Sequence[Embedded], own: NDArray[np.int64], chance: np.random.Generator) -> Vectors:
    """A unit vector a passage: its sentence's, mixed with another's, and noise; made block by block to stay small."""
    wholes = np.stack([sentence.whole for sentence in sentences])
    dimensions = wholes.shape[1]
    mixed = np.empty((len(own), dimensions), dtype=np.float32)
    for start in range(0, len(own), 10_000):
        part = own[start : start + 10_000]
        noise = chance.standard_normal((len(part), dimensions), dtype=np.float32) / np.sqrt(dimensions)
        others = wholes[chance.integers(len(wholes), size=len(part))]
        block = _OWN * wholes[part] + _OTHER * others + _NOISE * noise.astype(np.float32)
        mixed[start : start + len(part)] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return mixed
