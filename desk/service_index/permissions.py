"""Who may do what with the index: deduct from a unit below one's own, object for one's own, publish for all."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.people.model import Officer, Role
from desk.service_index.model import IndexDeduction
from desk.units import service as units
from desk.units.model import Unit

#: Roles that deduct, in a unit above the one that they deduct from.
DEDUCTING = (Role.HEAD, Role.MANAGER)


class IndexRefused(Exception):
    """The act is not possible now, or not to this officer; ``reason`` names a text that ``values`` fill.

    ``field`` is the field of the form that it is about; empty for the whole.
    """

    def __init__(self, reason: str, field: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason, self.field, self.values = reason, field, values


def may_deduct(session: Session, officer: Officer, unit: Unit) -> bool:
    """Whether the officer heads or manages a unit above; nobody judges their own unit."""
    if unit.parent_id is None:
        return False
    return officer.active and officer.may(session.get_one(Unit, unit.parent_id), *DEDUCTING)


def must_deduct(session: Session, officer: Officer, unit: Unit) -> None:
    if not may_deduct(session, officer, unit):
        raise IndexRefused("service_index.refused.only_above")


def may_take_back(session: Session, officer: Officer, deduction: IndexDeduction) -> bool:
    """Whether it is the officer's own, or the officer heads or manages the department."""
    return officer.active and (officer.id == deduction.by_id or _for_the_department(session, officer))


def must_take_back(session: Session, officer: Officer, deduction: IndexDeduction) -> None:
    if not may_take_back(session, officer, deduction):
        raise IndexRefused("service_index.refused.not_yours")


def may_object(officer: Officer, deduction: IndexDeduction) -> bool:
    """Whether the officer heads the very unit; a head above may be the one who deducted."""
    heads = (each.unit_id for each in officer.appointments if each.role == Role.HEAD)
    return officer.active and deduction.unit_id in set(heads)


def must_object(officer: Officer, deduction: IndexDeduction) -> None:
    if not may_object(officer, deduction):
        raise IndexRefused("service_index.refused.only_its_head")


def may_answer(session: Session, officer: Officer, deduction: IndexDeduction) -> bool:
    """Whether the officer deducted; where that officer has left, the department's heads and managers answer."""
    if deduction.by.active:
        return officer.id == deduction.by_id
    return officer.active and _for_the_department(session, officer)


def must_answer(session: Session, officer: Officer, deduction: IndexDeduction) -> None:
    if not may_answer(session, officer, deduction):
        raise IndexRefused("service_index.refused.only_who_deducted")


def may_publish(session: Session, officer: Officer) -> bool:
    return officer.active and officer.may(units.department(session), Role.MANAGER)


def must_publish(session: Session, officer: Officer) -> None:
    if not may_publish(session, officer):
        raise IndexRefused("service_index.refused.only_manager")


def _for_the_department(session: Session, officer: Officer) -> bool:
    return officer.may(units.department(session), *DEDUCTING)
