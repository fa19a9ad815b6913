"""Who writes from a chat, as far as limits ask: an officer, and for which enterprise."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversations.model import Chat, Person
from desk.people.model import Officer, OfficerLink


@dataclass(frozen=True)
class Standing:
    """``enterprise`` is the id of the one for which the person of the chat acts now."""

    is_officer: bool = False
    enterprise: int | None = None


NOBODY = Standing()


def of(session: Session, channel: str, addresses: Collection[str]) -> dict[str, Standing]:
    """The standing of chats by their addresses; a chat of which nothing is known is nobody's."""
    query = (
        select(Chat.address, Person.acting_for_id, Officer.id)
        .join(Person, Person.id == Chat.person_id)
        .outerjoin(OfficerLink, OfficerLink.chat_id == Chat.id)
        .outerjoin(Officer, (Officer.id == OfficerLink.officer_id) & Officer.active)
        .where(Chat.channel == channel, Chat.address.in_(addresses))
    )
    found = {row[0]: Standing(row[2] is not None, row[1]) for row in session.execute(query)}
    return {address: found.get(address, NOBODY) for address in addresses}
