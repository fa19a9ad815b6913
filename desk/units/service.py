"""Units: finding them by code, and the way up the tree."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.units.model import DEPARTMENT, Unit


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
