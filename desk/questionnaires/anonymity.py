"""What anonymity takes: at the finish the tie is cut, and nothing that was pressed or written for it stays in the chat.

Decision 41 says what is kept where, what is not, and what the desk cannot take away.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.conversations import service as conversations
from desk.conversations.model import Button, Chat, Conversation, InboxUpdate, Message
from desk.desk import Desk
from desk.ids import new_id
from desk.questionnaires.model import Answer, Invitation, InvitationState, Questionnaire, Response

#: Acts of the buttons under questions; their argument begins with the invitation's number and a colon.
BUTTON_ACTS = (
    "questionnaire_level",
    "questionnaire_choose",
    "questionnaire_toggle",
    "questionnaire_chosen",
    "questionnaire_skip",
    "questionnaire_back",
    "questionnaire_keep",
    "questionnaire_words",
    "questionnaire_finish",
)
#: What stands before an option or a level that was chosen.
MARK = "✓ "


def cut(desk: Desk, session: Session, invitation: Invitation, response: Response) -> None:
    """Write the answers anew under other random ids, tied to nobody, and delete what was tied."""
    fresh = _copy(response)
    session.delete(response)
    session.flush()
    session.add(fresh)
    session.flush()
    clean(desk, session, invitation)


def close(desk: Desk, session: Session, questionnaire: Questionnaire) -> None:
    """At the end: what stayed unfinished leaves nothing behind, and all answers are written anew in one go.

    So not even the database's own bookkeeping (which transaction wrote a row, and where) tells them apart.
    """
    begun = (InvitationState.BEGUN.value, InvitationState.DECLINED.value)
    left = select(Invitation).where(Invitation.questionnaire_id == questionnaire.id, Invitation.state.in_(begun))
    for invitation in session.scalars(left):
        clean(desk, session, invitation)
    responses = list(session.scalars(select(Response).where(Response.questionnaire_id == questionnaire.id)))
    fresh = {response.id: response for response in map(_copy, responses)}
    for response in responses:
        session.delete(response)
    session.flush()
    session.add_all(fresh[id] for id in sorted(fresh))
    session.flush()


def clean(desk: Desk, session: Session, invitation: Invitation) -> None:
    """Nothing that was pressed or written for the questionnaire stays in the chats of the person."""
    buttons = list(
        session.scalars(
            select(Button).where(
                Button.act.in_(BUTTON_ACTS), Button.argument.startswith(f"{invitation.id}:", autoescape=True)
            )
        )
    )
    for button in buttons:
        if button.act == "questionnaire_words":
            _take_out_held(desk, session, button)
        button.title, button.pressed_at = button.title.removeprefix(MARK), None
    chats = session.execute(select(Chat.channel, Chat.address).where(Chat.person_id == invitation.chat.person_id))
    for channel, address in chats.all():
        _clean_updates(session, channel, address, invitation.invited_at or desk.now())
    session.flush()


def clean_update(session: Session, update_id: int | None) -> None:
    """Nothing of what a channel delivered stays: it holds what was pressed or written."""
    session.execute(update(InboxUpdate).where(InboxUpdate.id == update_id).values(body="", handed_over=None))


def _clean_updates(session: Session, channel: str, address: str, since: dt.datetime) -> None:
    """What the channel delivered since the invitation: a tap or a reply comes with the message that it is about.

    Nothing reads it any more once it was worked on.
    """
    session.execute(
        update(InboxUpdate)
        .where(
            InboxUpdate.channel == channel,
            InboxUpdate.chat_address == address,
            InboxUpdate.state.in_(("done", "failed")),
            InboxUpdate.received_at >= since,
        )
        .values(body="", handed_over=None)
    )


def _take_out_held(desk: Desk, session: Session, button: Button) -> None:
    """Words of which nobody said whether they are an answer; those that became a question to the desk are one."""
    message_id = button.argument.rsplit(":", 1)[1]
    asked = select(Button.id).where(
        Button.message_id == button.message_id, Button.act == "new_question", Button.pressed_at.is_not(None)
    )
    held = session.scalar(select(Message).where(Message.id == message_id))
    if held is not None and session.scalar(asked.limit(1)) is None:
        conversation = session.get_one(Conversation, held.conversation_id)
        held.text = desk.texts.say("questionnaire.not_kept", conversations.language_of(conversation))


def _copy(response: Response) -> Response:
    answers = [_copied(each) for each in response.answers]
    return Response(
        id=new_id(),
        questionnaire_id=response.questionnaire_id,
        finished=True,
        position=response.position,
        answers=answers,
    )


def _copied(answer: Answer) -> Answer:
    return Answer(
        id=new_id(),
        question_id=answer.question_id,
        level=answer.level,
        options=answer.options,
        text=answer.text,
        released=answer.released,
    )
