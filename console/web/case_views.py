"""Cases as pages show them: plain values, taken from the store while it is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseEntry, CaseState, EntryKind
from desk.cases.officers import desk as officer_desk
from desk.cases.officers import entry_words
from desk.cases.officers_chat.acts import shown_state
from desk.cases.thread import is_of_spam
from desk.deliveries.model import Delivery, DeliveryState
from desk.desk import Desk
from desk.guidance.record import Language

MAY_BE_SENT_AGAIN = (DeliveryState.PERMANENT_FAILURE, DeliveryState.UNCERTAIN)


@dataclass(frozen=True)
class ShownDelivery:
    """What became of a reply: ``state`` names a text; ``at`` is when it arrived."""

    id: int
    state: str
    at: dt.datetime | None
    may_be_sent_again: bool


@dataclass(frozen=True)
class ThreadEntry:
    """One entry of a case's thread. ``title`` says to officers in one line what was done, ``internal`` is not shown."""

    id: int
    kind: str
    officer: str | None
    text: str | None
    at: dt.datetime
    language: Language | str
    delivery: ShownDelivery | None
    title: str = ""
    internal: bool = False


@dataclass(frozen=True)
class CaseLine:
    """A case in a list."""

    number: str
    question: str
    enterprise: str | None
    urgency: str
    state: CaseState
    holder: str | None
    due_at: dt.datetime
    is_overdue: bool
    language: str
    unit: str
    is_at_risk: bool = False


def line_of(case: Case, now: dt.datetime, language: Language) -> CaseLine:
    state = case.state
    return CaseLine(
        number=case.number or "",
        question=case.question,
        enterprise=case.enterprise_name,
        urgency=case.urgency,
        state=state,
        holder=case.holder.name if case.holder else None,
        due_at=case.due_at,
        is_overdue=is_overdue(case, now),
        language=case.language,
        unit=case.unit.name(language),
        is_at_risk=is_at_risk(case, now),
    )


def is_overdue(case: Case, now: dt.datetime) -> bool:
    """Whether the person waits for an answer that is past its time."""
    return _is_awaited(case) and case.due_at <= now


def is_at_risk(case: Case, now: dt.datetime) -> bool:
    """Whether somebody must hurry to answer in time."""
    return _is_awaited(case) and case.at_risk_at <= now < case.due_at


def _is_awaited(case: Case) -> bool:
    return case.state in (CaseState.WAITING, CaseState.CLAIMED) and case.paused_at is None


def thread_of(
    session: Session,
    case: Case,
    language: Language,
    *,
    kinds: Collection[EntryKind] = tuple(EntryKind),
    desk: Desk | None = None,
) -> list[ThreadEntry]:
    """The thread in order, with the delivery of each reply; a desk puts it into the words that officers read.

    Without one it is the person's, who is not told of spam.
    """
    told = [entry for entry in case.entries if desk is not None or not is_of_spam(entry)]
    carried = officer_desk.deliveries_of(session, case)
    shown = [_entry(case, entry, language, carried) for entry in told if entry.kind in kinds]
    if desk is None:
        return shown
    titles = {entry.id: entry_words.title(desk, session, entry, language) for entry in case.entries}
    return [replace(entry, title=titles[entry.id], internal=entry.kind in entry_words.INTERNAL) for entry in shown]


def _entry(case: Case, entry: CaseEntry, language: Language, carried: dict[int, Delivery]) -> ThreadEntry:
    delivery = carried.get(entry.message_order) if entry.message_order is not None else None
    return ThreadEntry(
        id=entry.id,
        kind=entry.kind,
        officer=entry.officer.name if entry.officer else None,
        text=entry.text,
        at=entry.at,
        language=case.language if entry.text else language,
        delivery=_delivery(delivery) if delivery is not None else None,
    )


def _delivery(delivery: Delivery) -> ShownDelivery:
    state = shown_state(delivery.state)
    if state == "waiting" and delivery.channel == "web":
        state = "waiting_to_be_read"
    return ShownDelivery(
        id=delivery.id,
        state=state,
        at=delivery.delivered_at,
        may_be_sent_again=delivery.state in MAY_BE_SENT_AGAIN,
    )
