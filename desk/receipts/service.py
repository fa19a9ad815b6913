"""What a receipt tells: the question, the answer as it was shown, by which law, and whether it still holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from desk import one_time
from desk.answering.cite import Cite
from desk.conversations.model import Conversation, Person
from desk.desk import Desk
from desk.enquiries.model import Enquiry
from desk.guidance import versions
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.privacy.known_names import masked_words
from desk.receipts import codes
from desk.receipts.model import Receipt, ReceiptMiss
from desk.receipts.standing import Standing, State, standing_of
from desk.speech import Block

#: Right codes that belong to nothing, from one place within an hour: a slip of the finger nearly never makes one.
MISSES_AN_HOUR = 10
UNKNOWN = "receipt.unknown"
_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class ReceiptRefused(Exception):
    """No receipt can be shown; ``reason`` names a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Given:
    """An answer as its receipt tells it, in the language of the answer.

    ``question`` is empty where the person's words were forgotten; ``is_masked``: what tells who asked was taken out.
    ``as_shown`` is False of an answer from before there were receipts, whose text is put together from its version.
    ``text_today`` is what the entry says today where that is another text; empty where it says nothing else.
    ``law_today`` are the lines of the legal basis whose state is another today than on the asked day.
    """

    code: str
    question: str
    is_masked: bool
    language: Language
    given_at: dt.datetime
    as_of: dt.date
    entry: str
    version: int
    title: str
    blocks: tuple[Block, ...]
    as_shown: bool
    text_today: tuple[Block, ...]
    law: tuple[str, ...]
    law_today: tuple[str, ...]
    standing: Standing
    enquiry_id: str
    is_own: bool

    @property
    def grouped(self) -> str:
        return codes.grouped(self.code)


def typed_code(typed: str) -> str:
    """The code that was typed; raises ReceiptRefused that says what is wrong with it."""
    try:
        return codes.read(typed)
    except codes.NotACode as wrong:
        raise ReceiptRefused("receipt.check_wrong" if wrong.has_the_form else "receipt.no_code") from wrong


def for_staff(desk: Desk, session: Session, typed: str) -> Given:
    """The receipt with the question as it was typed, for whoever works here; raises ReceiptRefused."""
    receipt = session.get(Receipt, typed_code(typed))
    if receipt is None:
        raise ReceiptRefused(UNKNOWN)
    return _told(desk, session, receipt, is_staff=True)


def for_person(desk: Desk, session: Session, typed: str, person: Person | None, source: str) -> Given:
    """The receipt for whoever has its code; the question is told as it was typed only to who asked it.

    ``source`` is where the code comes from: a chat or an address. Whoever asked for too many codes that do not exist
    sees only their own for an hour: note each ``receipt.unknown`` with ``note_miss``. Raises ReceiptRefused.
    """
    receipt = session.get(Receipt, typed_code(typed))
    is_own = receipt is not None and person is not None and _asker(session, receipt).id == person.id
    if not is_own:
        _must_not_guess(session, one_time.digest(source), desk.now())
    if receipt is None:
        raise ReceiptRefused(UNKNOWN)
    return _told(desk, session, receipt, is_own=is_own)


def note_miss(session: Session, source: str, at: dt.datetime) -> None:
    """Count that a code was asked for from here that no answer has."""
    session.execute(delete(ReceiptMiss).where(ReceiptMiss.at < at - _DAY))
    session.add(ReceiptMiss(source=one_time.digest(source), at=at))
    session.flush()


def codes_of(session: Session, message_id: str) -> list[str]:
    """The codes of the answers to a message, as people read them, in their order."""
    query = select(Receipt.code).join(Enquiry, Enquiry.id == Receipt.enquiry_id).where(Enquiry.message_id == message_id)
    return [codes.grouped(code) for code in session.scalars(query.order_by(Enquiry.position))]


def _must_not_guess(session: Session, source: str, now: dt.datetime) -> None:
    missed = select(func.count()).select_from(ReceiptMiss)
    if (
        session.scalar(missed.where(ReceiptMiss.source == source, ReceiptMiss.at > now - _HOUR)) or 0
    ) >= MISSES_AN_HOUR:
        raise ReceiptRefused("receipt.too_many")


def _asker(session: Session, receipt: Receipt) -> Person:
    enquiry = session.get_one(Enquiry, receipt.enquiry_id)
    return session.get_one(Conversation, enquiry.conversation_id).chat.person


def _told(desk: Desk, session: Session, receipt: Receipt, *, is_own: bool = False, is_staff: bool = False) -> Given:
    enquiry = session.get_one(Enquiry, receipt.enquiry_id)
    entry, number = enquiry.entry or "", enquiry.version or 0
    version = session.get_one(GuidanceVersion, (entry, number))
    language: Language = "en" if enquiry.language == "en" else "vi"
    sees_words = is_own or is_staff
    law = _law(desk, version, language, enquiry.as_of)
    now = _law(desk, version, language, desk.today())
    standing = standing_of(versions.all_of(session, entry), number, asked=enquiry.as_of, today=desk.today())
    return Given(
        code=receipt.code,
        question=enquiry.text if sees_words else _masked(desk, session, enquiry, language),
        is_masked=not sees_words,
        language=language,
        given_at=enquiry.asked_at,
        as_of=enquiry.as_of,
        entry=entry,
        version=number,
        title=version.record.title[language],
        blocks=_blocks(desk, session, receipt, enquiry, version, language),
        as_shown=receipt.shown is not None,
        text_today=_today(desk, session, entry, language) if standing.state is not State.HOLDS else (),
        law=law,
        law_today=tuple(line for line, before in zip(now, law, strict=True) if line != before),
        standing=standing,
        enquiry_id=enquiry.id,
        is_own=is_own,
    )


def _masked(desk: Desk, session: Session, enquiry: Enquiry, language: Language) -> str:
    asker = session.get_one(Conversation, enquiry.conversation_id).chat.person_id
    return masked_words(desk.texts, session, enquiry.text, asker, language)


def _law(desk: Desk, version: GuidanceVersion, language: Language, day: dt.date) -> tuple[str, ...]:
    return Cite(desk.texts, desk.instruments).legal_basis(version.record, language, day).items


def _blocks(
    desk: Desk, session: Session, receipt: Receipt, enquiry: Enquiry, version: GuidanceVersion, language: Language
) -> tuple[Block, ...]:
    if receipt.shown is not None:
        return tuple(Block(**{**block, "items": tuple(block["items"])}) for block in receipt.shown)
    return desk.answering.quoted(session, version, language, enquiry.as_of, enquiry.parts).blocks


def _today(desk: Desk, session: Session, entry: str, language: Language) -> tuple[Block, ...]:
    version = versions.in_force(session, entry, desk.today())
    return desk.answering.quoted(session, version, language, desk.today()).blocks if version is not None else ()
