"""For whom stars count, by what they were said to be about."""

from __future__ import annotations

from pathlib import Path

import pytest

from desk.ratings.rules import For, RatingRules
from tests.desk_fixtures import CONTENT


@pytest.fixture(scope="module")
def rules() -> RatingRules:
    return RatingRules.read(CONTENT / "ratings.yml")


def test_one_tap_counts_for_the_service_and_the_officers(rules: RatingRules) -> None:
    assert rules.count_for([]) == {For.SERVICE, For.OFFICER}


def test_who_is_angry_at_the_rule_alone_lowers_nobodys_score(rules: RatingRules) -> None:
    assert rules.count_for(["rule"]) == {For.RULE}


def test_a_slow_system_is_not_the_officers(rules: RatingRules) -> None:
    assert rules.count_for(["system"]) == {For.SERVICE}


def test_with_several_reasons_the_stars_count_for_all_that_any_names(rules: RatingRules) -> None:
    assert rules.count_for(["rule", "speed"]) == {For.RULE, For.SERVICE, For.OFFICER}


@pytest.mark.parametrize("name", ["speed", "clarity", "attitude", "rule", "system"])
def test_each_reason_that_the_authority_asks_for_is_there(rules: RatingRules, name: str) -> None:
    assert rules.count_for([name])


def test_nobody_unknown_is_counted_for(tmp_path: Path) -> None:
    written = (CONTENT / "ratings.yml").read_text(encoding="utf-8").replace("speed: [service", "speed: [weather")
    (tmp_path / "ratings.yml").write_text(written, encoding="utf-8")
    with pytest.raises(ValueError, match="weather"):
        RatingRules.read(tmp_path / "ratings.yml")
