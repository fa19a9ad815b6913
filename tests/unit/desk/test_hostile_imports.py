"""A file that was made to harm whoever reads it is refused or read as what it shows; nothing is fetched or unpacked."""

from __future__ import annotations

import io
import socket
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import docx
import pytest

from desk.imports import apart, csv_rows, json_rows, law_text, records
from desk.imports import files as reading
from desk.imports.faults import MOST, FileRefused
from desk.imports.files import Budget, File
from desk.imports.records import KINDS as KINDS_OF_RECORDS
from desk.units.tree import TreeError, decoded
from tests import import_fixtures as made
from tests.file_fixtures import a_pdf, a_stream

LAW = "901/2026/QH99"
SHEET = "xl/worksheets/sheet1.xml"
DOCX, XLSX = made.law_docx().data, made.xlsx_file([made.a_row()]).data
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def read(file: File) -> object:
    """The file in this process, as law if it can be one, else as records."""
    return records.read(file) if file.kind in KINDS_OF_RECORDS and file.name != "law.docx" else law_text.read(file, LAW)


def faults(file: File, how: Callable[[File], object] = read) -> list[str]:
    with pytest.raises(FileRefused) as refused:
        how(file)
    return [fault.name for fault in refused.value.faults]


def with_parts(data: bytes, *more: tuple[str, bytes]) -> bytes:
    """A packed file with further parts, whatever they are called."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package, pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)  # of a name that is there already
        for name, content in more:
            package.writestr(name, content)
    return out.getvalue()


def declaring(data: bytes, part: str, declaration: str, encoding: str = "utf-8") -> bytes:
    xml = made.part_of(data, part).decode()
    begins = xml.index("?>") + 2 if xml.startswith("<?xml") else 0
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    return made.with_part(data, part, f"{head}{declaration}{xml[begins:]}".encode(encoding, "xmlcharrefreplace"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"])
@pytest.mark.parametrize("declaration", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        ("law.docx", DOCX, "word/document.xml"),
        ("law.docx", DOCX, "word/styles.xml"),
        ("law.docx", DOCX, "_rels/.rels"),
        ("records.xlsx", XLSX, "xl/workbook.xml"),
        ("records.xlsx", XLSX, "xl/styles.xml"),
        ("records.xlsx", XLSX, SHEET),
    ],
)
def test_declarations_of_entities_are_refused_in_every_part_and_encoding(
    name: str, data: bytes, part: str, declaration: str, encoding: str
) -> None:
    assert faults(File(name, declaring(data, part, declaration, encoding))) == ["entities"]


def test_a_part_that_is_not_called_xml_and_is_some_is_looked_at_too() -> None:
    assert faults(File("law.docx", with_parts(DOCX, ("word/evil.dat", f"<?xml?>{LAUGHS}<a/>".encode())))) == [
        "entities"
    ]
    drawn = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>'
    assert law_text.read(File("law.docx", with_parts(DOCX, ("word/media/a.svg", drawn))), LAW).articles


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "word/../../x", "C:/x", "word\\..\\x", "word/document.xml"]
)
def test_a_part_that_would_lie_elsewhere_or_is_there_twice_is_refused(name: str) -> None:
    assert faults(File("law.docx", with_parts(DOCX, (name, b"<x/>")))) == ["broken"]


def test_macros_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("word/vbaProject.bin", "word/VBADATA.xml"):
        assert faults(File("law.docx", with_parts(DOCX, (name, b"x")))) == ["macros"]
    types = made.part_of(XLSX, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert faults(File("records.xlsx", made.with_part(XLSX, "[Content_Types].xml", types))) == ["macros"]


def test_a_sheet_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "UNPACKED_BYTES", 3 * 1024 * 1024)
    bomb = made.with_part(XLSX, "xl/theme/theme1.xml", b" " * (4 * 1024 * 1024))
    assert faults(File("records.xlsx", bomb)) == ["unpacks_too_large"]
    many = with_parts(XLSX, *((f"xl/{n}.xml", b"<a/>") for n in range(reading.PARTS)))
    assert faults(File("records.xlsx", many)) == ["unpacks_too_large"]


@contextmanager
def nobody_may_call() -> Iterator[str]:
    """An address at which a call would be seen."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(TimeoutError):
            server.accept()


def page_with_everything(address: str) -> bytes:
    return f"""<!DOCTYPE html SYSTEM "{address}/dtd" [<!ENTITY a SYSTEM "{address}/entity">]>
        <html><head><meta charset=utf-8><meta http-equiv=refresh content="0;{address}/refresh">
        <base href="{address}/base/"><link rel=stylesheet href="{address}/css"><script src="{address}/js"></script>
        <style>@import "{address}/i";</style></head><body background="{address}/bg">
        <p>Điều 1. Phạm vi &a;</p><p>Một.<img src="{address}/img" onerror=alert(1)>
        <iframe src="{address}/frame">trong khung</iframe><object data="{address}/o">vật</object><svg><script>1</script>
        <image href="{address}/s"/></svg><video src="{address}/v"></video><xi:include href="{address}/x"/>
        <a href="javascript:alert(1)">bấm</a></p></body></html>""".encode()


