"""Puts questions from a file to the desk as a person would, and counts how each ended where the right end is known."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator

from desk.answering.answer import Answering
from desk.answering.outcome import Outcome
from desk.answering.question import Answer
from desk.answering.question import Question as Enquiry
from desk.answering.validity import entry_and_day
from desk.guidance.record import Language, Text
from evaluation.questions.jsonlines import FileError, Line, read_lines
from evaluation.retrieval.progress import watched

Kind = Literal["in_scope", "outside", "borderline"]


class AskedLine(Line):
    """A question to be answered in its language."""

    lang: Language
    question: Text


class Label(Line):
    """What answers a question: any of these entries, or none at all where there are none."""

    entry: tuple[str, ...]
    kind: Kind

    @field_validator("entry", mode="before")
    @classmethod
    def _as_several(cls, value: object) -> object:
        if value is None:
            return ()
        return (value,) if isinstance(value, str) else value


class AnswerLine(BaseModel):
    """How one question ended; what is written for it.

    ``entry``, ``title`` and ``sources`` are of the record that was shown as the answer, ``offered`` the entries on the
    buttons where the desk asked which is meant, ``text`` all that the person reads, ``confidence`` (0 to 1) that of
    the best candidate, None where the guidance was not searched or had none.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    outcome: Outcome
    entry: str | None
    title: str | None
    text: str
    sources: tuple[str, ...]
    confidence: float | None
    offered: tuple[str, ...]


def read_asked(path: Path) -> list[AskedLine]:
    """The questions of a file; raises FileError."""
    return list(read_lines(path, AskedLine).values())


def read_labels(path: Path, asked: Sequence[AskedLine]) -> dict[str, Label]:
    """The labels of a file by id, one for each question; raises FileError."""
    labels = {label.id: label for label in read_lines(path, Label).values()}
    if missing := [line.id for line in asked if line.id not in labels]:
        raise FileError(f"{path} has no label for {missing[0]!r}.")
    return labels


def answered(answering: Answering, asked: Sequence[AskedLine], day: dt.date) -> Iterator[AnswerLine]:
    """Ask each question on its own, by the law of the day."""
    for line in watched(asked, "questions"):
        yield as_line(line.id, answering.answer(Enquiry(line.question, line.lang, day)))


def as_line(id: str, answer: Answer) -> AnswerLine:
    """An answer as it is written."""
    record = answer.version.record if answer.version else None
    return AnswerLine(
        id=id,
        outcome=answer.outcome,
        entry=answer.version.entry_id if answer.version else None,
        title=record.title[answer.language] if record else None,
        text=answer.utterance.as_text(),
        sources=tuple(record.sources) if record else (),
        confidence=round(answer.candidates[0].confidence, 4) if answer.candidates else None,
        offered=offered(answer),
    )


def offered(answer: Answer) -> tuple[str, ...]:
    """The entries among which the person may choose; under an answer, related entries are no such offer."""
    if answer.outcome is not Outcome.CLARIFY_ENTRIES:
        return ()
    return tuple(entry_and_day(choice.argument)[0] for choice in answer.utterance.choices if choice.act == "show_entry")


Ending = Literal["answered_right", "wrong_shown", "offered", "offered_others", "passed_on", "error"]
ENDINGS: tuple[Ending, ...] = ("answered_right", "wrong_shown", "offered", "offered_others", "passed_on", "error")


def ending(line: AnswerLine, right: Sequence[str]) -> Ending:
    """How a question ended for who asked it, when these entries answer it.

    Any answer to a question that no entry answers is wrong. "offered" has a right entry among the buttons,
    "offered_others" has none; "passed_on" is the desk's word that it does not know, with an officer at hand.
    """
    match line.outcome.family:
        case "answered":
            return "answered_right" if line.entry in right else "wrong_shown"
        case "clarify":
            return "offered" if set(right) & set(line.offered) else "offered_others"
        case "unanswerable":
            return "passed_on"
    return "error"


def endings(lines: Sequence[AnswerLine], labels: Mapping[str, Label]) -> dict[str, dict[str, Any]]:
    """By kind of question: how many there are, how many ended each way, and the ids of those in ``ids``."""
    found: dict[Kind, dict[Ending, list[str]]] = defaultdict(lambda: {name: [] for name in ENDINGS})
    for line in lines:
        label = labels[line.id]
        found[label.kind][ending(line, label.entry)].append(line.id)
    return {
        kind: {
            "questions": sum(map(len, ids.values())),
            **{name: len(of) for name, of in ids.items()},
            "ids": {name: of for name, of in ids.items() if of},
        }
        for kind, ids in found.items()
    }
