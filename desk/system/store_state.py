"""What the store tells of how the desk is: itself, what waits, what failed, and when a channel last worked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from desk.attachments import scanning
from desk.conversations.model import CHANNELS, InboxUpdate
from desk.deliveries.model import Delivery, DeliveryState
from desk.guidance import service as guidance
from desk.letters.model import Letter, LetterState
from desk.migrations import run as migrations

#: What is counted: everything that is not settled well. What is done is many, and tells nothing.
UPDATES = ("stored", "processing", "failed")
DELIVERIES = (
    DeliveryState.CREATED,
    DeliveryState.SENDING,
    DeliveryState.TEMPORARY_FAILURE,
    DeliveryState.PERMANENT_FAILURE,
    DeliveryState.UNCERTAIN,
)
LETTERS = (LetterState.WAITING, LetterState.SENDING, LetterState.REFUSED, LetterState.UNCERTAIN, LetterState.EXPIRED)


@dataclass(frozen=True)
class Database:
    """The database itself; ``newest`` is the revision that this program wants, ``bytes`` None where it is not told."""

    kind: str
    bytes: int | None
    revision: str
    newest: str

    @property
    def is_newest(self) -> bool:
        return self.revision == self.newest


@dataclass(frozen=True)
class ChannelState:
    """When a channel last brought and took something, and what it last refused, with the state that came of it."""

    received_at: dt.datetime | None
    delivered_at: dt.datetime | None
    failed_at: dt.datetime | None
    error: str | None
    failed_as: str | None


@dataclass(frozen=True)
class StoreState:
    """All that the store tells; counts are by state, with a zero for what there is none of."""

    database: Database
    publication_no: int
    updates: dict[str, int]
    deliveries: dict[str, int]
    letters: dict[str, int]
    files_waiting: int
    telegram: ChannelState


def of(session: Session) -> StoreState:
    """How the store is now."""
    return StoreState(
        database=database_of(session),
        publication_no=guidance.publication_no(session),
        updates=_counted(session, InboxUpdate, UPDATES),
        deliveries=_counted(session, Delivery, DELIVERIES),
        letters=counted_letters(session),
        files_waiting=scanning.waiting_files(session),
        telegram=channel_of(session, "telegram"),
    )


def database_of(session: Session) -> Database:
    kind = session.get_bind().dialect.name
    sizes = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "postgresql": "SELECT pg_database_size(current_database())",
    }
    size = session.scalar(text(sizes[kind])) if kind in sizes else None
    revision = session.scalar(text("SELECT version_num FROM alembic_version")) or ""
    return Database(kind, int(size) if size is not None else None, str(revision), migrations.newest_revision())


def channel_of(session: Session, channel: str) -> ChannelState:
    """A channel's last moments, each found at the end of an index."""
    newest = [
        select(func.max(InboxUpdate.id)).where(InboxUpdate.channel == channel, InboxUpdate.state == state)
        for state in (*UPDATES, "done")
    ]
    ids = [id for query in newest for id in [session.scalar(query)] if id is not None]
    received = session.get_one(InboxUpdate, max(ids)).received_at if ids else None
    sent = _last_delivery(session, channel, DeliveryState.DELIVERED)
    failures = [
        found
        for state in (DeliveryState.TEMPORARY_FAILURE, DeliveryState.PERMANENT_FAILURE, DeliveryState.UNCERTAIN)
        for found in [_last_delivery(session, channel, state)]
        if found is not None
    ]
    failed = max(failures, key=_tried_at, default=None)
    return ChannelState(
        received_at=received,
        delivered_at=sent.delivered_at if sent is not None else None,
        failed_at=_tried_at(failed) if failed is not None else None,
        error=failed.error if failed is not None else None,
        failed_as=failed.state if failed is not None else None,
    )


def _tried_at(delivery: Delivery) -> dt.datetime:
    return delivery.claimed_at or delivery.created_at


def _last_delivery(session: Session, channel: str, state: DeliveryState) -> Delivery | None:
    query = select(Delivery).where(Delivery.channel == channel, Delivery.state == state)
    return session.scalar(query.order_by(Delivery.next_attempt_at.desc()).limit(1))


def _counted(session: Session, table: type[InboxUpdate] | type[Delivery], states: tuple[str, ...]) -> dict[str, int]:
    query = select(table.state, func.count()).where(table.channel.in_(CHANNELS), table.state.in_(states))
    found = {str(state): count for state, count in session.execute(query.group_by(table.state))}
    return {str(state): found.get(str(state), 0) for state in states}


def counted_letters(session: Session) -> dict[str, int]:
    query = select(Letter.state, func.count()).where(Letter.state.in_(LETTERS)).group_by(Letter.state)
    found = {str(state): count for state, count in session.execute(query)}
    return {str(state): found.get(str(state), 0) for state in LETTERS}
