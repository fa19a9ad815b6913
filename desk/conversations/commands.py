"""What each command does; the same words in every channel."""

from __future__ import annotations

from collections.abc import Callable

from desk.accounts import chat as accounts_chat
from desk.cases.officers_chat import acts as officer_chat
from desk.cases.officers_chat import lists as chat_lists
from desk.cases.persons import chat as person_chat
from desk.conversations import buttons, named
from desk.conversations.turn import Turn
from desk.enterprises import chat
from desk.people import telegram_link
from desk.privacy import chat as privacy_chat
from desk.questionnaires import chat as questionnaires
from desk.ratings import chat as rating_chat
from desk.receipts import chat as receipts
from desk.subscriptions import chat as subscribing

#: The commands in the order of every door's menu; officers know theirs from their own help.
MENU = (
    *("help", "cases", "enterprise", "officer", "news", "receipt", "rate", "questionnaire", "language", "web"),
    *("mydata", "privacy", "done"),
)
#: Other names of commands, as people may type them.
ALIASES = {"danhgia": "rate"}


def start(turn: Turn) -> None:
    """First contact; a payload is an officer's one-time code."""
    if turn.incoming.argument:
        link(turn)
    else:
        turn.say_text("small_talk.greet")


def link(turn: Turn) -> None:
    """Link an officer's Telegram account by the code behind the command."""
    # A private chat has the number of the person in it. What officers are told of cases never goes to a group.
    if turn.incoming.channel != "telegram" or turn.incoming.user != turn.incoming.chat:
        turn.say_text("officer.link_only_telegram")
        return
    try:
        officer = telegram_link.link_telegram(
            turn.session, turn.incoming.argument.strip(), turn.incoming.user, turn.chat.id, turn.now
        )
    except telegram_link.LinkRefused:
        turn.say_text("officer.link_refused")
        return
    turn.say_text("officer.linked", [turn.choice("officer_waiting")], name=officer.name)


def help_(turn: Turn) -> None:
    turn.say_text("officer.help" if turn.officer else "small_talk.help")


def my_cases(turn: Turn) -> None:
    person_chat.list_cases(turn, turn.incoming.argument.strip())


def officer(turn: Turn) -> None:
    named.offer_officer(turn, turn.message.id, asked_for_one=True)


def done(turn: Turn) -> None:
    buttons.done(turn, "")


COMMANDS: dict[str, Callable[[Turn], None]] = {
    "start": start,
    "help": help_,
    "cases": my_cases,
    "enterprise": chat.enterprise,
    "officer": officer,
    "language": named.choose_language,
    "done": done,
    "link": link,
    "news": subscribing.news,
    "questionnaire": questionnaires.questionnaire,
    "receipt": receipts.receipt,
    "rate": rating_chat.rate_newest,
    "web": accounts_chat.web,
    "mydata": privacy_chat.mydata,
    "privacy": privacy_chat.privacy,
    "waiting": chat_lists.officer_waiting,
    "duty": officer_chat.duty,
}


def command_named(command: str) -> Callable[[Turn], None]:
    """What the command of this name does, in small letters and without its slash."""
    return COMMANDS.get(ALIASES.get(command, command), _unknown)


def _unknown(turn: Turn) -> None:
    turn.say_text("bad_input.command")
