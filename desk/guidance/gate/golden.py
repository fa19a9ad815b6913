"""The golden questions of entries: loading those that ship, adding one's own, and closing one for a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance.drafts.steps import said_in
from desk.guidance.gate.model import CURATOR, SHIPPED, GoldenQuestion
from desk.guidance.model import GuidanceEntry
from desk.guidance.permissions import GuidanceRefused, must_write
from desk.guidance.record import LANGUAGES, Language
from desk.paging import Page, page_of
from desk.people.model import Officer

#: Letters of a question.
LENGTH = 500


@dataclass(frozen=True)
class Shipped:
    """A golden question as it ships."""

    entry: str
    language: Language
    text: str


@dataclass(frozen=True)
class Loaded:
    """What a load of the shipped questions did, as numbers of questions."""

    added: int = 0
    closed: int = 0
    unchanged: int = 0


def load_shipped(session: Session, questions: Iterable[Shipped], *, at: dt.datetime) -> Loaded:
    """Bring the shipped questions into the store; the same questions again change nothing.

    A question that no longer ships is closed. What a curator closed stays closed; what ships for an entry that the
    store does not have is left out until it does.
    """
    known = set(session.scalars(select(GuidanceEntry.id)))
    present = {(one.entry_id, one.language, one.text): one for one in session.scalars(select(GoldenQuestion))}
    wanted = {(one.entry, one.language, one.text) for one in questions if one.entry in known}
    added = closed = 0
    for entry, language, text in sorted(wanted):
        row = present.get((entry, language, text))
        if row is None:
            session.add(_question(entry, language, text, SHIPPED, "content", at))
            added += 1
        elif row.closed_by == "content":
            row.closed_by = row.closed_at = None
            added += 1
    for key, row in present.items():
        if row.origin == SHIPPED and row.closed_at is None and key not in wanted:
            row.closed_by, row.closed_at = "content", at
            closed += 1
    session.flush()
    return Loaded(added, closed, len(wanted) - added)


def add(
    session: Session, entry_id: str, officer: Officer, language: str, text: str, *, at: dt.datetime
) -> GoldenQuestion:
    """Add a question that the entry has to answer; one that was closed is opened again. Raises GuidanceRefused."""
    must_write(officer)
    asked = " ".join(text.split())
    spoken = next((known for known in LANGUAGES if known == language), None)
    if not asked or len(asked) > LENGTH or spoken is None:
        raise GuidanceRefused("gate.refused.no_question", length=LENGTH)
    if session.get(GuidanceEntry, entry_id) is None:
        raise GuidanceRefused("gate.refused.no_entry")
    row = _present(session, entry_id, spoken, asked)
    if row is not None and row.closed_at is None:
        raise GuidanceRefused("gate.refused.is_there")
    if row is None:
        row = _question(entry_id, spoken, asked, CURATOR, officer.actor, at)
        session.add(row)
    row.closed_by = row.closed_at = row.closed_words = None
    _noted(session, row, officer, "added", at)
    return row


def close(session: Session, question: GoldenQuestion, officer: Officer, words: str, *, at: dt.datetime) -> None:
    """Ask an entry for this no longer, for a reason; raises GuidanceRefused."""
    must_write(officer)
    if question.closed_at is not None:
        raise GuidanceRefused("gate.refused.is_closed")
    question.closed_words = said_in(words)
    question.closed_by, question.closed_at = officer.actor, at
    _noted(session, question, officer, "closed", at, words=question.closed_words)


def listed(
    session: Session, entry_id: str, *, limit: int, after: str | None = None, before: str | None = None
) -> Page[GoldenQuestion]:
    """A page of an entry's open questions, the oldest first."""
    query = select(GoldenQuestion).where(GoldenQuestion.entry_id == entry_id, GoldenQuestion.closed_at.is_(None))
    return page_of(
        session, query, (GoldenQuestion.id,), key=lambda row: (row.id,), limit=limit, after=after, before=before
    )


def counted(session: Session, entry_id: str) -> int:
    """How many open questions an entry has."""
    query = select(func.count(GoldenQuestion.id)).where(GoldenQuestion.entry_id == entry_id)
    return session.scalar(query.where(GoldenQuestion.closed_at.is_(None))) or 0


def of_entries(session: Session, entries: Collection[str]) -> list[GoldenQuestion]:
    """The open questions of entries, always in the same order."""
    query = select(GoldenQuestion).where(GoldenQuestion.entry_id.in_(entries), GoldenQuestion.closed_at.is_(None))
    return list(session.scalars(query.order_by(GoldenQuestion.entry_id, GoldenQuestion.id)))


def _present(session: Session, entry: str, language: str, text: str) -> GoldenQuestion | None:
    query = select(GoldenQuestion).where(GoldenQuestion.entry_id == entry, GoldenQuestion.language == language)
    return session.scalar(query.where(GoldenQuestion.text == text))


def _question(entry: str, language: str, text: str, origin: str, by: str, at: dt.datetime) -> GoldenQuestion:
    return GoldenQuestion(entry_id=entry, language=language, text=text, origin=origin, added_by=by, added_at=at)


def _noted(session: Session, row: GoldenQuestion, officer: Officer, what: str, at: dt.datetime, **more: str) -> None:
    session.flush()  # gives a new question its number
    detail = {"golden": row.id, "question_length": len(row.text), **more}
    record_act(session, actor=officer.actor, act=f"guidance.golden_{what}", subject=row.entry_id, detail=detail, at=at)
    session.flush()
