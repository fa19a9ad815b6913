"""The lines of a PDF with text, page by page, with what a page's width broke put together again."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from desk.imports.faults import FileRefused, refuse
from desk.imports.files import Budget, File
from desk.law.lines import Line

PAGES = 1_500
#: What begins a line of its own in the text of a law.
_BEGINS = re.compile(
    r"(?:Điều|Chương|Mục|Tiểu mục|Phần|Phụ lục|Article|Chapter|Section|Part|Annex|Appendix)\s+(?:thứ\s+)?[\dIVXLCA-Z]"
    r"|(?:Căn cứ|Theo đề nghị|Nơi nhận)\b|\d{1,3}[a-zđ]?[.)](?:\d{1,3}\.)*(?!\d)\s|[a-zđ]{1,2}\d{0,2}\)\s|[-–—+•*]\s"
    r"|[“\"«]|(?:TM|KT|TL|TUQ|Q)\. ",
)
#: A title may be as wide as the page, and its text begins with a capital.
_HEADS = re.compile(
    r"(?:Điều|Chương|Mục|Tiểu mục|Phần|Phụ lục|Article|Chapter|Section|Part|Annex|Appendix)\s+[\dIVXLC]"
)
_ENDS = (".", ";", ":", "…", "”", "./.", "!", "?")
#: A line that reaches this share of the widest of its page was broken by the width, not by whoever wrote it.
_FULL = 0.8
_BROKEN = (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError, OSError, AssertionError)


def read(file: File, budget: Budget) -> list[str]:
    """The text of each page; raises FileRefused for what is locked, damaged, too long, or has pages of pictures."""
    try:
        reader = PdfReader(io.BytesIO(file.data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise refuse("pdf_locked")
        if len(reader.pages) > PAGES:
            raise refuse("too_many_pages", limit=PAGES)
        pages, pictures = [], []
        for number, page in enumerate(reader.pages, start=1):
            budget.spend()
            pages.append(page.extract_text())
            if not pages[-1].strip() and _has_picture(page):
                pictures.append(str(number))
    except FileRefused:
        raise
    except (PyPdfError, *_BROKEN):
        raise refuse("broken") from None
    if not any(page.strip() for page in pages):
        raise refuse("pdf_no_text")
    if pictures:
        raise refuse("pdf_pictures", pages=", ".join(pictures))
    return pages


def unbroken(lines: Sequence[Line]) -> list[Line]:
    """The lines with each that goes on with the one above put behind it; empty lines are left out."""
    written = [line for line in lines if line.text]
    widest = sorted(len(line.text) for line in written)
    full = widest[int(len(widest) * 0.9)] * _FULL if widest else 0
    joined: list[Line] = []
    above = 0
    for line in written:
        if joined and _goes_on(joined[-1].text, line.text, is_full=above >= full):
            joined[-1] = Line(joined[-1].number, f"{joined[-1].text} {line.text}", joined[-1].stands_out)
        else:
            joined.append(line)
        above = len(line.text)
    return joined


def _goes_on(above: str, line: str, *, is_full: bool) -> bool:
    if _BEGINS.match(line) and not (line[:1].islower() and above.endswith(",")):
        return False
    if line[:1].islower() or above.endswith((",", "(")):
        return True
    if above.endswith(_ENDS) or _HEADS.match(above) or above == above.upper() or line == line.upper():
        return False
    return is_full


def _has_picture(page: DictionaryObject) -> bool:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    named = objects.get_object() if objects is not None else {}
    return any(named[name].get_object().get("/Subtype") == "/Image" for name in named)
