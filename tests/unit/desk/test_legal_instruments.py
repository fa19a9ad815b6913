"""Legal instruments: their state on a day, their names, and places within them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from desk.guidance.record import Citation
from desk.law.instruments import Instrument, Instruments, place
from tests.desk_fixtures import CONTENT

BEFORE, FIRST, BETWEEN, LAST, AFTER = (dt.date(2026, month, 1) for month in (1, 3, 5, 7, 9))


def instrument(**changes: Any) -> Instrument:
    data = {
        "number": "1/2026/QH16",
        "kind": "law",
        "title": {"vi": "Luật Thử", "en": "Test Law"},
        "in_force": {"from": FIRST, "to": None},
        "sources": ["Công báo"],
        **changes,
    }
    return Instrument.model_validate(data)


ENDS = {"in_force": {"from": FIRST, "to": LAST}}
NO_START = {"in_force": {"from": None, "to": None}}


def changing(how: str, since: dt.date | None = None, **more: Any) -> Instrument:
    """A text that amends or replaces the first one."""
    change = {"instrument": "1/2026/QH16", "how": how, **more}
    return instrument(number="2/2026/QH16", in_force={"from": since, "to": None}, changes=[change])


AMENDED, REPLACED = changing("amends"), changing("replaces")


@pytest.mark.parametrize(
    ("dates", "by", "day", "state"),
    [
        ({}, None, BEFORE, "not_yet"),
        ({}, None, FIRST, "in_force"),
        ({}, None, AFTER, "in_force"),
        ({}, AMENDED, BETWEEN, "in_force_amended"),
        ({}, AMENDED, BEFORE, "not_yet"),
        ({}, changing("amends", LAST), BETWEEN, "in_force"),
        ({}, changing("amends", LAST), LAST, "in_force_amended"),
        ({}, changing("amends", AFTER, **{"from": LAST}), LAST, "in_force_amended"),
        (ENDS, None, BEFORE, "not_yet"),
        (ENDS, None, LAST, "in_force"),
        (ENDS, None, AFTER, "ended"),
        (ENDS, changing("replaces", AFTER), BETWEEN, "in_force"),
        (ENDS, changing("replaces", AFTER), AFTER, "ended"),
        ({}, REPLACED, BETWEEN, "ended"),
        ({}, changing("replaces", LAST), BETWEEN, "in_force"),
        ({}, changing("replaces", LAST), LAST, "ended"),
        ({}, changing("replaces", LAST, articles=[2]), LAST, "in_force_amended"),
        (NO_START, None, BETWEEN, "unknown"),
        (NO_START, AMENDED, BETWEEN, "unknown"),
        (NO_START, REPLACED, BETWEEN, "ended"),
        ({"in_force": {"from": None, "to": LAST}}, None, AFTER, "ended"),
    ],
)
def test_the_state_of_an_instrument_on_a_day(
    dates: dict[str, Any], by: Instrument | None, day: dt.date, state: str
) -> None:
    listed = [instrument(**dates), *([by] if by else [])]
    assert Instruments(listed).state_on("1/2026/QH16", day) == state


def test_nothing_is_known_of_a_text_that_nobody_listed() -> None:
    assert Instruments([]).state_on("1/2026/QH16", BETWEEN) == "unknown"


def test_a_text_is_replaced_by_the_one_that_takes_the_place_of_all_of_it() -> None:
    assert Instruments([instrument(), AMENDED]).replaced_by("1/2026/QH16") is None
    assert Instruments([instrument(), changing("replaces", articles=["2"])]).replaced_by("1/2026/QH16") is None
    assert Instruments([instrument(), REPLACED]).replaced_by("1/2026/QH16") == "2/2026/QH16"


def test_a_change_of_some_articles_bears_on_these_and_on_what_names_no_article() -> None:
    (change,) = Instruments([instrument(), changing("amends", articles=["2", "16a"])]).changed("1/2026/QH16")
    assert [change.touches(article) for article in ("2", "16a", "16", None)] == [True, True, False, True]
    (change,) = Instruments([instrument(), AMENDED]).changed("1/2026/QH16")
    assert change.touches("7")


def test_the_newest_consolidated_text_comes_first() -> None:
    texts = [
        instrument(number=f"{year}/VBHN", kind="consolidated", issued=f"{year}-01-01", consolidates=["1/2026/QH16"])
        for year in (2019, 2025)
    ]
    found = Instruments([instrument(), *texts]).consolidated_in("1/2026/QH16")
    assert [one.number for one in found] == ["2025/VBHN", "2019/VBHN"]


@pytest.mark.parametrize(
    ("parts", "vi", "en"),
    [
        ({}, "", ""),
        ({"article": 24}, "Điều 24", "Article 24"),
        ({"article": 24, "clause": 1}, "Khoản 1 Điều 24", "Article 24(1)"),
        ({"article": 24, "clause": 1, "point": "a"}, "Điểm a khoản 1 Điều 24", "Article 24(1)(a)"),
        ({"article": "12a", "point": "b"}, "Điểm b Điều 12a", "Article 12a(b)"),
        ({"article": "Phụ lục II", "clause": "3"}, "Khoản 3 Phụ lục II", "Annex II(3)"),
        ({"clause": "3"}, "Khoản 3", "Clause 3"),
        ({"clause": "3", "point": "đ"}, "Điểm đ khoản 3", "Clause 3(đ)"),
    ],
)
def test_a_place_is_written_as_the_language_writes_it(parts: dict[str, Any], vi: str, en: str) -> None:
    citation = Citation.model_validate({"instrument": "54/2014/QH13", **parts})
    assert (place(citation, "vi"), place(citation, "en")) == (vi, en)


def test_an_instrument_is_named_with_its_number() -> None:
    instruments = Instruments([instrument(), instrument(number="9", title={"vi": "Nghị định 9", "en": "Decree 9"})])
    assert instruments.name("1/2026/QH16", "vi") == "Luật Thử số 1/2026/QH16"
    assert instruments.name("1/2026/QH16", "en") == "Test Law No. 1/2026/QH16"
    assert instruments.name("9", "vi") == "Nghị định 9"


def test_shipped_instruments_are_each_listed_once_and_end_after_they_begin() -> None:
    shipped = list(Instruments.read(CONTENT / "law" / "instruments.yml"))
    for one in shipped:
        if one.in_force.from_ and one.in_force.to:
            assert one.in_force.from_ <= one.in_force.to, one.number
    text = (CONTENT / "law" / "instruments.yml").read_text(encoding="utf-8")
    assert text.count("\n- number:") + text.startswith("- number:") == len(shipped)
