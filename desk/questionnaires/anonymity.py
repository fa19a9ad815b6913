"""What anonymity takes: at the finish the tie is cut, and nothing that was pressed or written for it stays in the chat.

Decision 41 says what is kept where, what is not, and what the desk cannot take away.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.conversations.model import Button, InboxUpdate
from desk.desk import Desk
from desk.ids import new_id
from desk.questionnaires.model import Answer, Invitation, Questionnaire, Response

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


def cut(session: Session, invitation: Invitation, response: Response) -> None:
    """Write the answers anew under other random ids, tied to nobody, and delete what was tied."""
    fresh = Response(questionnaire_id=response.questionnaire_id, finished=True, position=response.position)
    fresh.answers = [_copied(each) for each in response.answers]
    session.delete(response)
    session.flush()
    session.add(fresh)
    session.flush()
    _clean(session, invitation)


def close(desk: Desk, session: Session, questionnaire: Questionnaire) -> None:
    """At the end: what stayed unfinished leaves no marks, and all answers are written anew in one go.

    So not even the database's own bookkeeping (which transaction wrote a row, and where) tells them apart.
    """
    for invitation in session.scalars(select(Invitation).where(Invitation.questionnaire_id == questionnaire.id)):
        _clean(session, invitation)
    tied = select(Response).where(Response.questionnaire_id == questionnaire.id).order_by(Response.id)
    responses = list(session.scalars(tied))
    fresh = [
        Response(
            id=new_id(),
            questionnaire_id=questionnaire.id,
            finished=True,
            position=each.position,
            answers=[_copied(answer) for answer in each.answers],
        )
        for each in responses
    ]
    for response in responses:
        session.delete(response)
    session.flush()
    session.add_all(sorted(fresh, key=_id))
    session.flush()


def clean_buttons(desk: Desk, session: Session, invitation: Invitation) -> None:
    """Somebody declined: the marks of what they had chosen go."""
    _clean(session, invitation)


def clean_update(session: Session, update_id: int | None) -> None:
    """Nothing of what a channel delivered stays: it holds what was pressed or written."""
    session.execute(update(InboxUpdate).where(InboxUpdate.id == update_id).values(body="", handed_over=None))


def _clean(session: Session, invitation: Invitation) -> None:
    of_it = Button.act.in_(BUTTON_ACTS), Button.argument.startswith(f"{invitation.id}:", autoescape=True)
    for button in session.scalars(select(Button).where(*of_it)):
        button.title = button.title.removeprefix(MARK)
        button.pressed_at = None
    session.flush()


def _copied(answer: Answer) -> Answer:
    return Answer(
        id=new_id(),
        question_id=answer.question_id,
        level=answer.level,
        options=answer.options,
        text=answer.text,
        released=answer.released,
    )


def _id(response: Response) -> str:
    return response.id
