"""Privacy in the store: what is held, what persons asked for, what is still to be forgotten elsewhere, and what was."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.cases.model import Case
from desk.conversations.model import Chat, Person
from desk.enterprises.model import Enterprise
from desk.ids import new_id
from desk.store import Base, OneOf


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


#: Of one thing there is at most one hold that is not lifted.
_HELD = ("case_id", "person_id", "enterprise_id")


class Hold(Base):
    """A legal hold on a case, a person or an enterprise: what it covers is neither forgotten nor deleted.

    It does not end by itself: on ``review_on`` somebody must look whether it is still needed. ``placed_by`` and
    ``lifted_by`` are named as in the audit.
    """

    __tablename__ = "privacy_holds"
    __table_args__ = (
        CheckConstraint(
            "(case_id IS NULL AND person_id IS NULL AND enterprise_id IS NOT NULL)"
            " OR (case_id IS NULL AND person_id IS NOT NULL AND enterprise_id IS NULL)"
            " OR (case_id IS NOT NULL AND person_id IS NULL AND enterprise_id IS NULL)",
            name="holds_one_thing",
        ),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        *(
            Index(
                f"uq_privacy_holds_{column}",
                column,
                unique=True,
                sqlite_where=text("lifted_at IS NULL"),
                postgresql_where=text("lifted_at IS NULL"),
            )
            for column in _HELD
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("persons.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    reason: Mapped[str] = mapped_column(Text)
    review_on: Mapped[dt.date]
    placed_by: Mapped[str]
    placed_at: Mapped[dt.datetime]
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[dt.datetime | None]
    lifted_reason: Mapped[str] = mapped_column(Text, default="", server_default="")

    case: Mapped[Case | None] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined")
    enterprise: Mapped[Enterprise | None] = relationship(lazy="joined")

    @property
    def is_open(self) -> bool:
        return self.lifted_at is None


class RequestKind(StrEnum):
    EXPORT = "export"
    DELETE = "delete"


class RequestState(StrEnum):
    """``asked``: to be confirmed by the person, or by a second officer; ``confirmed``: the clock carries it out."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class WaitsFor(StrEnum):
    """Why a confirmed deletion is not finished yet."""

    CASE = "case"
    HOLD = "hold"
    MESSAGES = "messages"


class DataRequest(Base):
    """That a person wants their data, or wants them deleted; kept as the proof of what was done about it.

    ``chat_id`` is where the person asked and is told, None where an officer asks for them; ``asked_by`` and
    ``confirmed_by`` are named as in the audit, ``reason`` says how an officer knows who wants it. ``message_order`` is
    the message with the exported files. ``found`` counts what was exported or deleted, by what it is.
    """

    __tablename__ = "data_requests"
    __table_args__ = (
        CheckConstraint(_one_of("kind", RequestKind), name="kind_known"),
        CheckConstraint(_one_of("state", RequestState), name="state_known"),
        CheckConstraint(_one_of("waits_for", WaitsFor), name="waits_for_known"),
        CheckConstraint("(state IN ('asked', 'confirmed')) = (settled_at IS NULL)", name="settled_at_a_moment"),
        Index(
            "uq_data_requests_confirmed",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'confirmed'"),
            postgresql_where=text("state = 'confirmed'"),
        ),
        Index("ix_data_requests_state", "state", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    chat_id: Mapped[str | None] = mapped_column(ForeignKey("chats.id"))
    kind: Mapped[RequestKind] = mapped_column(OneOf(RequestKind))
    state: Mapped[RequestState] = mapped_column(OneOf(RequestState))
    asked_by: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    asked_at: Mapped[dt.datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[dt.datetime | None]
    waits_for: Mapped[WaitsFor | None] = mapped_column(OneOf(WaitsFor))
    settled_at: Mapped[dt.datetime | None]
    message_order: Mapped[int | None] = mapped_column(ForeignKey("messages.order_no"))
    found: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")

    person: Mapped[Person] = relationship(lazy="joined")
    chat: Mapped[Chat | None] = relationship(lazy="joined")

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


class Farewell(Base):
    """The chat in which somebody who was forgotten is told so: its address goes as soon as they were told.

    If they write there again before that, they are somebody new, and the row is dropped.
    """

    __tablename__ = "privacy_farewells"

    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id"), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)


class ForgottenTracker(Base):
    """A conversation that the dialogue is still to forget, written in the transaction in which the desk forgot it.

    ``conversation_id`` is its name there: one that was long has several (desk/conversations/dialogue_names.py).
    """

    __tablename__ = "trackers_to_forget"

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[dt.datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")


class RetentionDay(Base):
    """How much a job of the retention forgot on a day of Viet Nam; ``oldest`` is since when the oldest of it counted.

    ``job`` is one of desk/privacy/jobs.py.
    """

    __tablename__ = "retention_days"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    forgotten: Mapped[int]
    oldest: Mapped[dt.datetime]


class RetentionLook(Base):
    """When a job last looked for what is to be forgotten, and forgot all of it."""

    __tablename__ = "retention_looks"

    job: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
