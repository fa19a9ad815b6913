"""Units: finding them, the ways up and down the tree, and bringing a tree into the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.audit.service import record_act
from desk.cases import service as cases
from desk.cases.model import OPEN_STATES, Case
from desk.units.faults import Fault
from desk.units.model import DEPARTMENT, Unit
from desk.units.tree import RANK, TreeError, UnitRow, faults_of, row_of

#: Who loads the tree that ships; whatever somebody else changed stays as they left it.
CONTENT = "content"
_LISTS = ("provinces", "office_codes", "other_names")
_FIELDS = ("kind", "name_vi", "name_en", *_LISTS, "hours", "source")


def by_code(session: Session, code: str) -> Unit | None:
    return session.scalar(select(Unit).where(Unit.code == code))


def department(session: Session) -> Unit:
    """The unit at the top: its queue takes what no other unit is known to be in charge of."""
    return session.scalars(select(Unit).where(Unit.code == DEPARTMENT)).one()


def chain(session: Session, unit: Unit) -> list[Unit]:
    """The unit and those above it, up to the top."""
    ids = [int(part) for part in unit.path.strip(".").split(".")]
    units = {found.id: found for found in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    return [units[id_] for id_ in reversed(ids)]


def below(session: Session, unit: Unit, *, closed: bool = False) -> list[Unit]:
    """The unit and all below it, each after the unit that it lies in; closed ones only where they are asked for."""
    query = select(Unit).where(Unit.path.startswith(unit.path))
    found = session.scalars(query if closed else query.where(Unit.active))
    return sorted(found, key=lambda each: [int(part) for part in each.path.strip(".").split(".")])


def active(session: Session) -> list[Unit]:
    """All units that are not closed, each after the unit that it lies in."""
    return below(session, department(session))


def rows(session: Session) -> list[UnitRow]:
    """The tree of the store, without what is closed, as rows that can be loaded again."""
    units = active(session)
    by_id = {unit.id: unit for unit in units}
    return [row_of(unit, by_id.get(unit.parent_id or 0)) for unit in units]


@dataclass
class LoadReport:
    """What loading did, by the units' codes, and the numbers of the cases that went to another queue by it.

    ``details`` has of each unit that changed or moved what was before and what is now, by field.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    details: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def touched(self) -> set[str]:
        """The units that are not as they were."""
        return {*self.added, *self.changed, *self.moved, *self.reopened, *self.closed}


def load(
    session: Session,
    rows: Sequence[UnitRow],
    *,
    by: str,
    at: dt.datetime,
    close_missing: bool = False,
    move_cases: str | None = None,
) -> LoadReport:
    """Bring a tree into the store; units that it does not name stay, or are closed where that is asked for.

    A unit with open cases is closed only with ``move_cases``, the reason for which its cases go to the queue of the
    unit above. The same tree again changes nothing. Raises TreeError, and then nothing must be committed.
    """
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    closing = _missing(units, rows) if close_missing else []
    rows = [_completed(row, units.get(row.code)) for row in rows]
    by_id = {unit.id: unit for unit in units.values()}
    standing = [unit for unit in units.values() if unit.active and unit not in closing]
    faults = faults_of(rows, [row_of(unit, by_id.get(unit.parent_id or 0)) for unit in standing])
    if faults:
        raise TreeError(faults)
    report = LoadReport()
    for row in sorted(rows, key=lambda row: RANK[row.kind]):
        units[row.code] = _bring_in(session, row, units, report, by, at)
    _close(session, closing, by_id, report, by, at, move_cases)
    _set_paths(session, units.values())
    return report


def close(session: Session, unit: Unit, reason: str, *, by: str, at: dt.datetime) -> LoadReport:
    """Close a unit and all below it; for the reason their open cases go to the queue of the unit above.

    Raises TreeError for the unit at the top.
    """
    if unit.code == DEPARTMENT:
        raise TreeError([Fault.of("top", code=unit.code)])
    report = LoadReport()
    by_id = {each.id: each for each in session.scalars(select(Unit))}
    _close(session, below(session, unit)[::-1], by_id, report, by, at, reason)
    session.flush()
    return report


def load_shipped(session: Session, rows: Sequence[UnitRow], *, at: dt.datetime) -> LoadReport:
    """Bring in the tree that ships, except for units that this authority has changed, moved or closed.

    Raises TreeError where what ships no longer fits into this authority's own tree.
    """
    touched = select(AuditEntry.subject).where(AuditEntry.act.startswith("unit."), AuditEntry.actor != CONTENT)
    own = set(session.scalars(touched))
    return load(session, [row for row in rows if row.code not in own], by=CONTENT, at=at)


def _missing(units: Mapping[str, Unit], rows: Sequence[UnitRow]) -> list[Unit]:
    """The units that the rows do not name, from the bottom up; the one at the top is never among them."""
    named = {DEPARTMENT, *(row.code for row in rows)}
    missing = [unit for unit in units.values() if unit.active and unit.code not in named]
    return sorted(missing, key=lambda unit: RANK[unit.kind], reverse=True)


