"""The authority's units as a tree: the department, its regional sub-departments, their offices, and teams."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base

#: The code of the unit at the top, which every database has from its first migration on: the default queue.
DEPARTMENT = "VN"


class UnitKind(StrEnum):
    DEPARTMENT = "department"
    REGION = "region"
    OFFICE = "office"
    TEAM = "team"


class Unit(Base):
    """One unit. Units are never deleted, only closed (``active``), so that past cases keep theirs.

    ``path`` holds the ids from the top down to the unit, each followed by a dot (``1.4.12.``): a unit is in the
    subtree of another where its path begins with the other's. ``provinces`` are those that a region is in charge of;
    ``office_codes`` the codes by which declarations name the office; ``other_names`` what people call it.
    ``hours`` replace the authority's office hours (content/working_time.yml has the shape).
    """

    __tablename__ = "units"
    __table_args__ = (CheckConstraint(f"kind IN ({', '.join(repr(k.value) for k in UnitKind)})", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    path: Mapped[str] = mapped_column(unique=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    provinces: Mapped[list[str]] = mapped_column(JSON, default=list)
    office_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    other_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    source: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)

    def is_within(self, other: Unit) -> bool:
        """Whether this unit is the other or lies below it."""
        return self.path.startswith(other.path)

    @property
    def depth(self) -> int:
        """How many steps below the top; at most three, for what lies below is of a later kind."""
        return self.path.count(".") - 1

    @property
    def steps(self) -> tuple[int | None, int | None]:
        """The ids of the units one and two steps below the top on the way to this one."""
        first, second = [*self.path.split(".")[1:-1], None, None][:2]
        return int(first) if first else None, int(second) if second else None

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_vi
