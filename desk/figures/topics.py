"""What is asked about: enquiries and cases by group of guidance, and the entries that are asked for most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.cases.model import Case
from desk.enquiries.model import Enquiry, by_words_alone
from desk.figures.period import Period
from desk.figures.scope import Scope
from desk.figures.volume import ANSWERED
from desk.guidance.model import GuidanceEntry

#: What an enquiry is about: the entry that was shown, else the one that the search found nearest. What was only offered
#: by its words, because the search was away, is not known to be about anything.
ABOUT = func.coalesce(Enquiry.entry, case((by_words_alone(), None), else_=Enquiry.candidates[(0, "entry")].as_string()))


@dataclass(frozen=True)
class Count:
    """Enquiries about the same: how many, how many of them were answered, and from how many a case was opened."""

    asked: int = 0
    answered: int = 0
    escalated: int = 0
    cases: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.asked + other.asked,
            self.answered + other.answered,
            self.escalated + other.escalated,
            self.cases + other.cases,
        )


@dataclass(frozen=True)
class Topics:
    """``by_group``: by group of guidance, None for what is about nothing that the guidance has. ``by_entry``: by entry.

    ``cases`` in them are those of the scope, by what was found when they were opened. The most asked comes first.
    """

    by_group: Mapping[str | None, Count]
    by_entry: Mapping[str, Count]


def topics(session: Session, period: Period, scope: Scope) -> Topics:
    by_entry = _enquiries(session, period)
    groups = {entry.id: entry.group for entry in session.execute(select(GuidanceEntry.id, GuidanceEntry.group))}
    by_group: dict[str | None, Count] = {}
    for entry, count in by_entry.items():
        group = groups.get(entry) if entry is not None else None
        by_group[group] = by_group.get(group, Count()) + count
    for topic, cases in _cases(session, period, scope).items():
        by_group[topic] = by_group.get(topic, Count()) + Count(cases=cases)
    return Topics(
        by_group=dict(sorted(by_group.items(), key=lambda pair: (-pair[1].asked, -pair[1].cases, pair[0] or ""))),
        by_entry={
            entry: count
            for entry, count in sorted(by_entry.items(), key=lambda pair: (-pair[1].asked, pair[0] or ""))
            if entry is not None
        },
    )


def _enquiries(session: Session, period: Period) -> dict[str | None, Count]:
    escalated = Case.id.is_not(None)
    query = (
        select(ABOUT, Enquiry.outcome, escalated, func.count())
        .select_from(Enquiry)
        .outerjoin(Case, Case.enquiry_id == Enquiry.message_id)
        .where(*period.holds(Enquiry.asked_at))
        .group_by(ABOUT, Enquiry.outcome, escalated)
    )
    found: dict[str | None, Count] = {}
    for entry, outcome, with_case, count in session.execute(query):
        is_answered = Outcome(outcome).family == ANSWERED
        found[entry] = found.get(entry, Count()) + Count(count, count * is_answered, count * bool(with_case))
    return found


def _cases(session: Session, period: Period, scope: Scope) -> Counter[str | None]:
    query = select(Case.topic, func.count()).where(*period.holds(Case.opened_at), scope.holds()).group_by(Case.topic)
    return Counter({row[0]: row[1] for row in session.execute(query)})
