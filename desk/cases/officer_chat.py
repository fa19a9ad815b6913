"""An officer's work in a private chat: the waiting cases, and buttons and replies under them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desk.cases import officer_desk, queries, words
from desk.cases import service as cases
from desk.cases.model import Case, CaseState
from desk.conversations import service as conversations
from desk.conversations.model import Chat
from desk.deliveries.model import DeliveryState
from desk.desk import Desk
from desk.people.model import Officer, OfficerLink
from desk.speech import Block, Choice, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

LISTED = 10
MESSAGES_SHOWN = 12


def officer_waiting(turn: Turn, _argument: str = "") -> None:
    """The cases that wait for somebody, and those that this officer holds."""
    officer = _officer(turn)
    if officer is None:
        return
    held = queries.held_by(turn.session, officer)
    waiting = queries.in_state(turn.session, CaseState.WAITING, of=officer)
    if not held and not waiting:
        turn.say_text("officer.nothing_waits")
        return
    choices = [
        Choice(
            "officer_show",
            turn.text(
                "officer.case_button",
                number=case.number,
                state=turn.text(f"case.state.{case.state}"),
                question=words.shortened(case.question, 40),
            ),
            str(case.id),
        )
        for case in [*held, *waiting][:LISTED]
    ]
    turn.say(Utterance.plain(turn.text("officer.cases", held=len(held), waiting=len(waiting)), choices=choices))


def officer_show(turn: Turn, case_id: str) -> None:
    case = _seen_case(turn, case_id)
    if case is not None:
        turn.say(words.for_officer(turn.desk, case, turn.language), case_id=case.id)


def officer_claim(turn: Turn, case_id: str) -> None:
    _act(turn, case_id, officer_desk.claim, "officer.claimed")


def officer_return(turn: Turn, case_id: str) -> None:
    _act(turn, case_id, officer_desk.give_back, "officer.returned")


def officer_resolve(turn: Turn, case_id: str) -> None:
    _act(turn, case_id, officer_desk.resolve, "officer.resolved")


def officer_conversation(turn: Turn, case_id: str) -> None:
    """The last messages of the conversation behind the case."""
    case = _seen_case(turn, case_id)
    if case is None:
        return
    states = officer_desk.deliveries_of(turn.session, case)
    lines = []
    for message in officer_desk.conversation_of(turn.session, case)[-MESSAGES_SHOWN:]:
        who = turn.text(f"author.{message.author}")
        delivery = states.get(message.order_no)
        state = f" [{turn.text(f'delivery.{shown_state(delivery.state)}')}]" if delivery else ""
        lines.append(f"{who}{state}: {words.shortened(message.text, 300)}")
    label = turn.text("officer.conversation", number=case.number)
    turn.say(Utterance((Block("list", label=label, items=tuple(lines)),)), case_id=case.id)


def officer_replied(turn: Turn, case: Case) -> None:
    """The officer answered a case message with Telegram's reply: the text goes to the person."""
    _act(turn, str(case.id), lambda d, s, c, o: officer_desk.reply(d, s, c, o, turn.incoming.text), "officer.sent")


def tell_holder(desk: Desk, session: Session, case: Case, text: str) -> None:
    """Tell the officer who holds a case that the person wrote again; the case page shows it in any case."""
    if case.holder is None:
        return
    link = session.get(OfficerLink, case.holder.id)
    if link is None:
        return
    conversation = conversations.current(session, session.get_one(Chat, link.chat_id), "", desk.now())
    language = conversations.language_of(conversation)
    heading = desk.texts.say("officer.person_wrote", language, number=case.number)
    conversations.say(
        session,
        conversation,
        Utterance((Block("title", heading), Block("paragraph", text)), case=case.number),
        desk.now(),
        case_id=case.id,
    )


def shown_state(state: str) -> str:
    """The state of a delivery as an officer reads it: sent on its way is not yet a state of its own."""
    return "waiting" if state in (DeliveryState.CREATED, DeliveryState.SENDING, "temporary_failure") else state


def _act(turn: Turn, case_id: str, act: Callable[[Desk, Session, Case, Officer], object], done: str) -> None:
    officer = _officer(turn)
    if officer is None:
        return
    case = turn.session.get_one(Case, int(case_id))
    try:
        act(turn.desk, turn.session, case, officer)
    except cases.CaseRefused as refused:
        turn.say(Utterance.plain(turn.text(refused.reason, number=case.number)), case_id=case.id)
        return
    turn.say(Utterance.plain(turn.text(done, number=case.number), case=case.number), case_id=case.id)


def _seen_case(turn: Turn, case_id: str) -> Case | None:
    """The case, for an officer who may see it; a button may be older than a transfer to another unit."""
    officer = _officer(turn)
    if officer is None:
        return None
    case = turn.session.get_one(Case, int(case_id))
    if not cases.may_work_on(case, officer):
        turn.say_text("officer.not_your_unit", number=case.number)
        return None
    return case


def _officer(turn: Turn) -> Officer | None:
    """The linked officer; anybody else who got hold of an officer's button or command is told so."""
    if turn.officer is None:
        turn.say_text("officer.only_officers")
    return turn.officer
