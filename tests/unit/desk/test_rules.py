"""What content/ says about how the desk works can be read, and makes sense."""

from __future__ import annotations

from desk.cases.model import Urgency
from desk.desk import Rules
from tests.desk_fixtures import CONTENT


def test_the_shipped_rules_can_be_read() -> None:
    rules = Rules.read(CONTENT)
    assert 0 < rules.thresholds.clarify < rules.thresholds.answer < 1
    assert 0 < rules.thresholds.related_law < 1
    hours = [rules.due_hours[urgency] for urgency in (Urgency.URGENT, Urgency.HIGH, Urgency.NORMAL)]
    assert hours == sorted(hours)
    assert hours[0] > 0
