"""The law that ships ages: whoever runs the desk is told, and told what comes into force within thirty days."""

from __future__ import annotations

import datetime as dt

import pytest

from desk.law.ageing import age, read_checked_on
from desk.law.instruments import Instruments
from tests.desk_fixtures import CONTENT

INSTRUMENTS = Instruments.read(CONTENT / "law" / "instruments.yml")
CHECKED = dt.date(2026, 11, 25)
LIMIT = dt.timedelta(days=90)


@pytest.mark.parametrize(("as_of", "is_aged"), [("2027-02-23", False), ("2027-02-24", True)])
def test_law_is_aged_when_it_was_not_compared_for_longer_than_the_limit(as_of: str, is_aged: bool) -> None:
    found = age(INSTRUMENTS, [CHECKED], dt.date.fromisoformat(as_of), LIMIT)
    assert (found.newest, found.is_aged) == (CHECKED, is_aged)


def test_the_newest_day_counts_and_none_that_is_yet_to_come() -> None:
    checked = [None, dt.date(2026, 10, 1), dt.date(2030, 1, 1)]
    assert age(Instruments([]), checked, CHECKED, LIMIT).newest == dt.date(2026, 10, 1)
    assert age(Instruments([]), [], CHECKED, LIMIT).is_aged


@pytest.mark.parametrize(
    ("as_of", "coming"), [("2027-01-29", []), ("2027-01-30", ["11/2026/QH16"]), ("2027-03-01", [])]
)
def test_what_comes_into_force_is_told_thirty_days_before(as_of: str, coming: list[str]) -> None:
    found = age(INSTRUMENTS, [CHECKED], dt.date.fromisoformat(as_of), LIMIT)
    assert [one.number for one in found.coming] == coming


def test_the_day_of_the_comparison_ships_with_the_law() -> None:
    assert read_checked_on(CONTENT / "law" / "checked.yml") >= CHECKED
