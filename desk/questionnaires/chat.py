"""A questionnaire in chat: begun, answered question by question with buttons or words, gone on with, handed in.

What is pressed and written for an anonymous one is not kept in the chat: each act takes it out in its own transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import select

from desk.answering.compose import day
from desk.conversations import service as conversations
from desk.conversations.incoming import Kind
from desk.conversations.model import Chat, Conversation, Message
from desk.questionnaires import anonymity, answering, words
from desk.questionnaires.answering import Given, Progress
from desk.questionnaires.model import Invitation, InvitationState, Question, QuestionKind
from desk.questionnaires.permissions import QuestionnaireRefused
from desk.speech import Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

#: What a conversation awaits while a question is to be answered in words, and for how long.
AWAITED = "questionnaire_text"
AWAITED_FOR = dt.timedelta(hours=1)


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
    invited = _invitation(turn, argument)
    if invited is not None:
        _go_on(turn, invited)


def questionnaire_go_on(turn: Turn, argument: str) -> None:
    questionnaire_begin(turn, argument)


def questionnaire_decline(turn: Turn, argument: str) -> None:
    invited = _invitation(turn, argument)
    if invited is None:
        return
    _await_nothing(turn)
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
    found = _asked(turn, argument)
    if found is not None:
        invited, question, place = found
        _leave_no_trace(turn, invited)
        told = answering.toggle(turn.desk, turn.session, invited, question, place)
        _say_question(turn, invited, question, told)


def questionnaire_chosen(turn: Turn, argument: str) -> None:
    """Done with choosing."""
    found = _asked(turn, argument)
    if found is not None:
        invited, question, _ = found
        chosen = answering.progress(turn.session, invited).answers.get(question.id)
        _answer(turn, argument, lambda _place: Given(options=chosen.options if chosen else None))


def questionnaire_keep(turn: Turn, argument: str) -> None:
    """Go on from words that were written before."""
    found = _asked(turn, argument)
    if found is not None:
        invited, question, _ = found
        _leave_no_trace(turn, invited)
        _say(turn, invited, answering.go_to(turn.desk, turn.session, invited, question.position + 1))


def questionnaire_back(turn: Turn, argument: str) -> None:
    invited = _invitation(turn, argument)
    if invited is not None:
        _leave_no_trace(turn, invited)
        position = int(argument.split(":")[1])
        _say(turn, invited, answering.go_to(turn.desk, turn.session, invited, position))


def questionnaire_finish(turn: Turn, argument: str) -> None:
    """Hand the answers in; where one is missing, it is asked."""
    invited = _invitation(turn, argument)
    if invited is None:
        return
    missing = answering.progress(turn.session, invited).missing
    if missing:
        turn.say_text("questionnaire.refused.missing", number=missing[0].position + 1)
        _say(turn, invited, answering.go_to(turn.desk, turn.session, invited, missing[0].position))
        return
    _await_nothing(turn)
    _leave_no_trace(turn, invited)
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


def is_awaited(conversation: Conversation | None, at: dt.datetime) -> bool:
    """Whether the next words of an open conversation answer a question."""
    is_open = conversation is not None and conversation.ended_at is None
    return is_open and conversations.is_awaiting(conversation, AWAITED, at)


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
    if turn.incoming.kind is Kind.TEXT and is_awaited(turn.conversation, turn.now):
        argument = turn.conversation.awaiting_argument or ""
    invited = turn.session.get(Invitation, int(argument.split(":")[0])) if argument else None
    if invited is None:
        return False
    _leave_no_trace(turn, invited)
    turn.say_text("questionnaire.not_taken", [turn.choice("questionnaire_go_on", str(invited.id))])
    return True


def _go_on(turn: Turn, invited: Invitation) -> None:
    _say(turn, invited, answering.begin(turn.desk, turn.session, invited))


def _answer(turn: Turn, argument: str, given: Callable[[int], Given]) -> None:
    """Keep what a button says, and ask the next."""
    found = _asked(turn, argument)
    if found is None:
        return
    invited, question, place = found
    _leave_no_trace(turn, invited)
    try:
        told = answering.answer(turn.desk, turn.session, invited, question, given(place))
    except QuestionnaireRefused as refused:
        turn.say_text(refused.reason, **refused.values)
        return
    _say(turn, invited, told)


def _take_words(turn: Turn, argument: str, message: Message) -> None:
    found = _asked(turn, argument)
    if found is None:
        return
    invited, question, _ = found
    text = message.text
    _leave_no_trace(turn, invited)
    _take_out(turn, invited, message)
    try:
        told = answering.answer(turn.desk, turn.session, invited, question, Given(text=text))
    except QuestionnaireRefused as refused:
        turn.say_text(refused.reason, **refused.values)
        return
    _await_nothing(turn)
    _say(turn, invited, told)


def _say(turn: Turn, invited: Invitation, told: Progress) -> None:
    """Ask what is asked next, unless something else that was asked for goes first."""
    if told.question is not None:
        _say_question(turn, invited, told.question, told)
    elif _may_ask(turn, invited):
        turn.say(words.end(turn.desk, invited, turn.language))


def _say_question(turn: Turn, invited: Invitation, question: Question, told: Progress) -> None:
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
    _await_nothing(turn)
    return True


def _await_nothing(turn: Turn) -> None:
    if turn.conversation.awaiting == AWAITED:
        conversations.awaits(turn.conversation, None)


def _invitation(turn: Turn, argument: str) -> Invitation | None:
    """The person's own invitation, as far as it can be answered; else they are told why not."""
    invited = turn.session.get(Invitation, int(argument.split(":")[0]))
    if invited is None or invited.chat.person_id != turn.chat.person_id:
        turn.say_text("questionnaire.refused.over")
        return None
    try:
        answering.must_be_answerable(turn.desk, invited)
    except QuestionnaireRefused as refused:
        _leave_no_trace(turn, invited)
        turn.say_text(refused.reason)
        return None
    return invited


def _asked(turn: Turn, argument: str) -> tuple[Invitation, Question, int] | None:
    """The invitation, the question and the place or level behind a button."""
    invited = _invitation(turn, argument)
    if invited is None:
        return None
    _, question_id, *place = argument.split(":")
    question = turn.session.get_one(Question, int(question_id))
    return invited, question, int(place[0]) if place else 0


def _leave_no_trace(turn: Turn, invited: Invitation) -> None:
    """Of an anonymous questionnaire: what was pressed or written is neither in the message nor in what came."""
    if invited.questionnaire.anonymous:
        _take_out(turn, invited, turn.message)
        button = conversations.pressed(turn.session, turn.incoming.button, turn.chat, turn.now)
        if button is not None:
            button.pressed_at = None


def _take_out(turn: Turn, invited: Invitation, message: Message) -> None:
    if invited.questionnaire.anonymous:
        message.text = turn.text("questionnaire.not_kept")
        anonymity.clean_update(turn.session, message.update_id)


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