def document_with_references(address: str) -> bytes:
    """A document whose template, picture and whole other part lie elsewhere."""
    rels = made.part_of(DOCX, "word/_rels/document.xml.rels").decode()
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = "".join(
        f'<Relationship Id="evil{n}" Type="{kinds}/{kind}" Target="{address}/{kind}" TargetMode="External"/>'
        for n, kind in enumerate(("attachedTemplate", "image", "subDocument", "oleObject", "hyperlink"))
    )
    return made.with_part(DOCX, "word/_rels/document.xml.rels", rels.replace("</Rel", f"{more}</Rel", 1).encode())


@pytest.mark.parametrize("how", [lambda file: law_text.read(file, LAW), lambda file: apart.law(file, LAW)])
def test_nothing_that_a_file_refers_to_is_fetched(how: Callable[[File], law_text.Reading]) -> None:
    with nobody_may_call() as address:
        page = how(File("law.html", page_with_everything(address)))
        assert [(each.article, each.text) for each in page.articles] == [("1", "Phạm vi &a;\nMột.\nbấm")]
        assert len(how(File("law.docx", document_with_references(address))).articles) == 3
        linked = f"Điều 1. Tên\n\nMột ![ảnh]({address}/a.png) [bấm]({address}/b)\n\n<img src='{address}/c'>\n"
        assert how(File("law.md", linked.encode())).articles
        action = f"/OpenAction << /S /URI /URI ({address}/x) >> /Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>"
        with pytest.raises(FileRefused):
            how(File("law.pdf", a_pdf(action, a_stream(b"", f"/F ({address}/y)"))))


def nested(depth: int) -> dict[str, File]:
    table = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    body = made.part_of(DOCX, "word/document.xml").decode().replace("<w:body>", f"<w:body>{table}", 1)
    sheet = f"<worksheet>{'<sheetData>' * depth}{'</sheetData>' * depth}</worksheet>"
    return {
        "docx": File("law.docx", made.with_part(DOCX, "word/document.xml", body.encode())),
        "xlsx": File("records.xlsx", made.with_part(XLSX, SHEET, sheet.encode())),
        "html": File("records.html", b"<meta charset=utf-8>" + b"<div>" * depth + b"x"),
        "lists": File("records.html", b"<meta charset=utf-8>" + b"<ul><li>" * depth + b"x"),
        "md": File("records.md", b"> " * depth + b"x"),
        "stars": File("records.md", b"*a **b " * (depth // 3)),
        "brackets": File("records.md", b"[" * depth + b"a" + b"](b" * depth),
        "json": File("records.jsonl", b"[" * depth + b"]" * depth),
        "objects": File("records.jsonl", b'{"a":' * depth + b"1" + b"}" * depth),
        "pdf": File("law.pdf", a_pdf("/A " + "[" * depth + "]" * depth)),
        "dictionaries": File("law.pdf", a_pdf("/A " + "<< /B " * depth + "1" + " >>" * depth)),
    }


@pytest.mark.parametrize("what", nested(1))
def test_what_is_nested_without_end_is_refused_in_reasonable_time(what: str) -> None:
    began = time.process_time()
    file = nested(3_000)[what]
    for how in (read, apart.guidance if file.kind in KINDS_OF_RECORDS else lambda file: apart.law(file, LAW)):
        assert set(faults(file, how)) <= {
            "broken",
            "outside",
            "no_json",
            "no_records",
            "no_table",
            "not_read",
            "no_law",
            "pdf_no_text",
        }
    assert time.process_time() - began < 10


def a_sheet(cells: str) -> File:
    inside = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}'
    sheet = made.with_part(XLSX, SHEET, f"{inside}</sheetData></worksheet>".encode())
    return File("records.xlsx", sheet)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 5_000_000}</t></is></c></row>', "no_table"),
        ('<row r="1"><c r="XFD1" t="inlineStr"><is><t>id</t></is></c></row>', "columns_missing"),
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "too_many_cells"),
        ('<row r="999999999999"><c r="A1"><v>1</v></c></row>', "too_many_cells"),
        ('<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>', "broken"),
        ('<row r="-5"><c r="A-5" t="s"><v>999999</v></c></row>', "broken"),
        ('<row r="1"><c r="A1" t="s"><v>x</v></c></row>', "broken"),
        ('<row r="1"><c r="A1" t="d"><v>99999-99-99</v></c></row>', "broken"),
    ],
)
def test_cells_that_are_huge_or_nowhere_are_refused(cells: str, fault: str) -> None:
    assert faults(a_sheet(cells))[0] == fault


def test_a_huge_cell_of_a_record_is_refused_with_its_place() -> None:
    row = made.a_row(fee_vi="x" * 40_000)
    file = made.xlsx_file([{**row, "fee_vi": "x"}])
    text = made.part_of(file.data, SHEET).replace(b"<t>x</t>", b"<t>" + b"x" * 40_000 + b"</t>")
    assert faults(File("records.xlsx", made.with_part(file.data, SHEET, text))) == ["too_long"]


