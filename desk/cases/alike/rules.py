"""What content/cases_alike.yml says about cases that ask the same: from when on, how many, and among which."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from desk.yaml_file import read_yaml


@dataclass(frozen=True)
class AlikeRules:
    """``threshold`` is a likeness (0 to 1); ``shown`` and ``compared`` are numbers of cases of each kind."""

    threshold: float
    shown: int
    compared: int
    opened_within_days: int
    answered_within_days: int

    @classmethod
    def read(cls, path: Path) -> AlikeRules:
        """Raises TypeError or ValueError for a file with other names or values out of bounds."""
        rules = cls(**read_yaml(path))
        numbers = (rules.shown, rules.compared, rules.opened_within_days, rules.answered_within_days)
        if not 0 < rules.threshold < 1 or min(numbers) < 1:
            raise ValueError(f"{path.name}: the threshold lies between 0 and 1, the other numbers are at least 1")
        return rules

    @property
    def opened_within(self) -> dt.timedelta:
        return dt.timedelta(days=self.opened_within_days)

    @property
    def answered_within(self) -> dt.timedelta:
        return dt.timedelta(days=self.answered_within_days)
