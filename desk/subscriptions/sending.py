"""Sending news: some chats at a time, each told once, at a rate that leaves room for answers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, aliased

from desk.conversations import service as conversations
from desk.conversations.model import Chat
from desk.conversations.unasked import conversation_for, language_for, would_be_disturbed
from desk.deliveries import service as deliveries
from desk.desk import Desk
from desk.guidance.record import Language
from desk.speech import Utterance
from desk.subscriptions.model import Broadcast, BroadcastRecipient, Subscription
from desk.subscriptions.pace import RATE as RATE
from desk.subscriptions.words import put_into_words
from desk.working_time.hours import next_polite_moment

SECOND = dt.timedelta(seconds=1)
#: While so much news is still on its way no more is added.
BACKLOG = 40
ENDED_BY_NEWS = "news"


def under_way(desk: Desk, session: Session) -> list[int]:
    """The news with which something can be done now, the oldest first; none at an hour that is not polite."""
    if next_polite_moment(desk.now()) > desk.now():
        return []
    unfinished = session.scalars(select(Broadcast).where(Broadcast.finished_at.is_(None)).order_by(Broadcast.id)).all()
    return [news.id for news in unfinished if _left(session, news, desk.now(), 1) or _is_complete(session, news)]


def tell_some(desk: Desk, session: Session, broadcast_id: int) -> int:
    """Put a piece of news on its way to as many chats as may be told now, each with its mark; returns how many.

    Whoever does it holds the news meanwhile, so that two clocks never tell a chat twice; the database refuses it too.
    """
    held = select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update()
    news = session.scalars(held.execution_options(populate_existing=True)).one()
    now = desk.now()
    if news.finished_at is not None:
        return 0
    rate = int(desk.settings.value("news_a_second"))
    used = told_since(session, now - SECOND, rate)
    room = max(0, rate - used) if deliveries.bulk_waiting(session, "telegram") < BACKLOG else 0
    chats = _left(session, news, now, room)
    in_words: dict[Language, Utterance] = {}
    for number, chat in enumerate(chats, start=used):
        last = conversations.latest(session, chat)
        language = language_for(chat, last)
        if language not in in_words:
            in_words[language] = put_into_words(desk, session, news, language)
        # Spread over the second, so that an answer finds its place between any two.
        due = now + number * SECOND / rate
        conversation = conversation_for(session, chat, last, language, now, ENDED_BY_NEWS)
        message = conversations.say(session, conversation, in_words[language], now, bulk_from=due)
        mark = BroadcastRecipient(broadcast_id=news.id, chat_id=chat.id, message_order=message.order_no, at=now)
        session.add(mark)
        session.flush()
    if _is_complete(session, news):
        news.finished_at = now
    return len(chats)


def _left(session: Session, news: Broadcast, now: dt.datetime, limit: int) -> list[Chat]:
    """Chats to be told that can be disturbed: none that fills in the form for an officer or was asked for a comment."""
    if limit <= 0:
        return []
    calm = _to_be_told(news).where(~would_be_disturbed(now))
    return list(session.scalars(calm.order_by(Chat.id).limit(limit)))


def _is_complete(session: Session, news: Broadcast) -> bool:
    return session.scalar(_to_be_told(news).limit(1)) is None


def _to_be_told(news: Broadcast) -> Select[Chat]:
    """Chats that were subscribed when the news came about and still are, that were not told, and can be reached."""
    then, still = aliased(Subscription), aliased(Subscription)
    was = exists().where(
        then.chat_id == Chat.id,
        then.topic.in_(news.topics),
        then.since <= news.created_at,
        or_(then.ended_at.is_(None), then.ended_at > news.created_at),
    )
    told = exists().where(BroadcastRecipient.broadcast_id == news.id, BroadcastRecipient.chat_id == Chat.id)
    return select(Chat).where(was, _wants(still, news), ~told, Chat.blocked_at.is_(None))


def _wants(still: type[Subscription], news: Broadcast) -> ColumnElement[bool]:
    return exists().where(still.chat_id == Chat.id, still.topic.in_(news.topics), still.ended_at.is_(None))


def told_since(session: Session, moment: dt.datetime, at_most: int) -> int:
    """How many chats were told of any news since a moment; counted up to ``at_most``."""
    newest = select(BroadcastRecipient.at).order_by(BroadcastRecipient.id.desc()).limit(at_most)
    return sum(at > moment for at in session.scalars(newest))
