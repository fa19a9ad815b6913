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
    must_change_password: Mapped[bool] = mapped_column(default=False)
    #: Sealed; there before the second factor is on, while the officer sets it up.
    totp_secret: Mapped[str | None] = mapped_column(deferred=True)
    totp_last_step: Mapped[int | None]
    second_factor_since: Mapped[dt.datetime | None]
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

    def topmost(self, *roles: Role) -> list[Unit]:
        """The units in which one of these roles is held, by their paths, without those that lie below another."""
        held = {
            appointment.unit.path: appointment.unit for appointment in self.appointments if appointment.role in roles
        }
        return [
            unit
            for _, unit in sorted(held.items())
            if not any(unit.is_within(other) for other in held.values() if other is not unit)
        ]


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


class Method(StrEnum):
    """How an officer proved who they are: with the desk's own password, or at the authority's sign-in."""

    PASSWORD = "password"
    SINGLE_SIGN_ON = "single_sign_on"


_METHOD_KNOWN = f"method IN ({', '.join(repr(m.value) for m in Method)})"


class SignIn(Base):
    """A session of the console; only the hash of its token is kept, and it can be revoked.

    ``two_factors``: whether it was begun with a second factor, ours or the authority's. ``browser``: in a few words.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (CheckConstraint(_METHOD_KNOWN, name="method_known"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    method: Mapped[str]
    two_factors: Mapped[bool]
    browser: Mapped[str]

    officer: Mapped[Officer] = relationship(lazy="joined")


class KnownBrowser(Base):
    """A browser from which an officer signed in before; only the hash of its token is kept.

    It gives no right to anything: what is tried from it is only counted apart from what strangers try.
    """

    __tablename__ = "known_browsers"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    last_used_at: Mapped[dt.datetime]


class PendingSignIn(Base):
    """A sign-in whose second factor is awaited; only the hash of its token is kept, and it serves once."""

    __tablename__ = "pending_sign_ins"
    __table_args__ = (CheckConstraint(_METHOD_KNOWN, name="method_known"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    method: Mapped[str]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)

    officer: Mapped[Officer] = relationship(lazy="joined")


class RecoveryCode(Base):
    """A code that stands in once for the second factor; only its hash is kept."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    used_at: Mapped[dt.datetime | None]


class SingleSignOnAttempt(Base):
    """An officer on the way to the authority's sign-in and back, tied to one browser by a cookie; serves once."""

    __tablename__ = "single_sign_on_attempts"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    cookie_hash: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    way_back: Mapped[str]
    expires_at: Mapped[dt.datetime] = mapped_column(index=True)


class OfficerIdentity(Base):
    """The account at the authority's sign-in that an officer is; neither belongs to a second one."""

    __tablename__ = "officer_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[dt.datetime]

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
