"""What content/questionnaires.yml says: how often somebody is asked, how long one is open, and what it may hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from pathlib import Path

from desk.yaml_file import read_yaml


@dataclass(frozen=True)
class QuestionnaireLimits:
    """``anonymous_from`` and ``cell`` are numbers of people; ``text`` is letters, the longest that may be asked for."""

    days_between: int
    remind_after_days: int
    open_least: int
    open_most: int
    questions: int
    options: int
    text: int
    anonymous_from: int
    cell: int

    @classmethod
    def read(cls, path: Path) -> QuestionnaireLimits:
        """Raises TypeError, KeyError or ValueError for a file with other names or values out of bounds."""
        data = read_yaml(path)
        days = data.pop("open_days")
        limits = cls(open_least=days["least"], open_most=days["most"], **data)
        if min(getattr(limits, each.name) for each in fields(limits)) < 1 or limits.open_least > limits.open_most:
            raise ValueError(f"{path.name}: every number is at least 1, and least is not above most")
        return limits

    @property
    def between(self) -> dt.timedelta:
        return dt.timedelta(days=self.days_between)

    @property
    def remind_after(self) -> dt.timedelta:
        return dt.timedelta(days=self.remind_after_days)
