"""The end of a conversation or a case, and the request for a rating that belongs to it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.conversations import service as conversations
from desk.conversations.model import Conversation
from desk.desk import Desk
from desk.ratings import service as ratings
from desk.ratings import words
from desk.ratings.model import RatingRequest
from desk.speech import Choice, Utterance
from desk.working_time.hours import next_polite_moment


def close(desk: Desk, session: Session, conversation: Conversation, reason: str) -> bool:
    """End a conversation; True when its rating was asked for, or will be at a polite hour.

    A goodbye is asked about at once; a conversation that fell silent only between 08:00 and 20:00 local time.
    """
    due = ratings.due_for_conversation(session, conversation)
    now = desk.now()
    in_form = conversation.ended_at is None and conversations.is_awaiting(conversation, "form", now)
    if not conversations.end(session, conversation, reason, now):
        return False
    if in_form:
        _tell_that_nothing_was_sent(desk, session, conversation)
    if not due:
        return False
    ask_at = next_polite_moment(now) if reason == "idle" else now
    request = ratings.request_for_conversation(session, conversation, ask_at)
    if ask_at <= now:
        ask(desk, session, request)
    return True


def leave_form(desk: Desk, session: Session, conversation: Conversation) -> None:
    """Close the case form where it is open, and tell the person that nothing was sent."""
    if conversations.is_awaiting(conversation, "form", desk.now()):
        conversations.awaits(conversation, None)
        _tell_that_nothing_was_sent(desk, session, conversation)


def close_case(desk: Desk, session: Session, case: Case) -> None:
    """A case was resolved: tell the person, and ask for the rating of the matter.

    Whoever resolves a case as spam does not call this: the person is told nothing, and the case is in no rating.
    """
    language = conversations.language_of(case.conversation)
    again = Choice("reopen_case", desk.texts.say("button.reopen_case", language), str(case.id))
    told = Utterance.plain(
        desk.texts.say("case.resolved", language, number=case.number), choices=[again], case=case.number
    )
    conversations.say(session, case.conversation, told, desk.now(), case_id=case.id)
    request = ratings.request_for_case(session, case, desk.now())
    if request.asked_at is None:
        ask(desk, session, request)
    else:
        # Opened again and settled anew: the same request, whose stars may be changed now that there is more to rate.
        _show(desk, session, ratings.ask_anew(session, request, desk.now(), desk.rules.ratings))


def ask(desk: Desk, session: Session, request: RatingRequest) -> None:
    """Send the five buttons, once: of two clocks only one gets to. Who blocked the desk is not asked meanwhile."""
    if request.conversation.chat.blocked_at is not None:
        return
    if ratings.claim(session, request, desk.now(), desk.rules.ratings):
        _show(desk, session, request)


def _tell_that_nothing_was_sent(desk: Desk, session: Session, conversation: Conversation) -> None:
    told = Utterance.plain(desk.texts.say("case.cancelled", conversations.language_of(conversation)))
    conversations.say(session, conversation, told, desk.now())


def _show(desk: Desk, session: Session, request: RatingRequest) -> None:
    language = conversations.language_of(request.conversation)
    conversations.say(session, request.conversation, words.asking(desk, session, request, language), desk.now())
