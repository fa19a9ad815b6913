"""By when a case is to be answered: from its urgency, its unit's working time, and the moment it began to wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from desk.cases.model import Urgency
from desk.units.model import Unit

AT_RISK_AFTER = 0.75


@dataclass(frozen=True)
class Deadline:
    """``due_at`` is what the enterprise is promised; from ``at_risk_at`` on somebody must hurry to keep it."""

    at_risk_at: dt.datetime
    due_at: dt.datetime


class Deadlines:
    """Due times for every urgency and unit."""

    def __init__(self, hours: Mapping[Urgency, int]) -> None:
        self._hours = hours

    @classmethod
    def read(cls, path: Path) -> Deadlines:
        hours = yaml.safe_load(path.read_text(encoding="utf-8"))["due_hours"]
        return cls({urgency: int(hours[urgency.value]) for urgency in Urgency})

    def of(self, urgency: Urgency, unit: Unit, at: dt.datetime) -> Deadline:
        """The deadline of a case that begins to wait in a unit at this moment."""
        whole = dt.timedelta(hours=self._hours[urgency])
        return Deadline(at + whole * AT_RISK_AFTER, at + whole)

    def after_pause(self, deadline: Deadline, unit: Unit, paused_at: dt.datetime, at: dt.datetime) -> Deadline:
        """The deadline that is left when the time stood still from ``paused_at`` until now."""
        lost = at - paused_at
        return Deadline(deadline.at_risk_at + lost, deadline.due_at + lost)
