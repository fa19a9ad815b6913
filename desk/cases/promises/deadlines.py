"""By when a case is to be answered: from its urgency, its unit's working time, and the moment it began to wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.cases.model import Urgency
from desk.guidance.record import RecordError
from desk.units.model import Unit
from desk.working_time.calendar import WorkingCalendar
from desk.working_time.exceptions import AddedDays
from desk.yaml_file import read_yaml

_TIMES = ("answered_within", "department_told_after", "returned_untouched_after")
_CHOICES = ("duty", "at_any_hour")
_NONE = dt.timedelta()


@dataclass(frozen=True)
class Deadline:
    """``due_at`` is what the enterprise is promised; from ``at_risk_at`` on somebody must hurry to keep it."""

    at_risk_at: dt.datetime
    due_at: dt.datetime


@dataclass(frozen=True)
class Promise:
    """What content/cases.yml says of one urgency; the times are working time, with duty where ``duty`` says so."""

    answered_within: dt.timedelta
    department_told_after: dt.timedelta
    returned_untouched_after: dt.timedelta
    duty: bool
    at_any_hour: bool


class Deadlines:
    """Due times for every urgency and unit. ``at_risk_after`` is a share of the promised time, between 0 and 1."""

    def __init__(self, promises: Mapping[Urgency, Promise], at_risk_after: float, calendar: WorkingCalendar) -> None:
        self._promises = promises
        self.at_risk_after = at_risk_after
        self.calendar = calendar
        self._newest = self

    def over(self, added: AddedDays) -> Deadlines:
        """The same promises with the days that administrators added; the same value while the days are the same."""
        newest = self._newest
        if newest.calendar.added != added:
            newest = self._newest = Deadlines(self._promises, self.at_risk_after, self.calendar.over(added))
        return newest

    @classmethod
    def read(cls, path: Path) -> Deadlines:
        """The promises of content/cases.yml, with working_time.yml beside it; raises RecordError."""
        data = read_yaml(path)
        if not isinstance(data, dict) or data.keys() - {"second_signature"} != {"promises", "at_risk_after"}:
            raise RecordError(f"{path.name}: promises and at_risk_after are expected")
        promises, share = data["promises"], data["at_risk_after"]
        known = {urgency.value for urgency in Urgency}
        if not isinstance(promises, dict) or promises.keys() != known:
            raise RecordError(f"{path.name}: promises must have exactly {', '.join(sorted(known))}")
        if not isinstance(share, float) or not 0 < share < 1:
            raise RecordError(f"{path.name}: at_risk_after must lie between 0 and 1, not be {share!r}")
        read = {urgency: _promise(promises[urgency.value], f"{path.name}: {urgency.value}") for urgency in Urgency}
        return cls(read, share, WorkingCalendar.read(path.with_name("working_time.yml")))

    def at_risk_from(self, share: float) -> Deadlines:
        """The same promises, at risk after another share of their time."""
        return self if share == self.at_risk_after else Deadlines(self._promises, share, self.calendar)

    def promise(self, urgency: Urgency) -> Promise:
        return self._promises[urgency]

    def of(self, urgency: Urgency, unit: Unit, at: dt.datetime) -> Deadline:
        """The deadline of a case that begins to wait in a unit at this moment."""
        promise = self._promises[urgency]
        agenda = self.calendar.agenda(unit, duty=promise.duty)
        whole = promise.answered_within
        return Deadline(agenda.add(at, whole * self.at_risk_after), agenda.add(at, whole))

    def after_pause(
        self,
        deadline: Deadline,
        unit: Unit,
        paused_at: dt.datetime,
        at: dt.datetime,
        *,
        urgency: Urgency = Urgency.NOT_URGENT,
    ) -> Deadline:
        """The deadline when time stood still from ``paused_at`` until now: the working time left then is left now.

        A promise that was broken before the pause stays broken. ``urgency`` tells whether duty counts.
        """
        if deadline.due_at <= paused_at:
            return deadline
        agenda = self.calendar.agenda(unit, duty=self._promises[urgency].duty)

        def moved(moment: dt.datetime) -> dt.datetime:
            left = agenda.between(paused_at, moment)
            return agenda.add(at, left) if left > _NONE else agenda.next_working(at)

        return Deadline(moved(deadline.at_risk_at), moved(deadline.due_at))

    def untouched_since(self, urgency: Urgency, unit: Unit, at: dt.datetime) -> dt.datetime:
        """A claimed case that was last touched then, or earlier, is to be returned now."""
        promise = self._promises[urgency]
        return self.calendar.back(at, promise.returned_untouched_after, unit, duty=promise.duty)

    def long_overdue_since(self, urgency: Urgency, unit: Unit, at: dt.datetime) -> dt.datetime:
        """A case that was due then, or earlier, is now the department's matter."""
        promise = self._promises[urgency]
        return self.calendar.back(at, promise.department_told_after, unit, duty=promise.duty)


def _promise(data: Any, where: str) -> Promise:
    if not isinstance(data, dict) or data.keys() != {*_TIMES, *_CHOICES}:
        raise RecordError(f"{where}: exactly {', '.join((*_TIMES, *_CHOICES))} are expected")
    for name in _TIMES:
        if type(data[name]) is not int or data[name] <= 0:
            raise RecordError(f"{where}: {name} must be minutes, a whole number above 0, not {data[name]!r}")
    for name in _CHOICES:
        if not isinstance(data[name], bool):
            raise RecordError(f"{where}: {name} must be true or false, not {data[name]!r}")
    times = {name: dt.timedelta(minutes=data[name]) for name in _TIMES}
    return Promise(**times, duty=data["duty"], at_any_hour=data["at_any_hour"])
