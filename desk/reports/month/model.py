"""Monthly reports that were published, each kept as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base


class MonthReport(Base):
    """An edition of a unit's report on a month (2026-10); the newest is shown, and none is ever changed.

    ``figures`` is a MonthFigures as it was counted. ``reason`` is why there is a further edition, in the words of who
    published it; whoever that was is kept by name, so that the report outlives an officer.
    """

    __tablename__ = "month_reports"
    __table_args__ = (
        UniqueConstraint("unit_id", "month", "edition"),
        CheckConstraint("edition >= 1", name="editions_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    month: Mapped[str]
    edition: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[dt.datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    published_by_name: Mapped[str]
