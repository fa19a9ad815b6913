"""Files that came with messages: what each is by its content, and the bytes, kept once however often they came."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from desk.ids import new_id
from desk.store import Base


class FileContent(Base):
    """The bytes of a file, named by their SHA-256 in hexadecimal digits."""

    __tablename__ = "file_contents"

    sha256: Mapped[str] = mapped_column(primary_key=True)
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
