"""One update from a door to the desk's replies: stored before, three transactions, nothing open between them."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.cases.alike import chat as alike_chat
from desk.cases.model import Case
from desk.cases.officers_chat import acts as officer_chat
from desk.cases.officers_chat import awaited_words as chat_words
from desk.cases.persons import answers as person_answers
from desk.conversations import awaited, buttons, commands, files, handover, inbox, without_dialogue
from desk.conversations import service as conversations
from desk.conversations.handover import ForDialogue
from desk.conversations.inbox import Claim
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Button, Chat, Conversation, Message
from desk.conversations.routing import Route, Situation, readable, route
from desk.conversations.turn import Turn
from desk.deliveries import service as deliveries
from desk.desk import Desk
from desk.enquiries import service as enquiries
from desk.enterprises import access
from desk.observing import about, note, timed
from desk.people import telegram_link
from desk.questionnaires import awaiting
from desk.questionnaires import chat as questionnaires
from desk.ratings import chat as rating_chat
from desk.receipts import chat as receipts
from desk.receipts import codes

log = logging.getLogger(__name__)


def exchange(desk: Desk, update_id: int, incoming: Incoming, claim: Claim | None = None) -> str:
    """Work on a claimed update until its effects and replies are in the store; returns the conversation's id.

    Doing it again after a crash at any point has no second effect. While the dialogue is away, what only it can carry
    out is left for another attempt: then nothing has been said when this returns. With its ``claim``, nothing is done
    for an update that another has taken over meanwhile: raises Overtaken.
    """
    with about(update=update_id), timed(partial(_tell, desk, incoming.channel)):
        return _exchange(desk, update_id, incoming, claim)


def _tell(desk: Desk, channel: str, seconds: float, error: BaseException | None) -> None:
    result = "done" if error is None else "overtaken" if isinstance(error, inbox.Overtaken) else "failed"
    desk.observer.exchanged(channel, result, seconds)
    if error is None:
        log.info("worked on an update of %s in %.0f ms", channel, seconds * 1000)


def _exchange(desk: Desk, update_id: int, incoming: Incoming, claim: Claim | None) -> str:
    left = handover.left_before(desk, update_id)
    waiting = left
    if waiting is None:
        situation, alike = _look_ahead(desk, incoming), alike_chat.look_ahead(desk, incoming)
        with desk.store.writing() as session:
            _hold(session, claim)
            turn = _begin(desk, session, update_id, incoming)
            turn.alike = alike
            waiting = _act(turn, situation)
            if waiting is None:
                inbox.finish(session, update_id, "handled", desk.now())
                return turn.conversation.id
            waiting = handover.leave(session, update_id, waiting, desk.now())
    note(enquiry=waiting.enquiry_id)
    if claim is not None:
        with desk.store.reading() as session:
            inbox.must_hold(session, claim)
    replies = handover.ask(desk, waiting, again=left is not None)
    worked_out = None if replies else without_dialogue.work_out(desk, waiting)
    with desk.store.writing() as session:
        _hold(session, claim)
        inbox.hold_open(session, update_id)
        if replies is None and without_dialogue.may_wait(desk, session, update_id, waiting):
            inbox.wait(session, update_id, without_dialogue.WAITS, desk.now())
            return waiting.conversation_id
        turn = _begin(desk, session, update_id, incoming)
        if replies:
            handover.record(turn, replies)
            result = "dialogue"
        else:
            result = without_dialogue.record(turn, waiting, worked_out, is_away=replies is None)
        inbox.finish(session, update_id, result, desk.now())
    return waiting.conversation_id


def _hold(session: Session, claim: Claim | None) -> None:
    if claim is not None:
        inbox.hold(session, claim)


def give_up(desk: Desk, update_id: int, incoming: Incoming | None, error: str, claim: Claim | None = None) -> None:
    """An attempt failed: leave the update for another, and after the last tell the person.

    With its ``claim``, an update that another has taken over meanwhile is left alone.
    """
    with about(update=update_id):
        _give_up(desk, update_id, incoming, error, claim)


def _give_up(desk: Desk, update_id: int, incoming: Incoming | None, error: str, claim: Claim | None) -> None:
    with desk.store.writing() as session:
        if inbox.put_back(session, update_id, error, desk.now(), claim) or incoming is None:
            return
    # Set aside for good before the person is told: were telling them to fail too, it would hold up their chat forever.
    with desk.store.writing() as session:
        turn = _begin(desk, session, update_id, incoming)
        if questionnaires.failed(turn):
            return
        enquiries.keep_failure(session, turn.message, Outcome.ERROR_STORE, turn.language, desk)
        turn.say_text("outcome.error_store", [turn.choice("ask_officer", turn.message.id)])


def _look_ahead(desk: Desk, incoming: Incoming) -> Situation:
    """What must be known before the writing transaction: a search may take its time, and no lock is held for it."""
    with desk.store.reading() as session:
        chat = session.scalar(select(Chat).where(Chat.channel == incoming.channel, Chat.address == incoming.chat))
        if chat is None or incoming.kind not in (Kind.TEXT, Kind.ATTACHMENT):
            return Situation()
        last = conversations.latest(session, chat)
        now = desk.now()
        comment = conversations.is_awaiting(last, "rating_comment", now)
        answer = awaiting.is_awaited(last, now)
        is_open = last is not None and last.ended_at is None
        replied_to = _case_replied_to(session, chat, incoming)
        situation = Situation(
            officer_act_is_awaited=chat_words.is_awaited(last, replied_to, now),
            replies_to_case=replied_to is not None,
            replies_to_officer=person_answers.replied_to(session, chat, incoming) is not None,
            answers_officer=person_answers.asked_in(session, chat, now) is not None,
            form_is_open=is_open and conversations.is_awaiting(last, "form", now),
            text_is_awaited=awaited.is_awaited(last, now, incoming.text),
            answer_is_awaited=answer,
            file_is_awaited=awaited.takes_files(last, now),
            comment_is_awaited=comment,
            case_is_open=access.open_case_of(session, chat) is not None
            and not (is_open and last is not None and last.beside_case),
        )
        conversation_id = last.id if last else ""
    if not (comment or answer) or not readable(incoming.text) or codes.is_meant(incoming.text):
        return situation
    question = "?" in incoming.text or enquiries.is_confident_question(desk, conversation_id, incoming.text)
    return replace(situation, looks_like_a_question=question)


def _begin(desk: Desk, session: Session, update_id: int, incoming: Incoming) -> Turn:
    """Find or make the chat, the conversation and the person's message of this update."""
    now = desk.now()
    chat = conversations.chat_of(session, incoming, now)
    known = session.scalar(select(Message).where(Message.update_id == update_id))
    if known is not None:
        conversation = session.get_one(Conversation, known.conversation_id)
    else:
        button = conversations.pressed(session, incoming.button, chat, now)
        conversation = _conversation_for(session, chat, incoming, button, desk)
        text = button.title if button else incoming.text or incoming.command or incoming.attachment
        known = conversations.person_said(session, conversation, text, update_id, now)
        files.hang(desk, session, known, incoming, conversations.language_of(conversation))
    note(enquiry=known.id)
    officer = telegram_link.officer_of_telegram(session, incoming.user) if incoming.channel == "telegram" else None
    return Turn(desk, session, incoming, chat, conversation, known, officer)


