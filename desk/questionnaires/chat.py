"""A questionnaire in chat: begun, answered question by question with buttons or words, gone on with, handed in.

What is pressed and written for an anonymous one is not kept in the chat: each act takes it out in its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import select

from desk.answering.compose import day
from desk.conversations import service as conversations
from desk.conversations.incoming import Kind
from desk.conversations.model import Chat, Message
from desk.questionnaires import anonymity, answering, asking, awaiting, words
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Invitation, InvitationState
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.speech import Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn


def questionnaire(turn: Turn) -> None:
    """The command: what waits for the person, or the question at which they stopped."""
    waiting = answering.open_invitations(turn.desk, turn.session, turn.chat.person)
    if not waiting:
        turn.say_text("questionnaire.none")
    elif len(waiting) > 1:
        titles = [(one, one.questionnaire.title(turn.language)) for one in waiting]
        choices = [turn.choice("questionnaire_go_on", str(one.id), title=title) for one, title in titles]
        turn.say_text("questionnaire.several", choices)
    elif waiting[0].state == InvitationState.BEGUN:
        _go_on(turn, waiting[0])
    else:
        turn.say(words.invitation(turn.desk, waiting[0], turn.chat, turn.language))


def questionnaire_begin(turn: Turn, argument: str) -> None:
    invited = asking.invitation_of(turn, argument)
    if invited is not None:
        _go_on(turn, invited)


def questionnaire_go_on(turn: Turn, argument: str) -> None:
    questionnaire_begin(turn, argument)


def questionnaire_decline(turn: Turn, argument: str) -> None:
    invited = asking.invitation_of(turn, argument)
    if invited is None:
        return
    asking.await_nothing(turn)
    answering.decline(turn.desk, turn.session, invited)
    last_day = invited.questionnaire.last_day or turn.desk.today()
    turn.say_text("questionnaire.declined", day=day(last_day, turn.language))


def questionnaire_level(turn: Turn, argument: str) -> None:
    _answer(turn, argument, lambda level: Given(level=level))


def questionnaire_choose(turn: Turn, argument: str) -> None:
    _answer(turn, argument, lambda place: Given(options=[place]))


def questionnaire_skip(turn: Turn, argument: str) -> None:
    _answer(turn, argument, lambda _place: Given())


def questionnaire_toggle(turn: Turn, argument: str) -> None:
    """Choose one option more, or one less; the question stays."""
    found = asking.asked(turn, argument)
    if found is not None:
        invited, question, place = found
        asking.leave_no_trace(turn, invited)
        told = answering.toggle(turn.desk, turn.session, invited, question, place)
        asking.say_question(turn, invited, question, told)


def questionnaire_chosen(turn: Turn, argument: str) -> None:
    """Done with choosing."""
    found = asking.asked(turn, argument)
    if found is not None:
        invited, question, _ = found
        chosen = answering.progress(turn.session, invited).answers.get(question.id)
        _answer(turn, argument, lambda _place: Given(options=chosen.options if chosen else None))


def questionnaire_keep(turn: Turn, argument: str) -> None:
    """Go on from words that were written before."""
    found = asking.asked(turn, argument)
    if found is not None:
        invited, question, _ = found
        asking.leave_no_trace(turn, invited)
        asking.say_next(turn, invited, answering.go_to(turn.desk, turn.session, invited, question.position + 1))


def questionnaire_back(turn: Turn, argument: str) -> None:
    invited = asking.invitation_of(turn, argument)
    if invited is not None:
        asking.leave_no_trace(turn, invited)
        position = int(argument.split(":")[1])
        asking.say_next(turn, invited, answering.go_to(turn.desk, turn.session, invited, position))


def questionnaire_finish(turn: Turn, argument: str) -> None:
    """Hand the answers in; where one is missing, it is asked."""
    invited = asking.invitation_of(turn, argument)
    if invited is None:
        return
    missing = answering.progress(turn.session, invited).missing
    if missing:
        turn.say_text("questionnaire.refused.missing", number=missing[0].position + 1)
        asking.say_next(turn, invited, answering.go_to(turn.desk, turn.session, invited, missing[0].position))
        return
    asking.await_nothing(turn)
    asking.leave_no_trace(turn, invited)
    answering.finish(turn.desk, turn.session, invited)
    turn.say(Utterance.plain(invited.questionnaire.thanks(turn.language)))


def questionnaire_words(turn: Turn, argument: str) -> None:
    """What looked like a question to the desk is the answer."""
    invitation_id, question_id, message_id = argument.split(":", 2)
    held = turn.session.scalar(select(Message).where(Message.id == message_id))
    if held is not None:
        _take_words(turn, f"{invitation_id}:{question_id}", held)


def take_text(turn: Turn, argument: str) -> None:
    """The words that a question asked for."""
    if turn.incoming.kind is Kind.ATTACHMENT:
        turn.say_text("questionnaire.only_words")
        return
    _take_words(turn, argument, turn.message)


def ask_which(turn: Turn) -> None:
    """The words look like a question to the desk: only the person knows. Until they tell, nothing is awaited."""
    argument = turn.conversation.awaiting_argument or ""
    conversations.awaits(turn.conversation, None)
    choices = [
        turn.choice("questionnaire_words", f"{argument}:{turn.message.id}"),
        turn.choice("new_question", turn.message.id, title=turn.text("questionnaire.to_the_desk")),
    ]
    turn.say_text("questionnaire.answer_or_question", choices)


def forget_edited(turn: Turn) -> None:
    """A message that was edited later may be an answer of before: it is never taken, and here not kept either."""
    begun = (InvitationState.BEGUN.value, InvitationState.FINISHED.value)
    theirs = select(Invitation).join(Chat).where(Chat.person_id == turn.chat.person_id, Invitation.state.in_(begun))
    if any(invited.questionnaire.anonymous for invited in turn.session.scalars(theirs)):
        turn.message.text = turn.text("questionnaire.edited_not_kept")
        anonymity.clean_update(turn.session, turn.message.update_id)


def failed(turn: Turn) -> bool:
    """What was worked on in vain belonged to a questionnaire: it is no enquiry, and the person is told."""
    button = conversations.pressed(turn.session, turn.incoming.button, turn.chat, turn.now)
    argument = button.argument if button is not None and button.act in anonymity.BUTTON_ACTS else ""
    if turn.incoming.kind is Kind.TEXT and awaiting.is_awaited(turn.conversation, turn.now):
        argument = turn.conversation.awaiting_argument or ""
    invited = turn.session.get(Invitation, int(argument.split(":")[0])) if argument else None
    if invited is None:
        return False
    asking.leave_no_trace(turn, invited)
    turn.say_text("questionnaire.not_taken", [turn.choice("questionnaire_go_on", str(invited.id))])
    return True


def _go_on(turn: Turn, invited: Invitation) -> None:
    asking.say_next(turn, invited, answering.begin(turn.desk, turn.session, invited))


def _answer(turn: Turn, argument: str, given: Callable[[int], Given]) -> None:
    """Keep what a button says, and ask the next."""
    found = asking.asked(turn, argument)
    if found is None:
        return
    invited, question, place = found
    asking.leave_no_trace(turn, invited)
    try:
        told = answering.answer(turn.desk, turn.session, invited, question, given(place))
    except QuestionnaireRefused as refused:
        turn.say_text(refused.reason, **refused.values)
        return
    asking.say_next(turn, invited, told)


def _take_words(turn: Turn, argument: str, message: Message) -> None:
    found = asking.asked(turn, argument)
    if found is None:
        return
    invited, question, _ = found
    text = message.text
    asking.leave_no_trace(turn, invited)
    asking.take_out(turn, invited, message)
    try:
        told = answering.answer(turn.desk, turn.session, invited, question, Given(text=text))
    except QuestionnaireRefused as refused:
        turn.say_text(refused.reason, **refused.values)
        return
    asking.await_nothing(turn)
    asking.say_next(turn, invited, told)


ACTS = (
    questionnaire_begin,
    questionnaire_go_on,
    questionnaire_decline,
    questionnaire_level,
    questionnaire_choose,
    questionnaire_toggle,
    questionnaire_chosen,
    questionnaire_skip,
    questionnaire_keep,
    questionnaire_back,
    questionnaire_words,
    questionnaire_finish,
)
