"""The tree of units as an administrator looks at it: where each lies, who works there, what waits there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.answering.folding import folded
from desk.cases.model import OPEN_STATES, Case
from desk.people.administration import administered
from desk.people.model import Appointment, Officer
from desk.units import service as units
from desk.units.model import Unit


@dataclass(frozen=True)
class Line:
    """A unit in the tree, ``depth`` units below the topmost of the list, with its own officers and open cases."""

    unit: Unit
    depth: int
    officers: int
    cases: int


def lines(session: Session, by: Officer, *, words: str = "", closed: bool = False) -> list[Line]:
    """The units that ``by`` administers and all below them, each after the one that it lies in.

    ``words`` narrows them to those that have all the words in their names or code; capitals and marks do not count.
    """
    officers, cases = _officers(session), _cases(session)
    wanted = folded(words).split()
    return [
        Line(unit, depth, officers.get(unit.id, 0), cases.get(unit.id, 0))
        for depth, unit in tree(session, by, closed=closed)
        if all(word in _said(unit) for word in wanted)
    ]


def tree(session: Session, by: Officer, *, closed: bool = False) -> list[tuple[int, Unit]]:
    """The units that ``by`` administers and all below them, each with its depth, after the one that it lies in."""
    return [
        line
        for top in sorted(administered(by), key=lambda unit: unit.path)
        for line in _ordered(units.below(session, top, closed=closed), top)
    ]


def _ordered(found: list[Unit], top: Unit) -> Iterator[tuple[int, Unit]]:
    below: dict[int | None, list[Unit]] = {}
    for unit in sorted(found, key=lambda unit: unit.code):
        below.setdefault(unit.parent_id, []).append(unit)
    open_ = [(0, top)]
    while open_:
        depth, unit = open_.pop()
        yield depth, unit
        open_ += [(depth + 1, child) for child in reversed(below.get(unit.id, []))]


def _said(unit: Unit) -> str:
    return folded(" ".join((unit.code, unit.name_vi, unit.name_en, *unit.office_codes, *unit.other_names)))


def _officers(session: Session) -> dict[int, int]:
    """How many active officers have a role in each unit, by its id."""
    query = (
        select(Appointment.unit_id, func.count(Officer.id.distinct()))
        .join(Officer, Officer.id == Appointment.officer_id)
        .where(Officer.active)
        .group_by(Appointment.unit_id)
    )
    return dict(session.execute(query).all())


def _cases(session: Session) -> dict[int, int]:
    """How many open cases are in the queue of each unit, by its id."""
    query = select(Case.unit_id, func.count(Case.id)).where(Case.state.in_(OPEN_STATES)).group_by(Case.unit_id)
    return dict(session.execute(query).all())
