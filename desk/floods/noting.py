"""What a process refused goes into the store, and people are told of it: once for each flood."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.unasked import conversation_for, language_for
from desk.desk import Desk
from desk.floods.gate import Counted, Refused
from desk.floods.limits import Limit
from desk.floods.model import Flood, FloodMinute
from desk.observing import Observer, once_kept
from desk.speech import Utterance
from desk.working_time.hours import local

#: The channel whose people are told by a message; whoever writes on the web is told by the answer.
TOLD_ON = "telegram"
#: Why a conversation ended that was begun only to tell of a flood.
ENDED_BY_FLOOD = "flood"
#: So many chats are looked at in one transaction; the others a second later.
AT_ONCE = 200
_WORDS = {Limit.OFFICER: Limit.CHAT}


def note(desk: Desk) -> bool:
    """Put into the store what this process has refused since the last time; whether anybody is told something now.

    Raises what the store raises; then it is all noted the next time.
    """
    counted = desk.floods.counted()
    if counted is None:
        return False
    chats = sorted(counted.chats)
    now, later = ({chat: counted.chats[chat] for chat in part} for part in (chats[:AT_ONCE], chats[AT_ONCE:]))
    try:
        with desk.store.writing() as session:
            _add(session, counted)
            told = [_tell(desk, session, refused) for refused in now.values()]
    except BaseException:
        desk.floods.not_noted(counted)
        raise
    desk.floods.not_noted(Counted(Counter(), later))
    return any(told)


def _add(session: Session, counted: Counted) -> None:
    by_limit: Counter[tuple[str, Limit]] = Counter()
    for (minute, channel, limit, source), count in sorted(counted.by_minute.items()):
        _add_to_minute(session, FloodMinute(minute=minute, channel=channel, by_limit=limit, source=source), count)
        by_limit[channel, limit] += count
    for (channel, limit), count in by_limit.items():
        once_kept(session, partial(_observed, channel, limit, count))


def _observed(channel: str, limit: Limit, count: int, observer: Observer) -> None:
    observer.refused(channel, limit, count)


def _add_to_minute(session: Session, row: FloodMinute, count: int) -> None:
    more = (
        update(FloodMinute)
        .where(
            FloodMinute.minute == row.minute,
            FloodMinute.channel == row.channel,
            FloodMinute.by_limit == row.by_limit,
            FloodMinute.source == row.source,
        )
        .values(counted=FloodMinute.counted + count)
        .returning(FloodMinute.counted)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(more) is not None:
        return
    try:
        with session.begin_nested():
            row.counted = count
            session.add(row)
            session.flush()
    except IntegrityError:  # another process made it at this moment
        session.scalar(more)


def _tell(desk: Desk, session: Session, refused: Refused) -> bool:
    """Note the flood of a chat, and tell the person where nobody did; whether they were told now."""
    if refused.arrival.channel != TOLD_ON:
        return False
    flood = _flood_of(session, refused, desk.rules.limits.pause)
    if flood.told_at is not None or not refused.arrival.may_be_told or not _say(desk, session, refused):
        return False
    flood.told_at = desk.now()
    return True


def _flood_of(session: Session, refused: Refused, calm: dt.timedelta) -> Flood:
    """The flood that goes on, or a new one where nothing was refused for as long as ``calm``."""
    at, until = refused.arrival.at, refused.refusal.until
    new = Flood(chat_address=refused.arrival.chat, began_at=at, last_at=at, until=until)
    flood = _held(session, new.chat_address)
    if flood is None:
        try:
            with session.begin_nested():
                session.add(new)
                session.flush()
            return new
        except IntegrityError:  # another process noted it at this moment
            flood = _held(session, new.chat_address)
            assert flood is not None
    if at - flood.last_at > calm:
        flood.began_at, flood.told_at = at, None
    flood.last_at, flood.until = at, until
    return flood


def _held(session: Session, chat_address: str) -> Flood | None:
    query = select(Flood).where(Flood.chat_address == chat_address).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def _say(desk: Desk, session: Session, refused: Refused) -> bool:
    """Tell the person, in their language, until when nothing more is taken; False where they closed the chat."""
    arrival, limit, now = refused.arrival, refused.refusal.limit, desk.now()
    sender = Incoming(arrival.channel, arrival.chat, Kind.UNREADABLE, language_hint=arrival.hint)
    chat = conversations.chat_of(session, sender, now)
    if chat.blocked_at is not None:
        return False
    last = conversations.latest(session, chat)
    language = language_for(chat, last)
    until = f"{local(_whole_minute(refused.refusal.until)):%H:%M}"
    words = desk.texts.say(f"flood.told.{_WORDS.get(limit, limit)}", language, until=until)
    conversation = conversation_for(session, chat, last, language, now, ENDED_BY_FLOOD)
    # Where everybody writes at once many are told, and answers go first.
    bulk_from = now if limit is Limit.EVERYBODY else None
    conversations.say(session, conversation, Utterance.plain(words), now, bulk_from=bulk_from, any_hour=True)
    return True


def _whole_minute(moment: dt.datetime) -> dt.datetime:
    """The next whole minute: by then the person may go on for certain."""
    return (moment + dt.timedelta(seconds=59, microseconds=999_999)).replace(second=0, microsecond=0)
