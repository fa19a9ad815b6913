"""How a person is known on the web: an e-mail address, the browsers that are signed in, and what signs them in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.conversations.model import Person
from desk.store import Base


class PersonEmail(Base):
    """The one e-mail address by which a person signs in; of one address there is one person."""

    __tablename__ = "person_emails"

    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    address: Mapped[str] = mapped_column(unique=True)
    proven_at: Mapped[dt.datetime]

    person: Mapped[Person] = relationship(lazy="joined")


class PersonSignIn(Base):
    """A browser that is signed in as a person. ``shared``: others use this computer, so it lasts for a short time.

    ``device`` is what the browser says it is; ``seen_at`` is when a page was last opened, to within some minutes.
    """

    __tablename__ = "person_sign_ins"
    __table_args__ = (CheckConstraint("how IN ('email', 'telegram')", name="how_known"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    how: Mapped[str]
    shared: Mapped[bool]
    device: Mapped[str]
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class SignInCode(Base):
    """A code that was sent to an address. Only the browser that asked for it, known by a ticket, can give it.

    ``person_id`` is who wants the address to be theirs; without one the code signs in whoever has the address.
    ``source`` is a hash of where the request came from. The rows are thrown away after a day.
    """

    __tablename__ = "sign_in_codes"
    __table_args__ = (
        Index("ix_sign_in_codes_address", "address", "created_at"),
        Index("ix_sign_in_codes_source", "source", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_hash: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("persons.id"))
    code_hash: Mapped[str]
    source: Mapped[str]
    shared: Mapped[bool]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    #: Codes that were tried; after a few this one is void.
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[dt.datetime | None]


class SignInLink(Base):
    """A link that was given in a Telegram chat: whoever opens it first, and soon, is signed in as the chat's person."""

    __tablename__ = "sign_in_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id"), index=True)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
