"""Files as people send them: tables, documents and PDFs made on the spot, whole and broken."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import docx
import openpyxl
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from desk.imports.columns import COLUMNS, row_of
from desk.imports.files import File
from tests.desk_fixtures import a_record

#: A made-up law, a paragraph a line; a heading of its first level begins with "# ", one in bold with "**".
LAW_LINES = (
    "QUỐC HỘI",
    "LUẬT THỬ NGHIỆM",
    "# Chương I",
    "# NHỮNG QUY ĐỊNH CHUNG",
    "**Điều 1. Phạm vi điều chỉnh",
    "Luật này quy định về hàng thử, người khai thử và thời hạn nộp bản khai thử tại các bến thử của cả nước trong "
    "mọi trường hợp mà luật khác không quy định.",
    "# Mục 1. KHAI THỬ",
    "**Điều 2. Thời hạn nộp bản khai thử",
    "1. Bản khai thử được nộp:",
    "a) Trước 7 ngày;",
    "đ) Theo quy định tại bến thử.",
    "2. Không thu phí.",
    "# Chương II",
    "# ĐIỀU KHOẢN THI HÀNH",
    "**Điều 3. Hiệu lực",
    "Luật này có hiệu lực từ ngày ký.",
)


def bare(line: str) -> str:
    return line.removeprefix("# ").removeprefix("**")


def law_txt() -> File:
    return File("law.txt", "\n".join(map(bare, LAW_LINES)).encode())


def law_md() -> File:
    lines = (f"**{bare(line)}**" if line.startswith("**") else line for line in LAW_LINES)
    return File("law.md", "\n\n".join(lines).encode())


def law_html() -> File:
    def block(line: str) -> str:
        if line.startswith("# "):
            return f"<h2>{bare(line)}</h2>"
        return f"<p><b>{bare(line)}</b></p>" if line.startswith("**") else f"<p>{line}</p>"

    body = "\n".join(map(block, LAW_LINES))
    page = f"<html><head><meta charset='utf-8'><style>p {{}}</style></head><body>{body}<script>1</script></body></html>"
    return File("law.html", page.encode())


def law_docx() -> File:
    document = docx.Document()
    for line in LAW_LINES:
        if line.startswith("# "):
            document.add_heading(bare(line), 1)
        else:
            document.add_paragraph().add_run(bare(line)).bold = line.startswith("**")
    return File("law.docx", saved(document))


def law_pdf() -> File:
    """Lines as wide as a page, so that the longest paragraph is broken twice; each page ends with its number."""
    lines: list[str] = []
    for line in map(bare, LAW_LINES):
        lines += _wrapped(line, 70)
    return File("law.pdf", pdf_of([[*lines[:9], "1"], [*lines[9:], "2"]]))


def saved(document: Any) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def pdf_of(pages: Sequence[Sequence[str]], *, password: str = "") -> bytes:
    """A PDF with text: a font without outlines that knows which letter each of its codes is."""
    writer = PdfWriter()
    font = _font(writer, sorted({letter for page in pages for line in page for letter in line}))
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        shown = [f"1 0 0 1 50 {800 - 16 * n} Tm <{line.encode('utf-16-be').hex()}> Tj" for n, line in enumerate(lines)]
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 11 Tf {' '.join(shown)} ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def pdf_of_a_picture() -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    picture = DecodedStreamObject()
    picture.set_data(b"\x00")
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1),
            NameObject("/Height"): NumberObject(1),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    named = DictionaryObject({NameObject("/Im1"): writer._add_object(picture)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): named})
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _font(writer: PdfWriter, letters: Sequence[str]) -> DictionaryObject:
    mapped = "\n".join(
        f"<{letter.encode('utf-16-be').hex()}> <{letter.encode('utf-16-be').hex()}>" for letter in letters
    )
    to_unicode = DecodedStreamObject()
    to_unicode.set_data(
        f"begincmap\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{len(letters)} beginbfchar\n{mapped}\nendbfchar\nendcmap".encode()
    )
    below = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2"),
            NameObject("/BaseFont"): NameObject("/Made-Up"),
            NameObject("/DW"): NumberObject(500),
            NameObject("/FontDescriptor"): DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/FontDescriptor"),
                    NameObject("/FontName"): NameObject("/Made-Up"),
                    NameObject("/Ascent"): NumberObject(900),
                    NameObject("/Descent"): NumberObject(-200),
                    NameObject("/FontBBox"): ArrayObject([NumberObject(n) for n in (0, -200, 1000, 900)]),
                }
            ),
        }
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/Made-Up"),
            NameObject("/Encoding"): NameObject("/Identity-H"),
            NameObject("/DescendantFonts"): ArrayObject([below]),
            NameObject("/ToUnicode"): writer._add_object(to_unicode),
        }
    )


def _wrapped(line: str, width: int) -> list[str]:
    lines = [""]
    for word in line.split(" "):
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def a_row(id: str = "brand_new", **changes: str) -> dict[str, str]:
    """A record as the words of its columns."""
    return {**row_of(a_record(id).as_json()), **changes}


def csv_file(rows: Sequence[Mapping[str, str]], *, columns: Sequence[str] = COLUMNS, separator: str = ",") -> File:
    quoted = [[f'"{row.get(name, "").replace(chr(34), chr(34) * 2)}"' for name in columns] for row in rows]
    lines = [separator.join(columns), *(separator.join(cells) for cells in quoted)]
    return File("records.csv", "\r\n".join(lines).encode("utf-8-sig"))


def xlsx_file(rows: Sequence[Mapping[str, object]], *, columns: Sequence[str] = COLUMNS) -> File:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(columns))
    for row in rows:
        sheet.append([row.get(name) or None for name in columns])
    return File("records.xlsx", saved(book))


def jsonl_file(*contents: Mapping[str, Any]) -> File:
    return File("records.jsonl", "".join(f"{json.dumps(c, ensure_ascii=False)}\n" for c in contents).encode())


def headed_md(rows: Sequence[Mapping[str, str]]) -> File:
    parts = []
    for row in rows:
        parts.append(f"# {row['id']}")
        for name in COLUMNS[1:]:
            if row.get(name):
                parts += [f"## {name}", *row[name].split("\n")]
    return File("records.md", "\n\n".join(parts).encode())


def headed_docx(rows: Sequence[Mapping[str, str]]) -> File:
    document = docx.Document()
    for row in rows:
        document.add_heading(row["id"], 1)
        for name in COLUMNS[1:]:
            if row.get(name):
                document.add_heading(name, 2)
                for line in row[name].split("\n"):
                    document.add_paragraph(line, "List Bullet" if name.startswith("documents") else None)
    return File("records.docx", saved(document))


def headed_html(rows: Sequence[Mapping[str, str]]) -> File:
    parts = []
    for row in rows:
        parts.append(f"<h1>{row['id']}</h1>")
        for name in COLUMNS[1:]:
            if row.get(name):
                parts += [f"<h2>{name}</h2>", *(f"<p>{line}</p>" for line in row[name].split("\n"))]
    return File("records.html", "\n".join(parts).encode())


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A packed file with one of its parts replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part, content if part.filename == name else old.read(part))
    return made.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)
