"""An officer's acts on a case in a private chat: buttons that act at once, and replies to the case's messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from desk.attachments import forgetting
from desk.attachments import service as attachments
from desk.attachments import words as files_in_words
from desk.attachments.model import Attachment
from desk.attachments.service import FileRefused
from desk.cases import permissions, words
from desk.cases.alike import chat as alike_chat
from desk.cases.model import Case
from desk.cases.officers import case_files
from desk.cases.officers import desk as officer_desk
from desk.cases.officers import notices as officer_notices
from desk.cases.officers_chat.turn import officer_of, seen_case
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.conversations.routing import readable
from desk.deliveries.model import ON_THE_WAY
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people import service as people
from desk.people.model import Officer
from desk.speech import Block, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

#: What an act on a case returns beside itself: the name of the text that says it is done.
Act = Callable[[Desk, Session, Case, Officer], str]


def officer_show(turn: Turn, case_id: str) -> None:
    case = seen_case(turn, case_id)
    if case is not None:
        shown = words.for_officer(turn.desk, case, turn.language, turn.officer)
        turn.say(case_files.listed(turn.desk, turn.session, case, shown, turn.language), case_id=case.id)


def officer_claim(turn: Turn, case_id: str) -> None:
    carry_out(turn, case_id, then(officer_desk.claim, "officer.claimed"))
    alike_chat.offer(turn, case_id)


def officer_resolve(turn: Turn, case_id: str) -> None:
    carry_out(turn, case_id, then(officer_desk.resolve, "officer.resolved"))


def officer_take_over(turn: Turn, case_id: str) -> None:
    carry_out(turn, case_id, then(officer_desk.take_over, "officer.taken_over"))


def officer_sign(turn: Turn, case_id: str) -> None:
    carry_out(turn, case_id, then(officer_desk.sign, "officer.signed"))


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

    def send(desk: Desk, session: Session, case: Case, officer: Officer) -> str:
        message = officer_desk.reply(desk, session, case, officer, incoming.text, files)
        forgetting.drop(session, files)  # the reply, or its draft, has them now
        return sent_or_drafted(message)

    carry_out(turn, str(case.id), send, once=bool(files) and not readable(incoming.text))
    alike_chat.offer_reply(turn, case)


def sent_or_drafted(message: Message | None) -> str:
    """What an officer is told after a reply."""
    return "officer.sent" if message is not None else "officer.drafted"


def duty(turn: Turn) -> None:
    """Whether the officer is told of new cases, with the button that changes it."""
    officer = officer_of(turn)
    if officer is not None:
        now, other = ("on_duty", "off") if officer.on_duty else ("off_duty", "on")
        turn.say_text(
            f"officer.{now}", [turn.choice("officer_duty", other, title=turn.text(f"officer.go_{other}_duty"))]
        )


def officer_duty(turn: Turn, wanted: str) -> None:
    officer = officer_of(turn)
    if officer is not None:
        people.set_duty(turn.session, officer, wanted == "on", by=officer.actor, at=turn.now)
        duty(turn)


def tell_holder(desk: Desk, session: Session, case: Case, text: str, files: Sequence[Attachment] = ()) -> None:
    """Tell the officer who holds a case that the person wrote again; the case page shows it in any case."""
    if case.holder is None:
        return
    number, holder = case.number, case.holder

    def say(language: Language) -> Utterance:
        heading = Block("title", desk.texts.say("officer.person_wrote", language, number=number))
        choices = words.choices_for(desk, case, language, holder)
        notice = Utterance((heading, Block("paragraph", text)), choices, case=number)
        if not files:
            return notice
        orders = {file.message_order for file in files}
        which = f"{case.id}:{orders.pop() if len(orders) == 1 else 0}"
        return case_files.with_button(desk, notice, files, language, which)

    officer_notices.tell(desk, session, holder, case, say)


def shown_state(state: str) -> str:
    """The state of a delivery as an officer reads it: all that is on the way is waiting."""
    return "waiting" if state in ON_THE_WAY else state


def then(act: Callable[[Desk, Session, Case, Officer], object], done: str) -> Act:
    """The act as a door carries it out: with the name of the text that says it is done."""

    def acted(desk: Desk, session: Session, case: Case, officer: Officer) -> str:
        act(desk, session, case, officer)
        return done

    return acted


def carry_out(turn: Turn, case_id: str, act: Act, *, once: bool = False) -> bool:
    """Do it and say so, with what can be done next; what the desk refuses is said. Returns whether it was done.

    ``once``: it is not said again right after, as for the photos of an album.
    """
    officer = officer_of(turn)
    if officer is None:
        return False
    case = turn.session.get_one(Case, int(case_id))
    try:
        done = act(turn.desk, turn.session, case, officer)
    except permissions.CaseRefused as refused:
        turn.say(Utterance.plain(turn.text(refused.reason, number=case.number)), case_id=case.id)
        return False
    told, since = turn.text(done, number=case.number), turn.now - attachments.TOGETHER
    if once and conversations.said_lately(turn.session, turn.conversation, told, since):
        return True
    said = Utterance.plain(
        told,
        choices=words.choices_for(turn.desk, case, turn.language, officer),
        case=case.number,
    )
    turn.say(said, case_id=case.id)
    return True
