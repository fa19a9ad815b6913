"""Puts our own questions to the production desk, in every way of typing, and keeps what came of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk.answering.question import Question as Enquiry
from desk.desk import Desk
from desk.ports import Hit
from evaluation.measures.ranks import first_rank
from evaluation.questions.keyboard import Typing, typed
from evaluation.questions.sets import BORDERLINE, GOLDEN, OUTSIDE, Question, read_questions
from evaluation.retrieval.answers import AnswerLine, Ending, as_line, ending
from evaluation.retrieval.progress import watched

#: How many hits are asked for; an entry beyond them counts as not found.
DEPTH = 10
#: The law is read as of this day, so that no figure moves by the calendar alone.
AS_OF = dt.date(2026, 11, 22)
ENGLISH = "english"
#: Questions of both languages, as their files hold them.
AS_WRITTEN = "as_written"


@dataclass(frozen=True)
class Trial:
    """One question, typed one way: what the search found, best first, and what the desk then showed."""

    question: Question
    text: str
    hits: Sequence[Hit]
    shown: AnswerLine
    milliseconds: float

    @property
    def rank(self) -> int | None:
        """The right entry's place from 1; None where it was not found or there is none."""
        return first_rank([hit.entry for hit in self.hits], self.right_entries)

    @property
    def right(self) -> bool:
        """Whether the search has the right entry first."""
        return self.rank == 1

    @property
    def confidence(self) -> float:
        return self.hits[0].confidence if self.hits else 0.0

    @property
    def right_entries(self) -> tuple[str, ...]:
        return (self.question.entry,) if self.question.entry else ()

    @property
    def ending(self) -> Ending:
        return ending(self.shown, self.right_entries)


@dataclass(frozen=True)
class QuestionSets:
    """All questions of our own that measure."""

    golden: Sequence[Question]
    outside: Sequence[Question]
    borderline: Sequence[Question]

    @classmethod
    def read(cls) -> QuestionSets:
        """The sets that lie in this folder; raises FileError."""
        return cls(read_questions(GOLDEN), read_questions(OUTSIDE), read_questions(BORDERLINE))


@dataclass(frozen=True)
class Trials:
    """What came of the sets, by way of typing: golden by Typing and ENGLISH, the others as written and unaccented."""

    golden: Mapping[str, Sequence[Trial]]
    outside: Mapping[str, Sequence[Trial]]
    borderline: Mapping[str, Sequence[Trial]]


def try_all(desk: Desk, sets: QuestionSets, typings: Sequence[Typing] = tuple(Typing)) -> Trials:
    """Ask everything; the Vietnamese golden questions are typed in these ways."""
    vietnamese, english = _in(sets.golden, "vi"), _in(sets.golden, "en")
    golden = {typing.value: _tried(desk, vietnamese, typing, f"golden, {typing}") for typing in typings}
    golden[ENGLISH] = _tried(desk, english, Typing.ACCENTED, f"golden, {ENGLISH}")
    return Trials(golden, _both_ways(desk, sets.outside, "outside"), _both_ways(desk, sets.borderline, "borderline"))


def _in(questions: Sequence[Question], language: str) -> list[Question]:
    return [question for question in questions if question.language == language]


def _both_ways(desk: Desk, questions: Sequence[Question], what: str) -> dict[str, list[Trial]]:
    plain = Typing.UNACCENTED
    return {
        AS_WRITTEN: _tried(desk, questions, Typing.ACCENTED, f"{what}, as written"),
        plain.value: _tried(desk, _in(questions, "vi"), plain, f"{what}, {plain}"),
    }


def _tried(desk: Desk, questions: Sequence[Question], typing: Typing, what: str) -> list[Trial]:
    return [_try(desk, question, typing) for question in watched(questions, what)]


def _try(desk: Desk, question: Question, typing: Typing) -> Trial:
    text = typed(question.text, typing, question.language, seed=question.id)
    result = desk.search.search(text, question.language, DEPTH)
    answer = desk.answering.answer(Enquiry(text, question.language, AS_OF))
    milliseconds = sum(result.timings_ms.values())
    return Trial(question, text, result.hits, as_line(question.id, answer), milliseconds)
