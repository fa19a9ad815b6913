"""How ratings are asked for, and for whom stars count: content/ratings.yml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from desk.yaml_file import read_yaml


class For(StrEnum):
    """Whom stars count for. Three things apart: a bad rule is no bad officer."""

    SERVICE = "service"
    OFFICER = "officer"
    RULE = "rule"


#: One tap without a reason is about how one was served.
WITHOUT_A_REASON = frozenset({For.SERVICE, For.OFFICER})


@dataclass(frozen=True)
class RatingRules:
    """``reasons`` by their names, in the order of the buttons, each with whom it is about."""

    changeable_for: dt.timedelta
    remind_after: dt.timedelta
    one_account_within: dt.timedelta
    reasons: Mapping[str, frozenset[For]]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file; raises ValueError where it names somebody whom stars cannot count for."""
        data = read_yaml(path)
        return cls(
            changeable_for=dt.timedelta(days=data["changeable_days"]),
            remind_after=dt.timedelta(hours=data["remind_after_hours"]),
            one_account_within=dt.timedelta(days=data["one_account_within_days"]),
            reasons={name: frozenset(For(each) for each in about) for name, about in data["reasons"].items()},
        )

    def count_for(self, reasons: Iterable[str]) -> frozenset[For]:
        """Whom the stars count for that were given for these reasons."""
        named = [self.reasons[reason] for reason in reasons]
        return frozenset().union(*named) if named else WITHOUT_A_REASON
