"""Review tasks: guidance, cases and answers that cite what a legal instrument changes."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base

#: Days back for which answers are looked through, unless an administrator says otherwise.
IMPACT_DAYS = 30


class ImpactKind(StrEnum):
    ENTRY = "entry"
    CASE = "case"
    ANSWER = "answer"


class How(StrEnum):
    """How a task was done: a draft was opened, it is still right, the enterprise or the officer was told, or the
    instrument turned out to be entered by mistake."""

    DRAFT = "draft"
    RIGHT = "right"
    TOLD = "told"
    PASSED = "passed"
    MISTAKEN = "mistaken"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


_OPEN = text("done_at IS NULL")


class ImpactTask(Base):
    """That somebody should look whether an entry, a case or an answer is still right; one for each instrument.

    ``subject`` is the id of the entry, the number of the case, or the id of the enquiry that was answered; ``entry_id``
    is the guidance in question, where there is any. ``why`` is a list of {"changed", "how", "from", "places",
    "entry"}: the instrument that is changed, how, from which day (ISO, null where no source tells), the places in it
    that are cited (empty where the number alone is), and through which entry.
    """

    __tablename__ = "law_impact_tasks"
    __table_args__ = (
        UniqueConstraint("instrument", "kind", "subject"),
        CheckConstraint(_one_of("kind", ImpactKind), name="kind_known"),
        CheckConstraint(f"how IS NULL OR {_one_of('how', How)}", name="how_known"),
        CheckConstraint("(done_at IS NULL) = (how IS NULL)", name="done_somehow"),
        Index("ix_law_impact_tasks_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_law_impact_tasks_instrument", "instrument", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    instrument: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    entry_id: Mapped[str | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    why: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    opened_at: Mapped[dt.datetime]
    done_at: Mapped[dt.datetime | None]
    done_by: Mapped[str | None]
    how: Mapped[str | None]
    words: Mapped[str] = mapped_column(Text, default="", server_default="")

    @property
    def is_open(self) -> bool:
        return self.done_at is None


class ShippedInstrument(Base):
    """An instrument that shipped when the desk was started; what is new beside these makes tasks, once."""

    __tablename__ = "law_shipped_instruments"

    number: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[dt.datetime]
