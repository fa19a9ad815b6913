"""The text of the law in the store: importing and removing the articles of an instrument, and reading them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance import service as guidance
from desk.guidance.model import Publication
from desk.law.model import LawText
from desk.ports import Corpus, LawArticle, LawHit


@dataclass(frozen=True)
class ImportReport:
    """What an import did to the text of an instrument, in numbers of articles."""

    new: int
    changed: int
    removed: int
    unchanged: int

    @property
    def nothing_changed(self) -> bool:
        return not (self.new or self.changed or self.removed)


@dataclass(frozen=True)
class InstrumentText:
    """An instrument whose text is in the store."""

    instrument: str
    articles: int
    imported_at: dt.datetime
    imported_by: str


class NotImported(LookupError):
    """The store has no text of the instrument."""


def compare(session: Session, instrument: str, articles: Sequence[LawArticle]) -> ImportReport:
    """What ``import_text`` would do with these articles, in numbers."""
    wanted = {article.article: _hash(article) for article in articles}
    before = {row.article: row.content_hash for row in _rows(session, instrument)}
    return ImportReport(
        new=len(wanted.keys() - before.keys()),
        changed=sum(before[article] != wanted[article] for article in wanted.keys() & before.keys()),
        removed=len(before.keys() - wanted.keys()),
        unchanged=sum(before.get(article) == digest for article, digest in wanted.items()),
    )


def import_text(
    session: Session,
    instrument: str,
    articles: Sequence[LawArticle],
    *,
    by: str,
    at: dt.datetime,
    divisions: Mapping[str, str] | None = None,
) -> ImportReport:
    """Put these articles in the place of all that the store has of the instrument, and audit it.

    ``divisions`` has the headings above articles, by their addresses. The same a second time changes nothing. Raises
    ValueError for articles of another instrument, for two with one address, and for none at all.
    """
    wanted = {article.article: _hash(article) for article in articles}
    if not articles or len(wanted) != len(articles) or {a.instrument for a in articles} != {instrument}:
        raise ValueError(f"these are not the articles of {instrument}, each once")
    above = divisions or {}
    report = compare(session, instrument, articles)
    before = [(row.article, row.content_hash, row.division) for row in _rows(session, instrument)]
    if before == [(article, digest, above.get(article, "")) for article, digest in wanted.items()]:
        return report
    session.execute(delete(LawText).where(LawText.instrument == instrument))
    session.add_all(
        LawText(
            instrument=instrument,
            article=article.article,
            heading=article.heading,
            text=article.text,
            division=above.get(article.article, ""),
            position=position,
            content_hash=wanted[article.article],
            imported_at=at,
            imported_by=by,
        )
        for position, article in enumerate(articles)
    )
    _raise_law_no(session)
    detail = {"new": report.new, "changed": report.changed, "removed": report.removed, "unchanged": report.unchanged}
    record_act(session, actor=by, act="law.imported", subject=instrument, detail=detail, at=at)
    session.flush()
    return report


def remove_text(session: Session, instrument: str, *, by: str, at: dt.datetime) -> int:
    """Take the text of an instrument out of the store; how many articles it had. Raises NotImported."""
    removed = session.scalars(delete(LawText).where(LawText.instrument == instrument).returning(LawText.article)).all()
    if not removed:
        raise NotImported(instrument)
    _raise_law_no(session)
    record_act(session, actor=by, act="law.removed", subject=instrument, detail={"articles": len(removed)}, at=at)
    return len(removed)


def instruments_with_text(session: Session) -> list[InstrumentText]:
    """The instruments whose text is in the store, by number."""
    rows = session.execute(
        select(LawText.instrument, func.count(), LawText.imported_at, LawText.imported_by)
        .group_by(LawText.instrument, LawText.imported_at, LawText.imported_by)
        .order_by(LawText.instrument)
    )
    return [InstrumentText(*row) for row in rows]


def articles_of(session: Session, instrument: str) -> list[LawArticle]:
    """The articles of an instrument in their order; none where its text was not imported."""
    return [row.as_published for row in _rows(session, instrument)]


def divisions_of(session: Session, instrument: str) -> dict[str, str]:
    """The headings of part, chapter and section above the articles that have some, by the articles' addresses."""
    return {row.article: row.division for row in _rows(session, instrument) if row.division}


def article(session: Session, instrument: str, article: str) -> LawArticle | None:
    """One article by its address."""
    row = session.get(LawText, (instrument, article))
    return row.as_published if row is not None else None


def corpus(session: Session) -> Corpus:
    """All that is published at one publication number: the guidance, and the text of the law beside it."""
    law_no = session.scalar(select(Publication.law_no)) or 0
    return replace(guidance.corpus(session), law=articles(session), law_no=law_no)


def articles(session: Session) -> list[LawArticle]:
    """All articles, by instrument and in their order."""
    rows = session.scalars(select(LawText).order_by(LawText.instrument, LawText.position))
    return [row.as_published for row in rows]


def still_there(session: Session, hits: Iterable[LawHit]) -> list[LawHit]:
    """The hits whose words the store has now: what was removed a moment ago is not shown, however late the index is."""
    return [hit for hit in hits if _holds(article(session, hit.instrument, hit.article), hit)]


def _holds(found: LawArticle | None, hit: LawHit) -> bool:
    if found is None:
        return False
    words = " ".join(f"{found.heading}\n{found.text}".split())
    return all(" ".join(line.split()) in words for line in hit.text.splitlines())


def _rows(session: Session, instrument: str) -> list[LawText]:
    query = select(LawText).where(LawText.instrument == instrument).order_by(LawText.position)
    return list(session.scalars(query))


def _hash(article: LawArticle) -> str:
    """SHA-256 of what the article says."""
    return hashlib.sha256(f"{article.heading}\n\n{article.text}".encode()).hexdigest()


def _raise_law_no(session: Session) -> None:
    """A new number of the law and of the publication, by which the knowledge process sees that something changed."""
    guidance.raise_publication_no(session)
    session.execute(update(Publication).values(law_no=Publication.law_no + 1))
