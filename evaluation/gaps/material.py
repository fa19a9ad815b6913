"""Mixed questions as they would come in: most have a true group, the entry that answers them; others stand alone."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.guidance.record import GuidanceRecord
from evaluation.questions.keyboard import Typing, typed
from evaluation.questions.sets import CALIBRATION, FORMAL, GOLDEN, OUTSIDE, PORTAL, Question, read_questions

#: What the threshold is chosen on, and what is only ever measured.
FITTED, MEASURED = (CALIBRATION, FORMAL, PORTAL), (GOLDEN, OUTSIDE)
#: Of a hundred questions so many are typed without diacritics.
_UNACCENTED = 0.25


@dataclass(frozen=True)
class Mixed:
    """A question as it is typed, and its true group; a question that no entry answers is a group of its own."""

    text: str
    group: str


def mixed(paths: Sequence[Path], count: int, seed: int = 7, *, about: Collection[str] | None = None) -> list[Mixed]:
    """At most so many questions in a shuffled order, all that no entry answers among them.

    ``about`` narrows those that an entry answers to these entries.
    """
    chance = random.Random(seed)
    asked = [question for path in paths for question in read_questions(path)]
    chance.shuffle(asked)
    alone = [question for question in asked if question.entry is None]
    answered = [question for question in asked if question.entry is not None]
    if about is not None:
        answered = [question for question in answered if question.entry in about]
    some = [*alone, *answered[: max(0, count - len(alone))]]
    chance.shuffle(some)
    return [Mixed(_typed(question, chance), question.entry or f"alone {question.id}") for question in some[:count]]


def halves(records: Sequence[GuidanceRecord], seed: int = 9) -> tuple[list[GuidanceRecord], set[str]]:
    """Half of the guidance, and the ids of the other half: questions about these are what gaps are made of."""
    ids = sorted(record.id for record in records)
    random.Random(seed).shuffle(ids)
    missing = set(ids[::2])
    return [record for record in records if record.id not in missing], missing


def _typed(question: Question, chance: random.Random) -> str:
    unaccented = question.language == "vi" and chance.random() < _UNACCENTED
    return typed(question.text, Typing.UNACCENTED, question.language) if unaccented else question.text
