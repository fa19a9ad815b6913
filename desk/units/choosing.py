"""Choosing a unit: the tree as a list, those around one, and those that a name or code means."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.folding import folded
from desk.units.model import Unit


def tree(session: Session) -> list[tuple[int, Unit]]:
    """All units in service with their depth from 0, each below the one that it belongs to, in the order of codes."""
    units = session.scalars(select(Unit).where(Unit.active).order_by(Unit.code)).all()
    below: dict[int | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id, []).append(unit)
    listed: list[tuple[int, Unit]] = []
    open_ = [(0, unit) for unit in reversed(below.get(None, []))]
    while open_:
        depth, unit = open_.pop()
        listed.append((depth, unit))
        open_ += [(depth + 1, child) for child in reversed(below.get(unit.id, []))]
    return listed


def around(session: Session, unit: Unit) -> list[Unit]:
    """The unit above, those below, and those beside, in this order."""
    above = [session.get_one(Unit, unit.parent_id)] if unit.parent_id is not None else []
    below = session.scalars(select(Unit).where(Unit.parent_id == unit.id, Unit.active).order_by(Unit.code))
    beside = session.scalars(
        select(Unit).where(Unit.parent_id == unit.parent_id, Unit.id != unit.id, Unit.active).order_by(Unit.code)
    )
    return [*(found for found in above if found.active), *below, *beside]


def matching(session: Session, words: str, limit: int) -> list[Unit]:
    """Units in service by code, else with all the words in their names; case and marks do not count."""
    wanted = _words(words)
    if not wanted:
        return []
    units = session.scalars(select(Unit).where(Unit.active).order_by(Unit.code)).all()
    meant = folded(words)
    by_code = [unit for unit in units if meant in {folded(code) for code in (unit.code, *unit.office_codes)}]
    named = [unit for unit in units if wanted <= _words(" ".join((unit.name_vi, unit.name_en, *unit.other_names)))]
    return (by_code or named)[:limit]


def _words(text: str) -> set[str]:
    """Whole words, so that region II is not found in region III."""
    return set(re.findall(r"\w+", folded(text)))
