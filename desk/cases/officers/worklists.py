"""What is on an officer's desk: held, waiting, at risk, overdue, answered long ago, and drafts to sign."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy.orm import Session

from desk.cases import queries
from desk.cases.model import OPEN_STATES, Case, CaseState, EntryKind
from desk.cases.officers import second_signature
from desk.people.model import Officer, Role

#: An answered case that is not resolved for so long is called to mind.
UNRESOLVED_AFTER = dt.timedelta(days=3)


def mine(session: Session, officer: Officer, at: dt.datetime) -> list[Case]:
    """The open cases that the officer holds, the one that is due first at the top; so in every list."""
    return [case for case in queries.held_by(session, officer) if case.state in OPEN_STATES]


def waiting(session: Session, officer: Officer, at: dt.datetime) -> list[Case]:
    """What nobody holds in the officer's units."""
    return queries.in_state(session, CaseState.WAITING, of=officer)


def at_risk(session: Session, officer: Officer, at: dt.datetime) -> list[Case]:
    """What somebody must hurry to answer in time."""
    return [case for case in _awaited(session, officer) if case.at_risk_at <= at < case.due_at]


def overdue(session: Session, officer: Officer, at: dt.datetime) -> list[Case]:
    return [case for case in _awaited(session, officer) if case.due_at <= at]


def unresolved(session: Session, officer: Officer, at: dt.datetime) -> list[Case]:
    """What the officer holds and answered more than UNRESOLVED_AFTER ago."""
    answered = [case for case in mine(session, officer, at) if case.state == CaseState.ANSWERED]
    return [case for case in answered if _answered_at(case) <= at - UNRESOLVED_AFTER]


def to_sign(session: Session, officer: Officer, at: dt.datetime) -> list[Case]:
    return second_signature.to_sign(session, officer)


#: By the name by which buttons and texts know them.
WORKLISTS: dict[str, Callable[[Session, Officer, dt.datetime], list[Case]]] = {
    worklist.__name__: worklist for worklist in (mine, waiting, at_risk, overdue, unresolved, to_sign)
}


def counts(session: Session, officer: Officer, at: dt.datetime) -> dict[str, int]:
    """How many cases stand in each list."""
    return {name: len(worklist(session, officer, at)) for name, worklist in WORKLISTS.items()}


def _awaited(session: Session, officer: Officer) -> list[Case]:
    """Cases on whose answer the person waits and that concern the officer: their own, nobody's, a head's unit's."""
    cases = queries.in_state(session, CaseState.WAITING, CaseState.CLAIMED, of=officer)
    return [case for case in cases if case.paused_at is None and _concerns(case, officer)]


def _concerns(case: Case, officer: Officer) -> bool:
    return case.holder_id in (None, officer.id) or officer.may(case.unit, Role.HEAD)


def _answered_at(case: Case) -> dt.datetime:
    return max(entry.at for entry in case.entries if entry.kind == EntryKind.REPLIED)
