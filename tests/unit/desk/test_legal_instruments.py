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


@pytest.mark.parametrize(
    ("changes", "day", "state"),
    [
        ({}, BEFORE, "not_yet"),
        ({}, FIRST, "in_force"),
        ({}, AFTER, "in_force"),
        ({"amended_by": ["2/2026/QH16"]}, BETWEEN, "in_force_amended"),
        ({"amended_by": ["2/2026/QH16"]}, BEFORE, "not_yet"),
        (ENDS, BEFORE, "not_yet"),
        (ENDS, LAST, "in_force"),
        (ENDS, AFTER, "ended"),
        ({**ENDS, "replaced_by": "2/2026/QH16"}, BETWEEN, "in_force"),
        ({**ENDS, "replaced_by": "2/2026/QH16"}, AFTER, "ended"),
        ({"replaced_by": "2/2026/QH16"}, BETWEEN, "ended"),
        (NO_START, BETWEEN, "unknown"),
        ({**NO_START, "replaced_by": "2/2026/QH16"}, BETWEEN, "ended"),
        ({"in_force": {"from": None, "to": LAST}}, AFTER, "ended"),
    ],
)
def test_the_state_of_an_instrument_on_a_day(changes: dict[str, Any], day: dt.date, state: str) -> None:
    assert instrument(**changes).state_on(day) == state


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
