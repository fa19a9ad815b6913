"""How an act enters a case: the case is locked, a hold begins or ends, entry and audit entry are added together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.cases.model import Case, CaseEntry, CaseHold, EntryKind, Reminded
from desk.cases.permissions import CaseRefused
from desk.cases.promises.deadlines import Deadline
from desk.cases.thread import pending_draft, spam_reason, standing_of
from desk.observing import note
from desk.people.model import Officer

_OF_THE_CLOCK = (EntryKind.RETURNED_UNTOUCHED, EntryKind.CLOSED, EntryKind.REMINDED, EntryKind.DELAY_TOLD)


def locked(session: Session, case_id: int) -> Case:
    """A case as it is now, which nobody else changes until the transaction ends."""
    case = session.get_one(Case, case_id)
    lock(session, case)
    return case


def lock(session: Session, case: Case) -> None:
    """Have the case to oneself until the transaction ends, and see it as it is now."""
    if case.number is not None:
        note(case=case.number)
    session.flush()
    session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    session.refresh(case)


def begin_hold(session: Session, case: Case, officer: Officer, at: dt.datetime) -> None:
    try:
        with session.begin_nested():
            session.add(CaseHold(case_id=case.id, officer_id=officer.id, began_at=at))
    except IntegrityError as lost:
        raise CaseRefused("officer.held_by_another") from lost


def end_hold(session: Session, case: Case, at: dt.datetime) -> None:
    session.execute(
        update(CaseHold).where(CaseHold.case_id == case.id, CaseHold.ended_at.is_(None)).values(ended_at=at)
    )


def set_deadline(case: Case, deadline: Deadline) -> None:
    if deadline.due_at != case.due_at:
        case.reminded = Reminded.NOBODY
    case.at_risk_at, case.due_at = deadline.at_risk_at, deadline.due_at
    case.paused_at = None


def made_by(kind: str) -> str:
    """Who makes entries of this kind, where no officer does: clock or person."""
    return "clock" if kind in _OF_THE_CLOCK else "person"


def add_entry(
    session: Session,
    case: Case,
    kind: EntryKind,
    officer: Officer | None,
    at: dt.datetime,
    *,
    text: str | None = None,
    message_order: int | None = None,
    detail: Mapping[str, Any] | None = None,
    by: str | None = None,
    as_: str | None = None,
) -> None:
    """Add an entry, with the audit entry of the act: named by its kind, or ``as_`` something of its own."""
    entry = CaseEntry(
        kind=kind.value,
        officer=officer,
        officer_id=officer.id if officer else None,  # at once, for the standing
        text=text,
        message_order=message_order,
        detail=dict(detail or {}),
        at=at,
    )
    case.entries.append(entry)
    standing = standing_of(case.entries)
    handed_over, turned = standing.holder_id != case.holder_id, standing.state != case.state
    case.state, case.holder_id = standing.state, standing.holder_id
    case.is_spam = spam_reason(case.entries) is not None
    drafted = pending_draft(case.entries) if standing.holder_id is not None else None
    case.drafted_by_id = drafted.officer_id if drafted is not None else None
    # What others do does not touch the case for its holder, whose own time begins with what they hand back.
    own = officer is not None and officer.id == standing.holder_id
    if handed_over or own or kind is EntryKind.DRAFT_RETURNED or (kind is EntryKind.PERSON_WROTE and turned):
        case.touched_at = at
    note(case=cast(str, case.number))
    actor = by or (officer.actor if officer else made_by(kind))
    record_act(session, actor=actor, act=f"case.{as_ or kind.value}", subject=cast(str, case.number), at=at)
    session.flush()
    session.refresh(case, ["holder", "unit"])
