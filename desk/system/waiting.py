"""What waits in the store, by few words, and since when: what an operator's alarms are about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from desk.cases.model import OPEN_STATES, Case, CaseState
from desk.conversations.model import CHANNELS, OPEN, InboxUpdate
from desk.deliveries.model import WAITING, Delivery
from desk.floods import listing as floods
from desk.guidance import service as guidance
from desk.system import audit_state
from desk.system.audit_state import AuditState
from desk.system.store_state import DELIVERIES, UPDATES, Database, counted_letters, database_of

#: Carried by a courier, so that what is due and still here is late; the web and a terminal fetch theirs when they like.
_CARRIED = "telegram"


@dataclass(frozen=True)
class Waiting:
    """Counts by channel and state, with a zero for what there is none of; ages in seconds, 0 where nothing waits.

    ``flooding``: of how many sources something was refused in the last minutes.
    """

    database: Database
    publication_no: int
    letters: dict[str, int]
    cases_open: int
    cases_overdue: int
    audit: AuditState
    updates: dict[tuple[str, str], int] = field(default_factory=dict)
    deliveries: dict[tuple[str, str], int] = field(default_factory=dict)
    oldest_update: dict[str, float] = field(default_factory=dict)
    oldest_delivery: float = 0.0
    flooding: int = 0


def of(session: Session, now: dt.datetime) -> Waiting:
    """What waits now."""
    is_open = Case.state.in_(OPEN_STATES)
    is_overdue = Case.due_at <= now, Case.paused_at.is_(None), Case.state.in_((CaseState.WAITING, CaseState.CLAIMED))
    return Waiting(
        database=database_of(session),
        publication_no=guidance.publication_no(session),
        letters=counted_letters(session),
        cases_open=session.scalar(select(func.count()).where(is_open)) or 0,
        cases_overdue=session.scalar(select(func.count()).where(*is_overdue)) or 0,
        updates=_counted(session, InboxUpdate, UPDATES),
        deliveries=_counted(session, Delivery, tuple(state.value for state in DELIVERIES)),
        oldest_update={channel: _age(session, _oldest_update(channel), now) for channel in CHANNELS},
        oldest_delivery=_age(session, _oldest_delivery(now), now),
        flooding=floods.sources_lately(session, now),
        audit=audit_state.of(session),
    )


def _oldest_update(channel: str) -> Select[dt.datetime]:
    theirs = InboxUpdate.channel == channel, InboxUpdate.state.in_(OPEN)
    return select(InboxUpdate.received_at).where(*theirs).order_by(InboxUpdate.id).limit(1)


def _oldest_delivery(now: dt.datetime) -> Select[dt.datetime]:
    """The oldest that is due to be carried; news waits for its hour, and is late for nobody."""
    due = Delivery.channel == _CARRIED, Delivery.state.in_(WAITING), Delivery.next_attempt_at <= now
    return select(Delivery.next_attempt_at).where(*due, Delivery.bulk.is_(False)).order_by(Delivery.id).limit(1)


def _age(session: Session, oldest: Select[dt.datetime], now: dt.datetime) -> float:
    since = session.scalar(oldest)
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0


def _counted(
    session: Session, table: type[InboxUpdate] | type[Delivery], states: tuple[str, ...]
) -> dict[tuple[str, str], int]:
    query = select(table.channel, table.state, func.count()).where(table.channel.in_(CHANNELS), table.state.in_(states))
    found = {
        (channel, str(state)): count
        for channel, state, count in session.execute(query.group_by(table.channel, table.state))
    }
    return {(channel, state): found.get((channel, state), 0) for channel in CHANNELS for state in states}
