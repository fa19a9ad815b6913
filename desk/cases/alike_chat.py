"""Similar cases in an officer's private chat: seeing them, taking one out, and sending a reply to all of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import alike, words
from desk.cases import service as cases
from desk.cases.alike import Alike, AlikeCase
from desk.cases.model import Case, CaseEntry, CaseState, EntryKind
from desk.cases.reply_many import Sent, Words, reply_to_many, resolve_many
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Button, Chat, Message
from desk.deliveries import service as deliveries
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people import service as people
from desk.people.model import Officer
from desk.speech import Block, Choice, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

#: Acts whose argument begins with the case for whose like is looked before the act's transaction.
LOOKS_FOR_ALIKE = ("officer_claim", "officer_alike", "officer_apart")
#: What the conversation awaits while the officer writes the text for the cases of the other language.
AWAITED = "alike_text"
AWAITED_FOR = dt.timedelta(minutes=10)
_MARKED = "marked"


@dataclass(frozen=True)
class Sending:
    """What a button of this work stands for: a reply, by its thread entry, and the cases that it is to go to.

    ``how``: "" leaves out cases of the other language, "marked" sends them the reply as it is; else the id of the
    message that holds the text for them.
    """

    case_id: int
    entry_id: int
    others: tuple[int, ...]
    how: str = ""

    @classmethod
    def parse(cls, argument: str) -> Sending:
        case_id, entry_id, others, how = argument.split(":")
        return cls(int(case_id), int(entry_id), tuple(int(id_) for id_ in others.split(",") if id_), how)

    def __str__(self) -> str:
        return f"{self.case_id}:{self.entry_id}:{','.join(map(str, self.others))}:{self.how}"


def look_ahead(desk: Desk, incoming: Incoming) -> Alike | None:
    """What is like the case that an officer's update is about; None where nobody needs to know."""
    if incoming.channel != "telegram" or incoming.kind not in (Kind.TEXT, Kind.BUTTON):
        return None
    with desk.store.reading() as session:
        officer = people.officer_of_telegram(session, incoming.user)
        chat = session.scalar(select(Chat).where(Chat.channel == incoming.channel, Chat.address == incoming.chat))
        if officer is None or chat is None:
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
    choice = _send_choice(turn, case)
    if choice is not None:
        turn.say_text("alike.same_reply", [choice], number=case.number)


def officer_alike(turn: Turn, case_id: str) -> None:
    """The cases like this one, and what others answered."""
    officer = _officer(turn)
    if officer is None:
        return
    case, found = turn.session.get_one(Case, int(case_id)), turn.alike or Alike(failed=True)
    if found.failed:
        turn.say_text("alike.unavailable", [turn.choice("officer_alike", case_id)])
        return
    title = Block("title", turn.text("alike.list_title", number=case.number))
    lines = tuple(_line(turn, one) for one in found.cases)
    listed = Block("list", label=turn.text("alike.list"), items=lines)
    answers = [
        Block(
            "field",
            words.shortened(one.answer, 400),
            label=turn.text("alike.answered_by", unit=one.unit, number=one.number),
        )
        for one in found.answers
    ]
    nothing = Block("paragraph", turn.text("alike.none"))
    apart = [
        turn.choice("officer_apart", f"{case.id}:{one.id}", title=turn.text("alike.apart", number=one.number))
        for one in found.cases
    ]
    send = _send_choice(turn, case)
    blocks = (title, listed if lines else nothing, *answers)
    turn.say(Utterance(blocks, ((send, *apart) if send else tuple(apart)), case=case.number), case_id=case.id)


def officer_apart(turn: Turn, argument: str) -> None:
    """A suggestion was wrong: the two are not suggested with each other again."""
    officer = _officer(turn)
    if officer is None:
        return
    first, second = (turn.session.get_one(Case, int(id_)) for id_ in argument.split(":"))
    try:
        alike.take_apart(turn.session, first, second, officer, turn.now)
    except cases.CaseRefused as refused:
        turn.say_text(refused.reason, number=first.number)
        return
    if turn.alike is not None:
        kept = tuple(one for one in turn.alike.cases if one.id != second.id)
        turn.alike = replace(turn.alike, cases=kept)
    turn.say_text("page.desk.done_apart")
    officer_alike(turn, str(first.id))


def officer_alike_send(turn: Turn, argument: str) -> None:
    """Before it is sent: the reply, who gets it, and a button to leave each of them out."""
    if _officer(turn) is None:
        return
    sending = Sending.parse(argument)
    conversations.awaits(turn.conversation, None)
    case, entry = turn.session.get_one(Case, sending.case_id), turn.session.get_one(CaseEntry, sending.entry_id)
    chosen = [turn.session.get_one(Case, id_) for id_ in sending.others]
    own = conversations.language_of(case.conversation)
    foreign = [one for one in chosen if conversations.language_of(one.conversation) != own]
    getting = [one for one in chosen if sending.how or one not in foreign]
    blocks = [
        Block("title", turn.text("alike.confirm", count=len(getting))),
        Block("paragraph", words.shortened(entry.text or "", 600)),
    ]
    if getting:
        lines = tuple(f"{one.number}: {words.shortened(one.question)}" for one in getting)
        blocks.append(Block("list", label=turn.text("alike.list"), items=lines))
    if foreign:
        name = "not_yet" if not sending.how else "as_it_is" if sending.how == _MARKED else "with_text"
        numbers = ", ".join(str(one.number) for one in foreign)
        blocks.append(Block("note", turn.text(f"alike.{name}_{_other(own)}", numbers=numbers)))
    turn.say(Utterance(tuple(blocks), tuple(_ways_on(turn, sending, chosen, getting, foreign, own)), case=case.number))


