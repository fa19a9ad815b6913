"""Trying a question: what production would answer, how it came to that, and whether it depends on how one types.

Nothing is kept: no enquiry, no message, no case. The steps are the very ones that answer enterprises.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from desk.answering.judge import Thresholds
from desk.answering.outcome import Outcome
from desk.answering.question import Answer, Candidate, Question
from desk.answering.related_law import Passage
from desk.answering.validity import entry_and_day
from desk.conversations.language import choose, written_in
from desk.desk import Desk
from desk.guidance.record import Language
from desk.keyboard import with_keys, without_marks

#: Characters of a question that is tried.
LENGTH = 1000


class Way(StrEnum):
    """How a question is typed. What has no diacritics to lose is tried as it is only."""

    AS_TYPED = "as_typed"
    ACCENTED = "accented"
    UNACCENTED = "unaccented"
    TELEX = "telex"


@dataclass(frozen=True)
class TriedPart:
    """One question of a message with its answer.

    ``needed`` names the threshold that the best entry had to reach to be the answer; ``law`` is what is told or kept
    as related, in words.
    """

    answer: Answer
    needed: str
    law: Sequence[Passage]

    @property
    def confidence(self) -> float | None:
        """That of the best entry; None where none was found or nothing was searched."""
        return self.answer.considered[0].hit.confidence if self.answer.considered else None

    @property
    def entry(self) -> str | None:
        """The entry that is the answer."""
        shown = self.answer.version if self.answer.outcome.family == "answered" else None
        return shown.entry_id if shown is not None else None

    @property
    def offered(self) -> tuple[str, ...]:
        """The entries among which the person may choose instead."""
        if self.answer.outcome is not Outcome.CLARIFY_ENTRIES:
            return ()
        return tuple(entry_and_day(c.argument)[0] for c in self.answer.utterance.choices if c.act == "show_entry")


@dataclass(frozen=True)
class Tried:
    """A question typed in one way, with what came of each question in it."""

    way: Way
    text: str
    language: Language
    parts: Sequence[TriedPart]

    @property
    def failed(self) -> bool:
        """Whether the search did not answer, so that this tells nothing of the guidance."""
        return any(part.answer.search_failed for part in self.parts)

    @property
    def ended(self) -> list[tuple[Outcome, str | None, tuple[str, ...]]]:
        """What the person would get, to be compared with another way of typing."""
        return [(part.answer.outcome, part.entry, part.offered) for part in self.parts]


@dataclass(frozen=True)
class Trial:
    """A question tried in all ways, the first as it stands; ``thresholds`` are those in force."""

    thresholds: Thresholds
    ways: Sequence[Tried]

    def differs(self, tried: Tried) -> bool:
        """Whether a person who types so gets something else than with the first way."""
        return tried.ended != self.ways[0].ended

    @property
    def failed(self) -> bool:
        return any(tried.failed for tried in self.ways)


def ways_of(text: str) -> Mapping[Way, str]:
    """The question as it is typed in each way."""
    unaccented = without_marks(text)
    if written_in(text) != "vi" or unaccented == text:
        return {Way.AS_TYPED: text}
    return {Way.ACCENTED: text, Way.UNACCENTED: unaccented, Way.TELEX: with_keys(text, "telex")}


def try_out(desk: Desk, text: str, language: Language | None = None, as_of: dt.date | None = None) -> Trial:
    """Walk a question through production's steps in each way of typing; without a language it is found as always.

    ``as_of`` is the day that the person would have chosen; None for today.

    Call it with no transaction open.
    """
    ways = ways_of(text)
    return Trial(desk.thresholds, [_tried(desk, way, typed, language, as_of) for way, typed in ways.items()])


def _tried(desk: Desk, way: Way, text: str, wanted: Language | None, as_of: dt.date | None) -> Tried:
    language = choose(choice=wanted, text=text, conversation=None, channel_hint=None)
    today = desk.today()
    question = Question(text, language, as_of or today, today=today, is_chosen=as_of not in (None, today))
    answers = desk.answering.answer_each(question)
    return Tried(way, text, language, [_part(desk, answer) for answer in answers])


def _part(desk: Desk, answer: Answer) -> TriedPart:
    law = desk.related_law.passages(answer.law, answer.language, answer.as_of)
    return TriedPart(answer, "answer" if answer.matter is None else "despite_matter", law)


def as_data(trial: Trial) -> dict[str, Any]:
    """The trial as JSON."""
    return {
        "thresholds": asdict(trial.thresholds),
        "ways": [
            {
                "way": tried.way.value,
                "text": tried.text,
                "language": tried.language,
                "differs": trial.differs(tried),
                "questions": [_part_as_data(part) for part in tried.parts],
            }
            for tried in trial.ways
        ],
    }


def _part_as_data(part: TriedPart) -> dict[str, Any]:
    answer = part.answer
    return {
        "question": answer.text,
        "as_of": answer.as_of.isoformat(),
        "outcome": answer.outcome.value,
        "entry": part.entry,
        "version": answer.version.number if answer.version and part.entry else None,
        "offered": list(part.offered),
        "confidence": part.confidence,
        "needed": part.needed,
        "decided_by": answer.decided_by,
        "searched": list(answer.searched),
        "said": answer.utterance.as_text(),
        "candidates": [_candidate_as_data(candidate, answer.language) for candidate in answer.considered],
        "law": [passage.name for passage in part.law],
        "publication_no": answer.publication_no,
        "timings_ms": answer.timings_ms,
    }


def _candidate_as_data(candidate: Candidate, language: Language) -> dict[str, Any]:
    return {**asdict(candidate.hit), "title": candidate.title(language)}


def why(part: TriedPart, thresholds: Thresholds) -> tuple[str, dict[str, float]]:
    """The name of the sentence that says why a question ended so, and the shares that fill it."""
    outcome, confidence = part.answer.outcome, part.confidence
    needed = thresholds.answer if part.needed == "answer" else thresholds.despite_matter
    for_a_person = outcome in (Outcome.UNANSWERABLE_PERSONAL, Outcome.UNANSWERABLE_REQUEST)
    if part.answer.decided_by not in ("judge", "join"):
        return f"trial.why.{part.answer.decided_by or 'judge'}", {}
    if confidence is None:
        return "trial.why.nothing_found", {}
    if outcome is Outcome.ANSWERED:
        return "trial.why.answered", {"confidence": confidence, "needed": needed}
    if outcome is Outcome.CLARIFY_ENTRIES:
        return "trial.why.offered", {"confidence": confidence, "needed": needed, "clarify": thresholds.clarify}
    if for_a_person and part.answer.matter is not None:
        return "trial.why.matter", {"confidence": confidence, "needed": needed}
    name = "trial.why.hinted" if for_a_person else "trial.why.too_unsure"
    return name, {"confidence": confidence, "clarify": thresholds.clarify}
