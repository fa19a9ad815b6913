"""Officers and how they prove who they are: console sessions, one-time codes, linked Telegram accounts."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.store import Base


class Role(StrEnum):
    OFFICER = "officer"
    HEAD = "head"
    CURATOR = "curator"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Officer(Base):
    """A member of staff who signs in."""

    __tablename__ = "officers"
    __table_args__ = (CheckConstraint(f"role IN ({', '.join(repr(r.value) for r in Role)})", name="role_known"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]

    @property
    def actor(self) -> str:
        """How the audit names this officer."""
        return f"officer:{self.username}"


class SignIn(Base):
    """A session of the console; only the hash of its token is kept, and it can be revoked."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]

    officer: Mapped[Officer] = relationship(lazy="joined")


class LinkCode(Base):
    """A one-time code by which an officer's Telegram account is linked; only its hash is kept."""

    __tablename__ = "link_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class OfficerLink(Base):
    """The Telegram user that an officer is, and the private chat in which the desk reaches them."""

    __tablename__ = "officer_links"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    telegram_user: Mapped[str] = mapped_column(unique=True)
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id"))
    linked_at: Mapped[dt.datetime]

    officer: Mapped[Officer] = relationship(lazy="joined")
