"""The processes that take work from the store: each keeps a row for as long as it lives."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from desk.store import Base


class Worker(Base):
    """One process at work. What it claims carries its ``id``; without its row whatever it claimed is lost.

    ``beats`` rises at each sign of life, and by it alone others see that it lives and how long something has been in
    its hands: a count knows nothing of clocks that are put forward or back. ``seen_at`` is for people who look.
    ``instance`` tells its machine and process from others.
    """

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    process: Mapped[str]
    instance: Mapped[str]
    beats: Mapped[int]
    started_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
