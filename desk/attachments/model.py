"""Files that came with messages: what each is by its content, and the bytes, kept once however often they came."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.ids import new_id
from desk.store import Base


class FileContent(Base):
    """The bytes of a file, named by their SHA-256 in hexadecimal digits."""

    __tablename__ = "file_contents"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ScanState(StrEnum):
    """What a scanner said of a file's bytes; it waits where the scanner was away."""

    WAITING = "waiting"
    CLEAN = "clean"
    FOUND = "found"


class FileScan(Base):
    """What a scanner said of the bytes of a file; there is no row where none was set when they were kept.

    ``found_as`` is the scanner's own name of what it found, for operators and the audit. Bytes in which something was
    found are gone; the row stays, so that the same are not taken again.
    """

    __tablename__ = "file_scans"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'clean', 'found')", name="state_known"),)

    sha256: Mapped[str] = mapped_column(ForeignKey("file_contents.sha256"), primary_key=True)
    state: Mapped[str]
    found_as: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    at: Mapped[dt.datetime]
    next_attempt_at: Mapped[dt.datetime | None] = mapped_column(index=True)


class FilePreview(Base):
    """A small JPEG of a picture, made of the picture as it was made anew."""

    __tablename__ = "file_previews"

    sha256: Mapped[str] = mapped_column(ForeignKey("file_contents.sha256"), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Base):
    """A file of one message; ``media_type`` follows from the content, ``size`` is in bytes.

    ``update_id`` is the update it came with: it is fetched before there is a message to hang it on, and once however
    often the update is worked on. ``position`` is its place among the files of its update or message.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        UniqueConstraint("update_id", "position"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    message_order: Mapped[int | None] = mapped_column(ForeignKey("messages.order_no"), index=True)
    update_id: Mapped[int | None] = mapped_column(ForeignKey("inbox_updates.id"))
    position: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(ForeignKey("file_contents.sha256"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    at: Mapped[dt.datetime]
