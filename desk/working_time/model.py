"""Days on which the authority works otherwise than its calendar says, as administrators add them while it runs."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.store import Base
from desk.units.model import Unit


class ExceptionalDay(Base):
    """One date that is off, or is worked, in a unit and all below it.

    ``windows`` are the hours of a worked day where they differ, each such as "07:30-11:30"; ``document`` is the number
    of what orders the day. A day that is taken away again is deleted; the audit keeps that it was there.
    """

    __tablename__ = "exceptional_days"
    __table_args__ = (
        CheckConstraint("kind IN ('off', 'worked')", name="kind_known"),
        UniqueConstraint("day", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    day: Mapped[dt.date]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str]
    windows: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str]
    document: Mapped[str | None]
    added_by: Mapped[str]
    added_at: Mapped[dt.datetime]

    unit: Mapped[Unit] = relationship(lazy="joined")
