"""What an administrator may do with units: edit, add, move, close and load them, below the unit that they administer.

The department's administrator edits every unit. ``by`` is the officer who acts; the operator at the command line loads
with desk/units/service.py itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.cases.model import OPEN_STATES, Case
from desk.people.administration import administered, of_department
from desk.people.model import Officer, Role
from desk.units import service as units
from desk.units.model import DEPARTMENT, Unit
from desk.units.service import LoadReport
from desk.units.tree import RANK, TreeError, UnitRow, row_faults, row_of

#: Longest reason for closing, in characters.
REASON_LENGTH = 300


class UnitRefused(Exception):
    """The act is not possible, or not to this administrator; ``reason`` names a text, ``values`` fill its gaps."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


def may_edit(by: Officer, unit: Unit) -> bool:
    """Whether the unit lies below one that the officer administers; of the department itself, whether they do."""
    own = administered(by)
    return any(unit.is_within(top) and (unit is not top or top.code == DEPARTMENT) for top in own)


def may_see(by: Officer, unit: Unit) -> bool:
    """Whether the officer administers the unit or one above it: may add units below it, people and hours."""
    return by.may(unit, Role.ADMINISTRATOR)


def change(session: Session, unit: Unit, *, by: Officer, at: dt.datetime, **values: Any) -> LoadReport:
    """Give a unit other names, kind, lists or source, by the fields of UnitRow; ``parent``, a code, moves it.

    Raises UnitRefused, and TreeError where it does not fit into the tree.
    """
    if not may_edit(by, unit):
        raise UnitRefused("page.units.refused_unit", codes=unit.code)
    above = session.get(Unit, unit.parent_id or 0)
    return load(session, [replace(row_of(unit, above), **values)], by=by, at=at)


def add(session: Session, row: UnitRow, *, by: Officer, at: dt.datetime) -> LoadReport:
    """Add a unit below another; raises UnitRefused, and TreeError where it does not fit into the tree."""
    if units.by_code(session, row.code) is not None:
        raise UnitRefused("page.units.refused_taken", code=row.code)
    return load(session, [row], by=by, at=at)


def close(session: Session, unit: Unit, reason: str, *, by: Officer, at: dt.datetime) -> LoadReport:
    """Close a unit and all below it; their open cases go to the queue above, for the reason. Raises UnitRefused."""
    if unit.code == DEPARTMENT or not may_edit(by, unit):
        raise UnitRefused("page.units.refused_unit", codes=unit.code)
    if not unit.active:
        raise UnitRefused("page.units.refused_closed")
    if not reason.strip() or len(reason.strip()) > REASON_LENGTH:
        raise UnitRefused("page.units.refused_no_reason", length=REASON_LENGTH)
    return units.close(session, unit, reason.strip(), by=by.actor, at=at)


def load(
    session: Session,
    rows: Sequence[UnitRow],
    *,
    by: Officer,
    at: dt.datetime,
    close_missing: bool = False,
    move_cases: str | None = None,
) -> LoadReport:
    """Bring a tree in as far as it changes what ``by`` may edit; rows that change nothing may speak of any unit.

    Raises UnitRefused and TreeError, and then nothing must be committed.
    """
    faults = [fault for row in rows for fault in row_faults(row)]
    if faults:
        raise TreeError(faults)
    before = _editable(session, by)
    report = units.load(session, rows, by=by.actor, at=at, close_missing=close_missing, move_cases=move_cases)
    outside = report.touched() - set(report.added) - before
    outside |= {*report.added, *report.moved} - _editable(session, by)
    if outside:
        raise UnitRefused("page.units.refused_unit", codes=", ".join(sorted(outside)))
    return report


def preview(
    session: Session,
    rows: Sequence[UnitRow],
    *,
    by: Officer,
    at: dt.datetime,
    close_missing: bool = False,
    move_cases: str | None = None,
) -> LoadReport:
    """What ``load`` would do; it is done and taken back. Raises UnitRefused and TreeError."""
    attempt = session.begin_nested()
    try:
        return load(session, rows, by=by, at=at, close_missing=close_missing, move_cases=move_cases)
    finally:
        attempt.rollback()


def fingerprint(report: LoadReport) -> str:
    """What a load does, in a few letters: whether it still does what was looked at."""
    return hashlib.sha256(json.dumps(vars(report), sort_keys=True, default=str).encode()).hexdigest()[:16]


def places_for(session: Session, unit: Unit, by: Officer) -> list[Unit]:
    """The units below which the officer may move a unit."""
    return [
        other
        for other in units.active(session)
        if RANK[other.kind] < RANK[unit.kind] and not other.is_within(unit) and may_see(by, other)
    ]


def open_cases(session: Session, unit: Unit) -> int:
    """How many open cases are in the queues of a unit and of those below it."""
    below = select(Unit.id).where(Unit.path.startswith(unit.path))
    return session.scalar(select(func.count(Case.id)).where(Case.state.in_(OPEN_STATES), Case.unit_id.in_(below))) or 0


def rows_for(session: Session, by: Officer) -> list[UnitRow]:
    """The tree as far as the officer sees it, as rows that can be loaded again: of the department all of it."""
    rows = units.rows(session)
    if of_department(by):
        return rows
    seen = {unit.code for unit in units.active(session) if may_see(by, unit)}
    return [row for row in rows if row.code in seen]


def _editable(session: Session, by: Officer) -> set[str]:
    return {unit.code for unit in session.scalars(select(Unit)) if may_edit(by, unit)}
