"""What the linter finds in a draft, as if it were published: errors keep it from that, warnings are shown."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.guidance.drafts.problems import Problem
from desk.guidance.lint.findings import Finding, Law, Linted
from desk.guidance.lint.linter import lint
from desk.guidance.lint.model import TranslationCheck
from desk.guidance.lint.stale import stale_in
from desk.guidance.lint.words import text_of
from desk.guidance.model import DraftKind, GuidanceDraft, GuidanceEntry, GuidanceVersion
from desk.guidance.record import GuidanceRecord
from desk.law.citations.reading import Citations
from desk.law.instruments import Instruments

#: What ``problems_of`` says of a draft already, in words of its own.
_SAID_ELSEWHERE = ("unknown_instrument", "unknown_related")


def found_in(
    session: Session,
    draft: GuidanceDraft,
    instruments: Instruments,
    as_of: dt.date,
    *,
    citations: Citations | None = None,
) -> list[Finding]:
    """The findings in a draft; none while it is no whole record, and none in one that only retires an entry.

    ``citations`` read the answer; without it they know numbers and titles, and no short names.
    """
    if draft.kind == DraftKind.RETIRE:
        return []
    try:
        record = GuidanceRecord.model_validate(draft.content)
    except ValidationError:
        return []
    entries = {*session.scalars(select(GuidanceEntry.id)), record.id}
    law = Law(instruments, citations or _citations(instruments), as_of, entries)
    return lint([_as_published(session, draft, record)], law)


def errors_of(session: Session, draft: GuidanceDraft, instruments: Instruments, as_of: dt.date) -> list[Problem]:
    """The errors among them, as problems beside their fields."""
    return [
        Problem(one.field, text_of(one.code, one.values), one.values)
        for one in found_in(session, draft, instruments, as_of)
        if one.level == "error" and one.code not in _SAID_ELSEWHERE
    ]


def _as_published(session: Session, draft: GuidanceDraft, record: GuidanceRecord) -> Linted:
    versions = session.scalars(
        select(GuidanceVersion).where(GuidanceVersion.entry_id == record.id).order_by(GuidanceVersion.number)
    )
    history = [(version.number, version.content) for version in versions]
    checks = session.scalars(select(TranslationCheck).where(TranslationCheck.entry_id == record.id))
    number = history[-1][0] + 1 if history else 1
    stale = stale_in([*history, (number, record.as_json())], [(check.part, check.version) for check in checks])
    return Linted(record, None, record.in_force.from_, record.in_force.to, stale)


@lru_cache(maxsize=2)
def _citations(instruments: Instruments) -> Citations:
    return Citations(instruments)
