"""Sending corrections: some chats at a time, each told once, behind whatever somebody waits for."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from desk.conversations import service as conversations
from desk.conversations.model import Chat
from desk.conversations.unasked import conversation_for, language_for, would_be_disturbed
from desk.deliveries import service as deliveries
from desk.desk import Desk
from desk.recall import finding, service, words
from desk.recall.finding import Reached
from desk.recall.model import LeftOut, Recall, RecallRecipient, RecallState
from desk.subscriptions.sending import BACKLOG, SECOND, told_since
from desk.working_time.hours import next_polite_moment

ENDED_BY_RECALL = "recall"


def under_way(desk: Desk, session: Session) -> list[int]:
    """The recalls with which something can be done now, the oldest first; at night the urgent ones only."""
    running = session.scalars(select(Recall).where(Recall.state == RecallState.RUNNING).order_by(Recall.id)).all()
    now = desk.now()
    return [
        recall.id
        for recall in running
        if (recall.urgent or next_polite_moment(now) <= now)
        and (_waiting(session, recall, now, 1) or _is_complete(session, recall))
    ]


def tell_some(desk: Desk, session: Session, recall_id: int) -> int:
    """Put the correction on its way to as many chats as may be told now, each with its mark; returns how many.

    Whoever does it holds the recall meanwhile, so that two clocks never tell a chat twice; the database refuses it
    too. Where what it says holds was changed, it is paused instead.
    """
    recall = service.by_id(session, recall_id, to_change=True)
    if recall is None or recall.state != RecallState.RUNNING:
        return 0
    if not service.still_holds(desk, session, recall):
        service.pause_by_itself(desk, session, recall)
        return 0
    now, rate = desk.now(), int(desk.settings.value("news_a_second"))
    used = _told_since(session, now - SECOND, rate) + told_since(session, now - SECOND, rate)
    room = max(0, rate - used) if deliveries.bulk_waiting(session, "telegram") < BACKLOG else 0
    told, recipients = 0, _waiting(session, recall, now, room)
    found = finding.reached(session, recall, [recipient.chat_id for recipient in recipients]) if recipients else []
    by_chat = {one.chat.id: one for one in found}
    for recipient in recipients:
        # Spread over the second, so that an answer finds its place between any two.
        due = now + (used + told) * SECOND / rate
        told += _tell(desk, session, recall, recipient, by_chat.get(recipient.chat_id), due)
    if _is_complete(session, recall):
        service.finish(desk, session, recall)
    return told


def _tell(
    desk: Desk, session: Session, recall: Recall, recipient: RecallRecipient, got: Reached | None, due: dt.datetime
) -> bool:
    """Tell one chat, as it is now: who blocked the bot or was forgotten since it began is left out."""
    now = desk.now()
    if got is None or got.left_out is not None:
        why = got.left_out if got is not None else None
        recipient.left_out, recipient.at = (why or LeftOut.FORGOTTEN).value, now
        session.flush()
        return False
    chat = got.chat
    last = conversations.latest(session, chat)
    language = language_for(chat, last)
    said = words.correction(desk, session, recall, got.answers, language)
    conversation = conversation_for(session, chat, last, language, now, ENDED_BY_RECALL)
    message = conversations.say(session, conversation, said, now, bulk_from=due, any_hour=recall.urgent)
    recipient.message_order, recipient.at = message.order_no, now
    session.flush()
    return True


def _waiting(session: Session, recall: Recall, now: dt.datetime, limit: int) -> list[RecallRecipient]:
    """Those to be told that can be disturbed now."""
    if limit <= 0:
        return []
    calm = _to_be_told(recall).join(Chat, Chat.id == RecallRecipient.chat_id).where(~would_be_disturbed(now))
    return list(session.scalars(calm.order_by(RecallRecipient.id).limit(limit)))


def _is_complete(session: Session, recall: Recall) -> bool:
    return session.scalar(_to_be_told(recall).limit(1)) is None


def _to_be_told(recall: Recall) -> Select[RecallRecipient]:
    return select(RecallRecipient).where(
        RecallRecipient.recall_id == recall.id,
        RecallRecipient.message_order.is_(None),
        RecallRecipient.left_out.is_(None),
    )


def _told_since(session: Session, moment: dt.datetime, at_most: int) -> int:
    """How many chats were told of any recall since a moment; counted up to ``at_most``."""
    told = select(RecallRecipient.at).where(RecallRecipient.message_order.is_not(None))
    newest = session.scalars(told.order_by(RecallRecipient.message_order.desc()).limit(at_most))
    return sum(at is not None and at > moment for at in newest)
