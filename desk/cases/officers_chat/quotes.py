"""Quoting guidance in an officer's chat: the entries near to the case, the quote as it would go out, and sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desk.cases import permissions
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.cases.officers import quotes
from desk.cases.officers_chat.acts import carry_out, sent_or_drafted
from desk.cases.officers_chat.turn import seen_case
from desk.desk import Desk
from desk.people.model import Officer
from desk.speech import Block, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn


def officer_quote(turn: Turn, case_id: str) -> None:
    """The entries that may be quoted, as buttons."""
    case = _held(turn, case_id)
    if case is None:
        return
    choices = [
        turn.choice("officer_quote_show", f"{case.id}:{quote.entry}", title=quote.title)
        for quote in quotes.offered(turn.desk, turn.session, case)
    ]
    turn.say_text("officer.choose_quote" if choices else "officer.nothing_to_quote", choices, number=case.number)


def officer_quote_show(turn: Turn, argument: str) -> None:
    """The quote as the person would read it, to be confirmed."""
    case_id, entry = argument.split(":", 1)
    case = _held(turn, case_id)
    if case is None:
        return
    quote = quotes.of_entry(turn.desk, turn.session, case, entry)
    if quote is None:
        turn.say_text("officer.quote_outdated", number=case.number)
        return
    blocks = (Block("note", turn.text("officer.confirm_quote", number=case.number)), Block("paragraph", quote.text))
    send = turn.choice("officer_quote_send", f"{case.id}:{quote.reference}")
    turn.say(Utterance(blocks, (send, turn.choice("officer_cancel"))), case_id=case.id)


def officer_quote_send(turn: Turn, argument: str) -> None:
    """Send the very version that was shown, unless it is no longer in force."""
    case_id, reference = argument.split(":", 1)

    def send(desk: Desk, session: Session, case: Case, officer: Officer) -> str:
        [(entry, version)] = quotes.references(reference)
        quote = quotes.of_entry(desk, session, case, entry)
        if quote is None or quote.version != version:
            raise permissions.CaseRefused("officer.quote_outdated")
        return sent_or_drafted(officer_desk.reply(desk, session, case, officer, quote.text, quoted=[(entry, version)]))

    carry_out(turn, case_id, send)


def _held(turn: Turn, case_id: str) -> Case | None:
    """The case, where the officer holds it; else it is said what stands against it."""
    case = seen_case(turn, case_id)
    if case is None or turn.officer is None:
        return None
    try:
        permissions.must_hold(case, turn.officer)
    except permissions.CaseRefused as refused:
        turn.say_text(refused.reason, number=case.number)
        return None
    return case