def test_a_file_of_nothing_but_faults_tells_some_of_them_shortly() -> None:
    row = made.csv_file([made.a_row()]).data
    broken = File("records.csv", row + b"\r\n" + b"a," * 60 + b"\r\n" + (b"a," * 60 + b"\r\n") * 20_000)
    lines = File("records.jsonl", b"{\n" * 100_000)
    for how, file in ((csv_rows.read, broken), (json_rows.read, lines)):
        told = faults(file, lambda file, how=how: how(file, Budget()))  # type: ignore[misc]
        assert (len(told), told[-1]) == (MOST + 1, "more")
    wide = File("records.csv", b"id," + b"x" * 1_000 + b"," * 1_000_000)
    with pytest.raises(FileRefused) as refused:
        records.read(wide)
    assert max(len(fault) for fault in refused.value.faults) < 600


def test_numbers_that_python_does_not_read_are_no_json() -> None:
    for number in (b"9" * 5_000, b"NaN", b"-Infinity"):
        line = b'{"id": ' + number + b"}"
        assert faults(File("records.jsonl", line)) == ["no_json"]
        assert faults(File("law.jsonl", line), lambda file: law_text.read(file, LAW)) == ["no_json"]
    assert faults(File("law.jsonl", b"[" * 100_000), lambda file: law_text.read(file, LAW)) == ["no_json"]


def in_circles() -> bytes:
    return a_pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")


def burning() -> bytes:
    """A page that takes minutes to lay out."""
    page = b"BT /F1 1 Tf " + b"1 0 0 1 0 0 Tm (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 40_000 + b"ET"
    data = a_pdf("", a_stream(zlib.compress(page), "/Filter /FlateDecode"))
    font = b"/Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    return data.replace(b"/Resources << >>", font)


def unpacking() -> bytes:
    """A part of a kilobyte that is a gigabyte, three times packed."""
    data = b"\0" * 30_000_000
    for _ in range(2):
        data = zlib.compress(data, 9)
    return a_pdf("", a_stream(data, "/Filter [/FlateDecode /FlateDecode]"))


@pytest.mark.thorough
@pytest.mark.parametrize("hostile", [in_circles, burning, unpacking])
def test_a_hostile_pdf_takes_no_longer_than_it_may(
    hostile: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_BOUNDS", apart.Bounds(cpu_seconds=2, seconds=60, lane="imports"))
    began = time.process_time()
    told = faults(File("law.pdf", hostile()), lambda file: apart.law(file, LAW))
    assert set(told) <= {"not_read", "broken", "unpacks_too_large", "pdf_no_text"}
    assert time.process_time() - began < 3


def test_what_is_read_apart_is_what_is_read_here() -> None:
    for law in (made.law_docx(), made.law_html(), made.law_md(), made.law_pdf(), made.law_txt()):
        assert apart.law(law, LAW) == law_text.read(law, LAW)
    rows = [made.a_row(), made.a_row("another")]
    for file in (made.xlsx_file(rows), made.csv_file(rows), made.headed_docx(rows), made.headed_html(rows)):
        assert apart.guidance(file) == records.read(file)


def test_faults_are_the_same_apart_with_their_places() -> None:
    rows = [made.a_row(title_en="=1+1"), made.a_row("other", fee_vi="#REF!")]
    for file in (made.xlsx_file(rows), File("records.md", "Lời mở đầu\n\n# one\n\nLạc".encode())):
        with pytest.raises(FileRefused) as here:
            records.read(file)
        with pytest.raises(FileRefused) as there:
            apart.guidance(file)
        assert [(f, f.name, f.where, f.values) for f in here.value.faults] == [
            (f, f.name, f.where, f.values) for f in there.value.faults
        ]


def test_other_files_that_are_read_are_no_fault_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise apart.running.Busy

    monkeypatch.setattr(apart.running, "run", busy)
    assert faults(made.law_docx(), lambda file: apart.law(file, LAW)) == ["busy"]


def test_a_tree_of_units_is_no_larger_than_one_can_be() -> None:
    head = b"code,kind,parent,name_vi,name_en,hours\n"

    def told(data: bytes) -> list[str]:
        with pytest.raises(TreeError) as refused:
            decoded(data, "units.csv")
        return [fault.name for fault in refused.value.faults]

    assert told(head + b"x" * 3_000_000) == ["too_large"]
    assert told(head + b"A,team,,a,b,\n" * 6_000) == ["too_many"]
    assert told(head + b"a a,x\n" * 6_000)[-1] == "more"
    assert told(head + b'A,team,,a,b,"' + b"[" * 50_000 + b'"\n') == ["hours_no_json"]
    assert told(head + b'A,team,,a,b,"' + b"9" * 5_000 + b'"\n') == ["hours_no_json"]


def test_a_document_is_a_document_whatever_it_is_called() -> None:
    document = docx.Document()
    document.add_paragraph("Điều 1. Tên")
    assert faults(File("records.xlsx", made.saved(document))) == ["broken"]
    assert faults(File("law.pdf", DOCX), lambda file: law_text.read(file, LAW)) == ["broken"]
    assert faults(File("law.docx", a_pdf())) == ["broken"]
