"""Sending invitations and the one reminder: some chats at a time, each once, after whatever somebody waits for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from desk.conversations import service as conversations
from desk.conversations.model import FORGOTTEN, Chat, Conversation, Message
from desk.conversations.unasked import conversation_for, language_for, would_be_disturbed
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery, DeliveryState
from desk.desk import Desk
from desk.guidance.record import Language
from desk.questionnaires import service, words
from desk.questionnaires.model import Invitation, InvitationState, Questionnaire, QuestionnaireState
from desk.speech import Utterance
from desk.subscriptions.sending import BACKLOG, SECOND, told_since
from desk.working_time.hours import begin_of, next_polite_moment

ENDED_BY_QUESTIONNAIRE = "questionnaire"

Put = Callable[[Desk, Invitation, Chat, Language], Utterance]


def under_way(desk: Desk, session: Session) -> list[int]:
    """The open questionnaires with which something can be done now, the oldest first; none at an hour not polite."""
    now = desk.now()
    if next_polite_moment(now) > now:
        return []
    is_open = Questionnaire.state == QuestionnaireState.OPEN.value
    questionnaires = session.scalars(select(Questionnaire).where(is_open).order_by(Questionnaire.id)).all()
    return [one.id for one in questionnaires if _next(desk, session, one, 1)]


def over(desk: Desk, session: Session) -> list[int]:
    """The open questionnaires whose last day is over."""
    is_open = Questionnaire.state == QuestionnaireState.OPEN.value
    found = session.scalars(select(Questionnaire).where(is_open, Questionnaire.last_day < desk.today()))
    return [one.id for one in found]


def ask_some(desk: Desk, session: Session, questionnaire_id: int) -> int:
    """Invite or remind as many chats as may be told now, each with its mark; returns how many.

    Whoever does it holds the questionnaire meanwhile, so that two clocks never ask a chat twice; the state of each
    invitation says so too.
    """
    questionnaire = service.by_id(session, questionnaire_id, to_change=True)
    if questionnaire is None or questionnaire.state != QuestionnaireState.OPEN or service.is_over(desk, questionnaire):
        return 0
    now, rate = desk.now(), int(desk.settings.value("news_a_second"))
    used = told_since(session, now - SECOND, rate) + _asked_since(session, now - SECOND)
    room = max(0, rate - used) if deliveries.bulk_waiting(session, "telegram") < BACKLOG else 0
    asked = 0
    for invitation in _next(desk, session, questionnaire, room):
        # Spread over the second, so that an answer finds its place between any two.
        asked += _ask(desk, session, invitation, now + (used + asked) * SECOND / rate)
    return asked


def _ask(desk: Desk, session: Session, invitation: Invitation, due: dt.datetime) -> bool:
    """Invite or remind one chat, as it is now: who blocked the bot or was forgotten meanwhile is left out."""
    chat, now = invitation.chat, desk.now()
    last = conversations.latest(session, chat)
    is_forgotten = last is None or last.end_reason == FORGOTTEN
    if invitation.state == InvitationState.WAITING:
        if chat.blocked_at is not None or is_forgotten or _was_asked_meanwhile(desk, session, invitation):
            invitation.state = InvitationState.LEFT_OUT.value
            session.flush()
            return False
        message = _say(desk, session, invitation, last, words.invitation, due)
        invitation.state, invitation.invited_at = InvitationState.INVITED.value, now
        invitation.message_order = message.order_no
    else:
        invitation.reminded_at = now
        if is_forgotten:
            session.flush()
            return False
        _say(desk, session, invitation, last, words.reminder, due)
    session.flush()
    return True


def _was_asked_meanwhile(desk: Desk, session: Session, invitation: Invitation) -> bool:
    """Whether another questionnaire came first: two that opened at one moment did not see each other's people."""
    other = (
        select(Invitation.id)
        .join(Chat, Chat.id == Invitation.chat_id)
        .where(
            Chat.person_id == invitation.chat.person_id,
            Invitation.questionnaire_id != invitation.questionnaire_id,
            Invitation.invited_at > desk.now() - desk.rules.questionnaires.between,
        )
    )
    return session.scalar(other.limit(1)) is not None


def _say(
    desk: Desk, session: Session, invitation: Invitation, last: Conversation | None, put: Put, due: dt.datetime
) -> Message:
    chat, now = invitation.chat, desk.now()
    language = language_for(chat, last)
    conversation = conversation_for(session, chat, last, language, now, ENDED_BY_QUESTIONNAIRE)
    said = put(desk, invitation, chat, language)
    return conversations.say(
        session, conversation, said, now, bulk_from=due, buttons_until=_over_at(invitation.questionnaire)
    )


def _over_at(questionnaire: Questionnaire) -> dt.datetime | None:
    """The buttons tell why they serve no more for some days after the last one."""
    last_day = questionnaire.last_day
    return begin_of(last_day) + conversations.BUTTON_LASTS if last_day is not None else None


def _next(desk: Desk, session: Session, questionnaire: Questionnaire, limit: int) -> list[Invitation]:
    """Those to be invited, then those to be reminded, as far as nobody is at work in their chat."""
    if limit <= 0:
        return []
    found = list(session.scalars(_undisturbed(desk, _to_invite(questionnaire)).limit(limit)))
    if len(found) < limit and _is_working_time(desk, session, questionnaire):
        reminded = _undisturbed(desk, _to_remind(desk, questionnaire)).limit(limit - len(found))
        found += session.scalars(reminded)
    return found


def _undisturbed(desk: Desk, query: Select[Invitation]) -> Select[Invitation]:
    """Without chats in which somebody is just now asking something, or fills in a form."""
    talks = exists().where(Conversation.chat_id == Chat.id, Conversation.ended_at.is_(None))
    calm = query.join(Chat, Chat.id == Invitation.chat_id).where(~talks, ~would_be_disturbed(desk.now()))
    return calm.order_by(Invitation.id)


def _to_invite(questionnaire: Questionnaire) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.questionnaire_id == questionnaire.id, Invitation.state == InvitationState.WAITING.value
    )


def _to_remind(desk: Desk, questionnaire: Questionnaire) -> Select[Invitation]:
    """Who got it long enough ago, has neither finished nor declined, and was not reminded."""
    arrived = exists().where(
        Delivery.message_order == Invitation.message_order, Delivery.state == DeliveryState.DELIVERED.value
    )
    return select(Invitation).where(
        Invitation.questionnaire_id == questionnaire.id,
        Invitation.state.in_((InvitationState.INVITED.value, InvitationState.BEGUN.value)),
        Invitation.reminded_at.is_(None),
        Invitation.invited_at <= desk.now() - desk.rules.questionnaires.remind_after,
        arrived,
        Chat.blocked_at.is_(None),
    )


def _is_working_time(desk: Desk, session: Session, questionnaire: Questionnaire) -> bool:
    return desk.deadlines(session).calendar.is_working(desk.now(), questionnaire.unit)


def _asked_since(session: Session, moment: dt.datetime) -> int:
    """How many chats were invited or reminded since a moment, of all questionnaires."""
    invited = select(Invitation.id).where(Invitation.invited_at > moment)
    reminded = select(Invitation.id).where(Invitation.reminded_at > moment)
    return len(session.scalars(invited).all()) + len(session.scalars(reminded).all())
