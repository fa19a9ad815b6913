"""A file that cannot be used gives a sentence that says what is wrong and where, and no half of it is read."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from itertools import count

import docx
import openpyxl
import pytest

from desk.attachments.limits import MEGABYTE
from desk.imports import csv_rows, law_text, records, xlsx_rows
from desk.imports import files as reading
from desk.imports.documents import pdf
from desk.imports.encodings import legacy
from desk.imports.faults import SENTENCES, FileRefused
from desk.imports.files import FILE_BYTES, Budget, File
from desk.texts import Texts
from tests import import_fixtures as made
from tests.desk_fixtures import CONTENT

LAW = "901/2026/QH99"


def faults_of(read: Callable[[], object]) -> list[tuple[str, str, object]]:
    with pytest.raises(FileRefused) as refused:
        read()
    return [(fault.name, fault.where.kind, fault.where.place) for fault in refused.value.faults]


def of_law(name: str, data: bytes) -> list[str]:
    return [fault[0] for fault in faults_of(lambda: law_text.read(File(name, data), LAW))]


def of_records(file: File) -> list[tuple[str, str, object]]:
    return faults_of(lambda: records.read(file))


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    texts = Texts.read(CONTENT / "texts")
    assert [name for name in SENTENCES if not texts.has(f"imports.fault.{name}")] == []


DOCX, XLSX = made.law_docx().data, made.xlsx_file([made.a_row()]).data


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("law.docx", DOCX[: len(DOCX) // 2], "broken"),
        ("law.docx", b"PK\x03\x04nonsense", "broken"),
        ("law.docx", XLSX, "broken"),
        ("law.docx", made.with_part(DOCX, "word/document.xml", b"<w:document>"), "broken"),
        ("law.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "locked"),
        ("law.pdf", made.law_pdf().data[:300], "broken"),
        ("law.pdf", b"%PDF-1.7 nothing", "broken"),
        ("law.pdf", made.pdf_of([["Điều 1. Tên", "Một."]], password="secret"), "pdf_locked"),
        ("law.pdf", made.law_pdf().data.replace(b"842", b"99999999999999999999"), "broken"),
        ("law.pdf", made.pdf_of_a_picture(), "pdf_no_text"),
        ("law.html", "<meta charset=windows-1258><p>Điều 1".encode("cp1258", "replace"), "not_utf8"),
        ("law.txt", "Điều 1. Tên".encode("utf-16"), "not_utf8"),
        ("law.txt", b"  \n ", "empty"),
        ("law.doc", b"something", "unknown_kind"),
        ("law.txt", "Điều 1".encode() + b" " * FILE_BYTES, "too_large"),
        ("law.html", b"<p>Khong co gi", ""),
    ],
)
def test_a_broken_file_of_law_is_refused_with_its_reason(name: str, data: bytes, fault: str) -> None:
    if fault:
        assert of_law(name, data) == [fault]
    else:
        assert len(law_text.read(File(name, data), LAW).articles) == 1


def test_a_file_of_fifty_megabytes_is_not_even_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("large") / "law.txt"
    with path.open("wb") as large:
        large.truncate(50 * MEGABYTE)
    assert [fault[0] for fault in faults_of(lambda: File.read(path))] == ["too_large"]


def test_entities_are_not_resolved_but_refused() -> None:
    xml = made.part_of(DOCX, "word/document.xml").decode()
    evil = xml.replace("?>", '?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>', 1).encode()
    assert of_law("law.docx", made.with_part(DOCX, "word/document.xml", evil)) == ["entities"]


def test_a_package_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "UNPACKED_BYTES", 3 * MEGABYTE)
    bomb = made.with_part(DOCX, "word/styles.xml", b" " * (4 * MEGABYTE))
    assert of_law("law.docx", bomb) == ["unpacks_too_large"]
    # The directory may lie about the size; zipfile then stops at what it was told, and says that the file is broken.
    place = bomb.rindex(b"word/styles.xml") - 46 + 24
    assert of_law("law.docx", bomb[:place] + struct.pack("<I", 10) + bomb[place + 4 :]) == ["broken"]


def test_a_pdf_that_unpacks_to_too_much_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "UNPACKED_BYTES", 1_000)
    assert of_law("law.pdf", made.law_pdf().data) == ["unpacks_too_large"]


def test_tracked_changes_are_not_guessed_at() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Điều 1. Tên")._p
    paragraph.append(paragraph.makeelement(docx.oxml.ns.qn("w:ins"), {}))
    assert of_law("law.docx", made.saved(document)) == ["changes_open"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("§iÒu 1. Thñ tôc h¶i quan ®èi víi hµng hãa xuÊt khÈu, nhËp khÈu", "tcvn3"),
        ("Ñieàu 1. Thuû tuïc haûi quan ñoái vôùi haøng hoùa xuaát khaåu, nhaäp khaåu", "vni"),
    ],
)
def test_old_vietnamese_encodings_are_recognised_and_refused(text: str, name: str) -> None:
    document = docx.Document()
    document.add_paragraph(text)
    assert of_law("law.docx", made.saved(document)) == [name]
    assert of_law("law.txt", text.encode("cp1252")) == [name]
    assert [fault[0] for fault in of_records(made.csv_file([made.a_row(answer_vi=text * 20)]))] == [name]


def test_what_ships_is_in_no_old_encoding() -> None:
    for path in sorted((CONTENT / "guidance").glob("*.yml"))[::10]:
        assert legacy(path.read_text(encoding="utf-8")) is None, path.name
    assert legacy("Müller, Citroën, Øresund, Škoda «hàng hóa» © 2026 – Hoà, thuỷ, khoẻ, quý") is None


def test_a_table_in_another_encoding_is_refused_with_the_line() -> None:
    data = made.csv_file([made.a_row(title_vi="x")]).data
    assert of_records(File("records.csv", data.replace(b'"x"', b'"\xd0\xca"'))) == [("not_utf8", "line", 2)]


def test_faults_of_a_table_name_line_or_cell() -> None:
    row = made.a_row()
    missing = [name for name in made.COLUMNS if name not in ("answer_en", "group")]
    assert of_records(made.csv_file([row], columns=missing)) == [("columns_missing", "line", 1)]
    assert of_records(made.csv_file([row], columns=[*made.COLUMNS, "colour"])) == [("columns_unknown", "line", 1)]
    assert of_records(made.csv_file([row], columns=[*made.COLUMNS, "id"])) == [("columns_twice", "line", 1)]
    assert of_records(made.csv_file([row, row])) == [("id_twice", "line", 3 + sum(c.count("\n") for c in row.values()))]
    assert of_records(File("records.csv", b"one,two\n1,2")) == [("no_table", "line", 1)]
    assert of_records(made.csv_file([])) == [("no_records", "", "")]
    assert of_records(File("records.csv", made.csv_file([row]).data + b'"open'))[0][0] == "no_csv"
    assert of_records(made.csv_file([made.a_row(fee_vi="a\x07b")])) == [("control", "line", 2)]
    assert of_records(made.csv_file([made.a_row(fee_vi="x" * 40_000)])) == [("too_long", "line", 2)]


def test_a_formula_and_an_error_in_a_sheet_are_told_by_their_cells() -> None:
    rows = [made.a_row(title_en="=1+1"), made.a_row("other", fee_vi="#REF!")]
    column = openpyxl.utils.get_column_letter(made.COLUMNS.index("fee_vi") + 1)
    assert of_records(made.xlsx_file(rows)) == [("formula", "cell", "D2"), ("cell_error", "cell", f"{column}3")]


def test_bounds_of_rows_cells_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [made.a_row(f"entry_{n}") for n in range(3)]
    monkeypatch.setattr(csv_rows, "RECORDS", 2)
    assert of_records(made.csv_file(rows))[0][0] == "too_many_rows"
    monkeypatch.setattr(xlsx_rows, "CELLS", 50)
    assert of_records(made.xlsx_file(rows))[0][0] == "too_many_cells"
    ticks = count()
    budget = Budget(2, clock=lambda: float(next(ticks)))
    assert faults_of(lambda: records.read(made.xlsx_file(rows), budget))[0][0] in ("too_slow", "too_many_cells")
    budget = Budget(2, clock=lambda: float(next(ticks)))
    assert faults_of(lambda: law_text.read(made.law_docx(), LAW, budget)) == [("too_slow", "", "")]


def test_lines_that_are_no_records_are_told() -> None:
    file = File("records.jsonl", b'{"id": "one"}\n[1]\n{"id"\n')
    assert of_records(file) == [("no_object", "line", 2), ("no_json", "line", 3)]


def test_headings_that_name_no_column_and_text_outside_are_told() -> None:
    text = "Lời mở đầu\n\n# one_entry\n\nLạc lõng\n\n## Màu\n\nxanh\n\n## Answer (vi)\n\nMột.\n\n## answer_vi\n"
    assert of_records(File("records.md", text.encode())) == [
        ("outside", "line", 1),
        ("outside", "line", 5),
        ("columns_unknown", "line", 7),
        ("columns_twice", "line", 15),
    ]


def test_a_workbook_is_a_package_like_any_other() -> None:
    assert of_records(File("records.xlsx", XLSX[:500])) == [("broken", "", "")]
    assert of_records(File("records.xlsx", DOCX)) == [("broken", "", "")]
    sheet = made.with_part(XLSX, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")
    assert of_records(File("records.xlsx", sheet)) == [("broken", "", "")]
    with zipfile.ZipFile(io.BytesIO(XLSX)) as package:
        assert "xl/workbook.xml" in package.namelist()
