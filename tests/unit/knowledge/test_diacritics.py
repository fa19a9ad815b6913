"""Diacritics that were left out come back as the guidance writes them."""

from __future__ import annotations

import pytest

from knowledge.engine.writing.diacritics import DiacriticsTable, SyllableCounts

TEXTS = [
    "thời hạn nộp tờ khai nhập khẩu là bao nhiêu ngày",
    "hồ sơ nhập khẩu gồm tờ khai và hóa đơn",
    "tuyến đường quá cảnh",
    "cơ quan có thẩm quyền đương nhiên kiểm tra",
    "xin giấy chứng nhận xuất xứ ở đâu",
    "nộp hồ sơ ở đâu",
    "doanh nghiệp chế xuất",
]


@pytest.fixture
def table() -> DiacriticsTable:
    return DiacriticsTable(SyllableCounts(TEXTS))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("thoi han nop to khai la bao nhieu ngay?", "thời hạn nộp tờ khai là bao nhiêu ngày?"),
        ("tuyen duong qua canh", "tuyến đường quá cảnh"),
        ("duong nhien kiem tra", "đương nhiên kiểm tra"),
        ("nop ho so, o dau", "nộp hồ sơ, ở đâu"),
    ],
)
def test_the_neighbour_decides_between_words_that_fold_to_one(table: DiacriticsTable, typed: str, meant: str) -> None:
    assert table.restore(typed) == meant


def test_a_word_that_the_guidance_does_not_have_stays(table: DiacriticsTable) -> None:
    assert table.restore("nop to khai vnaccs o dau") == "nộp tờ khai vnaccs ở đâu"


def test_an_english_text_stays(table: DiacriticsTable) -> None:
    assert table.restore("how do I file an import declaration") == "how do I file an import declaration"


def test_an_empty_table_and_an_empty_text_are_no_error(table: DiacriticsTable) -> None:
    assert table.restore("") == ""
    assert DiacriticsTable(SyllableCounts()).restore("to khai") == "to khai"


@pytest.mark.parametrize("typed", ["tuyến đường quá cảnh", "nộp hồ sơ ở đâu", "cơ quan kiểm tra"])
def test_what_was_typed_with_diacritics_is_not_touched(table: DiacriticsTable, typed: str) -> None:
    assert table.restore(typed) == typed


def test_where_most_diacritics_are_missing_the_rest_come_back_too(table: DiacriticsTable) -> None:
    assert table.restore("nộp to khai nhap khau") == "nộp tờ khai nhập khẩu"


def test_a_tone_that_no_text_has_is_taken_for_a_slip(table: DiacriticsTable) -> None:
    assert table.restore("tuyễn đường quá cảnh") == "tuyến đường quá cảnh"


def test_counts_of_two_collections_add_up() -> None:
    both = SyllableCounts(TEXTS[:3]) + SyllableCounts(TEXTS[3:])
    assert DiacriticsTable(both).restore("nop ho so o dau") == DiacriticsTable(SyllableCounts(TEXTS)).restore(
        "nop ho so o dau"
    )