def _completed(row: UnitRow, unit: Unit | None) -> UnitRow:
    """The row with what the unit has in the columns that the file leaves out."""
    if unit is None or not row.left_out:
        return row
    present = row_of(unit, None)
    return replace(row, **{name: getattr(present, name) for name in row.left_out})


def _bring_in(
    session: Session, row: UnitRow, units: Mapping[str, Unit], report: LoadReport, by: str, at: dt.datetime
) -> Unit:
    parent = units[row.parent] if row.parent else None
    unit = units.get(row.code)
    if unit is None:
        return _add(session, row, parent, report, by, at)
    before = len(report.changed) + len(report.moved) + len(report.reopened)
    if not unit.active:
        unit.active = True
        report.reopened.append(unit.code)
        record_act(session, actor=by, act="unit.reopened", subject=unit.code, at=at)
    new = _values(row)
    changes = {name: [getattr(unit, name), new[name]] for name in _FIELDS if getattr(unit, name) != new[name]}
    if changes:
        for name in changes:
            setattr(unit, name, new[name])
        report.changed.append(unit.code)
        report.details[unit.code] = changes
        record_act(session, actor=by, act="unit.changed", subject=unit.code, detail=changes, at=at)
    if parent is not None and unit.parent_id != parent.id:
        old = next((other.code for other in units.values() if other.id == unit.parent_id), None)
        unit.parent_id = parent.id
        report.moved.append(unit.code)
        report.details[unit.code] = {**report.details.get(unit.code, {}), "parent": [old, parent.code]}
        record_act(
            session, actor=by, act="unit.moved", subject=unit.code, detail={"from": old, "to": parent.code}, at=at
        )
    if before == len(report.changed) + len(report.moved) + len(report.reopened):
        report.unchanged.append(unit.code)
    return unit


def _add(session: Session, row: UnitRow, parent: Unit | None, report: LoadReport, by: str, at: dt.datetime) -> Unit:
    unit = Unit(code=row.code, parent_id=parent.id if parent else None, path=f"new {row.code}", **_values(row))
    session.add(unit)
    session.flush()  # for its id, of which its path is made
    report.added.append(unit.code)
    record_act(session, actor=by, act="unit.added", subject=unit.code, detail={"parent": row.parent}, at=at)
    return unit


def _values(row: UnitRow) -> dict[str, object]:
    lists = {name: list(getattr(row, name)) for name in _LISTS}
    return {name: getattr(row, name) for name in _FIELDS} | lists


def _close(
    session: Session,
    closing: Sequence[Unit],
    by_id: Mapping[int, Unit],
    report: LoadReport,
    by: str,
    at: dt.datetime,
    move_cases: str | None,
) -> None:
    waiting = _open_cases(session, closing)
    if waiting and move_cases is None:
        raise TreeError([Fault.of("open_cases", code=code, count=count) for code, count in waiting.items()])
    for unit in closing:
        unit.active = False
        report.closed.append(unit.code)
        record_act(session, actor=by, act="unit.closed", subject=unit.code, at=at)
    for unit in closing:
        if unit.code in waiting:
            above = _standing_above(unit, by_id)
            for case in session.scalars(select(Case).where(Case.unit_id == unit.id, Case.state.in_(OPEN_STATES))).all():
                cases.move(session, case, above, move_cases or "", by=by, at=at)
                report.cases.append(case.number or "")


def _open_cases(session: Session, units: Sequence[Unit]) -> dict[str, int]:
    counted = (
        select(Unit.code, func.count())
        .join(Case, Case.unit_id == Unit.id)
        .where(Unit.id.in_([unit.id for unit in units]), Case.state.in_(OPEN_STATES))
        .group_by(Unit.code)
        .order_by(Unit.code)
    )
    return dict(session.execute(counted).all())


def _standing_above(unit: Unit, by_id: Mapping[int, Unit]) -> Unit:
    above = by_id[unit.parent_id or 0]
    while not above.active:
        above = by_id[above.parent_id or 0]
    return above


def _set_paths(session: Session, units: Iterable[Unit]) -> None:
    """Write every path anew from the units' parents, closed ones too: with a unit its whole subtree and cases move."""
    by_id = {unit.id: unit for unit in units}
    for unit in by_id.values():
        ids, above = [unit.id], unit.parent_id
        while above is not None:
            ids.append(above)
            above = by_id[above].parent_id
        path = "".join(f"{id_}." for id_ in reversed(ids))
        if unit.path != path:
            unit.path = path
            session.flush()
            first, second = unit.steps
            theirs = update(Case).where(Case.unit_id == unit.id)
            session.execute(theirs.values(first_unit_id=first, second_unit_id=second))
