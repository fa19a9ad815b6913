"""Sending one reply to many from an officer's private chat: the list of receivers first, then the second tap."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from desk.attachments.model import Attachment
from desk.cases import permissions
from desk.cases.alike.reply_many import Sent, Words, reply_to_many, resolve_many
from desk.cases.alike.search import Alike
from desk.cases.model import Case, CaseEntry, CaseState, EntryKind
from desk.cases.officers_chat.turn import officer_of
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.guidance.record import Language
from desk.shortening import shortened
from desk.speech import Block, Choice, Utterance

if TYPE_CHECKING:
    from desk.conversations.turn import Turn

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


def officer_alike_send(turn: Turn, argument: str) -> None:
    """Before it is sent: the reply, who gets it, and a button to leave each of them out."""
    if officer_of(turn) is None:
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
        Block("paragraph", shortened(entry.text or "", 600)),
    ]
    if getting:
        lines = tuple(f"{one.number}: {shortened(one.question)}" for one in getting)
        blocks.append(Block("list", label=turn.text("alike.list"), items=lines))
    if foreign:
        name = "not_yet" if not sending.how else "as_it_is" if sending.how == _MARKED else "with_text"
        numbers = ", ".join(str(one.number) for one in foreign)
        blocks.append(Block("note", turn.text(f"alike.{name}_{_other(own)}", numbers=numbers)))
    turn.say(Utterance(tuple(blocks), tuple(_ways_on(turn, sending, chosen, getting, foreign, own)), case=case.number))


def officer_alike_write(turn: Turn, argument: str) -> None:
    """The officer's next text is the reply for the cases of the other language."""
    if officer_of(turn) is None:
        return
    sending = Sending.parse(argument)
    case = turn.session.get_one(Case, sending.case_id)
    conversations.awaits(turn.conversation, AWAITED, argument, turn.now + AWAITED_FOR)
    other = _other(conversations.language_of(case.conversation))
    turn.say_text(f"alike.write_{other}", [turn.choice("officer_alike_send", argument, title=turn.text("alike.back"))])


def take_text(turn: Turn, argument: str) -> None:
    """The text for the cases of the other language has come: everything is shown once more before it is sent."""
    if officer_of(turn) is None:
        return
    officer_alike_send(turn, str(replace(Sending.parse(argument), how=turn.message.id)))


def officer_alike_confirm(turn: Turn, argument: str) -> None:
    """Send it; a second tap sends nothing twice."""
    officer = officer_of(turn)
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
    except permissions.CaseRefused as refused:
        turn.say_text(refused.reason, number=case.number)
        return
    _report(turn, case, chosen, sent)


def officer_alike_resolve(turn: Turn, argument: str) -> None:
    """Close all that got the reply, each for itself."""
    officer = officer_of(turn)
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


def send_choice(turn: Turn, case: Case) -> Choice | None:
    """The button that begins sending the last reply to the others; None where there is no reply or nobody to get it.

    A reply that came with files is none for others: they would get words that speak of what is not there.
    """
    if turn.officer is None or case.holder_id != turn.officer.id or case.state is not CaseState.ANSWERED:
        return None
    free = tuple(one.id for one in (turn.alike or Alike()).cases if one.free)
    entry = next(entry for entry in reversed(case.entries) if entry.kind == EntryKind.REPLIED)
    has_files = select(Attachment.id).where(Attachment.message_order == entry.message_order).limit(1)
    if not free or turn.session.scalar(has_files) is not None:
        return None
    return turn.choice("officer_alike_send", str(Sending(case.id, entry.id, free)))


def _other(language: Language) -> Language:
    return "en" if language == "vi" else "vi"
