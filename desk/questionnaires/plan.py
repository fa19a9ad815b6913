"""What a leader decides of a questionnaire: its words, its questions, and who is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal, get_args

from pydantic import ConfigDict

from desk.questionnaires.model import Question, QuestionKind, Questionnaire, Scale

WithCase = Literal["any", "with", "without"]
WITH_CASE: tuple[WithCase, ...] = get_args(WithCase)
#: Where people are reached: a terminal is an operator's.
CHANNELS = ("telegram", "web")
#: For reading.py: a name in a file that is none of these fields is refused.
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    vi: str = ""
    en: str = ""


@dataclass(frozen=True)
class Heading:
    """What is said before and after the questions, and what is promised.

    ``minutes``: how long it takes; ``last_day``: until when one may answer, None until it is decided.
    """

    title: Words
    introduction: Words = field(default_factory=Words)
    thanks: Words = field(default_factory=Words)
    anonymous: bool = True
    minutes: int = 3
    last_day: dt.date | None = None


@dataclass(frozen=True)
class QuestionPlan:
    """One question; ``scale`` is of a level, ``options`` and ``several`` of a choice, ``longest`` of a text."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    kind: QuestionKind
    text: Words
    optional: bool = False
    scale: Scale | None = None
    options: tuple[Words, ...] = ()
    several: bool = False
    longest: int | None = None


@dataclass(frozen=True)
class Sample:
    """Who is asked: those with a matter in the period that fits; what is empty chooses all.

    ``unit`` is the code of a unit: matters that lie there or below, which are cases. ``topics`` are groups of the
    guidance. ``first`` and ``last`` are days in Viet Nam, both included. ``size`` is how many are drawn, None for all.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    unit: str = ""
    topics: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    case: WithCase = "any"
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    size: int | None = None

    def as_json(self) -> dict[str, Any]:
        plain = asdict(self)
        for name in ("first", "last"):
            plain[name] = plain[name].isoformat() if plain[name] else None
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Sample:
        return cls(
            unit=data["unit"],
            topics=tuple(data["topics"]),
            first=dt.date.fromisoformat(data["first"]) if data["first"] else None,
            last=dt.date.fromisoformat(data["last"]) if data["last"] else None,
            case=data["case"],
            channels=tuple(data["channels"]),
            languages=tuple(data["languages"]),
            size=data["size"],
        )


@dataclass(frozen=True)
class Plan:
    """A whole questionnaire, as a file holds it."""

    heading: Heading
    questions: tuple[QuestionPlan, ...] = ()
    sample: Sample = field(default_factory=Sample)


def heading_of(questionnaire: Questionnaire) -> Heading:
    """The heading as it is kept, to fill a form with."""
    return Heading(
        Words(questionnaire.title_vi, questionnaire.title_en),
        Words(questionnaire.introduction_vi, questionnaire.introduction_en),
        Words(questionnaire.thanks_vi, questionnaire.thanks_en),
        questionnaire.anonymous,
        questionnaire.minutes,
        questionnaire.last_day,
    )


def plan_of(question: Question) -> QuestionPlan:
    """A question as it is kept, to fill a form with."""
    return QuestionPlan(
        QuestionKind(question.kind),
        Words(question.text_vi, question.text_en),
        question.optional,
        Scale(question.scale) if question.scale else None,
        tuple(Words(option["vi"], option["en"]) for option in question.options),
        question.several,
        question.longest,
    )


def sample_of(questionnaire: Questionnaire) -> Sample:
    return Sample.from_json(questionnaire.sample)
