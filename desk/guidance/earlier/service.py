"""Bringing the texts of earlier days into the store: each for its own days only, and nothing else changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.guidance.model import GuidanceEntry, GuidanceVersion
from desk.guidance.publications import raise_publication_no
from desk.guidance.record import GuidanceRecord
from desk.guidance.versions import Held, all_of, held, newest, next_number

ORIGIN = "shipped"


def bring_in(session: Session, texts: Iterable[GuidanceRecord], *, at: dt.datetime) -> list[str]:
    """Publish the texts of one or more entries that are not there yet; returns their ids, one for each text.

    A text whose days are served by another is left out: what this authority published or what ships for today is never
    pushed aside. One that was withdrawn stays so, and a retired entry gets none; nor does one that is not in the store.
    Of two that ship for the same first day the newer takes the place.
    It is no news, and no draft is out of date because of it.
    """
    return [text.id for text in texts if _bring_in(session, text, at)]


def _bring_in(session: Session, text: GuidanceRecord, at: dt.datetime) -> bool:
    known = all_of(session, text.id)
    if session.get(GuidanceEntry, text.id) is None or any(
        version.content_hash == text.content_hash() for version in known
    ):
        return False
    before = [version for version in known if version.is_earlier and version.in_force_from == text.in_force.from_]
    if before and before[-1].withdrawn_at is not None:
        return False
    last, others = newest(session, text.id), [version for version in known if version not in before]
    is_retired = last is not None and last.withdrawn_at is not None
    if is_retired or any(_meets(one, text) for one in held(others)):
        return False
    for version in before:
        version.withdrawn_at = at
    number = next_number(session, text.id)
    session.add(_version(session, text, number, at))
    record_act(session, actor="content", act="guidance.published", subject=f"{text.id}@{number}", at=at)
    session.flush()
    return True


def _version(session: Session, text: GuidanceRecord, number: int, at: dt.datetime) -> GuidanceVersion:
    return GuidanceVersion(
        entry_id=text.id,
        number=number,
        content=text.as_json(),
        content_hash=text.content_hash(),
        origin=ORIGIN,
        in_force_from=text.in_force.from_,
        in_force_to=text.in_force.to,
        publication_no=raise_publication_no(session),
        published_at=at,
        published_by="content",
        content_changed_at=at,
        is_earlier=True,
    )


def _meets(one: Held, text: GuidanceRecord) -> bool:
    """Whether another version is served on one of the text's days."""
    days = text.in_force
    return (one.to is None or days.from_ <= one.to) and (days.to is None or one.from_ <= days.to)
