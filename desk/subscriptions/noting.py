"""Noting that there is news, in the transaction in which it came about: once for each key, whoever notes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.subscriptions.model import Broadcast

How = Literal["new", "changed", "withdrawn"]


@dataclass(frozen=True)
class Change:
    """What happened to an entry of the guidance, with the version that it is about."""

    topic: str
    entry: str
    version: int
    how: How


def note_changes(session: Session, changes: Sequence[Change], publication_no: int, at: dt.datetime) -> None:
    """Note what one publication changed: one piece of news a topic, however many entries it is about."""
    by_topic: dict[str, list[Change]] = {}
    for change in changes:
        by_topic.setdefault(change.topic, []).append(change)
    for topic, own in by_topic.items():
        key = _key(own[0]) if len(own) == 1 else f"guidance:{topic}:publication {publication_no}"
        content = {"changes": [{"entry": c.entry, "version": c.version, "how": c.how} for c in own]}
        note(session, key=key, kind="guidance", topics=[topic], content=content, at=at)


def _key(change: Change) -> str:
    return ":".join(["guidance", change.entry, str(change.version), *(["withdrawn"] * (change.how == "withdrawn"))])


def note(
    session: Session, *, key: str, kind: str, topics: Sequence[str], content: dict[str, Any], at: dt.datetime
) -> bool:
    """Note a piece of news; False where it was noted before, which the database decides."""
    if session.scalar(select(Broadcast.id).where(Broadcast.key == key)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Broadcast(key=key, kind=kind, topics=list(topics), content=content, created_at=at))
    except IntegrityError:
        return False
    return True
