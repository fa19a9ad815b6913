"""Exported tables: read back they are what was written, and nothing in them acts."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.guidance.record import Language
from desk.tables.csv_file import csv_file
from desk.tables.table import Cell, Column, Kind, Table
from desk.tables.xlsx_file import xlsx_file

COLUMNS = (
    Column("Đơn vị"),
    Column("Số câu hỏi", Kind.NUMBER),
    Column("Trung bình", Kind.NUMBER, digits=2),
    Column("Tỷ lệ", Kind.SHARE, digits=1),
    Column("Ngày", Kind.DAY),
    Column("Lúc", Kind.MOMENT),
)
AT = dt.datetime(2026, 11, 23, 18, 30, tzinfo=dt.UTC)
ROW: tuple[Cell, ...] = ("Cát Lái", 1234, 4.25, 0.935, dt.date(2026, 11, 23), AT)
ABOUT = (("Kỳ", "01/11/2026 – 30/11/2026"), ("Lập lúc", "12:00 ngày 23/11/2026"))
ACTING = ["=1+1", "+84", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1"]


def a_table(*rows: Sequence[Cell], title: str = "Số liệu", columns: Sequence[Column] = COLUMNS) -> Table:
    return Table("figures", title, columns, rows, ABOUT)


def as_csv(*tables: Table, language: Language = "en") -> list[list[str]]:
    written = b"".join(csv_file(tables, language))
    assert written.startswith("\ufeff".encode())
    text = written.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "vi" else ","))


def as_workbook(*tables: Table) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx_file(tables, "Thông tin")))


def test_a_csv_says_what_it_is_about_and_then_holds_the_table() -> None:
    assert as_csv(a_table(ROW)) == [
        ["Số liệu"],
        ["Kỳ", "01/11/2026 – 30/11/2026"],
        ["Lập lúc", "12:00 ngày 23/11/2026"],
        [],
        [column.title for column in COLUMNS],
        ["Cát Lái", "1234", "4.25", "0.935", "2026-11-23", "2026-11-24 01:30"],
    ]


def test_a_vietnamese_csv_has_decimal_commas_and_semicolons_between() -> None:
    assert as_csv(a_table(ROW), language="vi")[-1][1:4] == ["1234", "4,25", "0,935"]


def test_no_value_is_an_empty_cell_and_never_zero() -> None:
    nothing: tuple[Cell, ...] = (None,) * len(COLUMNS)
    assert as_csv(a_table(nothing))[-1] == [""] * len(COLUMNS)
    sheet = as_workbook(a_table(("x", *nothing[1:]))).worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["x", None, None, None, None, None]


def test_several_tables_stand_one_below_the_other() -> None:
    rows = as_csv(a_table(ROW), a_table(ROW, title="Khác"))
    assert rows[6:8] == [[], ["Khác"]]


@pytest.mark.parametrize("text", ACTING)
def test_a_text_that_would_act_has_an_apostrophe_before_it(text: str) -> None:
    (*_, row) = as_csv(a_table((text,), columns=[Column(text)]))
    assert row == [f"'{text}"]


@pytest.mark.parametrize("end", [",", ";", "\t", "\n", "\r\n"])
@pytest.mark.parametrize("acts", ["=1+1", "+84", "-1", "@SUM(A1)", "＝1"])
def test_a_spreadsheet_that_splits_elsewhere_finds_no_formula_either(end: str, acts: str) -> None:
    (*_, row) = as_csv(a_table((f"Thu{end}{acts}",), columns=[Column("x")]))
    assert row == [f"Thu{end}'{acts}"]


def test_ordinary_words_stay_as_they_are() -> None:
    text = "Cát Lái, Linh Trung; 2 - 3 = 1, thu@hq.vn"
    assert as_csv(a_table((text,), columns=[Column("x")]))[-1] == [text]


def test_a_negative_number_is_a_number() -> None:
    assert as_csv(a_table((-3,), columns=[Column("x", Kind.NUMBER)]))[-1] == ["-3"]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_no_cell_of_a_csv_begins_like_a_formula(text: str) -> None:
    for row in as_csv(a_table((text,), columns=[Column(text)], title=text)):
        for cell in row:
            assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}


def test_a_workbook_has_real_numbers_and_dates() -> None:
    sheet = as_workbook(a_table(ROW)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    assert [cell.value for cell in sheet[2]] == [
        "Cát Lái",
        1234,
        4.25,
        0.935,
        dt.datetime(2026, 11, 23),  # noqa: DTZ001 - a workbook knows no time zones
        dt.datetime(2026, 11, 24, 1, 30),  # noqa: DTZ001
    ]
    assert [cell.number_format for cell in sheet[2]][1:] == [
        "#,##0",
        "#,##0.00",
        "0.0%",
        "dd/mm/yyyy",
        "dd/mm/yyyy hh:mm",
    ]


def test_the_header_of_a_workbook_stays_in_sight_and_the_filter_is_in_it() -> None:
    workbook = as_workbook(a_table(ROW))
    assert workbook.worksheets[0].freeze_panes == "A2"
    about = workbook.worksheets[-1]
    assert [[cell.value for cell in row] for row in about["A1:B3"]] == [["Số liệu", None], *map(list, ABOUT)]


@pytest.mark.parametrize("text", [*ACTING, "http://example.vn", "{=1}"])
def test_texts_in_a_workbook_are_texts(text: str) -> None:
    cell = as_workbook(a_table((text,), columns=[Column("x")])).worksheets[0]["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)


def test_sheets_have_names_of_their_own_that_excel_takes() -> None:
    long = "Câu hỏi không trả lời được: theo chủ đề/tháng"
    names = as_workbook(a_table(title=long), a_table(title=long.upper()), a_table(title="[]")).sheetnames
    assert len({name.lower() for name in names}) == 4
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


def test_rows_are_read_once() -> None:
    def rows() -> Iterator[Sequence[Cell]]:
        yield from ((number,) for number in range(3))

    table = Table("n", "N", [Column("x", Kind.NUMBER)], rows())
    assert as_workbook(table).worksheets[0]["A4"].value == 2