def officer_alike_write(turn: Turn, argument: str) -> None:
    """The officer's next text is the reply for the cases of the other language."""
    if _officer(turn) is None:
        return
    sending = Sending.parse(argument)
    case = turn.session.get_one(Case, sending.case_id)
    conversations.awaits(turn.conversation, AWAITED, argument, turn.now + AWAITED_FOR)
    other = _other(conversations.language_of(case.conversation))
    turn.say_text(f"alike.write_{other}", [turn.choice("officer_alike_send", argument, title=turn.text("alike.back"))])


def officer_text(turn: Turn) -> None:
    """The text for the cases of the other language has come: everything is shown once more before it is sent."""
    if _officer(turn) is None:
        return
    sending = Sending.parse(turn.conversation.awaiting_argument or "")
    officer_alike_send(turn, str(replace(sending, how=turn.message.id)))


def officer_alike_confirm(turn: Turn, argument: str) -> None:
    """Send it; a second tap sends nothing twice."""
    officer = _officer(turn)
    if officer is None:
        return
    sending = Sending.parse(argument)
    case, entry = turn.session.get_one(Case, sending.case_id), turn.session.get_one(CaseEntry, sending.entry_id)
    own = conversations.language_of(case.conversation)
    texts: dict[Language, str] = {own: entry.text or ""}
    if sending.how and sending.how != _MARKED:
        texts[_other(own)] = turn.session.scalars(select(Message.text).where(Message.id == sending.how)).one()
    chosen = [turn.session.get_one(Case, id_) for id_ in sending.others]
    getting = [one for one in chosen if sending.how or conversations.language_of(one.conversation) == own]
    said = Words(own, texts, marked=sending.how == _MARKED)
    try:
        sent = reply_to_many(turn.desk, turn.session, case, officer, getting, said, seen=entry.id - 1)
    except cases.CaseRefused as refused:
        turn.say_text(refused.reason, number=case.number)
        return
    _report(turn, case, chosen, sent)


def officer_alike_resolve(turn: Turn, argument: str) -> None:
    """Close all that got the reply, each for itself."""
    officer = _officer(turn)
    if officer is None:
        return
    settled = [turn.session.get_one(Case, int(id_)) for id_ in argument.split(",")]
    numbers = resolve_many(turn.desk, turn.session, officer, settled)
    turn.say_text("alike.resolved" if numbers else "alike.nothing_to_resolve", numbers=", ".join(numbers))


def _report(turn: Turn, case: Case, chosen: list[Case], sent: Sent) -> None:
    others = [number for number in sent.numbers if number != case.number]
    blocks = [Block("paragraph", turn.text("alike.sent", count=len(others), numbers=", ".join(others) or "–"))]
    if sent.left_out:
        items = tuple(turn.text(one.reason, number=one.number) for one in sent.left_out)
        blocks.append(Block("list", label=turn.text("page.alike.left_out"), items=items))
    ids = [str(one.id) for one in (case, *chosen) if one.number in sent.numbers]
    choices = (turn.choice("officer_alike_resolve", ",".join(ids)),) if others else ()
    turn.say(Utterance(tuple(blocks), choices))


def _ways_on(
    turn: Turn, sending: Sending, chosen: list[Case], getting: list[Case], foreign: list[Case], own: Language
) -> list[Choice]:
    choices = []
    if getting:
        title = turn.text("alike.send", count=len(getting))
        choices.append(turn.choice("officer_alike_confirm", str(sending), title=title))
    if foreign:
        choices.append(
            turn.choice("officer_alike_write", str(sending), title=turn.text(f"alike.write_button_{_other(own)}"))
        )
        if sending.how != _MARKED:
            marked = str(replace(sending, how=_MARKED))
            title = turn.text(f"alike.marked_button_{_other(own)}")
            choices.append(turn.choice("officer_alike_send", marked, title=title))
    if len(chosen) > 1:
        choices += [
            turn.choice(
                "officer_alike_send",
                str(replace(sending, others=tuple(id_ for id_ in sending.others if id_ != one.id))),
                title=turn.text("alike.leave_out", number=one.number),
            )
            for one in chosen
        ]
    return choices


def _send_choice(turn: Turn, case: Case) -> Choice | None:
    """The button that begins sending the last reply to the others; None where there is no reply or nobody to get it."""
    if turn.officer is None or case.holder_id != turn.officer.id or case.state is not CaseState.ANSWERED:
        return None
    free = tuple(one.id for one in (turn.alike or Alike()).cases if one.free)
    entry = next(entry for entry in reversed(case.entries) if entry.kind == EntryKind.REPLIED)
    return turn.choice("officer_alike_send", str(Sending(case.id, entry.id, free))) if free else None


def _line(turn: Turn, one: AlikeCase) -> str:
    held = f", {turn.text('page.desk.held_by', name=one.holder)}" if one.holder and not one.free else ""
    language = turn.text(f"page.alike.language_{one.language}")
    return f"{one.number} ({one.unit}, {language}{held}): {words.shortened(one.question, 120)}"


def _case_of(session: Session, chat: Chat, incoming: Incoming) -> int | None:
    """The case that an update is about, where its like are wanted."""
    if incoming.kind is Kind.BUTTON:
        button = session.get(Button, incoming.button)
        wanted = button is not None and button.act in LOOKS_FOR_ALIKE
        return int(button.argument.split(":")[0]) if button is not None and wanted else None
    message = deliveries.message_known_as(session, chat, incoming.reply_to) if incoming.reply_to else None
    return message.case_id if message is not None else None


def _other(language: Language) -> Language:
    return "en" if language == "vi" else "vi"


def _officer(turn: Turn) -> Officer | None:
    if turn.officer is None:
        turn.say_text("officer.only_officers")
    return turn.officer
