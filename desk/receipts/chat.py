"""A code in a chat: the command, and a message that is nothing but a code; neither is ever an enquiry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.receipts import service, words
from desk.receipts.service import ReceiptRefused

if TYPE_CHECKING:
    from desk.conversations.turn import Turn


def receipt(turn: Turn) -> None:
    """``/receipt CODE``; without a code it is said how one is looked up."""
    code = turn.incoming.argument.strip()
    if code:
        tell(turn, code)
    else:
        turn.say_text("receipt.how", address=f"{turn.desk.web_address}/receipt")


def tell(turn: Turn, typed: str) -> None:
    """Tell what the receipt of this code says, or what is wrong with the code."""
    source = f"chat:{turn.chat.id}"
    try:
        if turn.officer is not None:
            given = service.for_staff(turn.desk, turn.session, typed)
        else:
            given = service.for_person(turn.desk, turn.session, typed, turn.chat.person, source)
    except ReceiptRefused as refused:
        if refused.reason == service.UNKNOWN and turn.officer is None:
            service.note_miss(turn.session, source, turn.now)
        turn.say_text(refused.reason)
        return
    turn.say(words.in_chat(turn.desk.texts, given, turn.language))
