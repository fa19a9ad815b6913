"""Questions without end, none of them twice: what was asked before would be found among what is remembered."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

from evaluation.questions.keyboard import Typing, typed
from evaluation.questions.sets import Question

_BEFORE = {"vi": ("Xin hỏi: ", "Cho tôi hỏi: "), "en": ("A question: ", "May I ask: ")}


def endless(questions: Sequence[Question], seed: int = 1) -> Iterator[str]:
    """The questions as they are written, then typed and begun otherwise, then with a number; always in the same order.

    ``seed`` fixes the order. Raises ValueError where there is no question.
    """
    if not questions:
        raise ValueError("without a question nothing can be asked")
    given: set[str] = set()
    mixed = random.Random(seed).sample(questions, len(questions))
    for number in itertools.count():
        for question in mixed:
            text = _written(question, number)
            if text not in given:
                given.add(text)
                yield text


def _written(question: Question, number: int) -> str:
    """The question as it is written at the so many-th time."""
    before = _BEFORE[question.language]
    if number == 0:
        return question.text
    if number == 1:
        return typed(question.text, Typing.UNACCENTED, question.language)
    if number - 2 < len(before):
        return f"{before[number - 2]}{question.text}"
    return f"{question.text} ({number})"
