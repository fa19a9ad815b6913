"""Similar cases in an officer's private chat: offered, listed with what others answered, and taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desk.cases import permissions
from desk.cases.alike import search as alike
from desk.cases.alike.search import Alike, AlikeCase
from desk.cases.alike.sending import send_choice
from desk.cases.model import Case
from desk.cases.officers_chat.turn import officer_of, seen_case
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Button, Chat
from desk.deliveries import service as deliveries
from desk.desk import Desk
from desk.people import telegram_link
from desk.shortening import shortened
from desk.speech import Block, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

#: Acts whose argument begins with the case for whose like is looked before the act's transaction.
LOOKS_FOR_ALIKE = ("officer_claim", "officer_alike", "officer_apart")


def look_ahead(desk: Desk, incoming: Incoming) -> Alike | None:
    """What is like the case that an officer's update is about; None where nobody needs to know."""
    if incoming.channel != "telegram" or incoming.kind not in (Kind.TEXT, Kind.BUTTON):
        return None
    with desk.store.reading() as session:
        officer = telegram_link.officer_of_telegram(session, incoming.user)
        if officer is None:
            return None
        chat = conversations.known_chat(session, incoming)
        if chat is None:
            return None
        case_id = _case_of(session, chat, incoming)
        last = conversations.latest(session, chat)
        language = conversations.language_of(last) if last is not None else "vi"
    return alike.find(desk, case_id, officer.id, language) if case_id is not None else None


def offer(turn: Turn, case_id: str) -> None:
    """Under a case that the officer has just taken: a button to those like it, where there are any."""
    case = turn.session.get_one(Case, int(case_id))
    found = turn.alike
    if turn.officer is None or found is None or case.holder_id != turn.officer.id:
        return
    if found.failed:
        turn.say_text("alike.unavailable", [turn.choice("officer_alike", case_id)])
    elif found.cases or found.answers:
        title = turn.text("alike.button", count=len(found.cases))
        told = turn.text("alike.found", number=case.number, cases=len(found.cases), answers=len(found.answers))
        turn.say(Utterance.plain(told, choices=[turn.choice("officer_alike", case_id, title=title)]), case_id=case.id)


def offer_reply(turn: Turn, case: Case) -> None:
    """Under a reply that has just been sent: a button to send it to the cases like it too."""
    choice = send_choice(turn, case)
    if choice is not None:
        turn.say_text("alike.same_reply", [choice], number=case.number)


def officer_alike(turn: Turn, case_id: str) -> None:
    """The cases like this one, and what others answered."""
    case = seen_case(turn, case_id)
    if case is None:
        return
    found = turn.alike or Alike(failed=True)
    if found.failed:
        turn.say_text("alike.unavailable", [turn.choice("officer_alike", case_id)])
        return
    title = Block("title", turn.text("alike.list_title", number=case.number))
    lines = tuple(_line(turn, one) for one in found.cases)
    listed = Block("list", label=turn.text("alike.list"), items=lines)
    answers = [
        Block(
            "field",
            shortened(one.answer, 400),
            label=turn.text("alike.answered_by", unit=one.unit, number=one.number),
        )
        for one in found.answers
    ]
    nothing = Block("paragraph", turn.text("alike.none"))
    apart = [
        turn.choice("officer_apart", f"{case.id}:{one.id}", title=turn.text("alike.apart", number=one.number))
        for one in found.cases
    ]
    send = send_choice(turn, case)
    blocks = (title, listed if lines else nothing, *answers)
    turn.say(Utterance(blocks, ((send, *apart) if send else tuple(apart)), case=case.number), case_id=case.id)


def officer_apart(turn: Turn, argument: str) -> None:
    """A suggestion was wrong: the two are not suggested with each other again."""
    officer = officer_of(turn)
    if officer is None:
        return
    first, second = (turn.session.get_one(Case, int(id_)) for id_ in argument.split(":"))
    try:
        alike.take_apart(turn.session, first, second, officer, turn.now)
    except permissions.CaseRefused as refused:
        turn.say_text(refused.reason, number=first.number)
        return
    if turn.alike is not None:
        kept = tuple(one for one in turn.alike.cases if one.id != second.id)
        turn.alike = replace(turn.alike, cases=kept)
    turn.say_text("page.desk.done_apart")
    officer_alike(turn, str(first.id))


def _line(turn: Turn, one: AlikeCase) -> str:
    held = f", {turn.text('page.desk.held_by', name=one.holder)}" if one.holder and not one.free else ""
    language = turn.text(f"page.alike.language_{one.language}")
    return f"{one.number} ({one.unit}, {language}{held}): {shortened(one.question, 120)}"


def _case_of(session: Session, chat: Chat, incoming: Incoming) -> int | None:
    """The case that an update is about, where its like are wanted."""
    if incoming.kind is Kind.BUTTON:
        button = session.get(Button, incoming.button)
        wanted = button is not None and button.act in LOOKS_FOR_ALIKE
        return int(button.argument.split(":")[0]) if button is not None and wanted else None
    if not incoming.reply_to:
        return None
    message = deliveries.message_known_as(session, chat, incoming.reply_to, incoming.reply_words)
    return message.case_id if message is not None else None
