"""The end of a conversation or a case, and the request for a rating that belongs to it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.conversations import service as conversations
from desk.conversations.model import Conversation
from desk.desk import Desk
from desk.ratings import service as ratings
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


def ask_on_request(desk: Desk, session: Session, conversation: Conversation) -> bool:
    """A person wants to rate: their open request is shown again, else this conversation ends with one.

    An open form keeps the conversation from ending; what is being filled in is not thrown away.
    """
    request = ratings.open_request(session, conversation.chat_id)
    if request is not None:
        _show(desk, session, request, conversation)
        return True
    in_form = conversations.is_awaiting(conversation, "form", desk.now())
    if in_form or not ratings.due_for_conversation(session, conversation):
        return False
    return close(desk, session, conversation, "goodbye")


def close_case(desk: Desk, session: Session, case: Case) -> None:
    """A case was resolved: tell the person, and ask for the rating of the matter."""
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
        _show(desk, session, ratings.ask_anew(session, request, desk.now(), desk.rules.ratings), request.conversation)


def ask(desk: Desk, session: Session, request: RatingRequest) -> None:
    """Send the five buttons, once: of two clocks only one gets to."""
    if not ratings.claim(session, request, desk.now(), desk.rules.ratings):
        return
    _show(desk, session, request, request.conversation)


def _tell_that_nothing_was_sent(desk: Desk, session: Session, conversation: Conversation) -> None:
    told = Utterance.plain(desk.texts.say("case.cancelled", conversations.language_of(conversation)))
    conversations.say(session, conversation, told, desk.now())


def _show(desk: Desk, session: Session, request: RatingRequest, conversation: Conversation) -> None:
    language = conversations.language_of(conversation)
    choices = [
        Choice("rate", desk.texts.say(f"rating.stars_{stars}", language), f"{request.id}:{stars}")
        for stars in ratings.STARS
    ]
    about = "rating.ask_case" if request.case_id else "rating.ask"
    conversations.say(
        session, conversation, Utterance.plain(desk.texts.say(about, language), choices=choices), desk.now()
    )
