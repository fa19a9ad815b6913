"""Guidance in the store: publishing and withdrawing versions, loading what ships, and reading what is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance.model import GuidanceEntry, GuidanceReview, GuidanceVersion, Publication
from desk.guidance.record import GuidanceRecord
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


class NotPublished(LookupError):
    """The entry has no published version that could be meant."""


def publish(session: Session, record: GuidanceRecord, *, origin: str, by: str, at: dt.datetime) -> GuidanceVersion:
    """Publish a new version of an entry, raise the publication number, audit it, and note the news of it.

    The version before it is withdrawn, unless the new one holds only from a later day: until then the old one does.
    """
    before = newest_live(session, record.id)
    version = _publish(session, record, origin=origin, by=by, at=at)
    note_changes(session, _change(version, before, at), version.publication_no, at)
    return version


def _publish(session: Session, record: GuidanceRecord, *, origin: str, by: str, at: dt.datetime) -> GuidanceVersion:
    entry = session.get(GuidanceEntry, record.id)
    if entry is None:
        entry = GuidanceEntry(id=record.id, group=record.group, created_at=at)
        session.add(entry)
        session.flush()
    last = session.scalar(select(func.max(GuidanceVersion.number)).where(GuidanceVersion.entry_id == record.id))
    if record.in_force.from_ <= local_day(at):
        _withdraw_live(session, record.id, at)
    version = GuidanceVersion(
        entry_id=record.id,
        number=(last or 0) + 1,
        content=record.as_json(),
        content_hash=record.content_hash(),
        origin=origin,
        in_force_from=record.in_force.from_,
        in_force_to=record.in_force.to,
        publication_no=raise_publication_no(session),
        published_at=at,
        published_by=by,
    )
    session.add(version)
    entry.group, entry.searched = record.group, record.searched()
    if origin == CURATOR:
        entry.confirmed_at = at
    record_act(session, actor=by, act="guidance.published", subject=f"{record.id}@{version.number}", at=at)
    session.flush()
    return version


def withdraw(session: Session, entry_id: str, *, by: str, reason: str, at: dt.datetime) -> None:
    """Take an entry's live version out of service, and note the news of it; raises NotPublished."""
    live = newest_live(session, entry_id)
    if live is None:
        raise NotPublished(entry_id)
    _withdraw_live(session, entry_id, at)
    number = raise_publication_no(session)
    note_changes(session, [Change(live.record.group, entry_id, live.number, "withdrawn")], number, at)
    record_act(session, actor=by, act="guidance.withdrawn", subject=entry_id, detail={"reason": reason}, at=at)


def confirm(session: Session, entry_id: str, *, by: str, at: dt.datetime) -> None:
    """A curator of this authority confirms a shipped entry; raises NotPublished."""
    entry = session.get(GuidanceEntry, entry_id)
    if entry is None:
        raise NotPublished(entry_id)
    entry.confirmed_at = at
    record_act(session, actor=by, act="guidance.confirmed", subject=entry_id, at=at)


def load_shipped(session: Session, records: Sequence[GuidanceRecord], *, at: dt.datetime) -> LoadReport:
    """Bring shipped records into the store by their content hash; a curator's text is never overwritten.

    A new record is published; a changed one is a new version where the live text is still the shipped one, else a
    review task; a removed one is a review task. Loading the same records again changes nothing. What a load changes is
    one piece of news a topic; the first load of a new store is none.
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


def publication_no(session: Session) -> int:
    """The number of the present publication; 0 where nothing was ever published."""
    return session.scalar(select(Publication.number)) or 0


def corpus(session: Session) -> Corpus:
    """Everything published and not withdrawn, whatever its dates, with its publication number."""
    versions = session.scalars(
        select(GuidanceVersion).where(GuidanceVersion.withdrawn_at.is_(None)).order_by(GuidanceVersion.entry_id)
    )
    entries = [PublishedEntry(v.entry_id, v.number, v.record) for v in versions]
    return Corpus(publication_no(session), entries)


def in_force(session: Session, entry_id: str, day: dt.date) -> GuidanceVersion | None:
    """The published version of an entry that holds on a day; None where there is none."""
    return session.scalar(
        select(GuidanceVersion)
        .where(
            GuidanceVersion.entry_id == entry_id,
            GuidanceVersion.withdrawn_at.is_(None),
            GuidanceVersion.in_force_from <= day,
            or_(GuidanceVersion.in_force_to.is_(None), GuidanceVersion.in_force_to >= day),
        )
        .order_by(GuidanceVersion.number.desc())
        .limit(1)
    )


def is_confirmed(session: Session, entry_id: str) -> bool:
    """Whether a curator of this authority has confirmed the entry."""
    entry = session.get(GuidanceEntry, entry_id)
    return entry is not None and entry.confirmed_at is not None


def _live_origin(session: Session, entry_id: str) -> str | None:
    """The origin of the newest version, withdrawn or not: what a curator withdrew is a curator's decision."""
    last = newest(session, entry_id)
    if last is None:
        return None
    return CURATOR if last.withdrawn_at is not None else last.origin


def newest(session: Session, entry_id: str) -> GuidanceVersion | None:
    """The newest version of an entry, withdrawn or not, whatever its dates."""
    return session.scalar(
        select(GuidanceVersion)
        .where(GuidanceVersion.entry_id == entry_id)
        .order_by(GuidanceVersion.number.desc())
        .limit(1)
    )


def newest_of_each(session: Session, entries: Collection[str]) -> dict[str, GuidanceVersion]:
    """The newest versions of entries by their ids, as ``newest``; what was never published is not among them."""
    last = select(GuidanceVersion.entry_id, func.max(GuidanceVersion.number)).group_by(GuidanceVersion.entry_id)
    wanted = last.where(GuidanceVersion.entry_id.in_(entries))
    query = select(GuidanceVersion).where(tuple_(GuidanceVersion.entry_id, GuidanceVersion.number).in_(wanted))
    return {version.entry_id: version for version in session.scalars(query)}


def newest_live(session: Session, entry_id: str) -> GuidanceVersion | None:
    """The newest version that is not withdrawn, whatever its dates."""
    return session.scalar(
        select(GuidanceVersion)
        .where(GuidanceVersion.entry_id == entry_id, GuidanceVersion.withdrawn_at.is_(None))
        .order_by(GuidanceVersion.number.desc())
        .limit(1)
    )


def _withdraw_live(session: Session, entry_id: str, at: dt.datetime) -> bool:
    live = session.scalars(
        update(GuidanceVersion)
        .where(GuidanceVersion.entry_id == entry_id, GuidanceVersion.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
        .returning(GuidanceVersion.number)
    )
    return bool(live.all())


def raise_publication_no(session: Session) -> int:
    """The next publication's number: what is searched changes with this transaction."""
    raised = session.scalar(update(Publication).values(number=Publication.number + 1).returning(Publication.number))
    if raised is None:
        session.add(Publication(id=1, number=1))
        session.flush()
        return 1
    return int(raised)
