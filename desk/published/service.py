"""Reads what is published again and again: each text only once, since texts of versions never change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import cast

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from desk.guidance.model import GuidanceVersion, Publication
from desk.guidance.record import GuidanceRecord
from desk.guidance.versions import held
from desk.law import service as law
from desk.ports import Corpus, LawArticle, PublishedEntry

#: What decides for which days a version is served: all that ``held`` looks at.
_DAYS = (
    GuidanceVersion.entry_id,
    GuidanceVersion.number,
    GuidanceVersion.in_force_from,
    GuidanceVersion.in_force_to,
    GuidanceVersion.last_day,
    GuidanceVersion.withdrawn_at,
)
#: So many texts, entries or publications are read with one statement; more is all of them.
_SOME = 200

Version = tuple[str, int]
#: One row of these columns.
_Days = tuple[str, int, dt.date, dt.date | None, dt.date | None, dt.datetime | None]


class Reader:
    """Remembers what it has read. For one thread, and for stores in which one desk's guidance is."""

    def __init__(self) -> None:
        self._number: int | None = None
        self._days: dict[str, list[_Days]] = {}
        self._entries: dict[str, list[PublishedEntry]] = {}
        self._law: tuple[int, Sequence[LawArticle]] = (-1, ())

    def corpus(self, session: Session) -> Corpus:
        """The same as desk.law.service.corpus: everything that is served for some day, and the text of the law.

        Entries that did not change since the last call are the same objects.
        """
        # The number is read first: what is published meanwhile is then read again at the next look, and never missed.
        number, law_no = session.execute(select(Publication.number, Publication.law_no)).one_or_none() or (0, 0)
        changed = self._changed(session, number, law_no)
        days = _days(session, changed)
        looked_at = self._days.keys() | days.keys() if changed is None else changed
        self._read_entries(
            session, {one: days.get(one, []) for one in looked_at if days.get(one) != self._days.get(one)}
        )
        if self._law[0] != law_no:
            self._law = law_no, law.articles(session)
        self._number = number
        entries = [one for of_entry in self._entries.values() for one in of_entry]
        return Corpus(number, entries, self._law[1], law_no)

    def _changed(self, session: Session, number: int, law_no: int) -> set[str] | None:
        """The entries that may have changed since the last call; None where it may be any.

        Every publication has a number that its versions bear, and every import of law one that none bears. Another
        number that none bears is that of a withdrawal.
        """
        if self._number is None or not 0 <= number - self._number <= _SOME:
            return None
        query = select(GuidanceVersion.publication_no, GuidanceVersion.entry_id).where(
            GuidanceVersion.publication_no > self._number
        )
        found = session.execute(query).all()
        borne = {one for one, _ in found if one <= number}
        if number - self._number - len(borne) != law_no - self._law[0]:
            return None
        entries = {entry for _, entry in found}
        return entries if len(entries) <= _SOME else None

    def _read_entries(self, session: Session, changed: dict[str, list[_Days]]) -> None:
        # Rows have the columns of the versions that count for their days.
        served = {entry: held(cast("Iterable[GuidanceVersion]", rows)) for entry, rows in changed.items()}
        known = {(one.entry, one.version): one.record for entry in changed for one in self._entries.get(entry, ())}
        wanted = {(one.version.entry_id, one.version.number) for of_entry in served.values() for one in of_entry}
        known |= _records(session, wanted - known.keys())
        is_longer = not served.keys() <= self._entries.keys()
        for entry, of_entry in served.items():
            self._entries[entry] = [
                PublishedEntry(entry, one.version.number, known[entry, one.version.number], one.from_, one.to)
                for one in of_entry
            ]
        self._days |= changed
        for entry in [entry for entry, rows in changed.items() if not rows]:
            del self._entries[entry], self._days[entry]
        if is_longer:
            self._entries = dict(sorted(self._entries.items()))


def _days(session: Session, entries: Collection[str] | None) -> dict[str, list[_Days]]:
    """The days of all versions of these entries, or of all, that were not withdrawn."""
    query = select(*_DAYS).where(GuidanceVersion.withdrawn_at.is_(None)).order_by(GuidanceVersion.entry_id)
    if entries is not None:
        query = query.where(GuidanceVersion.entry_id.in_(entries))
    return {entry: list(rows) for entry, rows in groupby(session.execute(query), key=lambda row: row.entry_id)}


def _records(session: Session, wanted: set[Version]) -> dict[Version, GuidanceRecord]:
    """The texts of these versions."""
    if not wanted:
        return {}
    query = select(GuidanceVersion.entry_id, GuidanceVersion.number, GuidanceVersion.content)
    if len(wanted) <= _SOME:
        query = query.where(tuple_(GuidanceVersion.entry_id, GuidanceVersion.number).in_(wanted))
    return {
        (entry, number): GuidanceRecord.model_validate(content)
        for entry, number, content in session.execute(query)
        if (entry, number) in wanted
    }
