"""What was changed of the settings; rows are only ever added, and the newest of a name is in force."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Double, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base


class SettingChange(Base):
    """One change; ``value`` is None where the setting went back to its default. ``changed_by`` as in the audit."""

    __tablename__ = "setting_changes"
    __table_args__ = (Index("ix_setting_changes_name", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str]
    value: Mapped[float | None] = mapped_column(Double)
    reason: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[dt.datetime]
    changed_by: Mapped[str]
