"""The lines of a PDF with text, page by page, with what a page's width broke put together again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTFigure, LTImage, LTPage, LTTextContainer
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.psexceptions import PSException
from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import IndirectObject, StreamObject

from desk.attachments.limits import MEGABYTE
from desk.imports.faults import FileRefused, refuse
from desk.imports.files import BROKEN_PACKAGE, UNPACKED_BYTES, Budget, File
from desk.law.lines import Line

PAGES = 1_500
#: Points of a page's side, 1/72 inch each: the limit that ISO 32000-1 gives in its Annex C, five metres. The layout
#: goes over a page cell by cell, and would never come to the end of one that is larger by a damaged number.
LONGEST_SIDE = 14_400
#: From the top of a page to its end, whatever stands beside what.
_BY_ROWS = LAParams(boxes_flow=None)
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
_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, ZeroDivisionError),
    *(RecursionError, OSError, AssertionError, NotImplementedError, *BROKEN_PACKAGE),
)


def read(file: File, budget: Budget) -> list[str]:
    """The text of each page; raises FileRefused for what is locked, damaged, too long, or has pages of pictures."""
    try:
        _check(file, budget)
        pages, pictures = [], []
        for number, page in enumerate(_pages(file), start=1):
            budget.spend()
            pages.append("".join(part.get_text() for part in page if isinstance(part, LTTextContainer)).rstrip("\n"))
            if not pages[-1].strip() and any(isinstance(part, (LTFigure, LTImage)) for part in page):
                pictures.append(str(number))
    except FileRefused:
        raise
    except (PyPdfError, PSException, *_BROKEN):
        raise refuse("broken") from None
    if not any(page.strip() for page in pages):
        raise refuse("pdf_no_text")
    if pictures:
        raise refuse("pdf_pictures", pages=", ".join(pictures))
    return pages


def _pages(file: File) -> Iterator[LTPage]:
    """What is on each page and where; raises FileRefused at one that is larger than a page can be."""
    resources = PDFResourceManager()
    laid_out = PDFPageAggregator(resources, laparams=_BY_ROWS)
    interpreter = PDFPageInterpreter(resources, laid_out)
    for page in PDFPage.get_pages(io.BytesIO(file.data)):
        left, bottom, right, top = page.mediabox
        if not max(abs(right - left), abs(top - bottom)) <= LONGEST_SIDE:  # nor what is no number
            raise refuse("broken")
        interpreter.process_page(page)
        yield laid_out.get_result()


def _check(file: File, budget: Budget) -> None:
    """Whether the file opens, and what its parts unpack to: what reads the text unpacks whatever it is given."""
    reader = PdfReader(io.BytesIO(file.data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise refuse("pdf_locked")
    if not reader.pages:
        raise refuse("broken")
    if len(reader.pages) > PAGES:
        raise refuse("too_many_pages", limit=PAGES)
    unpacked = 0
    for generation, numbers in reader.xref.items():
        for number in numbers:
            budget.spend()
            part = reader.get_object(IndirectObject(number, generation, reader))
            if isinstance(part, StreamObject) and part.get("/Subtype") != "/Image":
                unpacked += _unpacked(part)
                if unpacked > UNPACKED_BYTES:
                    raise refuse("unpacks_too_large", limit=UNPACKED_BYTES // MEGABYTE)


def _unpacked(part: StreamObject) -> int:
    """How many bytes a part is; raises FileRefused for one that is larger than any part of a document."""
    try:
        return len(part.get_data())
    except LimitReachedError:
        raise refuse("unpacks_too_large", limit=UNPACKED_BYTES // MEGABYTE) from None
    except (PyPdfError, NotImplementedError):
        return 0  # of a kind that is no text


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
