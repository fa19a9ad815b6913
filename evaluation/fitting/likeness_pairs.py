"""Pairs of questions that people wrote, told to ask the same where one entry of the guidance answers both.

Each question is asked twice: beside the whole guidance, and beside one without the entries that answer it and a fifth
of the others, as with what becomes a case. Ways to ask that records list are not used: the search knows them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import GuidanceRecord
from evaluation.questions.keyboard import Typing, typed
from evaluation.questions.sets import Question, read_questions
from evaluation.retrieval.setting import corpus_of
from knowledge.engine.alike import Alike
from knowledge.engine.engine import Engine
from knowledge.engine.judging.likeness import features, same_answer
from knowledge.engine.model.embedding import Embedder

FOLDS = 5
#: Of each question so many pairs that ask the same, that are of one topic, and of any.
_SAME, _OF_TOPIC, _OF_ANY = 3, 12, 12


@dataclass(frozen=True)
class Setting:
    """Questions beside one state of the guidance; ``covered``: their entries are in it."""

    covered: bool
    alike: Alike
    questions: Sequence[Question]


@dataclass(frozen=True)
class Pairs:
    """Features of pairs, one a row, and whether each asks the same."""

    rows: NDArray[np.float64]
    same: NDArray[np.int64]


def settings(
    records: Sequence[GuidanceRecord], questions: Sequence[Question], embedder: Embedder, index: Path
) -> Iterator[Setting]:
    """All questions beside the whole guidance, then each fold of them beside what is left without its entries."""
    yield Setting(True, _alike(records, embedder, index), questions)
    order = sorted(record.id for record in records)
    random.Random(9).shuffle(order)
    for fold in range(FOLDS):
        out = set(order[fold::FOLDS])
        kept = [record for record in records if record.id not in out]
        yield Setting(False, _alike(kept, embedder, index), [one for one in questions if one.entry in out])


def _alike(records: Sequence[GuidanceRecord], embedder: Embedder, index: Path) -> Alike:
    corpus = corpus_of(records)
    engine = Engine(lambda: corpus, lambda: corpus.publication_no, embedder, index)
    engine.refresh()
    if engine.alike is None:
        raise LookupError("the engine has no publication after it was refreshed")
    return engine.alike


def covered_questions(*paths: Path) -> list[Question]:
    return [question for path in paths for question in read_questions(path) if question.entry is not None]


def hastily_typed(question: Question, chance: random.Random) -> str:
    """One Vietnamese question in four is typed without its diacritics."""
    unaccented = question.language == "vi" and chance.random() < 1 / 4
    return typed(question.text, Typing.UNACCENTED, question.language) if unaccented else question.text


def pairs(setting: Setting, topics: Mapping[str, str], asked: int, seed: int = 3) -> Pairs:
    """Pairs of so many of the setting's questions, drawn; ``topics`` has the topic of each entry."""
    chance = random.Random(seed)
    rows, same = [], []
    for question in chance.sample(list(setting.questions), min(asked, len(setting.questions))):
        text = hastily_typed(question, chance)
        others = [one for one in setting.questions if one.text != question.text]
        alike = [one for one in others if one.entry == question.entry]
        different = [one for one in others if one.entry != question.entry]
        near = [one for one in different if topics[str(one.entry)] == topics[str(question.entry)]]
        drawn = [*_some(alike, _SAME, chance), *_some(near, _OF_TOPIC, chance), *_some(different, _OF_ANY, chance)]
        first, *rest = setting.alike.read([text, *(one.text for one in drawn)])
        for read, one in zip(rest, drawn, strict=True):
            answer = same_answer(setting.alike.answers_of(first), setting.alike.answers_of(read))
            rows.append(features(first.profile, read.profile, answer))
            same.append(int(one.entry == question.entry))
    return Pairs(np.array(rows), np.array(same, dtype=np.int64))


def _some(questions: Sequence[Question], count: int, chance: random.Random) -> list[Question]:
    return chance.sample(list(questions), min(count, len(questions)))
