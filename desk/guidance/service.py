"""Guidance in the store: publishing and withdrawing versions, and loading what ships."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance.earlier import service as earlier_days
from desk.guidance.model import GuidanceEntry, GuidanceReview, GuidanceVersion
from desk.guidance.publications import publication_no as publication_no
from desk.guidance.publications import raise_publication_no as raise_publication_no
from desk.guidance.record import GuidanceRecord
from desk.guidance.versions import held, newest, newest_live, next_number
from desk.ports import Corpus, PublishedEntry
from desk.subscriptions.noting import Change, How, note_changes
from desk.working_time.hours import local_day

SHIPPED = "shipped"
CURATOR = "curator"


@dataclass(frozen=True)
class LoadReport:
    """What a load of the shipped records did, as ids of entries."""

    published: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    for_review: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)


class NotPublished(LookupError):
    """The entry has no published version that could be meant."""


def publish(
    session: Session,
    record: GuidanceRecord,
    *,
    origin: str,
    by: str,
    at: dt.datetime,
    over: int | None = None,
    corrects: bool = False,
) -> GuidanceVersion:
    """Publish a new version of an entry, raise the publication number, audit it, and note the news of it.

    ``over`` is the number of the version that it was written over; else it is the newest that is served. That one goes
    on to hold for the days before the new one begins, unless the new one says that it was wrong (``corrects``) or
    begins no later: then it is withdrawn.
    """
    before = newest_live(session, record.id)
    version = _publish(session, record, origin=origin, by=by, at=at, over=over, corrects=corrects)
    note_changes(session, _change(version, before, at), version.publication_no, at)
    return version


def _publish(
    session: Session,
    record: GuidanceRecord,
    *,
    origin: str,
    by: str,
    at: dt.datetime,
    over: int | None = None,
    corrects: bool = False,
) -> GuidanceVersion:
    entry = _entry_of(session, record, at)
    replaced = _replaced(session, record, over)
    is_wrong = corrects and replaced is not None
    for served in _served(session, record.id):
        same_days = served.in_force_from == record.in_force.from_
        begins_later = served is replaced and served.in_force_from > record.in_force.from_
        if same_days or begins_later or (is_wrong and served is replaced):
            served.withdrawn_at = at
    version = GuidanceVersion(
        entry_id=record.id,
        number=next_number(session, record.id),
        content=record.as_json(),
        content_hash=record.content_hash(),
        origin=origin,
        in_force_from=record.in_force.from_,
        in_force_to=record.in_force.to,
        publication_no=raise_publication_no(session),
        published_at=at,
        published_by=by,
        content_changed_at=at,
        corrects=replaced.number if is_wrong and replaced is not None else None,
    )
    if replaced is not None and replaced.record.tells() == record.tells():
        version.content_changed_at = replaced.content_changed_at
    session.add(version)
    entry.group, entry.searched = record.group, record.searched()
    if origin == CURATOR:
        entry.confirmed_at = at
    record_act(session, actor=by, act="guidance.published", subject=f"{record.id}@{version.number}", at=at)
    session.flush()
    return version


def _entry_of(session: Session, record: GuidanceRecord, at: dt.datetime) -> GuidanceEntry:
    entry = session.get(GuidanceEntry, record.id)
    if entry is None:
        entry = GuidanceEntry(id=record.id, group=record.group, created_at=at)
        session.add(entry)
        session.flush()
    return entry


def _replaced(session: Session, record: GuidanceRecord, over: int | None) -> GuidanceVersion | None:
    """The version over which a record was written, if it is served."""
    if over is None:
        return newest_live(session, record.id)
    version = session.get(GuidanceVersion, (record.id, over))
    return version if version is not None and version.withdrawn_at is None else None


def withdraw(
    session: Session, entry_id: str, *, by: str, reason: str, at: dt.datetime, last_day: dt.date | None = None
) -> None:
    """Take an entry out of service, and note the news of it; raises NotPublished.

    With ``last_day`` its text goes on to hold for questions about the days up to that one; without, for none.
    """
    live = newest_live(session, entry_id)
    if live is None:
        raise NotPublished(entry_id)
    for served in _served(session, entry_id):
        if last_day is None or served.in_force_from > last_day:
            served.withdrawn_at = at
        else:
            served.last_day = min(last_day, served.last_day or last_day)
    number = raise_publication_no(session)
    note_changes(session, [Change(live.record.group, entry_id, live.number, "withdrawn")], number, at)
    detail = {"reason": reason} | ({"last_day": str(last_day)} if last_day is not None else {})
    record_act(session, actor=by, act="guidance.withdrawn", subject=entry_id, detail=detail, at=at)


def confirm(session: Session, entry_id: str, *, by: str, at: dt.datetime) -> None:
    """A curator of this authority confirms a shipped entry; raises NotPublished."""
    entry = session.get(GuidanceEntry, entry_id)
    if entry is None:
        raise NotPublished(entry_id)
    entry.confirmed_at = at
    record_act(session, actor=by, act="guidance.confirmed", subject=entry_id, at=at)


def load_shipped(
    session: Session, records: Sequence[GuidanceRecord], *, at: dt.datetime, earlier: Sequence[GuidanceRecord] = ()
) -> LoadReport:
    """Bring shipped records into the store by their content hash; a curator's text is never overwritten.

    A new record is published; a changed one is a new version where the live text is still the shipped one, else a
    review task; a removed one is a review task. Loading the same records again changes nothing. What a load changes is
    one piece of news a topic; the first load of a new store is none. ``earlier`` are texts of the same records for
    days that are over; those of a new record come before it, so that its versions count in the order of their days.
    """
    report = LoadReport()
    is_first = session.scalar(select(GuidanceEntry.id).limit(1)) is None
    changes: list[Change] = []
    for record in records:
        entry = session.get(GuidanceEntry, record.id)
        before = newest_live(session, record.id) if entry is not None else None
        if entry is not None and entry.shipped_hash == record.content_hash():
            report.unchanged.append(record.id)
            continue
        if entry is None:
            _entry_of(session, record, at)
            before_it = [text for text in earlier if text.id == record.id]
            report.earlier.extend(earlier_days.bring_in(session, before_it, at=at))
            changes += _change(_publish(session, record, origin=SHIPPED, by="content", at=at), before, at)
            report.published.append(record.id)
        elif _live_origin(session, record.id) == SHIPPED:
            changes += _change(_publish(session, record, origin=SHIPPED, by="content", at=at), before, at)
            entry.confirmed_at = None
            report.changed.append(record.id)
        else:
            _ask_for_review(session, record.id, "shipped_change", record, at)
            report.for_review.append(record.id)
        session.get_one(GuidanceEntry, record.id).shipped_hash = record.content_hash()
    report.earlier.extend(earlier_days.bring_in(session, earlier, at=at))
    _note_removed(session, {record.id for record in records}, report, at)
    if not is_first:
        note_changes(session, changes, publication_no(session), at)
    return report


def _change(version: GuidanceVersion, before: GuidanceVersion | None, at: dt.datetime) -> list[Change]:
    """What those who follow the topic are told of a new version; nothing where what it tells people is the same."""
    record = version.record
    how: How = "new" if before is None else "changed"
    has_ended = record.in_force.to is not None and record.in_force.to < local_day(at)
    is_same = record.tells() == before.record.tells() if before is not None else has_ended
    return [] if is_same else [Change(record.group, version.entry_id, version.number, how)]


def _note_removed(session: Session, shipped: set[str], report: LoadReport, at: dt.datetime) -> None:
    for entry in session.scalars(select(GuidanceEntry).where(GuidanceEntry.shipped_hash.is_not(None))):
        if entry.id not in shipped:
            entry.shipped_hash = None
            _ask_for_review(session, entry.id, "shipped_removed", None, at)
            report.removed.append(entry.id)


def _ask_for_review(session: Session, entry_id: str, kind: str, record: GuidanceRecord | None, at: dt.datetime) -> None:
    session.add(
        GuidanceReview(
            entry_id=entry_id,
            kind=kind,
            content=record.as_json() if record else None,
            content_hash=record.content_hash() if record else None,
            created_at=at,
        )
    )
    session.flush()


def corpus(session: Session) -> Corpus:
    """Everything that is served for some day, with those days and the publication number."""
    served = select(GuidanceVersion).where(GuidanceVersion.withdrawn_at.is_(None)).order_by(GuidanceVersion.entry_id)
    entries = [
        PublishedEntry(one.version.entry_id, one.version.number, one.version.record, one.from_, one.to)
        for _, versions in groupby(session.scalars(served), key=lambda version: version.entry_id)
        for one in held(versions)
    ]
    return Corpus(publication_no(session), entries)


def is_confirmed(session: Session, entry_id: str) -> bool:
    """Whether a curator of this authority has confirmed the entry."""
    entry = session.get(GuidanceEntry, entry_id)
    return entry is not None and entry.confirmed_at is not None


def is_vouched_for(session: Session, version: GuidanceVersion) -> bool:
    """Whether a curator of this authority wrote a version, or has confirmed its entry since it was loaded."""
    entry = session.get(GuidanceEntry, version.entry_id)
    confirmed_at = entry.confirmed_at if entry is not None else None
    return confirmed_at is not None and (version.origin == CURATOR or version.published_at <= confirmed_at)


def _live_origin(session: Session, entry_id: str) -> str | None:
    """The origin of the newest version, withdrawn or not: what a curator withdrew is a curator's decision."""
    last = newest(session, entry_id)
    if last is None:
        return None
    return CURATOR if last.withdrawn_at is not None else last.origin


def _served(session: Session, entry_id: str) -> list[GuidanceVersion]:
    """The versions of an entry that are not withdrawn, whatever their days."""
    served = select(GuidanceVersion).where(GuidanceVersion.entry_id == entry_id, GuidanceVersion.withdrawn_at.is_(None))
    return list(session.scalars(served))
