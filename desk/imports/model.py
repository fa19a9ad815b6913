"""Files that somebody would bring in, kept while they look at what that would do."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from desk.ids import new_id
from desk.store import Base


class KeptFile(Base):
    """A file of one officer; ``instrument`` is the text whose articles it holds, empty for records of guidance."""

    __tablename__ = "import_files"
    __table_args__ = (CheckConstraint("purpose IN ('guidance', 'law')", name="purpose_known"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    purpose: Mapped[str]
    instrument: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[dt.datetime] = mapped_column(index=True)
