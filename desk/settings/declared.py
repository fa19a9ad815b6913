"""The settings that an administrator may change while the desk runs, each declared once.

What is here is what an operator truly turns: how sure the desk must be, how long it waits, how fast it speaks. What
needs a restart or belongs to content (texts, promises, working time, limits of files, the other limits of
content/limits.yml) is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from desk.cases.service import REOPENED_WITHIN
from desk.conversations.service import IDLE_AFTER
from desk.law.ageing import AGED_AFTER
from desk.law.impact.model import IMPACT_DAYS
from desk.recall.days import RECALL_DAYS
from desk.subscriptions.pace import RATE

if TYPE_CHECKING:
    from desk.desk import Rules

#: ``percent``: a share, kept as 0 to 1 and typed in hundredths; the others are whole numbers, kept as they are typed.
Unit = Literal["percent", "minutes", "days", "a_second", "a_minute"]


@dataclass(frozen=True)
class Setting:
    """One setting: its range (both ends allowed, as it is kept) and where its default is read.

    Its words are ``setting.<name>.name`` and ``setting.<name>.about``. ``decides_answers``: a change of it changes
    what people are told, or whether they are told anything.
    """

    name: str
    unit: Unit
    lowest: float
    highest: float
    default: Callable[[Rules], float]
    decides_answers: bool = False

    @property
    def is_share(self) -> bool:
        return self.unit == "percent"

    def allows(self, value: float) -> bool:
        return self.lowest <= value <= self.highest and (self.is_share or value == int(value))

    def typed(self, value: float) -> float:
        """The value as a person types and reads it."""
        return round(value * 100, 2) if self.is_share else value


DECLARED = (
    Setting("answer", "percent", 0.3, 0.99, lambda rules: rules.thresholds.answer, decides_answers=True),
    Setting(
        "despite_matter", "percent", 0.5, 0.99, lambda rules: rules.thresholds.despite_matter, decides_answers=True
    ),
    Setting("clarify", "percent", 0.05, 0.9, lambda rules: rules.thresholds.clarify, decides_answers=True),
    Setting("related_law", "percent", 0.1, 0.99, lambda rules: rules.thresholds.related_law, decides_answers=True),
    Setting("idle_minutes", "minutes", 5, 240, lambda _: IDLE_AFTER / dt.timedelta(minutes=1)),
    Setting("reopened_within_days", "days", 1, 90, lambda _: REOPENED_WITHIN / dt.timedelta(days=1)),
    Setting("at_risk_after", "percent", 0.3, 0.95, lambda rules: rules.deadlines.at_risk_after),
    Setting("news_a_second", "a_second", 1, 25, lambda _: RATE),
    Setting("chat_a_minute", "a_minute", 10, 600, lambda rules: rules.limits.chat),
    Setting("officer_a_minute", "a_minute", 60, 6000, lambda rules: rules.limits.officer),
    Setting("enterprise_a_minute", "a_minute", 20, 6000, lambda rules: rules.limits.enterprise),
    Setting("address_a_minute", "a_minute", 20, 100_000, lambda rules: rules.limits.address),
    Setting("impact_days", "days", 1, 365, lambda _: IMPACT_DAYS),
    Setting("law_aged_days", "days", 14, 730, lambda _: AGED_AFTER / dt.timedelta(days=1)),
    Setting("recall_days", "days", 1, 730, lambda _: RECALL_DAYS),
    Setting("alike", "percent", 0.2, 0.95, lambda rules: rules.alike.threshold),
)
BY_NAME = {setting.name: setting for setting in DECLARED}
#: Each of these must not be above the one after it, or the desk would never offer a choice.
RISING = ("clarify", "answer", "despite_matter")
