"""What officers are told of a case in their private chats: it came to them, was taken from them, waits for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from desk.attachments import service as attachments
from desk.attachments.model import Attachment
from desk.cases import words
from desk.cases.model import Case
from desk.cases.officers import case_files
from desk.cases.permissions import CASE_ROLES
from desk.conversations import service as conversations
from desk.conversations.model import Chat, Message
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer, OfficerLink
from desk.people.service import chats_on_duty
from desk.people.telegram_link import officer_in_chat
from desk.speech import Block, Utterance


def say_in_chat(
    desk: Desk, session: Session, chat_id: str, case: Case | None, say: Callable[[Language], Utterance]
) -> Message:
    """Put what ``say`` says in the language of an officer's chat on its way there; a reply to it is one to the case."""
    conversation = conversations.current(session, session.get_one(Chat, chat_id), "", desk.now())
    utterance = say(conversations.language_of(conversation))
    return conversations.say(session, conversation, utterance, desk.now(), case_id=case.id if case else None)


def put_before(desk: Desk, session: Session, case: Case) -> None:
    """Put a case that waits before the officers of its unit who are on duty."""

    def say(language: Language) -> Utterance:
        return case_files.listed(desk, session, case, words.for_officer(desk, case, language), language)

    for chat_id in chats_on_duty(session, case.unit, CASE_ROLES):
        say_in_chat(desk, session, chat_id, case, say)


def tell(
    desk: Desk,
    session: Session,
    officer: Officer,
    case: Case | None,
    say: Callable[[Language], Utterance],
    files: Sequence[Attachment] = (),
) -> bool:
    """Put what ``say`` says in the officer's language, and copies of files, into their linked chat.

    False where there is none.
    """
    link = session.get(OfficerLink, officer.id)
    if link is None or not officer.active:
        return False
    message = say_in_chat(desk, session, link.chat_id, case, say)
    attachments.hang(session, attachments.copies(session, files, desk.now()), message)
    return True


def tell_about(
    desk: Desk,
    session: Session,
    officer: Officer,
    case: Case,
    name: str,
    text: str = "",
    files: Sequence[Attachment] = (),
    /,
    **values: object,
) -> bool:
    """The sentence of this name, somebody's words where there are some, and the case with what may be done with it."""

    def say(language: Language) -> Utterance:
        shown = words.for_officer(desk, case, language, officer)
        note = Block("paragraph", desk.texts.say(name, language, number=case.number, **values))
        said = (Block("paragraph", text),) if text else ()
        notice = Utterance((note, *said, *shown.blocks), shown.choices, case=case.number)
        return case_files.listed(desk, session, case, notice, language)

    return tell(desk, session, officer, case, say, files)


def transferred(desk: Desk, session: Session, case: Case, by: Officer, reason: str, colleague: Officer | None) -> None:
    """Tell those on duty in the case's new unit, and the colleague into whose hands it was given."""
    told = {by.id}
    if colleague is not None:
        tell_about(desk, session, colleague, case, "officer.transferred_to_you", reason, name=by.name)
        told.add(colleague.id)
    for chat_id in chats_on_duty(session, case.unit, CASE_ROLES):
        officer = officer_in_chat(session, chat_id)
        if officer is not None and officer.id not in told:
            tell_about(desk, session, officer, case, "officer.transferred_here", reason, name=by.name)


def taken_over(desk: Desk, session: Session, case: Case, by: Officer, held: Officer) -> None:
    """Tell the officer from whose hands a head took the case."""
    tell_about(desk, session, held, case, "officer.taken_from_you", name=by.name)
