"""Sending letters: written in the transaction of the act they belong to, and sent later with no transaction open."""

from __future__ import annotations

import datetime as dt
import logging

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from desk import waiting as waits
from desk.desk import Desk
from desk.letters.model import Letter, LetterState
from desk.ports import Post, PostFailed, PostRefused, PostUncertain
from desk.workers import service as workers

log = logging.getLogger(__name__)

#: After a failure: the wait before the next attempt, then the last one again and again until the letter expires.
BACK_OFF = tuple(dt.timedelta(seconds=s) for s in (5, 15, 30, 60, 120))
#: A letter that is in somebody's hands for longer than this was dropped, though the process that has it lives.
LOST_AFTER = dt.timedelta(minutes=5)


def write(session: Session, *, to: str, subject: str, text: str, expires_at: dt.datetime, at: dt.datetime) -> Letter:
    """Put a letter among those that wait to be sent."""
    letter = Letter(recipient=to, subject=subject, text=text, created_at=at, expires_at=expires_at, next_attempt_at=at)
    session.add(letter)
    session.flush()
    return letter


def send_due(desk: Desk) -> int:
    """Send what waits and is due; returns how many letters were accepted.

    Two who do this at once send no letter twice. One whose fate is unknown is listed as uncertain and never silently
    sent again: mail servers need not notice that they have it already.
    """
    if not _anything_to_do(desk):
        return 0
    with desk.store.writing() as session:
        _settle_dropped(session, desk.now())
    sent = 0
    while desk.post is not None:
        with desk.store.writing() as session:
            letter = _claim_next(session, desk.now(), desk.worker)
        if letter is None:
            break
        state, error = _send(desk.post, letter)
        with desk.store.writing() as session:
            _note(session.get_one(Letter, letter.id), state, error, desk.now())
        sent += state is LetterState.SENT
    return sent


def listed(session: Session, limit: int = 100) -> list[Letter]:
    """The newest letters, for the operator."""
    return list(session.scalars(select(Letter).order_by(Letter.id.desc()).limit(limit)))


def _anything_to_do(desk: Desk) -> bool:
    """Looked up without a writing transaction, since mostly there is nothing."""
    open_states = (LetterState.WAITING, LetterState.SENDING)
    with desk.store.reading() as session:
        return session.scalar(select(Letter.id).where(Letter.state.in_(open_states)).limit(1)) is not None


def _claim_next(session: Session, at: dt.datetime, by: str | None = None) -> Letter | None:
    beat = workers.beats_now(session, by)
    if by is not None and beat is None:
        return None
    is_due = or_(Letter.next_attempt_at <= at, waits.is_ahead(func.coalesce(Letter.claimed_at, Letter.created_at), at))
    due = (
        select(Letter.id)
        .where(Letter.state == LetterState.WAITING, is_due)
        .order_by(Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = session.scalar(
        update(Letter)
        .where(Letter.id == due, Letter.state == LetterState.WAITING)
        .values(
            state=LetterState.SENDING.value,
            claimed_at=at,
            claimed_by=by,
            claimed_beat=beat,
            attempts=Letter.attempts + 1,
        )
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return session.get_one(Letter, claimed, populate_existing=True) if claimed is not None else None


def _send(post: Post, letter: Letter) -> tuple[LetterState, str | None]:
    """Hand the letter to the post; its new state, and what went wrong.

    What a mail server answers may repeat the address: it is kept with the letter, and not logged.
    """
    try:
        post.send(letter.recipient, letter.subject, letter.text, name=letter.name)
    except PostFailed as error:
        log.warning("letter %s is tried again later: %s", letter.id, type(error).__name__)
        return LetterState.WAITING, str(error)
    except PostRefused as error:
        log.error("letter %s was refused: %s", letter.id, type(error).__name__)
        return LetterState.REFUSED, str(error)
    except PostUncertain as error:
        log.error("letter %s may or may not have been sent: %s", letter.id, type(error).__name__)
        return LetterState.UNCERTAIN, str(error)
    return LetterState.SENT, None


def _note(letter: Letter, state: LetterState, error: str | None, at: dt.datetime) -> None:
    if letter.state != LetterState.SENDING and state is not LetterState.SENT:
        return  # thought lost meanwhile, and its text is taken out: only that it was sent is still worth knowing
    letter.state, letter.error = state.value, error
    if state is LetterState.WAITING:
        letter.next_attempt_at, letter.claimed_at = at + waits.back_off(BACK_OFF, letter.attempts), at
    else:
        letter.settled_at, letter.text = at, ""


def _settle_dropped(session: Session, at: dt.datetime) -> None:
    """Letters of no use any more are not sent, and those that a dead process had in its hands are uncertain."""
    long_ago = or_(Letter.claimed_at <= at - LOST_AFTER, waits.is_ahead(Letter.claimed_at, at))
    is_lost = or_(
        and_(Letter.claimed_by.is_(None), long_ago),
        workers.is_lost(Letter.claimed_by, Letter.claimed_beat, workers.beats_in(LOST_AFTER)),
    )
    expired = Letter.state == LetterState.WAITING, Letter.expires_at <= at
    for which, state in (
        (expired, LetterState.EXPIRED),
        ((Letter.state == LetterState.SENDING, is_lost), LetterState.UNCERTAIN),
    ):
        settled = update(Letter).where(*which).values(state=state.value, settled_at=at, text="")
        session.execute(settled.execution_options(synchronize_session=False))
