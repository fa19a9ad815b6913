"""From an enquiry that was not answered to an open case: the two taps, and the case form of the dialogue."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.attachments import service as attachments
from desk.cases import queries, words
from desk.cases import service as cases
from desk.cases.assigning.assignment import assignment_of
from desk.cases.model import Urgency
from desk.cases.officers import notices as officer_notices
from desk.conversations import claimed
from desk.conversations import service as conversations
from desk.conversations.model import Conversation, Message
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.enterprises import access
from desk.observing import about
from desk.speech import Choice, Utterance

OPEN_CASE = "open_case"
CANCEL_CASE = "cancel_case"


def open_for(
    desk: Desk, session: Session, conversation: Conversation, enquiry: Message, fields: Mapping[str, str]
) -> Utterance:
    """Open the enquiry's case and tell the linked officers; returns what the person is told."""
    is_new = queries.of_enquiry(session, enquiry.id) is None
    case = cases.open_case(
        session,
        enquiry=enquiry,
        conversation=conversation,
        opening=_opening(desk, session, conversation, enquiry, fields),
        at=desk.now(),
    )
    if is_new:
        attachments.take_along(session, case, enquiry)
        officer_notices.put_before(desk, session, case)
    conversations.awaits(conversation, None)
    conversation.escalating = None
    return words.opened(desk, case, conversations.language_of(conversation))


def _opening(
    desk: Desk, session: Session, conversation: Conversation, enquiry: Message, fields: Mapping[str, str]
) -> cases.Opening:
    urgency = Urgency(fields.get("urgency") or Urgency.NOT_URGENT)
    # Only a verified membership makes it an enterprise's case, whatever tax code was typed.
    person = conversation.chat.person
    membership = access.acting_for(session, person)
    enterprise_id = membership.enterprise_id if membership is not None else None
    if membership is not None:
        fields = {**fields, **{name: value for name, value in access.known_of(session, person).items() if value}}
    assignment = assignment_of(desk, session, conversation, enquiry, fields)
    deadline = desk.deadlines(session).of(urgency, assignment.unit, desk.now())
    return cases.Opening(urgency, assignment, deadline, fields, enterprise_id)


def contact_is_missing(conversation: Conversation, fields: Mapping[str, str]) -> bool:
    """On the web the desk has no chat to come back to, so it needs one way to reach the person."""
    known = fields.get("contact") or conversation.chat.person.contact
    return conversation.chat.channel == "web" and not known


def can_be_skipped(conversation: Conversation, field: str) -> bool:
    """Whether a field of the case form may stay unfilled; only the contact of a web visitor may not."""
    return field != "contact" or conversation.chat.channel != "web"


def may_skip(desk: Desk, conversation_id: str, field: str) -> bool:
    """can_be_skipped, asked by the dialogue."""
    with desk.store.reading() as session:
        return can_be_skipped(session.get_one(Conversation, conversation_id), field)


def ask_for_contact(desk: Desk, conversation: Conversation, enquiry_id: str) -> Utterance:
    language = conversations.language_of(conversation)
    choice = Choice("add_details", desk.texts.say("button.add_details", language), enquiry_id)
    return Utterance.plain(desk.texts.say("case.contact_needed", language), choices=[choice])


def submit_form(desk: Desk, conversation_id: str, enquiry_id: str, fields: Mapping[str, str]) -> None:
    """The dialogue's form is complete: open the case of the enquiry that is being escalated, once.

    Raises claimed.Overtaken, as cancel_form does, when the person was answered without this.
    """
    with about(enquiry=enquiry_id), desk.store.writing() as session:
        if enquiries.act_result(session, enquiry_id, OPEN_CASE) is not None:
            return
        claimed.hold_of_message(session, enquiry_id)
        conversation = session.get_one(Conversation, conversation_id)
        message = _escalated(session, conversation, enquiry_id)
        if contact_is_missing(conversation, fields):
            told = ask_for_contact(desk, conversation, message.id)
            conversations.awaits(conversation, None)
        else:
            told = open_for(desk, session, conversation, message, fields)
        enquiries.keep_act(session, enquiry_id, OPEN_CASE, [told], desk.now())


def cancel_form(desk: Desk, conversation_id: str, enquiry_id: str) -> None:
    """The person left the form: nothing is opened."""
    with about(enquiry=enquiry_id), desk.store.writing() as session:
        if enquiries.act_result(session, enquiry_id, CANCEL_CASE) is not None:
            return
        claimed.hold_of_message(session, enquiry_id)
        conversation = session.get_one(Conversation, conversation_id)
        conversations.awaits(conversation, None)
        conversation.escalating = None
        told = Utterance.plain(desk.texts.say("case.cancelled", conversations.language_of(conversation)))
        enquiries.keep_act(session, enquiry_id, CANCEL_CASE, [told], desk.now())


def _escalated(session: Session, conversation: Conversation, enquiry_id: str) -> Message:
    wanted = conversation.escalating or enquiry_id
    return session.scalars(select(Message).where(Message.id == wanted)).one()
