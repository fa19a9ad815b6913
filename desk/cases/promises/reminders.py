"""Cases that time has caught up with: at risk, overdue, claimed and left untouched, or resolved for long.

For each kind of work one function finds the cases, reading only, and another does it to one case in a transaction of
its own. The second looks again at the case as it is now, so that two clocks at once, or a clock that comes too late,
do nothing twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from desk.cases import entering
from desk.cases import service as cases
from desk.cases.model import Case, CaseEntry, CaseState, EntryKind, Reminded, Urgency
from desk.cases.promises import notices
from desk.cases.promises.deadlines import Deadlines
from desk.cases.thread import owes_an_answer, pending_draft
from desk.desk import Desk
from desk.units.model import Unit
from desk.working_time.hours import next_polite_moment

_LEVELS = tuple(Reminded)
#: Cases whose time runs.
_RUNNING = (Case.state.in_((CaseState.WAITING, CaseState.CLAIMED)), Case.paused_at.is_(None))


def to_remind(desk: Desk, session: Session) -> list[int]:
    """The cases of which somebody is to be reminded."""
    now, long_overdue = desk.now(), _reckoned(desk, session, desk.deadlines(session).long_overdue_since)
    columns = (Case.id, Case.urgency, Case.unit_id, Case.due_at, Case.reminded)
    at_risk = and_(Case.reminded == Reminded.NOBODY, Case.at_risk_at <= now)
    overdue = and_(Case.reminded.in_((Reminded.OFFICER, Reminded.HEAD)), Case.due_at <= now)
    rows = session.execute(select(*columns).where(*_RUNNING, or_(at_risk, overdue)).order_by(Case.due_at, Case.id))
    due = [
        row.id for row in rows if row.reminded != Reminded.HEAD or row.due_at <= long_overdue(row.unit_id, row.urgency)
    ]
    return [case_id for case_id in due if owes_an_answer(session.get_one(Case, case_id).entries)]


def remind(desk: Desk, session: Session, case_id: int) -> None:
    """Remind of one case, level by level, each that is due and was not reminded since the due time was set."""
    case, now = entering.locked(session, case_id), desk.now()
    if case.paused_at is not None or not owes_an_answer(case.entries):
        return
    for level in _levels_due(desk.deadlines(session), case, now):
        chats = notices.chats_of(session, case, level)
        if cases.remind(session, case, level, now, told=len(chats)):
            notices.remind(desk, session, case, level, chats)


def _levels_due(deadlines: Deadlines, case: Case, now: dt.datetime) -> list[Reminded]:
    due = [Reminded.OFFICER] if case.at_risk_at <= now else []
    if case.due_at <= now:
        due = [Reminded.OFFICER, Reminded.HEAD]
    if case.due_at <= deadlines.long_overdue_since(case.urgency, case.unit, now):
        due.append(Reminded.DEPARTMENT)
    return [level for level in due if _LEVELS.index(level) > _LEVELS.index(case.reminded)]


def to_tell_of_delay(desk: Desk, session: Session) -> list[int]:
    """The overdue cases whose enterprise was not told yet, and may be told at this hour."""
    overdue = (Case.reminded.in_((Reminded.HEAD, Reminded.DEPARTMENT)), Case.due_at <= desk.now())
    untold = select(Case.id, Case.urgency).where(*_RUNNING, *overdue, ~_told()).order_by(Case.due_at, Case.id)
    due = [row.id for row in session.execute(untold) if _may_be_told(desk, row.urgency)]
    return [case_id for case_id in due if owes_an_answer(session.get_one(Case, case_id).entries)]


def tell_of_delay(desk: Desk, session: Session, case_id: int) -> None:
    """Tell the enterprise, once for each due time, that the promise slips."""
    case, now = entering.locked(session, case_id), desk.now()
    overdue = case.due_at <= now and case.state in (CaseState.WAITING, CaseState.CLAIMED) and case.paused_at is None
    told = session.scalar(select(Case.id).where(Case.id == case_id, _told())) is not None
    if not overdue or told or not owes_an_answer(case.entries) or not _may_be_told(desk, case.urgency):
        return
    cases.delay_told(session, case, notices.apologise(desk, session, case), now)


def _told() -> ColumnElement[bool]:
    """Whether the person was told after the present due time had passed."""
    return exists().where(
        CaseEntry.case_id == Case.id, CaseEntry.kind == EntryKind.DELAY_TOLD.value, CaseEntry.at >= Case.due_at
    )


def _may_be_told(desk: Desk, urgency: Urgency) -> bool:
    now = desk.now()
    return desk.rules.deadlines.promise(urgency).at_any_hour or next_polite_moment(now) == now


def to_return(desk: Desk, session: Session) -> list[int]:
    """The claimed cases that their holders left untouched for too long; not those whose draft waits for the head."""
    untouched = _reckoned(desk, session, desk.deadlines(session).untouched_since)
    columns = (Case.id, Case.urgency, Case.unit_id, Case.touched_at)
    claimed = select(*columns).where(Case.state == CaseState.CLAIMED, Case.touched_at.is_not(None))
    rows = session.execute(claimed.order_by(Case.touched_at, Case.id))
    left = [row.id for row in rows if row.touched_at <= untouched(row.unit_id, row.urgency)]
    return [case_id for case_id in left if pending_draft(session.get_one(Case, case_id).entries) is None]


def return_untouched(desk: Desk, session: Session, case_id: int) -> None:
    """Return one case to those that wait, and tell who held it and the unit."""
    case, now = entering.locked(session, case_id), desk.now()
    since = desk.deadlines(session).untouched_since(case.urgency, case.unit, now)
    left = case.state == CaseState.CLAIMED and case.touched_at is not None and case.touched_at <= since
    if not left or pending_draft(case.entries) is not None:
        return
    holder = case.holder
    cases.return_untouched(session, case, now)
    notices.returned(desk, session, case, holder)


def to_close(desk: Desk, session: Session) -> list[int]:
    """The resolved cases that can no longer be opened again."""
    over = Case.resolved_at <= desk.now() - desk.reopened_within
    return list(session.scalars(select(Case.id).where(Case.state == CaseState.RESOLVED, over).order_by(Case.id)))


def close(desk: Desk, session: Session, case_id: int) -> None:
    """Close one case for good."""
    case, now = entering.locked(session, case_id), desk.now()
    if case.state == CaseState.RESOLVED and not cases.can_be_reopened(case, now, desk.reopened_within):
        cases.close(session, case, now, desk.reopened_within)


def _reckoned(
    desk: Desk, session: Session, reckon: Callable[[Urgency, Unit, dt.datetime], dt.datetime]
) -> Callable[[int, Urgency], dt.datetime]:
    """Since when a case of this unit and urgency must have waited to be due now; reckoned once for each."""
    now = desk.now()

    @cache
    def since(unit_id: int, urgency: Urgency) -> dt.datetime:
        return reckon(urgency, session.get_one(Unit, unit_id), now)

    return since
