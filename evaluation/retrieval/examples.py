"""Makes the examples from which confidence is fitted: questions put to indexes in which they are not."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import LANGUAGES, GuidanceRecord
from evaluation.retrieval.questions import CALIBRATION, Question, read_questions
from evaluation.retrieval.setting import corpus_of
from knowledge.engine.embedding import Embedder, Vectors
from knowledge.engine.query import prepare
from knowledge.engine.ranking import rank
from knowledge.engine.snapshot import Snapshot
from knowledge.engine.text import fold

#: Hits of a question that become examples: the one that would be answered, and those beside it.
DEPTH = 3
_FOLDS = 5


@dataclass(frozen=True)
class Asked:
    """One question and its hits, best first: features of shape (hits, features), and which hit was right.

    Questions of one ``group`` are about the same entry.
    """

    source: str
    group: int
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def examples(
    records: Sequence[GuidanceRecord], model: Embedder, embed: Callable[[Sequence[str]], Vectors]
) -> Iterator[Asked]:
    """All examples; by source.

    "left_out" are ways to ask that were taken from the index, "removed" those whose whole entry was, "not_covered"
    and "outside" are the questions of calibration.jsonl, on customs and on anything else.
    """
    rounds = max(len(record.questions[language]) for record in records for language in LANGUAGES)
    for turn in range(rounds):
        snapshot = Snapshot(corpus_of([without(record, turn) for record in records]), embed)
        asked = [question for record in records for question in variants(record, turn)]
        yield from _ask("left_out", snapshot, model, asked)
    for fold_no in range(_FOLDS):
        kept = [record for place, record in enumerate(records) if place % _FOLDS != fold_no]
        removed = [record for place, record in enumerate(records) if place % _FOLDS == fold_no]
        snapshot = Snapshot(corpus_of(kept), embed)
        asked = [question for record in removed for turn in range(0, rounds, 2) for question in variants(record, turn)]
        yield from _ask("removed", snapshot, model, asked)
    snapshot = Snapshot(corpus_of(records), embed)
    for kind in ("not_covered", "outside"):
        asked = [question for question in read_questions(CALIBRATION) if question.kind == kind]
        yield from _ask(kind, snapshot, model, asked)


def without(record: GuidanceRecord, turn: int) -> GuidanceRecord:
    """The record without one of its ways to ask, in each language."""
    left: dict[str, list[str]] = {
        language: [text for place, text in enumerate(record.questions[language]) if place != turn]
        for language in LANGUAGES
    }
    return record.model_copy(update={"questions": record.questions.model_copy(update=left)})


def variants(record: GuidanceRecord, turn: int) -> Iterator[Question]:
    """One of its ways to ask, in each language that has so many."""
    for language in LANGUAGES:
        if turn < len(record.questions[language]):
            yield Question(f"{record.id}-{turn}", language, record.questions[language][turn], record.id)


def typed(question: Question) -> Iterator[str]:
    """The question as it may be typed: as it is and, if Vietnamese, without diacritics."""
    yield question.text
    if question.language == "vi":
        yield fold(question.text)


def _ask(source: str, snapshot: Snapshot, model: Embedder, questions: Sequence[Question]) -> Iterator[Asked]:
    names = [entry for entry, _ in snapshot.entries]
    for question in questions:
        group = zlib.crc32((question.entry or question.id).encode())
        for text in typed(question):
            query = prepare(text, question.language, snapshot.table)
            ranking = rank(snapshot, query, model.queries([query.text])[0], DEPTH)
            right = np.array([names[position] == question.entry for position in ranking.positions])
            yield Asked(source, group, ranking.features, right)
