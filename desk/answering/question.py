"""A question on its way through the answer's steps, and what comes out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from desk.answering.outcome import Outcome
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.ports import Hit, LawHit
from desk.speech import Utterance


@dataclass(frozen=True)
class Question:
    """What is asked, in which language it is to be answered, and for which day the law is meant."""

    text: str
    language: Language
    as_of: dt.date


@dataclass(frozen=True)
class Candidate:
    """A version that may answer, with the search's score and confidence."""

    version: GuidanceVersion
    hit: Hit

    def title(self, language: Language) -> str:
        return self.version.record.title[language]


@dataclass
class Progress:
    """What the steps have found so far; a step that sets ``outcome`` ends the search for an answer."""

    question: Question
    candidates: list[Candidate] = field(default_factory=list)
    law: list[LawHit] = field(default_factory=list)
    publication_no: int | None = None
    outcome: Outcome | None = None
    chosen: Candidate | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """How a question was answered: the outcome, the words for the person, and how the desk came to them.

    ``law`` bears on the question, whether or not the person was shown it.
    """

    outcome: Outcome
    language: Language
    utterance: Utterance
    candidates: Sequence[Hit]
    publication_no: int | None
    timings_ms: dict[str, float]
    version: GuidanceVersion | None = None
    law: Sequence[LawHit] = ()
