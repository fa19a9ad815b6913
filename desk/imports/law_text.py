"""The text of a law from a file of any kind: its lines, whatever held them, go the same way to its articles."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.guidance.drafts.differences import Piece as DifferencePiece
from desk.guidance.drafts.differences import compared
from desk.guidance.permissions import must_speak_for_the_department
from desk.imports.documents.piece import Piece, in_unicode
from desk.imports.encodings import legacy
from desk.imports.faults import Fault, FileRefused, Where, refuse
from desk.imports.files import Budget, File
from desk.imports.readers import HERE, Readers
from desk.law import service as law
from desk.law.instruments import Instruments
from desk.law.lines import Line, lines_in, one_form
from desk.law.reading import Reading, json_articles, read_articles
from desk.law.service import ImportReport
from desk.people.model import Officer
from desk.ports import LawArticle

KINDS = ("txt", "md", "jsonl", "docx", "html", "pdf")
_NUMBER_ABOVE = re.compile(r"\A\s*(\d{1,4})[ \t]*\n")


@dataclass(frozen=True)
class ArticleChange:
    """An article that an import would bring, change or remove; ``lines`` hold its old and new words together."""

    article: str
    how: str  # new, changed, removed
    lines: tuple[tuple[DifferencePiece, ...], ...]


@dataclass(frozen=True)
class Preview:
    report: ImportReport
    changes: list[ArticleChange]
    fingerprint: str


def read(file: File, instrument: str, budget: Budget | None = None, readers: Readers = HERE) -> Reading:
    """The articles in a file; raises FileRefused, each fault with its line, paragraph or page.

    What a stranger may have made is read by desk/imports/apart.py.
    """
    file, budget = file.checked(KINDS), budget or Budget()
    match file.kind:
        case "jsonl":
            return json_articles(_in_unicode(file.text()), instrument)
        case "docx" | "html":
            return _of_pieces(readers.pieces(file, budget), instrument)
        case "pdf":
            return _of_pages(readers.pages(file, budget), instrument)
        case _:
            return read_articles(*lines_in(_in_unicode(file.text())), instrument)


def preview(session: Session, instrument: str, reading: Reading) -> Preview:
    """What importing these articles would change, article by article; nothing is changed."""
    before = {article.article: article for article in law.articles_of(session, instrument)}
    after = {article.article: article for article in reading.articles}
    changes = [
        ArticleChange(
            address,
            "changed" if address in before and address in after else "new" if address in after else "removed",
            tuple(compared(_lines(before.get(address)), _lines(after.get(address)))),
        )
        for address in [*after, *(gone for gone in before if gone not in after)]
        if before.get(address) != after.get(address)
    ]
    report = law.compare(session, instrument, reading.articles)
    told = repr((instrument, sorted(before.items()), reading.articles, sorted(reading.divisions.items())))
    return Preview(report, changes, hashlib.sha256(told.encode()).hexdigest()[:16])


def carry_out(
    session: Session, instrument: str, reading: Reading, officer: Officer, instruments: Instruments, at: dt.datetime
) -> ImportReport:
    """Put the articles into the store; raises GuidanceRefused, and FileRefused for an instrument that nobody listed."""
    must_speak_for_the_department(session, officer)
    if instrument not in instruments:
        raise refuse("unknown_instrument", number=instrument)
    return law.import_text(session, instrument, reading.articles, by=officer.actor, at=at, divisions=reading.divisions)


def _of_pieces(pieces: Sequence[Piece], instrument: str) -> Reading:
    lines: list[Line] = []
    places: dict[int, Where] = {}
    for piece in in_unicode(pieces):
        for text in piece.marked.split("\n"):
            number = len(lines) + 1
            lines.append(Line(number, one_form(text), piece.stands_out))
            places[number] = piece.where
    return _placed(lines, [], instrument, places)


def _of_pages(pages: Sequence[str], instrument: str) -> Reading:
    from desk.imports.documents import pdf

    # A number at the top of a page stands alone, as one at its end does by the page's end.
    apart = (_NUMBER_ABOVE.sub("\n\\1\n\n", _in_unicode(page)) for page in pages)
    text = "".join(f"{page}\n\f" for page in apart)
    places, page = {}, 1
    for number, line in enumerate(text.split("\n"), start=1):
        page += line.count("\f")
        places[number] = Where("page", page)
    lines, page_numbers = lines_in(text)
    return _placed(pdf.unbroken(lines), page_numbers, instrument, places)


def _placed(lines: Sequence[Line], page_numbers: Sequence[Line], instrument: str, places: dict[int, Where]) -> Reading:
    """The articles; a fault is told with its place in the document instead of the number of a line."""
    try:
        return read_articles(lines, page_numbers, instrument)
    except FileRefused as refused:
        told = [Fault.of(f.name, places.get(int(f.where.place), Where()), **f.values) for f in refused.faults]
        raise FileRefused(told) from None


def _in_unicode(text: str) -> str:
    if found := legacy(text):
        raise refuse(found)
    return text


def _lines(article: LawArticle | None) -> list[str]:
    return [] if article is None else [line for line in (article.heading, *article.text.split("\n")) if line]
