"""What the person is told of their case: officers' words in the person's own chat, and moves to another unit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from desk.attachments import service as attachments
from desk.attachments import words as files_in_words
from desk.attachments.model import Attachment
from desk.cases.model import Case
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.desk import Desk
from desk.guidance.record import Language
from desk.speech import Block, Utterance
from desk.units import service as units
from desk.units.model import Unit, UnitKind


def reply(
    desk: Desk,
    session: Session,
    case: Case,
    text: str,
    files: Sequence[Attachment] = (),
    note: str | None = None,
) -> Message:
    """An officer's answer, word for word under its heading, with its files; ``text`` may be empty then.

    ``note`` is what the desk says about it, between heading and answer.
    """
    files = attachments.for_new_message(session, files, desk.now())
    words = (*([Block("note", note)] if note else []), *([Block("paragraph", text)] if text else []))
    listed = files_in_words.blocks_of(files, _language(case))
    message = _officer_says(desk, session, case, "case.reply_title", *words, *listed)
    attachments.hang(session, files, message)
    return message


def named_by_files(desk: Desk, case: Case, files: Sequence[Attachment]) -> str:
    """What stands in the thread for a reply that has only files; nothing where there are none."""
    return files_in_words.only_files(desk.texts, files, _language(case)) if files else ""


def question(desk: Desk, session: Session, case: Case, text: str) -> Message:
    """An officer's question to the person, with how to answer it."""
    how = desk.texts.say("case.how_to_answer", _language(case))
    message = _officer_says(desk, session, case, "case.asked_title", Block("paragraph", text), Block("note", how))
    _await_no_comment(desk, session, case)
    return message


def moved(desk: Desk, session: Session, case: Case, was: Unit) -> None:
    """Tell that another unit answers now; teams of one office are the same to the person."""
    before, after = _seen_from_outside(session, was), _seen_from_outside(session, case.unit)
    if before.id == after.id:
        return
    language = _language(case)
    text = desk.texts.say("case.moved", language, number=case.number, unit=after.name(language))
    told = Utterance.plain(text, case=case.number)
    conversations.say(session, case.conversation, told, desk.now(), case_id=case.id)


def _officer_says(desk: Desk, session: Session, case: Case, heading: str, *blocks: Block) -> Message:
    title = Block("title", desk.texts.say(heading, _language(case), number=case.number))
    utterance = Utterance((title, *blocks), case=case.number)
    message = conversations.say(session, case.conversation, utterance, desk.now(), author="officer", case_id=case.id)
    # From here on it is asked again what a text is about, so that the assistant does not talk over the officer.
    case.conversation.beside_case = False
    last = conversations.latest(session, case.conversation.chat)
    if last is not None:
        last.beside_case = False
    return message


def _await_no_comment(desk: Desk, session: Session, case: Case) -> None:
    """What the person writes next answers the officer, not a request for a rating that came before."""
    last = conversations.latest(session, case.conversation.chat)
    if conversations.is_awaiting(last, "rating_comment", desk.now()) and last is not None:
        conversations.awaits(last, None)


def _seen_from_outside(session: Session, unit: Unit) -> Unit:
    """The unit by whose name an enterprise knows it: a team's office."""
    chain = units.chain(session, unit)
    return next((above for above in chain if above.kind != UnitKind.TEAM), unit)


def _language(case: Case) -> Language:
    return conversations.language_of(case.conversation)
