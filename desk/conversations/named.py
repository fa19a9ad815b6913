"""What the dialogue asks the desk to say by name: the sentence, with the buttons and lists that belong to it."""

from __future__ import annotations

from desk.cases import escalation
from desk.cases.model import Urgency
from desk.cases.persons import chat as person_chat
from desk.conversations import closing
from desk.conversations import service as conversations
from desk.conversations.turn import Turn
from desk.ratings import chat as rating_chat
from desk.speech import Utterance

FORM_QUESTION = "case.ask_"
GOODBYE = "small_talk.goodbye"


def say_named(turn: Turn, name: str) -> None:
    """Say the text of this name, and do what belongs to it."""
    if name.startswith(FORM_QUESTION):
        _ask_in_form(turn, name)
    elif name == "small_talk.case_status":
        person_chat.list_cases(turn)
    elif name == "small_talk.choose_language":
        choose_language(turn)
    elif name == "small_talk.offer_officer":
        offer_officer(turn, turn.conversation.escalating or turn.message.id, asked_for_one=True)
    elif name == GOODBYE:
        _say_goodbye(turn)
    elif name == "small_talk.rate":
        rating_chat.rate_newest(turn)
    elif name == "small_talk.thanks":
        turn.say_text(name, [turn.choice("done")])
    else:
        turn.say_text(name)


def _say_goodbye(turn: Turn) -> None:
    closing.leave_form(turn.desk, turn.session, turn.conversation)
    turn.say_text(GOODBYE)
    closing.close(turn.desk, turn.session, turn.conversation, "goodbye")


def _ask_in_form(turn: Turn, name: str) -> None:
    field = name.removeprefix(FORM_QUESTION)
    choices = []
    if field == "urgency":
        choices = [turn.choice("urgency", u.value, title=turn.text(f"urgency.{u.value}")) for u in Urgency]
    if escalation.can_be_skipped(turn.conversation, field):
        choices.append(turn.choice("form_skip"))
    choices += [turn.choice("form_back"), turn.choice("form_cancel")]
    conversations.awaits(turn.conversation, "form", field)
    turn.say_text(name, choices)


def choose_language(turn: Turn) -> None:
    turn.say_text(
        "small_talk.choose_language",
        [
            turn.choice("language", "vi", title="Tiếng Việt"),
            turn.choice("language", "en", title="English"),
        ],
    )


def offer_officer(turn: Turn, enquiry_id: str, *, asked_for_one: bool = False) -> None:
    """The first of the two taps to an open case: send the question as it is, or add details."""
    turn.conversation.escalating = enquiry_id
    if asked_for_one and enquiry_id == turn.message.id:
        # "I want to speak to an officer" is no question: the case needs one, so the form asks for it.
        turn.say(
            Utterance.plain(
                turn.text("case.what_about"), choices=[turn.choice("add_details", enquiry_id), turn.choice("done")]
            )
        )
        return
    turn.say_text(
        "case.two_ways",
        [turn.choice("send_as_is", enquiry_id), turn.choice("add_details", enquiry_id)],
    )
