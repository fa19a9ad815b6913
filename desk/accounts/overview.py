"""What a person sees of their account: how they are known, for whom they act, what news they get, where they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.accounts import service as accounts
from desk.accounts import sessions
from desk.accounts.model import PersonSignIn
from desk.conversations.model import Chat, Person
from desk.desk import Desk
from desk.enterprises import access
from desk.enterprises import service as enterprises
from desk.enterprises.model import Membership
from desk.subscriptions import service as subscriptions


@dataclass(frozen=True)
class News:
    """The topics of which one chat of the person is told."""

    chat: str
    channel: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """A person's account. ``acts_for`` is the enterprise for which they act now."""

    email: str | None
    telegram: str | None
    memberships: list[Membership]
    acts_for: int | None
    language: str | None
    news: list[News]
    sign_ins: list[PersonSignIn]


def of(desk: Desk, session: Session, person: Person) -> Overview:
    chats = list(session.scalars(select(Chat).where(Chat.person_id == person.id).order_by(Chat.created_at)))
    acting = access.acting_for(session, person)
    return Overview(
        email=accounts.email_of(session, person),
        telegram=person.name or "" if any(chat.channel == "telegram" for chat in chats) else None,
        memberships=enterprises.of_person(session, person),
        acts_for=acting.enterprise_id if acting is not None else None,
        language=person.language_choice,
        news=[News(chat.id, chat.channel, tuple(subscriptions.subscribed(session, chat))) for chat in chats],
        sign_ins=sessions.open_ones(session, person, desk.now()),
    )
