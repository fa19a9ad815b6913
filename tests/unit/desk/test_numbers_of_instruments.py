"""Official numbers: the kind that an ending stands for, numbers in texts, and numbers in addresses."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from desk.law import numbers
from desk.law.instruments import Instruments
from tests.desk_fixtures import CONTENT

SHIPPED = list(Instruments.read(CONTENT / "law" / "instruments.yml"))


@pytest.mark.parametrize(
    ("number", "kinds"),
    [
        ("54/2014/QH13", ("law", "resolution")),
        ("01/2026/UBTVQH16", ("ordinance", "resolution")),
        ("169/2026/NĐ-CP", ("decree",)),
        ("121/2025/TT-BTC", ("circular",)),
        ("15/2012/TTLT-BTC-BCT", ("circular",)),
        ("31/2026/QĐ-TTg", ("decision",)),
        ("1143/QĐ-BNN-BVTV", ("decision",)),
        ("66.16/2026/NQ-CP", ("resolution",)),
        ("36a/NQ-CP", ("resolution",)),
        ("54/VBHN-VPQH", ("consolidated",)),
        ("43630/CHQ-VP", ("official_letter",)),
        ("Regulation (EU) 952/2013", ()),
        ("169/2026/ND-CP", ()),
    ],
)
def test_the_ending_of_a_number_tells_the_kind(number: str, kinds: tuple[str, ...]) -> None:
    assert numbers.kinds_of(number) == kinds


def test_every_number_that_ships_is_of_an_official_form_and_of_its_kind() -> None:
    assert [one.number for one in SHIPPED if one.kind not in numbers.kinds_of(one.number)] == []


def test_every_number_that_ships_comes_back_from_an_address() -> None:
    assert all(numbers.from_address(unquote(numbers.in_address(one.number))) == one.number for one in SHIPPED)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("theo Thông tư 38/2015/TT-BTC.", True),
        ("theo Thông tư 38/2015 thì sao", True),
        ("Điều 5 Thông tư số 38/2015/TT-BTC, khoản 2", True),
        ("theo 138/2015/TT-BTC", False),
        ("theo 38/2015/NĐ-CP", False),
        ("theo 38/20150", False),
        ("ngày 3/38/2015", False),
    ],
)
def test_a_text_cites_by_the_whole_number_or_without_its_ending(text: str, cited: bool) -> None:
    assert numbers.is_cited_in(text, "38/2015/TT-BTC") is cited


def test_a_number_without_a_year_is_cited_as_a_whole_only() -> None:
    assert numbers.is_cited_in("xem 54/VBHN-VPQH ngày 23/3/2026", "54/VBHN-VPQH")
    assert not numbers.is_cited_in("xem 54/VBHN-BTC", "54/VBHN-VPQH")