def _conversation_for(
    session: Session, chat: Chat, incoming: Incoming, button: Button | None, desk: Desk
) -> Conversation:
    """A late tap and a comment belong to the conversation that has ended; all else to an open one."""
    last = conversations.latest(session, chat)
    if button is not None and button.act in rating_chat.NAMES:
        return session.get_one(Conversation, button.conversation_id)
    comments = last is not None and conversations.is_awaiting(last, "rating_comment", desk.now())
    if last is not None and comments and button is not None and button.act.startswith("questionnaire_"):
        return last
    wrote = incoming.kind in (Kind.TEXT, Kind.ATTACHMENT)
    if wrote and last is not None and comments:
        return last
    # An officer's words to a case are in the language of the person it goes to, which is not always the officer's own.
    of_a_case = _case_replied_to(session, chat, incoming)
    is_own = wrote and of_a_case is None and not chat_words.is_awaited(last, of_a_case, desk.now())
    own_words = incoming.text if is_own else ""
    if awaited.says_nothing_of_language(last, desk.now(), incoming.text) or codes.is_meant(incoming.text):
        own_words = ""
    return conversations.current(session, chat, own_words, desk.now())


def _act(turn: Turn, situation: Situation) -> ForDialogue | None:
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
            case = _case_replied_to(turn.session, turn.chat, incoming)
            if case is not None:
                officer_chat.officer_replied(turn, case)
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
    return ForDialogue(turn.conversation.id, turn.message.id, text=turn.message.text, answers=_asked_for(turn))


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
        return ForDialogue(turn.conversation.id, turn.message.id, text=asked.text, answers=_asked_for(turn))
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
    return ForDialogue(turn.conversation.id, turn.message.id, intent=intent, slots=slots, answers=_asked_for(turn))


def _asked_for(turn: Turn) -> str | None:
    """The field of the open form for which the person was asked last."""
    return turn.conversation.awaiting_argument if turn.conversation.awaiting == "form" else None


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


def _case_replied_to(session: Session, chat: Chat, incoming: Incoming) -> Case | None:
    """The case of the message that a linked officer replied to."""
    if incoming.reply_to is None or telegram_link.officer_of_telegram(session, incoming.user) is None:
        return None
    message = deliveries.message_known_as(session, chat, incoming.reply_to)
    return session.get(Case, message.case_id) if message is not None and message.case_id else None
