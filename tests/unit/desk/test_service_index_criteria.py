"""The file of criteria: what ships can be used, and whatever is wrong with a file is refused with a sentence."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
import yaml

from desk.guidance.record import LANGUAGES
from desk.service_index.criteria import Criteria, CriteriaRefused
from desk.service_index.span import BadSpan, Span, last_quarter, named, recent
from tests.desk_fixtures import CONTENT

SHIPPED = CONTENT / "service_index.yml"
TODAY = dt.date(2026, 11, 23)


def changed(path: str, value: Any) -> str:
    """The file that ships with one part changed, or without it where the value is None."""
    data = copy.deepcopy(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))
    *way, last = path.split("/")
    at = data
    for name in way:
        at = at[name]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def test_the_file_that_ships_says_that_it_is_an_example() -> None:
    criteria = Criteria.read(SHIPPED)
    for column in ("department", "office"):
        assert sum(weight for _, weight in criteria.of_kind(column)) == 100
    assert "example" in criteria.about["en"]
    assert "mẫu" in criteria.about["vi"]
    assert {*criteria.about} == set(LANGUAGES)


def test_a_changed_file_is_another_version_and_the_same_file_the_same() -> None:
    shipped = Criteria.read(SHIPPED)
    assert Criteria.parse(shipped.text).hash == shipped.hash
    assert Criteria.parse(f"{shipped.text}\n# a word\n").hash != shipped.hash


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("criteria/on_time/weight", {"department": 20, "unit": 24}, "the weights for unit add up to 99"),
        ("criteria/on_time/weight", {"department": 21, "unit": 25}, "the weights for department add up to 101"),
        ("criteria/on_time/weight", {"region": 20}, "a weight is given for department or unit"),
        ("criteria/covered/weight", {"department": 10, "unit": 5}, "counted for the department alone"),
        ("criteria/on_time/figure", "speed", "'speed' is no figure; it is one of satisfied"),
        ("criteria/on_time/name/vi", "  ", "on_time: name: the text in 'vi' is missing"),
        ("criteria/on_time/why/en", None, "on_time: why: 'en' is missing"),
        ("criteria/on_time/least", 19, "on_time: least is 19; it must be a whole number from 20"),
        ("criteria/on_time/least", True, "on_time: least is True"),
        ("criteria/on_time/scale", {"line": {"none": 95, "all": 70}}, "more is better, and the scale gives more"),
        ("criteria/overdue/scale", {"line": {"none": 0, "all": 5}}, "less is better, and the scale gives more"),
        ("criteria/on_time/scale", {"line": {"none": 95, "all": 95}}, "must not be the same"),
        ("criteria/on_time/scale", {"line": {"none": -1, "all": 95}}, "-1 is no number from 0 to 100"),
        ("criteria/on_time/scale", {"curve": 3}, 'a scale is a "line"'),
        ("criteria/on_time/scale", {"steps": []}, 'a scale is a "line"'),
        ("criteria/on_time/scale", {"steps": [{"at": 90, "points": 90}]}, "the first step must give all points"),
        (
            "criteria/on_time/scale",
            {"steps": [{"at": 90, "points": 100}, {"at": 95, "points": 50}]},
            "from the best to the worst",
        ),
        ("criteria/on_time/scale", {"steps": [{"at": 90, "points": 100, "note": 1}]}, 'a step has "at" and "points"'),
        ("criteria/on_time/colour", "red", "on_time: 'colour' is not known"),
        ("criteria/on_time", "fast", "on_time must be a mapping"),
        ("about/en", "", "about: the text in 'en' is missing"),
        ("least_judged", 0, "least_judged is 0"),
        ("by_hand/altogether", 4, "must not be less than by_hand.at_once"),
        ("by_hand", None, "the file: 'by_hand' is missing"),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(path: str, value: Any, said: str) -> None:
    with pytest.raises(CriteriaRefused) as refused:
        Criteria.parse(changed(path, value), "mine.yml")
    assert said in str(refused.value)
    assert str(refused.value).startswith("mine.yml")


def test_what_is_no_yaml_is_refused_with_a_sentence() -> None:
    for text in ("criteria: [", "- one\n- two\n"):
        with pytest.raises(CriteriaRefused, match=r"^service_index\.yml"):
            Criteria.parse(text)


@pytest.mark.parametrize(
    ("name", "first", "last", "before", "vi", "en"),
    [
        ("2026-Q3", (2026, 7, 1), (2026, 9, 30), "2026-Q2", "quý III/2026", "Q3 2026"),
        ("2026-Q1", (2026, 1, 1), (2026, 3, 31), "2025-Q4", "quý I/2026", "Q1 2026"),
        ("2026", (2026, 1, 1), (2026, 12, 31), "2025", "năm 2026", "2026"),
        ("2026-02", (2026, 2, 1), (2026, 2, 28), "2026-01", "tháng 2/2026", "February 2026"),
        (
            "2026-02..2026-05",
            (2026, 2, 1),
            (2026, 5, 31),
            "2025-10..2026-01",
            "từ tháng 2/2026 đến tháng 5/2026",
            "February 2026 to May 2026",
        ),
    ],
)
def test_periods_have_names_and_the_one_before(
    name: str, first: tuple[int, int, int], last: tuple[int, int, int], before: str, vi: str, en: str
) -> None:
    span = named(name, TODAY)
    assert span == Span(dt.date(*first), dt.date(*last))
    assert (span.name, span.before().name) == (name, before)
    assert (span.in_words("vi"), span.in_words("en")) == (vi, en)


def test_months_that_make_a_quarter_are_the_quarter() -> None:
    assert named("2026-07..2026-09", TODAY).name == "2026-Q3"
    assert named("2026-10..2026-12", TODAY).is_over(TODAY) is False
    assert last_quarter(TODAY).name == "2026-Q3"
    assert [each.name for each in recent(TODAY)][:2] == ["2026-Q4", "2026-Q3"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("summer", "period"),
        ("2026-Q5", "period"),
        ("2026-13", "period"),
        ("0000-01", "period"),
        ("2026-09..2026-07", "order"),
        ("2027-Q1", "future"),
        ("2025-01..2026-01", "long"),
    ],
)
def test_what_is_no_period_is_told(name: str, reason: str) -> None:
    with pytest.raises(BadSpan) as refused:
        named(name, TODAY)
    assert refused.value.reason == f"service_index.refused.{reason}"
