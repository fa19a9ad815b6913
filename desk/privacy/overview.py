"""How much is kept of a person, before anything is put together or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from desk.accounts import service as accounts
from desk.attachments.model import Attachment
from desk.cases.model import Case
from desk.conversations.model import FORGOTTEN, Chat, Conversation, Message, Person
from desk.enterprises.model import Membership
from desk.privacy import deleting
from desk.ratings.model import Rating
from desk.subscriptions.model import Subscription


@dataclass(frozen=True)
class Overview:
    """``counts`` by what it is, in the order in which it is told; ``is_held``: some of it may not be deleted now."""

    counts: Mapping[str, int]
    email: str | None
    is_held: bool
    has_enterprise_cases: bool

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values()) and self.email is None


def of(session: Session, person: Person) -> Overview:
    kept = select(Conversation.id).join(Chat, Chat.id == Conversation.chat_id)
    kept = kept.where(Chat.person_id == person.id, Conversation.end_reason.is_distinct_from(FORGOTTEN))
    messages = Message.conversation_id.in_(kept)
    chats = select(Chat.id).where(Chat.person_id == person.id)
    of_messages = Attachment.message_order.in_(select(Message.order_no).where(messages))
    opened = Case.person_id == person.id, Case.question != ""
    return Overview(
        counts={
            "conversations": _count(session, select(func.count()).select_from(kept.subquery())),
            "messages": _count(session, _counting(Message, messages, Message.text != "")),
            "files": _count(session, _counting(Attachment, of_messages)),
            "cases": _count(session, _counting(Case, *opened)),
            "ratings": _count(session, _counting(Rating, Rating.person_id == person.id)),
            "enterprises": _count(session, _counting(Membership, Membership.person_id == person.id)),
            "news": _count(
                session, _counting(Subscription, Subscription.chat_id.in_(chats), Subscription.ended_at.is_(None))
            ),
        },
        email=accounts.email_of(session, person),
        is_held=deleting.is_held(session, person),
        has_enterprise_cases=_count(session, _counting(Case, *opened, Case.enterprise_id.is_not(None))) > 0,
    )


def _counting(table: type[object], *conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(table).where(*conditions)


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(query) or 0
