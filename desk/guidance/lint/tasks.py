"""Findings as review tasks: one finding is one task, which closes by itself when the finding goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance import reviews
from desk.guidance.drafts.steps import said_in
from desk.guidance.lint.findings import LEVELS, Finding, Level
from desk.guidance.lint.model import TranslationCheck
from desk.guidance.model import GuidanceReview
from desk.guidance.permissions import GuidanceRefused, must_speak_for_the_department
from desk.paging import Page, page_of
from desk.people.model import Officer

KIND = "lint"
#: So many ids are asked for at once.
_BATCH = 500
Which = Literal["open", "closed"]


def reconcile(session: Session, entries: Collection[str], found: Sequence[Finding], at: dt.datetime) -> tuple[int, int]:
    """Bring the tasks of these entries in line with what was found in them; returns how many opened and closed.

    What was closed with words stays closed while the same is found there, and is a new task when the matter changed.
    """
    present: dict[tuple[str, str | None], GuidanceReview] = {
        (row.entry_id, row.finding): row for row in _not_gone(session, entries)
    }
    wanted: dict[tuple[str, str | None], Finding] = {(one.entry, one.key): one for one in reversed(found)}
    closed, new = 0, []
    for key, row in present.items():
        finding = wanted.get(key)
        if finding is None:
            closed += row.done_at is None
            row.gone_at, row.done_at = at, row.done_at or at
        elif row.done_at is None:
            _tell(row, finding)
        elif row.content_hash != finding.digest:
            row.gone_at = at
            new.append(finding)
    # The unique index wants those that went written down before those that come.
    session.flush()
    new += [finding for key, finding in wanted.items() if key not in present]
    for finding in sorted(new, key=lambda one: (one.entry, one.key)):
        row = GuidanceReview(entry_id=finding.entry, kind=KIND, code=finding.code, finding=finding.key, created_at=at)
        _tell(row, finding)
        session.add(row)
    session.flush()
    return len(new), closed


def _tell(row: GuidanceReview, finding: Finding) -> None:
    values = {name: value if isinstance(value, int) else str(value) for name, value in finding.values.items()}
    row.content = {"field": finding.field, "version": finding.version, "values": values}
    row.content_hash = finding.digest


def _not_gone(session: Session, entries: Collection[str]) -> list[GuidanceReview]:
    wanted = sorted(entries)
    rows: list[GuidanceReview] = []
    for first in range(0, len(wanted), _BATCH):
        some = wanted[first : first + _BATCH]
        query = select(GuidanceReview).where(
            GuidanceReview.kind == KIND, GuidanceReview.gone_at.is_(None), GuidanceReview.entry_id.in_(some)
        )
        rows += session.scalars(query)
    return rows


def listed(
    session: Session,
    *,
    code: str = "",
    level: Level | None = None,
    which: Which = "open",
    limit: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[GuidanceReview]:
    """A page of the findings, the oldest first; ``closed`` are those closed with words that are still found."""
    query = select(GuidanceReview).where(*_narrowed(code, level, which))
    return page_of(
        session, query, (GuidanceReview.id,), key=lambda review: (review.id,), limit=limit, after=after, before=before
    )


def counts(session: Session, which: Which = "open") -> dict[str, int]:
    """How many findings there are of each kind, errors first; kinds without any are left out."""
    query = select(GuidanceReview.code, func.count()).where(*_narrowed("", None, which)).group_by(GuidanceReview.code)
    counted = {code: count for code, count in session.execute(query) if code is not None}
    return {code: counted[code] for code in LEVELS if code in counted}


def of_entry(session: Session, entry: str) -> list[GuidanceReview]:
    """The open findings about an entry."""
    query = select(GuidanceReview).where(GuidanceReview.entry_id == entry, *_narrowed("", None, "open"))
    return list(session.scalars(query.order_by(GuidanceReview.id)))


def by_id(session: Session, number: int) -> GuidanceReview | None:
    """A finding that is still found; None for any other review."""
    review = session.get(GuidanceReview, number)
    return review if review is not None and review.kind == KIND and review.gone_at is None else None


def close(session: Session, review: GuidanceReview, officer: Officer, words: str, at: dt.datetime) -> None:
    """Close a task with words although the finding is still there; it stays closed while that is the same."""
    reviews.settle(session, review, officer, "closed", words, at)


def still_holds(session: Session, review: GuidanceReview, officer: Officer, words: str, at: dt.datetime) -> None:
    """Say of a stale translation that the other language still holds: then the finding is over."""
    must_speak_for_the_department(session, officer)
    if review.done_at is not None:
        raise GuidanceRefused("drafting.refused.review_settled")
    if review.code != "stale_translation" or review.content is None:
        raise GuidanceRefused("lint.refused.no_translation")
    said = said_in(words)
    part, version = str(review.content["values"]["part"]), int(review.content["version"])
    session.add(
        TranslationCheck(entry_id=review.entry_id, part=part, version=version, words=said, officer_id=officer.id, at=at)
    )
    review.done_at = review.gone_at = at
    detail = {"part": part, "version": version, "words": said}
    record_act(
        session,
        actor=officer.actor,
        act="guidance.translation_holds",
        subject=review.entry_id,
        detail=detail,
        at=at,
    )


def _narrowed(code: str, level: Level | None, which: Which) -> list[ColumnElement[bool]]:
    is_open = GuidanceReview.done_at.is_(None) if which == "open" else GuidanceReview.done_at.is_not(None)
    narrowed = [GuidanceReview.kind == KIND, GuidanceReview.gone_at.is_(None), is_open]
    if code:
        narrowed.append(GuidanceReview.code == code)
    if level is not None:
        narrowed.append(GuidanceReview.code.in_([one for one, of in LEVELS.items() if of == level]))
    return narrowed
