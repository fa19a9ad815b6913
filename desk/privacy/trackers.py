"""The dialogue forgets what the desk has forgotten: asked with no transaction open, again and again until it did."""

from __future__ import annotations

import datetime as dt
import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.ports import DialogueUnavailable
from desk.privacy.model import ForgottenTracker

log = logging.getLogger(__name__)
#: After a failure: the wait before the next attempt, then the last one again and again.
BACK_OFF = tuple(dt.timedelta(minutes=m) for m in (1, 5, 30, 60))
#: So many in one look, so that the clock's other work gets its turn.
AT_ONCE = 50


def forget_some(desk: Desk) -> int:
    """Have some conversations forgotten that are due; returns how many were. Twice does no harm."""
    with desk.store.reading() as session:
        due = _due(session, desk.now())
    forgotten = 0
    for conversation_id in due:
        try:
            desk.dialogue.forget(conversation_id)
        except DialogueUnavailable as error:
            log.warning("the dialogue could not forget a conversation: %s", error)
            with desk.store.writing() as session:
                _put_off(session, conversation_id, desk.now())
            break  # what keeps one from being forgotten keeps the others from it too
        with desk.store.writing() as session:
            row = session.get(ForgottenTracker, conversation_id)
            if row is not None:
                session.delete(row)
        forgotten += 1
    return forgotten


def waiting(session: Session) -> int:
    """How many conversations the dialogue is still to forget."""
    return len(session.scalars(select(ForgottenTracker.conversation_id)).all())


def _due(session: Session, at: dt.datetime) -> list[str]:
    query = select(ForgottenTracker.conversation_id).where(ForgottenTracker.due_at <= at)
    return list(session.scalars(query.order_by(ForgottenTracker.due_at).limit(AT_ONCE)))


def _put_off(session: Session, conversation_id: str, at: dt.datetime) -> None:
    row = session.get(ForgottenTracker, conversation_id)
    if row is not None:
        row.due_at = at + BACK_OFF[min(row.attempts, len(BACK_OFF) - 1)]
        row.attempts += 1
