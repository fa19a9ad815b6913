"""Enterprises: one account a tax code, the people who act for it, and how they proved that they may."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.conversations.model import Person
from desk.store import Base
from desk.units.model import Unit


class MembershipKind(StrEnum):
    STAFF = "staff"
    BROKER = "broker"


class MembershipState(StrEnum):
    ASKED = "asked"
    VERIFIED = "verified"
    REFUSED = "refused"
    ENDED = "ended"


class Enterprise(Base):
    """An enterprise by its tax code. ``contact`` is the e-mail address that customs has on record, never a typed one;
    ``unit_id`` the office that manages it, where that is known.
    """

    __tablename__ = "enterprises"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    tax_code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    contact: Mapped[str | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    created_at: Mapped[dt.datetime]

    unit: Mapped[Unit | None] = relationship(lazy="joined")


class Membership(Base):
    """A person who acts, or asks to act, for an enterprise. Of one person and enterprise at most one is open."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(k.value) for k in MembershipKind)})", name="kind_known"),
        CheckConstraint(f"state IN ({', '.join(repr(s.value) for s in MembershipState)})", name="state_known"),
        CheckConstraint("how IN ('officer', 'code')", name="how_known"),
        Index(
            "uq_memberships_open",
            "enterprise_id",
            "person_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'verified')"),
            postgresql_where=text("state IN ('asked', 'verified')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[str]
    #: How the person introduced themselves, for the officer who verifies and for the enterprise's own people.
    introduction: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=MembershipState.ASKED.value)
    asked_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    #: By whom it was verified: an officer, or a code sent to the enterprise's contact on record.
    how: Mapped[str | None]

    enterprise: Mapped[Enterprise] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")


class MembershipCode(Base):
    """A one-time code sent to an enterprise's contact on record; only its hash is kept."""

    __tablename__ = "membership_codes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), index=True)
    code_hash: Mapped[str]
    expires_at: Mapped[dt.datetime]
    #: Wrong codes that were tried; after a few the code is void.
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[dt.datetime | None]
