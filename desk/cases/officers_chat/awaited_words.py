"""Acts for which an officer writes something in chat: for ten minutes the next text is awaited, and is no enquiry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desk.cases import permissions
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.cases.officers_chat import transfer as chat_transfer
from desk.cases.officers_chat.acts import carry_out, then
from desk.cases.officers_chat.turn import officer_of
from desk.conversations import service as conversations
from desk.conversations.model import Conversation
from desk.desk import Desk
from desk.people.model import Officer
from desk.speech import Choice, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

AWAITED = "officer_act"
AWAITED_FOR = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class ActInWords:
    """One such act: who may do it, what asks for the words, what is done with them, what says that it is done.

    ``asks`` and ``done`` name texts; ``does`` takes the words and what was chosen before.
    """

    may: Callable[[Case, Officer], object]
    asks: str
    does: Callable[[Desk, Session, Case, Officer, str, str], object]
    done: str


ACTS_IN_WORDS = {
    "ask": ActInWords(
        permissions.must_hold,
        "officer.write_question",
        lambda d, s, c, o, text, _: officer_desk.ask(d, s, c, o, text),
        "officer.asked",
    ),
    "note": ActInWords(
        permissions.must_work_on,
        "officer.write_note",
        lambda d, s, c, o, text, _: officer_desk.note(d, s, c, o, text),
        "officer.noted",
    ),
    "return": ActInWords(
        permissions.must_hold,
        "officer.write_return",
        lambda d, s, c, o, text, _: officer_desk.give_back(d, s, c, o, text),
        "officer.returned",
    ),
    "return_draft": ActInWords(
        permissions.must_judge,
        "officer.write_draft_return",
        lambda d, s, c, o, text, _: officer_desk.return_draft(d, s, c, o, text),
        "officer.draft_returned",
    ),
    "transfer": ActInWords(
        permissions.must_be_able_to_pass_on,
        "officer.write_transfer",
        lambda d, s, c, o, text, unit: officer_desk.transfer(d, s, c, o, chat_transfer.unit_of(s, unit), text),
        "officer.transferred",
    ),
}


def officer_ask(turn: Turn, case_id: str) -> None:
    _begin(turn, "ask", case_id)


def officer_note(turn: Turn, case_id: str) -> None:
    _begin(turn, "note", case_id)


def officer_return(turn: Turn, case_id: str) -> None:
    _begin(turn, "return", case_id, turn.choice("officer_return_now", case_id))


def officer_return_now(turn: Turn, case_id: str) -> None:
    """Return the case without a reason."""
    _forget(turn)
    carry_out(turn, case_id, then(officer_desk.give_back, "officer.returned"))


def officer_return_draft(turn: Turn, case_id: str) -> None:
    _begin(turn, "return_draft", case_id)


def officer_transfer(turn: Turn, case_id: str) -> None:
    """First the unit: by its button, or by its name or code, which is awaited."""
    case = _allowed(turn, "transfer", case_id)
    if case is not None:
        _await(turn, f"find_unit:{case_id}")
        chat_transfer.offer_units(turn, case)


def officer_transfer_to(turn: Turn, argument: str) -> None:
    """Then the reason."""
    case_id, unit_id = argument.split(":", 1)
    unit = chat_transfer.unit_of(turn.session, unit_id)
    _begin(turn, "transfer", f"{case_id}:{unit_id}", unit=unit.name(turn.language))


def officer_cancel(turn: Turn, _argument: str) -> None:
    _forget(turn)
    turn.say_text("officer.cancelled")


def is_awaited(conversation: Conversation | None, replied_to: Case | None, at: dt.datetime) -> bool:
    """Whether the officer's next text belongs to such an act.

    Also Telegram's reply to a message of the same case: a note written so must not go to the person. A reply to
    another case's message is a reply.
    """
    if conversation is None or not conversations.is_awaiting(conversation, AWAITED, at):
        return False
    return replied_to is None or str(replied_to.id) == _parts(conversation)[1]


def take(turn: Turn) -> None:
    """The awaited words have come: do what they were written for."""
    if officer_of(turn) is None:
        return
    act, case_id, chosen = _parts(turn.conversation)
    words = turn.incoming.text
    if act == "find_unit":
        _await(turn, f"find_unit:{case_id}")
        chat_transfer.offer_units(turn, turn.session.get_one(Case, int(case_id)), words)
        return
    _forget(turn)
    if turn.incoming.has_files:
        turn.say_text("officer.only_words")
    wanted = ACTS_IN_WORDS[act]

    def acted(desk: Desk, session: Session, case: Case, officer: Officer) -> str:
        wanted.does(desk, session, case, officer, words, chosen)
        return wanted.done

    carry_out(turn, case_id, acted)


def _begin(turn: Turn, act: str, argument: str, *choices: Choice, **values: object) -> None:
    case = _allowed(turn, act, argument.partition(":")[0])
    if case is None:
        return
    _await(turn, f"{act}:{argument}")
    # This message names no case by which a reply to it could be taken for words to the person.
    prompt = turn.text(ACTS_IN_WORDS[act].asks, number=case.number, **values)
    turn.say(Utterance.plain(prompt, choices=[*choices, turn.choice("officer_cancel")]))


def _allowed(turn: Turn, act: str, case_id: str) -> Case | None:
    """The case on which the officer may act so; what stands against it is said before anything is written."""
    officer = officer_of(turn)
    if officer is None:
        return None
    case = turn.session.get_one(Case, int(case_id))
    if conversations.is_awaiting(turn.conversation, "form", turn.now):
        turn.say_text("officer.form_first")
        return None
    try:
        ACTS_IN_WORDS[act].may(case, officer)
    except permissions.CaseRefused as refused:
        turn.say_text(refused.reason, number=case.number)
        return None
    return case


def _await(turn: Turn, argument: str) -> None:
    conversations.awaits(turn.conversation, AWAITED, argument, turn.now + AWAITED_FOR)


def _forget(turn: Turn) -> None:
    if turn.conversation.awaiting == AWAITED:
        conversations.awaits(turn.conversation, None)


def _parts(conversation: Conversation) -> tuple[str, str, str]:
    """Act, case, and what was chosen before."""
    act, case_id, chosen = f"{conversation.awaiting_argument or ''}::".split(":")[:3]
    return act, case_id, chosen
