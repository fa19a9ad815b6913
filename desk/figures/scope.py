"""Whose figures somebody sees: those of the units in which they have a role that reads figures, and of all below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.people.model import Officer, Role
from desk.units import service as units
from desk.units.model import DEPARTMENT, Unit

READERS = (Role.OFFICER, Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Scope:
    """Units whose cases are counted, each with all below it; none of them lies within another.

    Enquiries and conversations belong to no unit, so a scope does not touch them.
    """

    units: tuple[Unit, ...]

    @property
    def is_everything(self) -> bool:
        return any(unit.code == DEPARTMENT for unit in self.units)

    def holds(self) -> ColumnElement[bool]:
        """Whether a case is counted: where it is now, or was when it ended. What was put away as spam never is."""
        if self.is_everything:
            return is_a_matter()
        within = [Unit.path.startswith(unit.path) for unit in self.units]
        return and_(is_a_matter(), Case.unit_id.in_(select(Unit.id).where(or_(*within))))

    def parts(self, session: Session) -> list[Unit]:
        """The units by which the scope is broken down: what lies directly below one unit, else the units themselves.

        The unit above comes first, for the cases that lie in its own queue.
        """
        if len(self.units) > 1:
            return list(self.units)
        (unit,) = self.units
        below = session.scalars(select(Unit).where(Unit.parent_id == unit.id).order_by(Unit.code))
        return [unit, *below]


def is_a_matter() -> ColumnElement[bool]:
    """Whether a case asks something: nobody is judged by how quickly spam was put away."""
    return Case.is_spam.is_(False)


def whole(session: Session) -> Scope:
    """The whole department: what an operator sees."""
    return Scope((units.department(session),))


def of_officer(officer: Officer) -> Scope:
    """All that an officer sees; raises LookupError for whoever reads no figures."""
    top = officer.topmost(*READERS)
    if not top:
        raise LookupError("no role that reads figures")
    return Scope(tuple(top))


def choice(session: Session, scope: Scope) -> list[Unit]:
    """The units that can be chosen within a scope, in the order of the tree; those that are closed too."""
    return [below for unit in scope.units for below in units.below(session, unit, closed=True)]


def narrowed(session: Session, scope: Scope, code: str) -> Scope | None:
    """The scope of one unit within another scope; None where it lies outside, or there is none of this code."""
    unit = units.by_code(session, code)
    if unit is None or not any(unit.is_within(held) for held in scope.units):
        return None
    return Scope((unit,))


def sorted_into(parts: Sequence[Unit], path: str) -> Unit | None:
    """The part to which a unit of this path belongs: the lowest that it lies in."""
    within = [part for part in parts if path.startswith(part.path)]
    return max(within, key=lambda part: len(part.path), default=None)
