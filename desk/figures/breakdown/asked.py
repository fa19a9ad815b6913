"""What a report is asked for: the days, by what its rows are, and what is counted at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from desk.figures.breakdown.sight import Sight
from desk.figures.period import Period, Step

#: By what a row is found: the id of an officer or a unit, a word, or the first day of a step; None is "none".
Key = int | str | dt.date | None


class By(StrEnum):
    OFFICER = "officer"
    TEAM = "team"
    OFFICE = "office"
    REGION = "region"
    TOPIC = "topic"
    ENTRY = "entry"
    CHANNEL = "channel"
    LANGUAGE = "language"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def step(self) -> Step | None:
        """The step of time that its rows are; None for those that can be ranked."""
        return Step(self.value) if self in (By.DAY, By.WEEK, By.MONTH) else None

    @property
    def is_of_parts(self) -> bool:
        """Whether its rows share cases by the parts that officers had in them."""
        return self in (By.OFFICER, By.TEAM, By.OFFICE, By.REGION)


@dataclass(frozen=True)
class Only:
    """What alone is counted, by topic, channel and language of the matter; an empty word is any."""

    topic: str = ""
    channel: str = ""
    language: str = ""

    def chosen(self) -> Mapping[str, str]:
        """The filters that were chosen, by their names."""
        return {name: word for name, word in vars(self).items() if word}


@dataclass(frozen=True)
class Asked:
    """A report that somebody asks for."""

    by: By
    period: Period
    sight: Sight
    only: Only = field(default_factory=Only)

    @property
    def counts_enquiries(self) -> bool:
        """Enquiries belong to no officer and no unit: by these, and within a unit, they are not counted."""
        return not self.by.is_of_parts and self.sight.scope.is_everything
