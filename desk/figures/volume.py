"""How much is asked, by which way, and how it ends: enquiries, conversations and cases, day by day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.cases.model import Case
from desk.conversations.model import Chat, Conversation
from desk.enquiries.model import Enquiry
from desk.figures.period import Period, Step, bucket_of
from desk.figures.scope import Scope
from desk.figures.sql import day_of
from desk.working_time.hours import local_day

ANSWERED = Outcome.ANSWERED.family
FAMILIES = tuple(dict.fromkeys(outcome.family for outcome in Outcome))
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What enquiries have in common that are counted together; ``escalated``: a case was opened from them."""

    day: dt.date
    channel: str
    language: str
    outcome: Outcome
    escalated: bool

    @property
    def without_an_officer(self) -> bool:
        """Answered by the assistant, and no case was opened from it."""
        return self.outcome.family == ANSWERED and not self.escalated


@dataclass(frozen=True)
class Begun:
    """What conversations, or cases, have in common that are counted together."""

    day: dt.date
    channel: str
    language: str


@dataclass(frozen=True)
class Volume:
    """Counts by all that is known of each; what is shown are sums of them.

    ``since`` is the day of the first conversation that the store knows: before it nothing was counted.
    """

    enquiries: Mapping[Asked, int] = field(default_factory=dict)
    conversations: Mapping[Begun, int] = field(default_factory=dict)
    cases: Mapping[Begun, int] = field(default_factory=dict)
    since: dt.date | None = None

    @cached_property
    def asked(self) -> int:
        return sum(self.enquiries.values())

    @cached_property
    def without_an_officer(self) -> int:
        return sum(count for asked, count in self.enquiries.items() if asked.without_an_officer)

    @cached_property
    def by_outcome(self) -> Mapping[Outcome, int]:
        return grouped(self.enquiries, lambda asked: asked.outcome)

    @cached_property
    def by_family(self) -> Mapping[str, int]:
        return grouped(self.enquiries, lambda asked: asked.outcome.family)


def volume(session: Session, period: Period, scope: Scope) -> Volume:
    """Enquiries and conversations of everybody, cases of the scope."""
    first = session.scalar(select(func.min(Conversation.started_at)))
    return Volume(
        enquiries=_enquiries(session, period),
        conversations=_conversations(session, period),
        cases=_cases(session, period, scope),
        since=local_day(first) if first is not None else None,
    )


def grouped(counts: Mapping[T, int], by: Callable[[T], K]) -> Counter[K]:
    """The sums of the counts that have the same ``by``."""
    summed: Counter[K] = Counter()
    for each, count in counts.items():
        summed[by(each)] += count
    return summed


def over_time(counts: Mapping[Asked, int] | Mapping[Begun, int], step: Step) -> Counter[dt.date]:
    """The sums by the first day of each step; steps in which nothing was counted are not there."""
    summed: Counter[dt.date] = Counter()
    for each, count in counts.items():
        summed[bucket_of(each.day, step)] += count
    return summed


def _enquiries(session: Session, period: Period) -> dict[Asked, int]:
    columns = (day_of(Enquiry.asked_at), Chat.channel, Enquiry.language, Enquiry.outcome, Case.id.is_not(None))
    query = (
        select(*columns, func.count())
        .select_from(Enquiry)
        .join(Conversation, Conversation.id == Enquiry.conversation_id)
        .join(Chat, Chat.id == Conversation.chat_id)
        .outerjoin(Case, Case.enquiry_id == Enquiry.message_id)
        .where(*period.holds(Enquiry.asked_at))
        .group_by(*columns)
    )
    return {
        Asked(dt.date.fromisoformat(day), channel, language, Outcome(outcome), bool(escalated)): count
        for day, channel, language, outcome, escalated, count in session.execute(query)
    }


def _conversations(session: Session, period: Period) -> dict[Begun, int]:
    columns = (day_of(Conversation.started_at), Chat.channel, Conversation.language)
    query = (
        select(*columns, func.count())
        .select_from(Conversation)
        .join(Chat, Chat.id == Conversation.chat_id)
        .where(*period.holds(Conversation.started_at))
        .group_by(*columns)
    )
    return {Begun(dt.date.fromisoformat(day), *rest): count for day, *rest, count in session.execute(query)}


def _cases(session: Session, period: Period, scope: Scope) -> dict[Begun, int]:
    columns = (day_of(Case.opened_at), Chat.channel, Case.language)
    query = (
        select(*columns, func.count())
        .select_from(Case)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .join(Chat, Chat.id == Conversation.chat_id)
        .where(*period.holds(Case.opened_at), scope.holds())
        .group_by(*columns)
    )
    return {Begun(dt.date.fromisoformat(day), *rest): count for day, *rest, count in session.execute(query)}
