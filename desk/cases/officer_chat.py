"""An officer's work in a private chat: the waiting cases, and buttons and replies under them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desk.attachments import forgetting
from desk.attachments import service as attachments
from desk.attachments import words as files_in_words
from desk.attachments.model import Attachment
from desk.attachments.service import FileRefused
from desk.cases import alike_chat, officer_desk, queries, words
from desk.cases import service as cases
from desk.cases.model import Case, CaseState
from desk.conversations import service as conversations
from desk.conversations.model import Chat
from desk.conversations.routing import readable
from desk.deliveries.model import DeliveryState
from desk.desk import Desk
from desk.guidance.record import Language
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
        shown = words.for_officer(turn.desk, case, turn.language)
        turn.say(with_files(turn.desk, turn.session, case, shown, turn.language), case_id=case.id)


def officer_claim(turn: Turn, case_id: str) -> None:
    _act(turn, case_id, officer_desk.claim, "officer.claimed")
    alike_chat.offer(turn, case_id)


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
    """The officer answered a case message with Telegram's reply: the text and the file go to the person."""
    incoming = turn.incoming
    if incoming.refused:
        # Words that speak of a file which did not come would only puzzle the person.
        refused = FileRefused(incoming.refused, incoming.refused_name)
        why = files_in_words.refusal(turn.desk.texts, turn.desk.rules.files, refused, turn.language)
        turn.say(Utterance.plain(why, turn.text("files.nothing_sent", number=case.number)), case_id=case.id)
        return
    files = attachments.of_message(turn.session, turn.message)

    def send(desk: Desk, session: Session, case: Case, officer: Officer) -> None:
        officer_desk.reply(desk, session, case, officer, incoming.text, files)
        forgetting.drop(session, files)  # the reply has them now

    _act(turn, str(case.id), send, "officer.sent", once=bool(files) and not readable(incoming.text))
    alike_chat.offer_reply(turn, case)


def with_files(desk: Desk, session: Session, case: Case, notice: Utterance, language: Language) -> Utterance:
    """A notice of a case with its files listed, and the button that sends them; the same where it has none."""
    files = attachments.of_case(session, case)
    return _listing(desk, notice, files, language, f"{case.id}:0") if files else notice


def _listing(desk: Desk, notice: Utterance, files: Sequence[Attachment], language: Language, which: str) -> Utterance:
    choice = Choice("officer_files", desk.texts.say("button.officer_files", language), which)
    blocks = (*notice.blocks, *files_in_words.blocks_of(files, language))
    return replace(notice, blocks=blocks, choices=(*notice.choices, choice))


def tell_holder(desk: Desk, session: Session, case: Case, text: str, files: Sequence[Attachment] = ()) -> None:
    """Tell the officer who holds a case that the person wrote again; the case page shows it in any case."""
    if case.holder is None:
        return
    link = session.get(OfficerLink, case.holder.id)
    if link is None:
        return
    conversation = conversations.current(session, session.get_one(Chat, link.chat_id), "", desk.now())
    language = conversations.language_of(conversation)
    heading = desk.texts.say("officer.person_wrote", language, number=case.number)
    notice = Utterance((Block("title", heading), Block("paragraph", text)), case=case.number)
    if files:
        orders = {file.message_order for file in files}
        which = f"{case.id}:{orders.pop() if len(orders) == 1 else 0}"
        notice = _listing(desk, notice, files, language, which)
    conversations.say(session, conversation, notice, desk.now(), case_id=case.id)


def shown_state(state: str) -> str:
    """The state of a delivery as an officer reads it: sent on its way is not yet a state of its own."""
    return "waiting" if state in (DeliveryState.CREATED, DeliveryState.SENDING, "temporary_failure") else state


def _act(
    turn: Turn, case_id: str, act: Callable[[Desk, Session, Case, Officer], object], done: str, *, once: bool = False
) -> None:
    """Act on a case and say what came of it; ``once``: not again right after, as for the photos of an album."""
    officer = _officer(turn)
    if officer is None:
        return
    case = turn.session.get_one(Case, int(case_id))
    try:
        act(turn.desk, turn.session, case, officer)
    except cases.CaseRefused as refused:
        turn.say(Utterance.plain(turn.text(refused.reason, number=case.number)), case_id=case.id)
        return
    told, since = turn.text(done, number=case.number), turn.now - attachments.TOGETHER
    if not once or not conversations.said_lately(turn.session, turn.conversation, told, since):
        turn.say(Utterance.plain(told, case=case.number), case_id=case.id)


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
