"""Canned replies: guidance that bears on a case's question, quoted word for word with its legal basis."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.cite import Cite
from desk.cases.model import Case
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.enquiries.model import Enquiry
from desk.guidance import versions as guidance_versions
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language

#: At most so many entries are offered for a case.
OFFERED = 5
_REFERENCE = re.compile(r"([a-z][a-z0-9_]{2,59})@(\d{1,9})")


@dataclass(frozen=True)
class Quote:
    """An entry as it is quoted in a language: its ``text`` is title, answer and legal basis."""

    entry: str
    version: int
    title: str
    text: str
    answer: str = ""
    basis: str = ""

    @property
    def reference(self) -> str:
        """How a form or a button names what it quotes."""
        return f"{self.entry}@{self.version}"


def offered(desk: Desk, session: Session, case: Case) -> list[Quote]:
    """The entries nearest to the case's question that are in force on the day that it is about, the nearest first."""
    as_of = _day_of(desk, session, case)
    near = _near(session, case)
    versions = guidance_versions.in_force_of_each(session, near, as_of)
    held = [versions[entry] for entry in near if entry in versions][:OFFERED]
    return [quote_of(desk, version, _language(case), as_of) for version in held]


def of_entry(desk: Desk, session: Session, case: Case, entry: str) -> Quote | None:
    """The entry as it is in force on the day that the case is about, in its language; None where it is not."""
    as_of = _day_of(desk, session, case)
    version = guidance_versions.in_force(session, entry, as_of)
    return quote_of(desk, version, _language(case), as_of) if version is not None else None


def quote_of(desk: Desk, version: GuidanceVersion, language: Language, as_of: dt.date | None = None) -> Quote:
    """The words of a version, its law in its state on a day, today where none is given."""
    record, day = version.record, as_of or desk.today()
    cite = Cite(desk.texts, desk.instruments)
    basis = cite.legal_basis(record, language, day, dated=day != desk.today())
    title, answer, words = record.title[language], record.answer[language], basis.as_text()
    return Quote(version.entry_id, version.number, title, "\n\n".join((title, answer, words)), answer, words)


def _day_of(desk: Desk, session: Session, case: Case) -> dt.date:
    """The day whose law the case's question is about, else today."""
    return enquiries.another_day(session, case.enquiry_id) or desk.today()


def references(text: str) -> list[tuple[str, int]]:
    """What a form's field names as quoted: ``entry@version``, apart by spaces."""
    matches = (_REFERENCE.fullmatch(part) for part in text.split())
    return [(match[1], int(match[2])) for match in matches if match]


def detail(session: Session, case: Case, text: str, quoted: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """What the thread keeps of quotes in a reply: the versions whose answer stands in it word for word."""
    kept = [
        {"entry": entry, "version": number}
        for entry, number in dict.fromkeys(quoted)
        if _stands_in(session, text, entry, number, _language(case))
    ]
    return {"quoted": kept} if kept else {}


def _stands_in(session: Session, text: str, entry: str, number: int, language: Language) -> bool:
    version = session.scalar(
        select(GuidanceVersion).where(GuidanceVersion.entry_id == entry, GuidanceVersion.number == number)
    )
    return version is not None and version.record.answer[language] in text


def _near(session: Session, case: Case) -> list[str]:
    """The entries that were shown or considered for the case's message, each once."""
    query = select(Enquiry).where(Enquiry.message_id == case.enquiry_id).order_by(Enquiry.position)
    asked = session.scalars(query).all()
    shown = [enquiry.entry for enquiry in asked if enquiry.entry]
    considered = [str(candidate["entry"]) for enquiry in asked for candidate in enquiry.candidates]
    return list(dict.fromkeys([*shown, *considered]))


def _language(case: Case) -> Language:
    return "en" if case.language == "en" else "vi"
