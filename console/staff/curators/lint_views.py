"""Findings as the pages of guidance show them: plain values, taken from the store while it is open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.guidance.lint import drafts, tasks
from desk.guidance.lint.findings import LEVELS
from desk.guidance.lint.words import sentence
from desk.guidance.model import GuidanceDraft, GuidanceReview
from desk.guidance.record import Language


@dataclass(frozen=True)
class ShownFinding:
    """A finding in words; ``field`` is the part of the record in which it is."""

    id: int
    entry: str
    code: str
    level: str
    field: str
    sentence: str
    at: dt.datetime
    is_done: bool


def of_review(desk: Desk, review: GuidanceReview, language: Language) -> ShownFinding:
    content, code = review.content or {}, review.code or ""
    return ShownFinding(
        id=review.id,
        entry=review.entry_id,
        code=code,
        level=LEVELS[code],
        field=str(content["field"]).split("-")[0],
        sentence=sentence(desk.texts, code, content["values"], language),
        at=review.created_at,
        is_done=review.done_at is not None,
    )


def of_entry(desk: Desk, session: Session, entry: str, language: Language) -> list[ShownFinding]:
    return [of_review(desk, review, language) for review in tasks.of_entry(session, entry)]


def warnings_of(desk: Desk, session: Session, draft: GuidanceDraft, language: Language) -> list[tuple[str, str]]:
    """What author and approver should know of a draft: pairs of a part of the record and a sentence."""
    found = drafts.found_in(session, draft, desk.instruments, desk.today(), citations=desk.citations)
    return [
        (one.field.split("-")[0], sentence(desk.texts, one.code, one.values, language))
        for one in found
        if one.level == "warning"
    ]
