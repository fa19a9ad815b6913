"""Asking in a chat: the next question, unless something else goes first; whose button it is; and leaving no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.questionnaires import anonymity, answering, words
from desk.questionnaires.answering import Progress
from desk.questionnaires.awaiting import AWAITED, AWAITED_FOR
from desk.questionnaires.model import Invitation, Question, QuestionKind
from desk.questionnaires.permissions import QuestionnaireRefused

if TYPE_CHECKING:
    from desk.conversations.turn import Turn


def say_next(turn: Turn, invited: Invitation, told: Progress) -> None:
    """Ask what is asked next, unless something else that was asked for goes first."""
    if told.question is not None:
        say_question(turn, invited, told.question, told)
    elif _may_ask(turn, invited):
        turn.say(words.end(turn.desk, invited, turn.language))


def say_question(turn: Turn, invited: Invitation, question: Question, told: Progress) -> None:
    if not _may_ask(turn, invited):
        return
    if question.kind == QuestionKind.TEXT:
        until = turn.now + AWAITED_FOR
        conversations.awaits(turn.conversation, AWAITED, f"{invited.id}:{question.id}", until)
    turn.say(words.question(turn.desk, invited, question, told.answers.get(question.id), turn.language))


def _may_ask(turn: Turn, invited: Invitation) -> bool:
    """Whether nothing else is awaited here; what was awaited for a question before no longer is."""
    awaits = turn.conversation.awaiting
    if awaits not in (None, AWAITED) and conversations.is_awaiting(turn.conversation, awaits, turn.now):
        turn.say_text("questionnaire.first_finish", [turn.choice("questionnaire_go_on", str(invited.id))])
        return False
    await_nothing(turn)
    return True


def await_nothing(turn: Turn) -> None:
    if turn.conversation.awaiting == AWAITED:
        conversations.awaits(turn.conversation, None)


def invitation_of(turn: Turn, argument: str) -> Invitation | None:
    """The person's own invitation, as far as it can be answered; else they are told why not."""
    invited = turn.session.get(Invitation, int(argument.split(":")[0]))
    if invited is None or invited.chat.person_id != turn.chat.person_id:
        turn.say_text("questionnaire.refused.over")
        return None
    try:
        answering.must_be_answerable(turn.desk, invited)
    except QuestionnaireRefused as refused:
        leave_no_trace(turn, invited)
        turn.say_text(refused.reason)
        return None
    return invited


def asked(turn: Turn, argument: str) -> tuple[Invitation, Question, int] | None:
    """The invitation, the question and the place or level behind a button."""
    invited = invitation_of(turn, argument)
    if invited is None:
        return None
    _, question_id, *place = argument.split(":")
    question = turn.session.get_one(Question, int(question_id))
    return invited, question, int(place[0]) if place else 0


def leave_no_trace(turn: Turn, invited: Invitation) -> None:
    """Of an anonymous questionnaire: what was pressed or written is neither in the message nor in what came."""
    if invited.questionnaire.anonymous:
        take_out(turn, invited, turn.message)
        button = conversations.pressed(turn.session, turn.incoming.button, turn.chat, turn.now)
        if button is not None:
            button.pressed_at = None


def take_out(turn: Turn, invited: Invitation, message: Message) -> None:
    if invited.questionnaire.anonymous:
        message.text = turn.text("questionnaire.not_kept")
        anonymity.clean_update(turn.session, message.update_id)
