"""What content/ says about how the desk works can be read, and makes sense."""

from __future__ import annotations

from desk.cases.model import Urgency
from desk.desk import Rules
from desk.units.model import Unit
from tests.desk_fixtures import CONTENT, NOON


def test_the_shipped_rules_can_be_read() -> None:
    rules = Rules.read(CONTENT)
    assert 0 < rules.thresholds.clarify < rules.thresholds.answer < 1
    assert 0 < rules.thresholds.related_law < 1
    department = Unit(code="VN", kind="department", path="1.", name_vi="Cục Hải quan", name_en="Vietnam Customs")
    due = [rules.deadlines.of(urgency, department, NOON).due_at for urgency in Urgency]
    assert NOON < due[0] <= due[-1]
    assert due == sorted(due)
