"""Where cases lie in the tree of units, as conditions on a case's own columns: each has an index for its lists."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, true
from sqlalchemy.orm import InstrumentedAttribute

from desk.cases.model import Case
from desk.units.model import Unit

_BY_DEPTH: tuple[InstrumentedAttribute[int | None] | InstrumentedAttribute[int], ...] = (
    Case.first_unit_id,
    Case.second_unit_id,
    Case.unit_id,
)


def lies_in(unit: Unit) -> ColumnElement[bool]:
    """Whether a case is in the queue of the unit or of one below it."""
    return true() if unit.depth == 0 else _BY_DEPTH[unit.depth - 1] == unit.id


def lies_in_unindexed(unit: Unit) -> ColumnElement[bool]:
    """The same, where another condition is to choose the index by which the cases are read."""
    return true() if unit.depth == 0 else func.coalesce(_BY_DEPTH[unit.depth - 1], 0) == unit.id


def narrowed(units: Sequence[Unit], to: Unit | None) -> list[Unit]:
    """What of these subtrees lies in the subtree of a unit, as the units at the top of it."""
    if to is None:
        return list(units)
    if any(to.is_within(unit) for unit in units):
        return [to]
    return [unit for unit in units if unit.is_within(to)]
