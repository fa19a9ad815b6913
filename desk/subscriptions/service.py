"""Subscriptions: the topics on which there is news, and which of them a chat wants to hear of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import get_args

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.audit.service import record_act
from desk.conversations.model import Chat
from desk.guidance.record import Group
from desk.subscriptions.model import Broadcast, Subscription

#: The groups of the guidance, in the order in which they are listed.
TOPICS: tuple[str, ...] = get_args(Group)


def subscribed(session: Session, chat: Chat) -> list[str]:
    """The topics that a chat is told about, in their order."""
    query = select(Subscription.topic).where(Subscription.chat_id == chat.id, Subscription.ended_at.is_(None))
    wanted = set(session.scalars(query))
    return [topic for topic in TOPICS if topic in wanted]


def subscribe(session: Session, chat: Chat, topic: str, at: dt.datetime) -> None:
    """Tell a chat of a topic from now on; nothing happens where it is told already."""
    if topic not in TOPICS:
        raise ValueError(f"no topic {topic!r}")
    if topic in subscribed(session, chat):
        return
    session.add(Subscription(chat_id=chat.id, topic=topic, since=at))
    record_act(session, actor="person", act="news.subscribed", subject=topic, at=at)
    session.flush()


def unsubscribe(session: Session, chat: Chat, topics: Iterable[str], at: dt.datetime) -> list[str]:
    """Tell a chat no more of these topics; returns those that it was told of until now."""
    ended = session.scalars(
        update(Subscription)
        .where(Subscription.chat_id == chat.id, Subscription.topic.in_([*topics]), Subscription.ended_at.is_(None))
        .values(ended_at=at)
        .returning(Subscription.topic)
    ).all()
    for topic in ended:
        record_act(session, actor="person", act="news.unsubscribed", subject=topic, at=at)
    return [topic for topic in TOPICS if topic in ended]


def choose(session: Session, chat: Chat, wanted: Collection[str], at: dt.datetime) -> None:
    """Tell a chat of these topics from now on, and of no others."""
    unsubscribe(session, chat, [topic for topic in TOPICS if topic not in wanted], at)
    for topic in wanted:
        subscribe(session, chat, topic, at)


def topics_of(session: Session, broadcast_id: int) -> list[str]:
    """The topics of a piece of news, in their order."""
    topics = session.get_one(Broadcast, broadcast_id).topics
    return [topic for topic in TOPICS if topic in topics]
