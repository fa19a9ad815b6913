"""The text of a law gives the same articles from a file of every kind."""

from __future__ import annotations

from collections.abc import Callable

import docx
import pytest
from docx.oxml import parse_xml

from desk.imports import law_text
from desk.imports.faults import FileRefused
from desk.imports.files import File
from tests import import_fixtures as files

LAW = "901/2026/QH99"
KINDS = [files.law_md, files.law_html, files.law_docx, files.law_pdf]


@pytest.mark.parametrize("made", KINDS, ids=lambda made: made.__name__)
def test_a_file_of_every_kind_gives_the_same_articles_with_their_chapters(made: Callable[[], File]) -> None:
    plain, other = law_text.read(files.law_txt(), LAW), law_text.read(made(), LAW)
    assert [article.article for article in plain.articles] == ["1", "2", "3"]
    assert other.articles == plain.articles
    assert (
        other.divisions
        == plain.divisions
        == {
            "1": "Chương I NHỮNG QUY ĐỊNH CHUNG",
            "2": "Chương I NHỮNG QUY ĐỊNH CHUNG\nMục 1. KHAI THỬ",
            "3": "Chương II ĐIỀU KHOẢN THI HÀNH",
        }
    )


def test_page_numbers_of_a_pdf_belong_to_no_article() -> None:
    left_out = [line.text for line in law_text.read(files.law_pdf(), LAW).left_out]
    assert {"1", "2"} <= set(left_out)
    above = [["Điều 1. Tên", "Một."], ["2", "Điều 2. Tên", "Hai và"], ["3", "ba."], ["4", "Điều 3. Tên", "Ba."]]
    read = law_text.read(File("law.pdf", files.pdf_of(above)), LAW)
    assert [article.text for article in read.articles] == ["Một.", "Hai và ba.", "Ba."]


def test_numbers_that_word_counts_are_read_with_their_paragraphs() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    levels = (("decimal", "Điều %1."), ("decimal", "%2."), ("lowerLetter", "%3)"))
    made = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {w} w:abstractNumId="900">{made}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {w} w:numId="900"><w:abstractNumId w:val="900"/></w:num>'))
    for level, text in (
        (0, "Hàng thử"),
        (1, "Phải khai:"),
        (2, "Tên;"),
        (2, "Loại."),
        (1, "Không thu phí."),
        (0, "Bến thử"),
    ):
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {w}><w:ilvl w:val="{level}"/><w:numId w:val="900"/></w:numPr>'))
    document.add_paragraph("Bến thử là nơi thử.")
    read = law_text.read(File("law.docx", files.saved(document)), LAW)
    assert [(one.article, one.heading, one.text) for one in read.articles] == [
        ("1", "Hàng thử", "1. Phải khai:\na) Tên;\nb) Loại.\n2. Không thu phí."),
        ("2", "Bến thử", "Bến thử là nơi thử."),
    ]


def test_a_table_stands_in_its_article_row_by_row() -> None:
    document = docx.Document()
    document.add_paragraph("Điều 1. Mức thử")
    document.add_paragraph("Mức thử như sau:")
    table = document.add_table(2, 2)
    for cell, text in zip([c for row in table.rows for c in row.cells], ("Loại", "Mức", "A", "5%"), strict=True):
        cell.text = text
    read = law_text.read(File("law.docx", files.saved(document)), LAW)
    assert read.articles[0].text == "Mức thử như sau:\nLoại | Mức\nA | 5%"
    page = "<p>Điều 1. Mức thử</p><p>Mức thử như sau:</p><table><tr><td>Loại<td>Mức<tr><td>A<td><p>5%</p></table>"
    assert law_text.read(File("law.html", page.encode()), LAW).articles == read.articles


def test_a_fault_names_the_place_in_the_document() -> None:
    document = docx.Document()
    for text in ("Điều 2. Tên", "Hai.", "Điều 1. Tên", "Một."):
        document.add_paragraph(text)
    with pytest.raises(FileRefused) as refused:
        law_text.read(File("law.docx", files.saved(document)), LAW)
    assert [(fault.name, fault.where) for fault in refused.value.faults] == [("article_order", ("paragraph", 3))]
    with pytest.raises(FileRefused) as refused:
        law_text.read(File("law.pdf", files.pdf_of([["Điều 2. Tên", "Hai."], ["Điều 1. Tên", "Một."]])), LAW)
    assert [(fault.name, fault.where) for fault in refused.value.faults] == [("article_order", ("page", 2))]
