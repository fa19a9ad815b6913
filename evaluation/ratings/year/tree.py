"""The units of a made-up year: those that ship and made-up ones, and what becomes of some of them in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.units import service as units
from desk.units.model import Unit
from desk.units.tree import UnitRow, row_of
from desk.units.tree import read as read_tree
from desk.working_time.model import ExceptionalDay

BY = "operator"
#: Regions that ship without offices, and two that exist nowhere.
REGIONS = ("KV01", "KV03", "KV05", "KV90", "KV91")
_WITH_SATURDAY = {
    "office": {
        **{day: ["08:00-12:00", "13:00-17:30"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")},
        "saturday": ["07:30-11:30"],
    }
}
_WITH_DUTY = {
    "duty": {
        **{day: ["06:00-08:00", "17:00-22:00"] for day in ("monday", "wednesday", "friday")},
        "saturday": ["08:00-11:30", "14:00-24:00"],
        "sunday": ["00:00-06:00"],
        "public_day": ["08:00-11:30"],
    }
}
#: Day, unit, whether it is worked, hours: two for one date, of which the nearer holds, and a day with hours of its own.
_DAYS = (
    (dt.date(2026, 3, 18), "VN", "off", None),
    (dt.date(2026, 3, 18), "KV02", "worked", ["09:00-12:00"]),
    (dt.date(2026, 6, 13), "KV03", "worked", ["08:00-11:00", "13:00-15:00"]),
    (dt.date(2026, 9, 5), "VN", "worked", None),
    (dt.date(2026, 9, 25), "KV02-SG1", "off", None),
    (dt.date(2026, 10, 12), "KV90", "off", None),
)


@dataclass(frozen=True)
class Change:
    """At ``at`` the unit moves under another one, or is closed where ``to`` is None."""

    at: dt.datetime
    code: str
    to: str | None


def plant(session: Session, content: Path, at: dt.datetime) -> None:
    """The units that ship, the made-up ones, hours of their own and days that an administrator added."""
    units.load_shipped(session, read_tree(content / "units.csv"), at=at)
    units.load(session, list(_made_up()), by=BY, at=at)
    for day, code, kind, windows in _DAYS:
        unit = units.by_code(session, code)
        assert unit is not None, code
        session.add(
            ExceptionalDay(
                day=day, unit_id=unit.id, kind=kind, windows=windows, reason="made up", added_by=BY, added_at=at
            )
        )
    session.flush()


def _made_up() -> Iterator[UnitRow]:
    for code in REGIONS[-2:]:
        yield _row(code, "region", "VN")
    for number, region in enumerate(REGIONS):
        for office in range(1, 5):
            code = f"{region}-O{office}"
            hours = {1: _WITH_SATURDAY, 2: _WITH_DUTY}.get(office) if number % 2 == 0 else None
            yield _row(code, "office", region, hours)
            for team in range(1, 3 if office < 4 else 1):
                yield _row(f"{code}-T{team}", "team", code, _WITH_DUTY if team == 2 and number == 1 else None)
        yield _row(f"{region}-T9", "team", region)


def _row(code: str, kind: str, parent: str, hours: dict[str, Any] | None = None) -> UnitRow:
    return UnitRow(code=code, kind=kind, parent=parent, name_vi=f"Đơn vị {code}", name_en=f"Unit {code}", hours=hours)


def move(session: Session, code: str, to: str, at: dt.datetime) -> None:
    """Put a unit, with all below it, under another one."""
    unit = units.by_code(session, code)
    above = units.by_code(session, to)
    assert unit is not None
    assert above is not None
    row = row_of(unit, above)
    units.load(session, [row], by=BY, at=at)


def close(session: Session, code: str, at: dt.datetime) -> None:
    """Close a unit in which, and below which, no case is open."""
    unit = units.by_code(session, code)
    assert unit is not None
    units.close(session, unit, "made up", by=BY, at=at)


@dataclass(frozen=True)
class Place:
    """A unit as it lies at a moment: its chain by kind, as ids."""

    id: int
    code: str
    kind: str
    path: str
    hours: dict[str, Any] | None
    team_id: int | None
    office_id: int | None
    region_id: int | None

    @property
    def steps(self) -> tuple[int | None, int | None]:
        """The ids of the units one and two steps below the top."""
        first, second = [*self.path.split(".")[1:-1], None, None][:2]
        return int(first) if first else None, int(second) if second else None


class Tree:
    """All units as they lie at present, by code."""

    def __init__(self, session: Session) -> None:
        self.places: dict[str, Place] = {}
        self.units: dict[str, Unit] = {}
        self.active: list[str] = []
        self.read(session)

    def read(self, session: Session) -> None:
        """Look at the units anew, after some were moved or closed."""
        all_units = {unit.id: unit for unit in session.scalars(select(Unit).order_by(Unit.id))}
        session.expunge_all()
        self.units = {unit.code: unit for unit in all_units.values()}
        self.active = [unit.code for unit in all_units.values() if unit.active]
        for unit in all_units.values():
            chain = [all_units[int(id_)] for id_ in unit.path.strip(".").split(".")]
            of_kind = {each.kind: each.id for each in chain}
            self.places[unit.code] = Place(
                id=unit.id,
                code=unit.code,
                kind=unit.kind,
                path=unit.path,
                hours=unit.hours,
                team_id=of_kind.get("team"),
                office_id=of_kind.get("office"),
                region_id=of_kind.get("region"),
            )

    def below(self, code: str) -> list[str]:
        """The unit and all below it that are not closed."""
        path = self.places[code].path
        return [each for each in self.active if self.places[each].path.startswith(path)]

    def above(self, code: str) -> str:
        """The nearest unit above that is not closed."""
        by_id = {place.id: place.code for place in self.places.values()}
        chain = [by_id[int(id_)] for id_ in self.places[code].path.strip(".").split(".")][:-1]
        return next(each for each in reversed(chain) if each in self.active)
