"""The checks that the clock makes: the newest seals each minute, the whole chain daily; what came of them is kept."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.chain import Anchor
from desk.audit.model import AuditCheck
from desk.audit.verdict import Verdict
from desk.audit.verifying import verify
from desk.desk import Desk

log = logging.getLogger(__name__)


class Part(StrEnum):
    NEWEST = "newest"
    WHOLE = "whole"


#: How often each part is checked, and after how long again where a check never ended or found something broken.
EVERY = {Part.NEWEST: dt.timedelta(minutes=1), Part.WHOLE: dt.timedelta(days=1)}
AGAIN = dt.timedelta(minutes=30)
#: Seals that count as the newest part.
NEWEST = 100


class Checker:
    """Makes the checks that are due; one for each process.

    It remembers the last seal that it found whole: who takes seals off the end of the chain and out of what is kept of
    the checks is found out all the same, for as long as the process lives.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: Anchor | None = None

    def check_due(self, between: Callable[[], bool]) -> None:
        """Check what is due and is no other clock's. ``between`` is that of `verify`; raises Interrupted."""
        for part in Part:
            if self._claim(part):
                self._check(part, between)

    def _claim(self, part: Part) -> bool:
        """Whether it is this process that makes the check now."""
        now = self._desk.now()
        unfinished = or_(AuditCheck.checked_at.is_(None), AuditCheck.checked_at < AuditCheck.begun_at)
        soon = or_(unfinished, AuditCheck.broken > 0)
        due = or_(AuditCheck.begun_at <= now - EVERY[part], soon & (AuditCheck.begun_at <= now - AGAIN))
        with self._desk.store.reading() as session:  # which keeps no writer waiting, and nearly always says no
            found = session.get(AuditCheck, part.value)
            is_due = session.scalar(select(AuditCheck.part).where(AuditCheck.part == part.value, due)) is not None
        if found is not None and not is_due:
            return False
        try:
            with self._desk.store.writing() as session:
                if found is None:
                    session.add(AuditCheck(part=part.value, begun_at=now))
                    return True
                claimed = update(AuditCheck).where(AuditCheck.part == part.value, due).values(begun_at=now)
                return session.scalar(claimed.returning(AuditCheck.part)) is not None
        except IntegrityError:
            return False

    def _check(self, part: Part, between: Callable[[], bool]) -> None:
        began = time.monotonic()
        with self._desk.store.reading() as session:
            kept = _kept_anchor(session)
        anchors = {anchor for anchor in (self._seen, kept) if anchor is not None}
        newest = NEWEST if part is Part.NEWEST else None
        verdict = verify(self._desk.store, anchors=anchors, newest=newest, between=between)
        self._keep(part, verdict, time.monotonic() - began)
        if not verdict.is_whole:
            said = verdict.findings[0].in_words(self._desk.texts, "en")
            log.error("the audit is broken in %d places; the first: %s", verdict.broken, said)
            return
        self._seen = verdict.newest or self._seen
        if part is Part.WHOLE:
            log.info("the audit is whole: %d entries; anchor %s", verdict.entries, verdict.newest)

    def _keep(self, part: Part, verdict: Verdict, seconds: float) -> None:
        with self._desk.store.writing() as session:
            row = session.get_one(AuditCheck, part.value)
            row.checked_at, row.seconds = self._desk.now(), seconds
            row.seals, row.entries, row.broken = verdict.seals, verdict.entries, verdict.broken
            row.finding = verdict.findings[0].as_json() if verdict.findings else None
            # An anchor that no longer holds is kept: what is broken once stays found.
            if verdict.is_whole and verdict.newest is not None:
                row.newest_seal, row.newest_hash = verdict.newest.seal, verdict.newest.hash


def kept(session: Session) -> dict[Part, AuditCheck]:
    """What came of the last check of each part; nothing of a part whose first check has not ended."""
    rows = session.scalars(select(AuditCheck).where(AuditCheck.checked_at.is_not(None)))
    return {Part(row.part): row for row in rows}


def _kept_anchor(session: Session) -> Anchor | None:
    """The last seal that a check of the newest part found whole."""
    row = session.get(AuditCheck, Part.NEWEST.value)
    if row is None or row.newest_seal is None or row.newest_hash is None:
        return None
    return Anchor(row.newest_seal, row.newest_hash)
