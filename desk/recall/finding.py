"""Who was given a wrong text: the answers in which it was shown and the replies that quoted it, chat by chat."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseEntry, EntryKind
from desk.conversations.model import FORGOTTEN, Chat, Conversation, Message
from desk.enquiries.model import Enquiry
from desk.enterprises import access
from desk.guidance import versions as guidance_versions
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import Language
from desk.recall.model import LeftOut, Recall, RecallRecipient
from desk.receipts.model import Receipt


@dataclass(frozen=True)
class Wrong:
    """What is wrong of an entry: the versions with the wrong text, and the one that holds today, None where none does.

    ``earlier`` are the older versions with other texts: whether those were wrong as well only a person knows.
    """

    versions: tuple[int, ...]
    corrected: int | None
    earlier: tuple[int, ...]


@dataclass(frozen=True)
class WrongAnswer:
    """One answer, or a reply of an officer that quoted it (then with a ``case``), in which a wrong text was given.

    ``question_of`` is the message or enquiry that an officer gets to read if the person asks for one.
    """

    chat_id: str
    at: dt.datetime
    version: int
    language: Language
    question: str
    question_of: str
    is_forgotten: bool
    code: str | None = None
    case: Case | None = None


@dataclass(frozen=True)
class Reached:
    """A chat with the wrong answers that it got, the oldest first; ``left_out`` says why it is not told."""

    chat: Chat
    answers: Sequence[WrongAnswer]
    language: Language
    left_out: LeftOut | None


@dataclass(frozen=True)
class Numbers:
    """How many chats are to be told and how many answers they got, by language and by why a chat is left out."""

    chats: int = 0
    answers: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    oldest: dt.datetime | None = None
    newest: dt.datetime | None = None


def wrong_in(session: Session, entry: str, today: dt.date) -> Wrong | None:
    """What of an entry was said to be wrong last: by a correction, or by withdrawing all of it for every day."""
    known = guidance_versions.all_of(session, entry)
    wrong = _said_to_be_wrong(known)
    if wrong is None:
        return None
    same = tuple(one.number for one in known if one.record.tells() == wrong.record.tells() and one.withdrawn_at)
    holds = guidance_versions.in_force(session, entry, today)
    earlier = tuple(one.number for one in known if one.number < min(same))
    return Wrong(same, holds.number if holds is not None else None, earlier)


def _said_to_be_wrong(known: Sequence[GuidanceVersion]) -> GuidanceVersion | None:
    by_number = {one.number: one for one in known}
    if known and all(one.withdrawn_at is not None for one in known):
        return known[-1]
    corrected = [by_number[one.corrects] for one in known if one.corrects in by_number]
    return corrected[-1] if corrected else None


def answers(
    session: Session, entry: str, versions: Collection[int], since: dt.datetime, chats: Collection[str] | None = None
) -> list[WrongAnswer]:
    """Where the versions were given since then, the oldest first; in these chats only, where some are named."""
    found = [*_enquiries(session, entry, versions, since, chats), *_quotes(session, entry, versions, since, chats)]
    return sorted(found, key=lambda answer: answer.at)


def reached(session: Session, recall: Recall, chats: Collection[str] | None = None) -> list[Reached]:
    """Every chat that got the wrong text, or of these chats, each once, in the order in which they got it."""
    by_chat: dict[str, list[WrongAnswer]] = {}
    for answer in answers(session, recall.entry_id, recall.versions, recall.since, chats):
        by_chat.setdefault(answer.chat_id, []).append(answer)
    told = _told_before(session, recall)
    return [_reached(session, session.get_one(Chat, id), got, told) for id, got in by_chat.items()]


def numbers(chats: Iterable[Reached]) -> Numbers:
    """The numbers of a recall that somebody looks at before it begins."""
    languages: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    moments: list[dt.datetime] = []
    for one in chats:
        if one.left_out is not None:
            left_out[one.left_out.value] += 1
            continue
        languages[one.language] += 1
        channels[one.chat.channel] += 1
        moments += [answer.at for answer in one.answers]
    return Numbers(
        sum(languages.values()),
        len(moments),
        languages,
        channels,
        left_out,
        min(moments, default=None),
        max(moments, default=None),
    )


def _enquiries(
    session: Session, entry: str, versions: Collection[int], since: dt.datetime, chats: Collection[str] | None
) -> list[WrongAnswer]:
    query = (
        select(Enquiry, Conversation.chat_id, Conversation.end_reason, Receipt.code)
        .join(Conversation, Conversation.id == Enquiry.conversation_id)
        .outerjoin(Receipt, Receipt.enquiry_id == Enquiry.id)
        .where(Enquiry.entry == entry, Enquiry.version.in_(versions), Enquiry.asked_at >= since)
    )
    if chats is not None:
        query = query.where(Conversation.chat_id.in_(chats))
    return [
        WrongAnswer(
            chat_id=chat,
            at=enquiry.asked_at,
            version=enquiry.version or 0,
            language=_language(enquiry.language),
            question=enquiry.text,
            question_of=enquiry.id,
            is_forgotten=ended == FORGOTTEN,
            code=code,
        )
        for enquiry, chat, ended, code in session.execute(query)
    ]


def _quotes(
    session: Session, entry: str, versions: Collection[int], since: dt.datetime, chats: Collection[str] | None
) -> list[WrongAnswer]:
    query = (
        select(CaseEntry, Case, Conversation.chat_id, Conversation.end_reason)
        .join(Case, Case.id == CaseEntry.case_id)
        .join(Message, Message.order_no == CaseEntry.message_order)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            CaseEntry.kind == EntryKind.REPLIED.value,
            CaseEntry.at >= since,
            cast(CaseEntry.detail, Text).contains(f'"{entry}"', autoescape=True),
        )
    )
    if chats is not None:
        query = query.where(Conversation.chat_id.in_(chats))
    found = []
    for reply, case, chat, ended in session.execute(query):
        quoted = [one["version"] for one in reply.detail.get("quoted", ()) if one["entry"] == entry]
        wrong = next((version for version in quoted if version in versions), None)
        if wrong is not None:
            is_forgotten = ended == FORGOTTEN or case.conversation.end_reason == FORGOTTEN
            language = _language(case.language)
            found.append(
                WrongAnswer(chat, reply.at, wrong, language, case.question, case.enquiry_id, is_forgotten, case=case)
            )
    return found


def _reached(session: Session, chat: Chat, got: Sequence[WrongAnswer], told: Collection[tuple[str, int]]) -> Reached:
    kept = [answer for answer in got if not answer.is_forgotten]
    # What an officer replied in a case is the enterprise's: who has no part in it any more is not told of it.
    open_to = [one for one in kept if one.case is None or access.has_part_in(session, chat.person, one.case)]
    new = [answer for answer in open_to if (chat.id, answer.version) not in told]
    left_out = None
    if not kept:
        left_out = LeftOut.FORGOTTEN
    elif not open_to:
        left_out = LeftOut.NO_PART
    elif not new:
        left_out = LeftOut.TOLD_BEFORE
    elif chat.blocked_at is not None:
        left_out = LeftOut.BLOCKED
    return Reached(chat, new or got, _language(chat.person.language_choice or got[-1].language), left_out)


def _told_before(session: Session, recall: Recall) -> set[tuple[str, int]]:
    """Chats and wrong versions of which an earlier recall of the entry told them."""
    told = (
        select(RecallRecipient.chat_id, Recall.versions)
        .join(Recall, Recall.id == RecallRecipient.recall_id)
        .where(Recall.entry_id == recall.entry_id, RecallRecipient.message_order.is_not(None))
    )
    if recall.id is not None:
        told = told.where(Recall.id != recall.id)
    return {(chat, version) for chat, versions in session.execute(told) for version in versions}


def _language(name: str) -> Language:
    return "en" if name == "en" else "vi"
