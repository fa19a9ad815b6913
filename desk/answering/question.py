"""A question on its way through the answer's steps, and what comes out of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from desk.answering.dates import Precision
from desk.answering.day import DaySaid
from desk.answering.outcome import Outcome
from desk.answering.reference import Part
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.ports import Hit, LawHit
from desk.speech import Utterance


@dataclass(frozen=True)
class Context:
    """What came before a question in its conversation, as far as the question may lean on it.

    ``shown`` is the entry that the person has in mind; ``unanswered`` a text to which this one may be the rest;
    ``asked`` the question before, to which “and for exports?” may belong; ``as_of`` the day for which the last one
    was answered, where that was not the day on which it was asked.
    """

    shown: str | None = None
    unanswered: str | None = None
    asked: str | None = None
    as_of: dt.date | None = None


NOTHING_BEFORE = Context()


@dataclass(frozen=True)
class ForDay:
    """The day for which the law is meant, and today.

    The day was said in the question as exactly as ``precision`` tells, or ``is_chosen`` for all that is asked.
    """

    as_of: dt.date
    today: dt.date
    precision: Precision = "day"
    is_chosen: bool = False

    @property
    def is_another(self) -> bool:
        """Whether it is not today's law that is meant."""
        return self.as_of != self.today


@dataclass(frozen=True)
class Question:
    """What is asked, in which language it is to be answered, for which day the law is meant, and what came before.

    ``as_of`` is today where no other day is told; ``today`` is given where it may be another. ``is_chosen``: the person
    chose the day for all that they ask; ``said``: the text names it. ``without_day`` is the text without those words.
    """

    text: str
    language: Language
    as_of: dt.date
    context: Context = NOTHING_BEFORE
    today: dt.date | None = None
    is_chosen: bool = False
    said: DaySaid | None = None
    without_day: str = ""

    @property
    def present(self) -> dt.date:
        """Today."""
        return self.today or self.as_of

    @property
    def wording(self) -> str:
        """What is asked, as it is searched and compared with other texts."""
        return self.without_day or self.text

    @property
    def for_day(self) -> ForDay:
        precision = self.said.precision if self.said is not None else "day"
        return ForDay(self.as_of, self.present, precision, self.is_chosen and self.said is None)

    def naming(self, said: DaySaid | None) -> Question:
        """The question with the day that its text names, which goes before any other."""
        if said is None:
            return replace(self, without_day="")
        return replace(self, as_of=said.day, said=said, without_day=said.rest)

    def leaning(self) -> Question:
        """The question as one that goes on from the one before it, and from its day where it names none."""
        if self.context.as_of is None or self.said is not None or self.is_chosen:
            return self
        return replace(self, as_of=self.context.as_of)


@dataclass(frozen=True)
class Candidate:
    """A version that may answer, with the search's score and confidence."""

    version: GuidanceVersion
    hit: Hit

    def title(self, language: Language) -> str:
        return self.version.record.title[language]


@dataclass
class Progress:
    """What the steps have found so far; a step that sets ``outcome`` ends the search for an answer.

    ``matter`` is how the question ends if it is for a person to deal with, as its words say. ``parts`` are the parts
    of an entry that a text without a subject asks for; ``searched`` the searched texts. ``considered`` are all entries
    that were weighed, also where only some are offered; ``decided_by`` is the step that set the outcome. ``not_then``
    is today's version of the entry that would answer, where the entry has none for the day that is meant.
    """

    question: Question
    candidates: list[Candidate] = field(default_factory=list)
    considered: list[Candidate] = field(default_factory=list)
    decided_by: str = ""
    law: list[LawHit] = field(default_factory=list)
    publication_no: int | None = None
    outcome: Outcome | None = None
    matter: Outcome | None = None
    chosen: GuidanceVersion | None = None
    not_then: GuidanceVersion | None = None
    parts: tuple[Part, ...] = ()
    searched: list[str] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def search_failed(self) -> bool:
        return _search_failed(self.outcome, self.decided_by)

    @property
    def is_answered(self) -> bool:
        return self.outcome in (Outcome.ANSWERED, Outcome.ANSWERED_FROM_CONTEXT)

    @property
    def wants_the_whole_entry(self) -> bool:
        """Whether the chosen entry is shown as a whole: no part was asked for, or one that only its answer states."""
        chosen = self.chosen
        by_answer = [part for part in self.parts if not part.fields]
        return not self.parts or (chosen is not None and any(part.is_stated_by(chosen.record) for part in by_answer))


@dataclass(frozen=True)
class Answer:
    """How a question was answered: the outcome, the words for the person, and how the desk came to them.

    ``law`` bears on the question, whether or not the person was shown it.
    ``parts`` names the parts of an entry that a text without a subject asked for; ``searched`` is empty where nothing
    was searched. ``ministry`` is the key of the one whose matter the question is, whatever came of it. ``considered``,
    ``matter`` and ``decided_by`` tell how it was decided, as in Progress.
    """

    enquiry_id: str
    text: str
    as_of: dt.date
    outcome: Outcome
    language: Language
    utterance: Utterance
    candidates: Sequence[Hit]
    publication_no: int | None
    timings_ms: dict[str, float]
    version: GuidanceVersion | None = None
    parts: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    law: Sequence[LawHit] = ()
    ministry: str | None = None
    considered: Sequence[Candidate] = ()
    matter: Outcome | None = None
    decided_by: str = ""

    @property
    def search_failed(self) -> bool:
        """Whether the search did not answer, so that the outcome tells nothing of the guidance.

        Entries may be offered all the same, found by their words alone.
        """
        return _search_failed(self.outcome, self.decided_by)


def _search_failed(outcome: Outcome | None, decided_by: str) -> bool:
    return outcome is Outcome.ERROR_SEARCH or decided_by == "from_words"
