"""Officers and how they prove who they are: console sessions, one-time codes, linked Telegram accounts."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.store import Base
from desk.units.model import Unit


class Role(StrEnum):
    OFFICER = "officer"
    HEAD = "head"
    CURATOR = "curator"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Officer(Base):
    """A member of staff who signs in. ``on_duty``: whether notices of new cases are wanted now."""

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    on_duty: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]

    appointments: Mapped[list[Appointment]] = relationship(order_by="Appointment.id", lazy="selectin")

    @property
    def actor(self) -> str:
        """How the audit names this officer."""
        return f"officer:{self.username}"

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held in any unit: which pages there are for this officer. What lies on them, ``may`` decides."""
        return frozenset(Role(appointment.role) for appointment in self.appointments)

    def has_any(self, *roles: str) -> bool:
        """Whether one of these roles is held in any unit."""
        return any(appointment.role in roles for appointment in self.appointments)

    def may(self, unit: Unit, *roles: Role) -> bool:
        """Whether the officer has one of these roles in the unit or in one above it."""
        return any(appointment.role in roles and unit.is_within(appointment.unit) for appointment in self.appointments)


class Appointment(Base):
    """A role of an officer in a unit, and by that in all units below it."""

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(r.value) for r in Role)})", name="role_known"),
        UniqueConstraint("officer_id", "unit_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[str]

    unit: Mapped[Unit] = relationship(lazy="joined")


class DailySummary(Base):
    """That an officer was sent the summary of a day; a day's is sent once."""

    __tablename__ = "daily_summaries"

    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]


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
