"""A report as PDF and as one HTML file: every letter of Vietnamese, the same bytes each time, the plots of the page."""

from __future__ import annotations

import dataclasses
import io
import re
import unicodedata
from xml.etree import ElementTree

import pytest
from pdfminer.high_level import extract_text
from pypdf import PdfReader

from desk.guidance.record import Language
from desk.plots.drawing import Kind, Look
from desk.plots.printed import printed
from desk.plots.shares import Part, Shares, Whole
from desk.reports.month.alone import html_of
from desk.reports.month.document import Document
from desk.reports.month.paper import pdf_of
from desk.reports.month.sections import Report
from desk.texts import Texts
from tests.desk_fixtures import CONTENT
from tests.report_fixtures import a_full_month

TEXTS = Texts.read(CONTENT / "texts")
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
#: Every vowel of Vietnamese with every tone.
VOWELS = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES]
LETTERS = "".join(VOWELS) + "bcdđghklmnpqrstvx"


def document(language: Language = "vi", *, is_public: bool = False) -> Document:
    return Report(a_full_month(), TEXTS, language, is_public=is_public).document(standing=["Đã công bố."])


def words_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_every_letter_of_vietnamese_is_read_back_from_the_paper() -> None:
    assert len(VOWELS) == 72
    of = document()
    section = dataclasses.replace(of.sections[0], sentences=[LETTERS, LETTERS.upper()])
    made = pdf_of(dataclasses.replace(of, sections=[section]), TEXTS)
    for read in (words_of(made), extract_text(io.BytesIO(made))):
        together = re.sub(r"\s", "", read)
        assert LETTERS in together
        assert LETTERS.upper() in together


def test_sentences_and_words_of_plots_are_text_on_the_paper() -> None:
    read = re.sub(r"\s+", " ", words_of(pdf_of(document(), TEXTS)))
    assert "Trong tháng 10/2026, doanh nghiệp đã gửi 1.204 câu hỏi, nhiều hơn 8% so với tháng 9." in read
    assert "Phân luồng tờ khai" in read
    assert "Đã trả lời" in read, "the legend of a plot"


@pytest.mark.parametrize(("language", "tag"), [("vi", "vi-VN"), ("en", "en-GB")])
def test_the_paper_says_its_language_its_title_and_its_sections(language: Language, tag: str) -> None:
    reader = PdfReader(io.BytesIO(pdf_of(document(language), TEXTS)))
    assert reader.trailer["/Root"]["/Lang"] == tag
    assert reader.metadata is not None
    assert (reader.metadata.title or "").startswith(document(language).title)
    assert [each["/Title"] for each in reader.outline] == [each.title for each in document(language).sections]
    fonts = {str(font) for page in reader.pages for font in page["/Resources"]["/Font"]}
    assert fonts
    assert all("/FontFile2" in font for font in embedded(reader))


def embedded(reader: PdfReader) -> list[set[str]]:
    found = []
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            for inner in font.get_object()["/DescendantFonts"]:
                found.append(set(inner.get_object()["/FontDescriptor"]))
    return found


def test_the_same_report_is_the_same_bytes() -> None:
    assert pdf_of(document(), TEXTS) == pdf_of(document(), TEXTS)


def plots() -> list[Kind]:
    frame = document().sections[0].plots[0].frame
    looks = [Look(1), *(Look(number, name) for number, name in enumerate(("stripes", "dots", "lines", "cross"), 2))]
    parts = [Part(f"phần {place}", look) for place, look in enumerate(looks)]
    shares = Shares(frame, parts, [Whole("tất cả", [10, 9, 8, 7, 6], "40")], lambda share: f"{share:.0%}")
    return [shares, *(plot for section in document().sections for plot in section.plots)]


@pytest.mark.parametrize("place", range(len(plots())))
def test_a_printed_plot_needs_no_style_sheet_and_says_what_the_one_on_the_page_says(place: int) -> None:
    kind = plots()[place]
    there, here = ElementTree.fromstring(kind.draw(600)), ElementTree.fromstring(printed(kind, "letters"))

    def words(root: ElementTree.Element) -> list[str]:
        return [each.text or "" for each in root.iter() if each.tag.endswith("text")]

    assert words(there) == words(here)
    assert not [each.tag for each in here.iter() if "class" in each.attrib or "url(" in each.get("fill", "")]
    width = 600.5
    for each in here.iter():
        for name in ("x1", "x2", "cx"):
            assert -0.5 <= float(each.get(name, 0)) <= width


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_file_of_a_page_needs_nothing_beside_it(language: Language) -> None:
    page = html_of(document(language), TEXTS)
    assert f'<html lang="{language}">' in page
    assert not re.search(r'(?:src|href)="|@import|url\(', page)
    assert page.count("<h1") == 1
    assert page.count("<svg") == sum(len(section.plots) for section in document(language).sections)
