"""Asking for another day than today: a button awaits the day, which then holds for the conversation until it ends."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from desk.answering.day_words import day
from desk.answering.question import ForDay
from desk.answering.validity import entry_and_day
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.conversations.turn import Turn
from desk.enquiries import service as enquiries
from desk.guidance import versions
from desk.receipts.issuing import issue

#: What the conversation awaits after the button; its argument is the button's.
DAY = "day_of_law"
AWAITED_FOR = dt.timedelta(minutes=15)
#: A text with more words than this, and no day, is a question of its own.
_MOST_WORDS = 8


def is_a_day(turn_text: str) -> bool:
    """Whether a text may be meant as the awaited day, and not as the next question."""
    return "?" not in turn_text and len(turn_text.split()) <= _MOST_WORDS


def other_day(turn: Turn, argument: str) -> None:
    """Ask for which day; ``argument`` is an entry and the enquiry that it answered, with a colon between them."""
    if conversations.is_awaiting(turn.conversation, "form", turn.now):
        turn.say_text("case.form_help")
        return
    conversations.awaits(turn.conversation, DAY, argument, turn.now + AWAITED_FOR)
    turn.say_text("as_of.ask", [turn.choice("keep_day")])


def take_day(turn: Turn, argument: str) -> None:
    """The text that was awaited: from now on the conversation is about that day."""
    today = turn.desk.today()
    as_of = turn.desk.answering.day_typed(turn.message.text, today)
    if as_of is None:
        turn.say_text("as_of.not_read", [turn.choice("keep_day")])
        return
    conversations.awaits(turn.conversation, None)
    turn.conversation.as_of = as_of if as_of != today else None
    entry, _, enquiry_id = argument.partition(":")
    _ask_again(turn, enquiry_id, as_of)
    _show(turn, entry, as_of)


def keep_day(turn: Turn, _argument: str) -> None:
    """The person does not want to tell a day after all."""
    if turn.conversation.awaiting == DAY:
        conversations.awaits(turn.conversation, None)
    turn.say_text("as_of.kept")


def for_today(turn: Turn, argument: str) -> None:
    """Today's law again, for this entry and for what is asked next."""
    turn.conversation.as_of = None
    entry, _, enquiry_id = argument.partition(":")
    today = turn.desk.today()
    _ask_again(turn, enquiry_id, today)
    _show(turn, entry, today)


def show_entry(turn: Turn, argument: str) -> None:
    """Show an entry for the day of the button, else for the one that the person has chosen, else for today."""
    entry, as_of = entry_and_day(argument)
    _show(turn, entry, as_of or turn.conversation.as_of or turn.desk.today())


def _show(turn: Turn, entry: str, as_of: dt.date) -> None:
    """Show an entry as it holds on a day; never with another day's text."""
    today = turn.desk.today()
    for_day = ForDay(as_of, today, is_chosen=turn.conversation.as_of == as_of)
    version = versions.in_force(turn.session, entry, as_of)
    if version is not None:
        enquiries.keep_shown(turn.session, turn.message, version, turn.language, turn.desk, as_of)
        answering = turn.desk.answering
        said = answering.show(turn.session, version, turn.language, as_of, turn.message.id, for_day=for_day)
        turn.say(issue(turn.session, turn.desk.texts, turn.message.id, said, turn.language))
        return
    present = versions.in_force(turn.session, entry, today) if for_day.is_another else None
    if present is None:
        turn.say_text("answer.withdrawn", [turn.choice("ask_officer", turn.message.id)])
        return
    enquiries.keep_not_then(turn.session, turn.message, turn.language, turn.desk, as_of)
    turn.say(turn.desk.answering.no_text(present, for_day, turn.language, turn.message.id))


def _ask_again(turn: Turn, enquiry_id: str, as_of: dt.date) -> None:
    """Have the message say what is asked, and for which day: an officer who gets it knows nothing of the button."""
    message_id = enquiries.message_id_of(turn.session, enquiry_id)
    asked = turn.session.scalar(select(Message).where(Message.id == message_id))
    if asked is None or not asked.text:
        return
    *lines, last = asked.text.split("\n")
    text = "\n".join(lines) if lines and turn.desk.answering.day_typed(last, turn.desk.today()) else asked.text
    turn.message.text = f"{text}\n{turn.text('as_of.asked', date=day(as_of, turn.language))}"
