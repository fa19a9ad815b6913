"""Guidance in the store as the linter reads it: each version that is served from a day on, with its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.guidance.lint.findings import Law, Linted
from desk.guidance.lint.model import TranslationCheck
from desk.guidance.lint.stale import Checked, stale_in
from desk.guidance.model import GuidanceEntry, GuidanceVersion
from desk.guidance.versions import held
from desk.law.citations.reading import Citations
from desk.law.register import laid_over


def law_on(desk: Desk, session: Session, as_of: dt.date) -> Law:
    """What the guidance of the store is held against on a day."""
    entries = frozenset(session.scalars(select(GuidanceEntry.id)))
    # As this transaction knows them: what it notes as read is what it has read.
    instruments = laid_over(session, desk.law.shipped)
    return Law(instruments, Citations(instruments, desk.rules.short_names), as_of, entries)


def linted(session: Session, as_of: dt.date, entries: Collection[str] | None = None) -> list[Linted]:
    """The versions that are served on the day or later, of all entries or of some; of one that is over, its last."""
    query = select(GuidanceVersion).order_by(GuidanceVersion.entry_id, GuidanceVersion.number)
    checks = select(TranslationCheck)
    if entries is not None:
        query = query.where(GuidanceVersion.entry_id.in_(entries))
        checks = checks.where(TranslationCheck.entry_id.in_(entries))
    checked: dict[str, list[tuple[str, int]]] = {}
    for check in session.scalars(checks):
        checked.setdefault(check.entry_id, []).append((check.part, check.version))
    return [
        one
        for entry, versions in groupby(session.scalars(query), key=lambda version: version.entry_id)
        for one in _of_entry(list(versions), as_of, checked.get(entry, []))
    ]


def _of_entry(versions: Sequence[GuidanceVersion], as_of: dt.date, checked: Checked) -> list[Linted]:
    served = held(versions)
    wanted = [one for one in served if one.to is None or one.to >= as_of] or served[-1:]
    history = [(version.number, version.content) for version in versions]
    return [
        Linted(
            record=one.version.record,
            version=one.version.number,
            from_=one.from_,
            to=one.to,
            stale=stale_in([text for text in history if text[0] <= one.version.number], checked),
            # Where somebody gave the entry a last day, its end is no surprise.
            is_last=one is served[-1] and one.version.last_day is None,
        )
        for one in wanted
    ]
