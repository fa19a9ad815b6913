"""A record that is exported and read again is the same, whatever is written in it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from desk.exports.records import ExportRefused, Format, export
from desk.guidance.record import GuidanceRecord, read_records
from desk.imports import records
from desk.imports.columns import row_of
from desk.imports.files import File
from desk.texts import Texts
from tests import import_fixtures as made
from tests.desk_fixtures import CONTENT, a_record

TEXTS = Texts.read(CONTENT / "texts")
AWKWARD = [
    '"',
    "'",
    "''=",
    "=1+1",
    "+84",
    "-5%",
    "@here",
    "＝x",
    "a;b,c\td",
    "\\n",
    "\\",
    "|",
    "a|b",
    "_x0041_",
    "x005F_",
]
AWKWARD += [
    "🇻🇳 🛃",
    "👩‍👩‍👧",
    "một\nhai",
    "\u2028",
    "{x}",
    "<b>&amp;",
    "đ" * 3_000,
    "#REF!",
    "1,5",
    "007",
    "2026-01-01",
    "TRUE",
]
#: Signs and letters of which a handful makes a text look like one in an old encoding: those are refused, and not here.
_OLD = "".join(map(chr, range(0xA1, 0xC0))) + "ûïøäåëüñöÛÏØÄÅËÜÑÖ"
_LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=f"\ufffe\uffff{_OLD}")
WORDS = (
    st.one_of(
        st.sampled_from(AWKWARD), st.text(st.one_of(_LETTERS, st.sampled_from("\n'=\\|;,\"")), min_size=1, max_size=20)
    )
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(lambda text: bool(text.strip()))
)


def both(words: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"vi": words, "en": words})


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": both(WORDS),
        "answer": both(WORDS),
        "documents": st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=3).map(
            lambda pairs: {"vi": [vi for vi, _ in pairs], "en": [en for _, en in pairs]}
        ),
        "legal_basis": st.lists(
            st.fixed_dictionaries({"instrument": WORDS, "article": st.none() | WORDS, "point": st.none() | WORDS}),
            min_size=1,
            max_size=3,
        ),
        "questions": both(st.lists(WORDS, min_size=6, max_size=7)),
        "sources": st.lists(WORDS, min_size=1, max_size=3),
        "unverified": st.lists(both(WORDS), max_size=3),
        "in_force": st.sampled_from([{"from": "2015-01-01"}, {"from": "2015-01-01", "to": "2026-12-31"}]),
    },
)


def there_and_back(record: GuidanceRecord, format: Format, language: Any = "en") -> GuidanceRecord:
    file = File(f"records.{format}", export([record], format, TEXTS, language))
    [given] = records.read(file)
    return GuidanceRecord.model_validate(given.content)


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx"])
@settings(max_examples=25)
@given(changes=CHANGES)
@example(changes={"sources": [text for text in AWKWARD if text.strip() == text]})
@example(changes={"title": {"vi": "'=1", "en": "'abc"}})
def test_whatever_a_record_says_is_read_back(format: Format, changes: dict[str, Any]) -> None:
    record = a_record(**changes)
    assert there_and_back(record, format) == record


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_what_ships_is_read_back(format: Format) -> None:
    shipped = read_records(CONTENT / "guidance")
    read = records.read(File(f"records.{format}", export(shipped, format, TEXTS, "vi")))
    assert [GuidanceRecord.model_validate(given.content) for given in read] == shipped


def test_no_cell_of_a_table_acts_in_a_spreadsheet() -> None:
    record = a_record(title={"vi": '=HYPERLINK("http://x")', "en": "@SUM(1)"}, unit={"vi": "-1+1", "en": "+1"})
    text = export([record], "csv", TEXTS, "vi").decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert [cell for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    assert there_and_back(record, "csv", "vi") == record


def test_the_same_records_are_the_same_bytes() -> None:
    some = [a_record("one_entry"), a_record("two_entry")]
    for format in ("jsonl", "csv", "xlsx", "yaml"):
        assert export(some, format, TEXTS, "vi") == export(some, format, TEXTS, "vi"), format


def test_a_text_too_long_for_a_cell_is_no_half_text_in_a_workbook() -> None:
    record = a_record(sources=["x" * 20_000, "y" * 20_000])
    with pytest.raises(ExportRefused) as refused:
        export([record], "xlsx", TEXTS, "vi")
    assert (refused.value.entry, refused.value.column) == ("dossier_import", "sources")
    assert there_and_back(record, "jsonl") == record


def test_yaml_is_a_file_a_record_as_content_has_it() -> None:
    packed = export([a_record("one_entry")], "yaml", TEXTS, "vi")
    assert GuidanceRecord.model_validate(yaml.safe_load(made.part_of(packed, "one_entry.yml"))) == a_record("one_entry")


@pytest.mark.parametrize("file", [made.headed_md, made.headed_docx, made.headed_html], ids=lambda made: made.__name__)
def test_a_document_with_headings_holds_records(file: Any) -> None:
    wanted = [a_record("one_entry", related=["two_entry"]), a_record("two_entry", answer={"vi": "A\nB", "en": "C\nD"})]
    read = records.read(file([row_of(record.as_json()) for record in wanted]))
    assert [GuidanceRecord.model_validate(given.content) for given in read] == wanted


def test_a_semicolon_or_a_tab_may_stand_between_cells_and_columns_in_any_order() -> None:
    for separator in (";", "\t"):
        file = made.csv_file([made.a_row()], columns=tuple(reversed(made.COLUMNS)), separator=separator)
        assert GuidanceRecord.model_validate(records.read(file)[0].content) == a_record("brand_new")


def test_days_and_numbers_of_a_workbook_are_read_as_they_are_meant() -> None:
    row: dict[str, object] = {
        **made.a_row(),
        "text_date": dt.date(2026, 11, 22),
        "in_force_from": dt.datetime.fromisoformat("2015-01-01"),
    }
    [given] = records.read(made.xlsx_file([row]))
    assert GuidanceRecord.model_validate(given.content) == a_record("brand_new")
