"""Whether anything changed since somebody looked: cheap to ask, for pages that ask every few seconds."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseEntry
from desk.deliveries.model import Delivery


def newest_entry(session: Session) -> int:
    """The id of the newest entry in any thread: while it stays, no list changes but by time."""
    return session.scalar(select(func.max(CaseEntry.id))) or 0


def version_of(session: Session, case_id: int, at: dt.datetime) -> str:
    """What differs whenever the page of the case would: its newest entry, its state, its time, and its deliveries."""
    newest = select(func.max(CaseEntry.id)).where(CaseEntry.case_id == case_id).scalar_subquery()
    columns = (newest, Case.state, Case.holder_id, Case.unit_id, Case.due_at)
    entry, state, holder, unit, due_at = session.execute(select(*columns).where(Case.id == case_id)).one()
    of_thread = select(CaseEntry.message_order).where(
        CaseEntry.case_id == case_id, CaseEntry.message_order.is_not(None)
    )
    deliveries = session.scalars(
        select(Delivery.state).where(Delivery.message_order.in_(of_thread)).order_by(Delivery.message_order)
    )
    stands = (entry, state, holder or 0, unit, int(due_at.timestamp()), "late" if due_at < at else "in-time")
    return "-".join([*map(str, stands), *deliveries])
