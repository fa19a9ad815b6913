"""What the page of figures is asked for: days, a unit and steps, read from its address and written back to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from litestar.exceptions import NotFoundException
from sqlalchemy.orm import Session

from console.web.typed import day_typed
from desk.figures import scope as scopes
from desk.figures.period import BadPeriod, Period, Preset, Step, of_days, of_preset
from desk.figures.scope import Scope
from desk.people.model import Officer

DEFAULT = Preset.LAST_30


@dataclass(frozen=True)
class Asked:
    """The fields of the form as they were typed. ``was``: the days that it showed before anybody typed."""

    period: str = ""
    first: str = ""
    last: str = ""
    was: str = ""
    unit: str = ""
    step: str = ""

    @property
    def preset(self) -> Preset | None:
        """The named period that is meant, None where days were typed."""
        typed = bool(self.first or self.last) and self.was != f"{self.first}_{self.last}"
        if self.period in set(Preset) and not typed:
            return Preset(self.period)
        return None if self.first or self.last else DEFAULT

    @property
    def chosen_step(self) -> Step | None:
        return Step(self.step) if self.step in set(Step) else None


@dataclass(frozen=True)
class Days:
    """The period that is meant, or what is wrong with the days: the texts' names by field."""

    period: Period | None
    errors: Mapping[str, str] = field(default_factory=dict)


def asked_in(query: Mapping[str, str]) -> Asked:
    """What stands in an address."""
    names = ("period", "from", "to", "was", "unit", "step")
    return Asked(*(query.get(name, "") for name in names))


def days_of(asked: Asked, today: dt.date) -> Days:
    if asked.preset is not None:
        return Days(of_preset(asked.preset, today))
    read = {name: day_typed(written) for name, written in (("from", asked.first), ("to", asked.last))}
    wrong = {name: "page.figures.refused_day" for name, day in read.items() if day is None}
    first, last = read["from"], read["to"]
    if first is None or last is None:
        return Days(None, wrong)
    try:
        return Days(of_days(first, last, today))
    except BadPeriod as refused:
        return Days(None, {"to" if refused.reason == "figures.refused_order" else "from": refused.reason})


def scope_of(session: Session, officer: Officer, code: str) -> Scope:
    """The scope of the officer, narrowed to a unit; raises NotFoundException for a unit outside."""
    own = scopes.of_officer(officer)
    found = scopes.narrowed(session, own, code) if code else own
    if found is None:
        raise NotFoundException
    return found


def query_of(asked: Asked, period: Period) -> dict[str, str]:
    """The address's query by which the same figures are found again."""
    if period.preset is not None:
        days = {"period": period.preset.value}
    else:
        days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    more = {"unit": asked.unit, "step": asked.step if asked.chosen_step else ""}
    return days | {name: value for name, value in more.items() if value}
