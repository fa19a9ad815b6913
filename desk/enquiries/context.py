"""What was asked and shown before a message in its conversation, as far as its answer may lean on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk.answering.join import NOT_ANSWERED
from desk.answering.outcome import Outcome
from desk.answering.question import Context
from desk.conversations.model import Message
from desk.enquiries.model import Enquiry
from desk.working_time.hours import local_day

#: A thought that is sent in two pieces has its second piece within this time: people on a phone send a line as soon
#: as it is typed. Later, a text is more likely a question of its own than the rest of an old one.
JOINED_WITHIN = dt.timedelta(seconds=20)
#: After these the person has another matter in mind than the entry that they were shown before.
_ANOTHER_MATTER = (Outcome.CLARIFY_ENTRIES, Outcome.CLARIFY_QUESTION, Outcome.UNANSWERABLE_NOT_COVERED)
#: No conversation leans on what was said longer ago than this many enquiries.
LOOKED_AT = 20
#: Put together once, for it is asked for every message. By the conversation of the messages: their index has them in
#: order, so that the twenty before are read and not all of a long conversation.
_NEWEST_FIRST = (
    select(
        *(Enquiry.text, Enquiry.outcome, Enquiry.entry, Enquiry.as_of, Enquiry.asked_at),
        *(Enquiry.parts, Enquiry.searched),
    )
    .join(Message, Message.id == Enquiry.message_id)
    .where(
        Message.conversation_id == bindparam("conversation"),
        Message.order_no < bindparam("order"),
        Enquiry.outcome.not_like("error%"),
    )
    .order_by(Message.order_no.desc(), Enquiry.position.desc())
    .limit(LOOKED_AT)
)


class Before(NamedTuple):
    """Of an enquiry before, what one after it may lean on."""

    text: str
    outcome: str
    entry: str | None
    as_of: dt.date
    asked_at: dt.datetime
    parts: list[str]
    searched: list[str]


def context_of(session: Session, message: Message) -> Context:
    """What the enquiries before a message leave for it to lean on."""
    before = {"conversation": message.conversation_id, "order": message.order_no}
    newest_first = [Before(*row) for row in session.execute(_NEWEST_FIRST, before)]
    return Context(
        shown=_shown(newest_first),
        unanswered=_unanswered(newest_first, message.at),
        as_of=_another_day(newest_first[0]) if newest_first else None,
        asked=next((_as_searched(enquiry) for enquiry in newest_first if not enquiry.parts), None),
    )


def _shown(newest_first: Sequence[Before]) -> str | None:
    """The entry that the person has in mind: the last one shown, unless they have asked about another matter since."""
    for enquiry in newest_first:
        if enquiry.entry is not None:
            return enquiry.entry
        if enquiry.outcome in _ANOTHER_MATTER:
            return None
    return None


def _another_day(last: Before) -> dt.date | None:
    """The day for which the last enquiry was answered, where it was not the day on which it was asked."""
    return last.as_of if last.as_of != local_day(last.asked_at) else None


def _unanswered(newest_first: Sequence[Before], at: dt.datetime) -> str | None:
    """The last text where it was not answered, and this one may be its rest; a text that was asked back may always."""
    if not newest_first or newest_first[0].outcome not in NOT_ANSWERED:
        return None
    last = newest_first[0]
    if last.outcome == Outcome.CLARIFY_QUESTION:
        return last.text
    return _as_searched(last) if not last.parts and at - last.asked_at <= JOINED_WITHIN else None


def _as_searched(enquiry: Before) -> str:
    """The text as it was searched last: with what it was joined to, where it was."""
    return enquiry.searched[-1] if enquiry.searched else enquiry.text
