"""The questions that every peer is asked: our own, in each way of typing, and those that are none of customs'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.guidance.record import Language
from evaluation.questions.keyboard import Typing, typed
from evaluation.questions.sets import Question

ENGLISH = "english"
OUTSIDE = "outside"
#: How a Vietnamese golden question is typed; then the English ones.
TYPINGS = (Typing.ACCENTED, Typing.UNACCENTED, Typing.TELEX, Typing.MIXED)
WAYS = (*(typing.value for typing in TYPINGS), ENGLISH)


@dataclass(frozen=True)
class Asked:
    """A question as it is typed; ``entry`` is the one that answers it, None for one from outside."""

    way: str
    language: Language
    text: str
    entry: str | None


def asked(golden: Sequence[Question], outside: Sequence[Question]) -> list[Asked]:
    """All of them: the golden ones way by way, then those from outside as they are written."""
    vietnamese = [question for question in golden if question.language == "vi"]
    english = [question for question in golden if question.language == "en"]
    return [
        *(_typed(question, typing, typing.value) for typing in TYPINGS for question in vietnamese),
        *(_typed(question, Typing.ACCENTED, ENGLISH) for question in english),
        *(_typed(question, Typing.ACCENTED, OUTSIDE) for question in outside),
    ]


def _typed(question: Question, typing: Typing, way: str) -> Asked:
    text = typed(question.text, typing, question.language, seed=question.id)
    return Asked(way, question.language, text, question.entry)
