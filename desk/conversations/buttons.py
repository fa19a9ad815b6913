"""What each button does: one function an act, found by the act's name."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from desk.accounts import chat as accounts_chat
from desk.cases import escalation, permissions
from desk.cases.alike import chat as alike_chat
from desk.cases.alike import sending as alike_sending
from desk.cases.model import Case
from desk.cases.officers_chat import acts as officer_chat
from desk.cases.officers_chat import awaited_words as chat_words
from desk.cases.officers_chat import lists as chat_lists
from desk.cases.officers_chat import quotes as chat_quotes
from desk.cases.officers_chat import reading as chat_reading
from desk.cases.persons import chat as person_chat
from desk.cases.persons import desk as person_desk
from desk.conversations import closing, files, named, other_day, without_dialogue
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.conversations.turn import Turn
from desk.enquiries import service as enquiries
from desk.enterprises import access, chat
from desk.privacy import chat as privacy_chat
from desk.questionnaires import chat as questionnaires
from desk.ratings import chat as rating_chat
from desk.subscriptions import chat as subscribing

#: Acts that the dialogue carries out: the intent to trigger; the argument goes along as the slot of this name.
TRIGGERS = {
    "form_skip": ("skip", None),
    "form_back": ("go_back", None),
    "form_cancel": ("cancel", None),
    "urgency": ("inform_urgency", "urgency"),
    "add_details": ("start_case_form", None),
}


def helpful(turn: Turn, enquiry_id: str) -> None:
    enquiries.rate_helpfulness(turn.session, enquiry_id, "helpful")
    turn.say_text("feedback.helpful", [turn.choice("done")])


def not_helpful(turn: Turn, enquiry_id: str) -> None:
    enquiries.rate_helpfulness(turn.session, enquiry_id, "not_helpful")
    turn.say_text("feedback.not_helpful", [turn.choice("ask_officer", enquiry_id), turn.choice("done")])


def ask_officer(turn: Turn, enquiry_id: str) -> None:
    named.offer_officer(turn, enquiries.message_id_of(turn.session, enquiry_id))


def send_as_is(turn: Turn, enquiry_id: str) -> None:
    message_id = enquiries.message_id_of(turn.session, enquiry_id)
    message = turn.session.scalars(select(Message).where(Message.id == message_id)).one()
    if escalation.contact_is_missing(turn.conversation, {}):
        turn.say(escalation.ask_for_contact(turn.desk, turn.conversation, message_id))
        return
    is_in_form = turn.conversation.awaiting == "form"
    turn.say(escalation.open_for(turn.desk, turn.session, turn.conversation, message, {}))
    if is_in_form:
        # The dialogue still has the form open; the next conversation is one of which it knows nothing.
        conversations.end(turn.session, turn.conversation, "form_left", turn.now)


def same_case(turn: Turn, argument: str) -> None:
    """The text that was held back belongs to the open case."""
    case_id, message_id = argument.split(":", 1)
    case = turn.session.get_one(Case, int(case_id))
    message = turn.session.scalars(select(Message).where(Message.id == message_id)).one()
    if not access.may_see(turn.session, turn.chat.person, case):
        turn.say_text("case.not_yours", [turn.choice("new_question", message.id)])
        return
    if message.case_id is None:
        try:
            person_desk.add(turn.desk, turn.session, case, message)
        except permissions.CaseRefused as refused:
            turn.say_text(refused.reason, [turn.choice("new_question", message.id)], number=case.number)
            return
    turn.say_text("case.added", number=case.number)


def language(turn: Turn, wanted: str) -> None:
    turn.chat.person.language_choice = wanted
    turn.conversation.language = wanted
    turn.say_text("language.chosen")


def done(turn: Turn, _argument: str) -> None:
    if not closing.close(turn.desk, turn.session, turn.conversation, "done"):
        turn.say_text("small_talk.goodbye")


def my_cases(turn: Turn, _argument: str) -> None:
    person_chat.list_cases(turn)


ACTS: dict[str, Callable[[Turn, str], None]] = {
    act.__name__: act
    for act in (
        helpful,
        not_helpful,
        ask_officer,
        other_day.show_entry,
        other_day.other_day,
        other_day.for_today,
        other_day.keep_day,
        send_as_is,
        without_dialogue.form_leave,
        same_case,
        language,
        done,
        *rating_chat.ACTS,
        files.keep_file,
        files.officer_files,
        chat_lists.officer_waiting,
        chat_lists.officer_list,
        my_cases,
        person_chat.cases_more,
        person_chat.case_show,
        person_chat.case_add,
        person_chat.reopen_case,
        person_chat.stop_writing,
        chat.act_for,
        chat.ask_to_act,
        chat.ask_as,
        chat.send_code,
        chat.enter_code,
        chat.stop_acting,
        chat.enterprise_people,
        chat.end_broker,
        officer_chat.officer_show,
        officer_chat.officer_claim,
        officer_chat.officer_resolve,
        subscribing.news,
        subscribing.news_on,
        subscribing.news_off,
        subscribing.news_none,
        subscribing.news_stop,
        *questionnaires.ACTS,
        *privacy_chat.ACTS,
        accounts_chat.web_sign_out,
        alike_chat.officer_alike,
        alike_chat.officer_apart,
        alike_sending.officer_alike_send,
        alike_sending.officer_alike_write,
        alike_sending.officer_alike_confirm,
        alike_sending.officer_alike_resolve,
        officer_chat.officer_take_over,
        officer_chat.officer_sign,
        officer_chat.officer_duty,
        chat_reading.officer_conversation,
        chat_reading.officer_thread,
        chat_quotes.officer_quote,
        chat_quotes.officer_quote_show,
        chat_quotes.officer_quote_send,
        chat_words.officer_ask,
        chat_words.officer_note,
        chat_words.officer_return,
        chat_words.officer_return_now,
        chat_words.officer_return_draft,
        chat_words.officer_transfer,
        chat_words.officer_transfer_to,
        chat_words.officer_cancel,
    )
}
