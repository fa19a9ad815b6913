"""Makes the examples from which ranking and confidence are fitted: questions put to indexes in which they are not."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import LANGUAGES, GuidanceRecord
from desk.vietnamese import fold
from evaluation.questions.sets import CALIBRATION, FORMAL, NEAR_MISSES, PORTAL, Question, read_questions
from evaluation.retrieval.setting import corpus_of
from knowledge.engine.index.guidance_index import Embed
from knowledge.engine.judging.confidence import features
from knowledge.engine.judging.ranking import Ranking, rank
from knowledge.engine.model.embedding import Embedder
from knowledge.engine.snapshot import Snapshot

#: Each round takes every so-many-th way to ask out of the index, and asks it.
ROUNDS = 6
#: Confidence is fitted on so many of the rounds: more of the same kind teach it nothing, and each takes a minute.
TURNS = 2
_FOLDS = 5
_BATCH = 64


@dataclass(frozen=True)
class Asked:
    """One question and its hits, best first: features of shape (hits, features), and which hit was right.

    Questions of one ``group`` are about the same entry.
    """

    source: str
    question: Question
    group: int
    ranking: Ranking
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def examples(records: Sequence[GuidanceRecord], model: Embedder, embed: Embed) -> Iterator[Asked]:
    """All examples; by source.

    "left_out" are ways to ask that were taken from the index, "removed" those whose whole entry was. The others were
    written for the fit: "covered" and "portal" are questions that an entry answers, the latter in the forms of letters
    and portals; "not_covered" and "outside" are those that none does, on customs and on anything else.
    """
    for turn in range(TURNS):
        yield from left_out(records, turn, model, embed)
    for fold_no in range(_FOLDS):
        kept = [record for place, record in enumerate(records) if place % _FOLDS != fold_no]
        removed = [record for place, record in enumerate(records) if place % _FOLDS == fold_no]
        asked = [question for record in removed for question in variants(record, fold_no)]
        yield from _ask("removed", snapshot_of(kept, embed), model, asked)
    snapshot = snapshot_of(records, embed)
    for source in ("covered", "portal", "not_covered", "outside"):
        yield from _ask(source, snapshot, model, [_typed(question) for question in written_for(source)])


def written_for(source: str) -> list[Question]:
    """The questions of a source that were written for the fit."""
    of_kind = [question for question in read_questions(CALIBRATION) if question.kind == source]
    files = {"covered": FORMAL, "portal": PORTAL, "not_covered": NEAR_MISSES}
    return of_kind + (read_questions(files[source]) if source in files else [])


def left_out(records: Sequence[GuidanceRecord], turn: int, model: Embedder, embed: Embed) -> Iterator[Asked]:
    """The ways to ask of one round, put to an index without them."""
    asked = [question for record in records for question in variants(record, turn)]
    yield from _ask("left_out", snapshot_of([without(record, turn) for record in records], embed), model, asked)


def snapshot_of(records: Sequence[GuidanceRecord], embed: Embed) -> Snapshot:
    return Snapshot.of(corpus_of(records), embed, embed)


def without(record: GuidanceRecord, turn: int) -> GuidanceRecord:
    """The record without the ways to ask of one round, in each language."""
    left: dict[str, list[str]] = {
        language: [text for place, text in enumerate(record.questions[language]) if place % ROUNDS != turn]
        for language in LANGUAGES
    }
    return record.model_copy(update={"questions": record.questions.model_copy(update=left)})


def variants(record: GuidanceRecord, turn: int) -> Iterator[Question]:
    """The ways to ask of one round, in each language."""
    for language in LANGUAGES:
        for place, text in enumerate(record.questions[language]):
            if place % ROUNDS == turn:
                yield _typed(Question(f"{record.id}-{place}", language, text, record.id))


def _typed(question: Question) -> Question:
    """Every third Vietnamese question without its diacritics, as so many people type."""
    if question.language == "vi" and zlib.crc32(question.text.encode()) % 3 == 0:
        return replace(question, text=fold(question.text))
    return question


def _ask(source: str, snapshot: Snapshot, model: Embedder, questions: Sequence[Question]) -> Iterator[Asked]:
    names = [entry for entry, _ in snapshot.guidance.entries]
    for start in range(0, len(questions), _BATCH):
        batch = questions[start : start + _BATCH]
        queries = [snapshot.writing.query(question.text, question.language) for question in batch]
        vectors = model.queries([query.text for query in queries])
        for question, query, embedded in zip(batch, queries, vectors, strict=True):
            ranking = rank(snapshot.guidance, query, embedded)
            yield Asked(
                source,
                question,
                zlib.crc32((question.entry or question.id).encode()),
                ranking,
                features(query, embedded, snapshot.guidance, ranking),
                np.array([names[position] == question.entry for position in ranking.positions]),
            )
