"""The index in the store: what was deducted by hand and said against it, and what was published, as it was then."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.people.model import Officer
from desk.store import Base
from desk.units.model import Unit, UnitKind


class IndexStep(StrEnum):
    """What was done with the index, as the audit calls it."""

    DEDUCTED = "deducted"
    TAKEN_BACK = "taken_back"
    OBJECTED = "objected"
    ANSWERED = "answered"
    PUBLISHED = "published"


class IndexDeduction(Base):
    """Points that somebody above a unit deducts from it by hand, for a reason; rows are never deleted.

    ``day`` is the day of what it is about: it counts in every period in which that day lies. ``points`` in hundredths.
    The unit's head may object once, in words; whoever deducted answers, and takes it back or lets it stand. What was
    taken back counts nowhere.
    """

    __tablename__ = "service_index_deductions"
    __table_args__ = (
        CheckConstraint("points > 0", name="points_above_zero"),
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_by_id IS NULL)", name="taken_back_by_somebody"),
        CheckConstraint("(objected_at IS NULL) = (objected_by_id IS NULL)", name="objected_by_somebody"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"),
        CheckConstraint("answered_at IS NULL OR objected_at IS NOT NULL", name="answers_an_objection"),
        Index("ix_service_index_deductions_unit_id_day", "unit_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    day: Mapped[dt.date]
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[dt.datetime]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    taken_back_at: Mapped[dt.datetime | None]
    taken_back_reason: Mapped[str | None] = mapped_column(Text)
    objection: Mapped[str | None] = mapped_column(Text)
    objected_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    objected_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    answered_at: Mapped[dt.datetime | None]

    unit: Mapped[Unit] = relationship(lazy="joined")
    by: Mapped[Officer] = relationship(foreign_keys=by_id, lazy="joined")
    taken_back_by: Mapped[Officer | None] = relationship(foreign_keys=taken_back_by_id, lazy="joined")
    objected_by: Mapped[Officer | None] = relationship(foreign_keys=objected_by_id, lazy="joined")
    answered_by: Mapped[Officer | None] = relationship(foreign_keys=answered_by_id, lazy="joined")

    @property
    def counts(self) -> bool:
        return self.taken_back_at is None


class PublishedIndex(Base):
    """The index of a period as it was published: no later figure, file or tree of units changes it.

    ``kind`` is that of the units; the department stands above them. ``criteria`` is the whole file by which it was
    counted, ``criteria_hash`` the SHA-256 of it. An index that is published again is a further ``edition``, for a
    ``reason``; those before it stay.
    """

    __tablename__ = "service_indexes"
    __table_args__ = (
        UniqueConstraint("first", "last", "kind", "edition"),
        CheckConstraint("kind IN ('region', 'office')", name="kind_known"),
        CheckConstraint("edition = 1 OR reason IS NOT NULL", name="again_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    first: Mapped[dt.date]
    last: Mapped[dt.date]
    kind: Mapped[str]
    edition: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Text)
    criteria: Mapped[str] = mapped_column(Text)
    criteria_hash: Mapped[str]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    published_at: Mapped[dt.datetime]

    published_by: Mapped[Officer] = relationship(lazy="joined")
    rows: Mapped[list[PublishedUnit]] = relationship(order_by="PublishedUnit.place", lazy="selectin")


class PublishedUnit(Base):
    """A unit in a published index, called as it was then.

    ``points`` in hundredths, None where there was no index; ``points_before`` those of the period before. ``scored``
    has of each criterion its name, part, whole, weight and points; ``by_hand`` what was deducted by hand and counted.
    """

    __tablename__ = "service_index_units"
    __table_args__ = (UniqueConstraint("index_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    index_id: Mapped[int] = mapped_column(ForeignKey("service_indexes.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    place: Mapped[int]
    code: Mapped[str]
    kind: Mapped[str]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    rank: Mapped[int | None]
    points: Mapped[int | None]
    points_before: Mapped[int | None]
    by_hand: Mapped[int]
    deductions: Mapped[int]
    scored: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


#: The kinds of units whose index may be published; a team is too small for that.
PUBLISHED_KINDS = (UnitKind.REGION, UnitKind.OFFICE)
