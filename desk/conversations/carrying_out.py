"""What the desk does by itself with an update, by its route; the rest is left for the dialogue."""

from __future__ import annotations

from sqlalchemy import select

from desk.cases.officers_chat import acts as officer_chat
from desk.cases.officers_chat import awaited_words as chat_words
from desk.cases.persons import answers as person_answers
from desk.conversations import awaited, buttons, commands, files, without_dialogue
from desk.conversations import service as conversations
from desk.conversations.arriving import case_replied_to
from desk.conversations.handover import ForDialogue
from desk.conversations.incoming import Kind
from desk.conversations.model import Button, Message
from desk.conversations.routing import Route, Situation, route
from desk.conversations.turn import Turn
from desk.enquiries import service as enquiries
from desk.enterprises import access
from desk.questionnaires import chat as questionnaires
from desk.ratings import chat as rating_chat
from desk.receipts import chat as receipts


def act(turn: Turn, situation: Situation) -> ForDialogue | None:
    """Carry out what the desk does by itself; returns what is left for the dialogue."""
    incoming = turn.incoming
    taken_by = route(incoming, situation)
    if taken_by is not Route.OFFICER_REPLY:
        files.tell_refused(turn)
    match taken_by:
        case Route.NOTED:
            turn.chat.blocked_at = turn.now if incoming.kind == Kind.BLOCKED else None
        case Route.BUTTON:
            return _press(turn)
        case Route.COMMAND:
            _give_notice(turn)
            commands.command_named(incoming.command)(turn)
        case Route.OFFICER_ACT:
            chat_words.take(turn)
        case Route.CASE_ANSWER:
            person_answers.take(turn)
        case Route.OFFICER_REPLY:
            case = case_replied_to(turn.session, turn.chat, incoming)
            if case is not None:
                officer_chat.officer_replied(turn, case)
        case Route.REPLY_TO_UNKNOWN:
            turn.say_text("officer.reply_to_unknown")
        case Route.AWAITED:
            awaited.take(turn)
        case Route.ANSWER_OR_QUESTION:
            questionnaires.ask_which(turn)
        case Route.RECEIPT:
            _give_notice(turn)
            receipts.tell(turn, incoming.text)
        case Route.RATING_COMMENT:
            rating_chat.take_comment(turn)
        case Route.CASE_OR_NEW:
            return _ask_case_or_new(turn)
        case Route.FORM | Route.DIALOGUE:
            return _to_dialogue(turn)
        case Route.NOTHING_TO_READ:
            _give_notice(turn)
            turn.say_text("bad_input.nothing_to_read")
        case Route.EDITED:
            questionnaires.forget_edited(turn)
            turn.say_text("bad_input.edited")
        case Route.ATTACHMENT:
            _give_notice(turn)
            files.nothing_taken(turn)
        case Route.FILE:
            _reopen(turn)
            _give_notice(turn)
            files.keep_for_question(turn)
        case Route.FILE_IN_FORM:
            files.keep_for_form(turn)
        case Route.FILE_OF_CASE_OR_NEW:
            _reopen(turn)
            files.ask_case_or_new(turn)
        case Route.GROUP:
            turn.say_text("bad_input.group")
    return None


def _to_dialogue(turn: Turn) -> ForDialogue:
    _reopen(turn)
    _give_notice(turn)
    return ForDialogue.of(turn, text=turn.message.text)


def _reopen(turn: Turn) -> None:
    """A question that came while a comment was awaited begins a conversation of its own, and no comment follows it."""
    if turn.conversation.awaiting == rating_chat.COMMENT:
        conversations.awaits(turn.conversation, None)
    if turn.conversation.ended_at is None:
        return
    fresh = conversations.current(turn.session, turn.chat, turn.incoming.text, turn.now)
    turn.message.conversation_id = fresh.id
    turn.conversation = fresh


def _press(turn: Turn) -> ForDialogue | None:
    button = conversations.pressed(turn.session, turn.incoming.button, turn.chat, turn.now)
    if button is None:
        turn.say_text("bad_input.button")
        return None
    button.pressed_at = button.pressed_at or turn.now
    if button.act == "new_question":
        turn.conversation.beside_case = True
        asked = turn.session.scalars(select(Message).where(Message.id == button.argument)).one()
        turn.message.text = asked.text
        files.pass_on(turn, asked)
        return ForDialogue.of(turn, text=asked.text)
    if button.act == without_dialogue.TRY_AGAIN:
        return without_dialogue.try_again(turn, button)
    if button.act in buttons.TRIGGERS:
        return _trigger(turn, button)
    buttons.ACTS[button.act](turn, button.argument)
    return None


def _trigger(turn: Turn, button: Button) -> ForDialogue | None:
    """A button of the case form: the dialogue carries it out."""
    intent, slot = buttons.TRIGGERS[button.act]
    if button.act == "add_details":
        person = turn.chat.person
        turn.conversation.escalating = enquiries.message_id_of(turn.session, button.argument)
        known = {**access.known_of(turn.session, person), "contact": person.contact}
        slots = {name: value for name, value in known.items() if value}
    else:
        if turn.conversation.awaiting != "form":
            turn.say_text("small_talk.nothing_to_cancel")
            return None
        slots = {slot: button.argument} if slot else {}
    return ForDialogue.of(turn, intent=intent, slots=slots)


def _give_notice(turn: Turn) -> None:
    """At first contact: guidance, no ruling; and what is kept, why, how long, and how to have it deleted."""
    person = turn.chat.person
    if person.notice_given_at is None and turn.officer is None:
        person.notice_given_at = turn.now
        turn.say_text("notice.first_contact")


def _ask_case_or_new(turn: Turn) -> ForDialogue | None:
    """Ask whether the words belong to the open case; where it was resolved a moment ago they are a question."""
    case = access.open_case_of(turn.session, turn.chat)
    if case is None:
        return _to_dialogue(turn)
    turn.say_text(
        "case.same_or_new",
        [
            turn.choice("same_case", f"{case.id}:{turn.message.id}", title=turn.text("button.same_case")),
            turn.choice("new_question", turn.message.id),
        ],
        number=case.number,
    )
    return None
