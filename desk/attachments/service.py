"""Keeping files: what is taken and how much of it, and the message each belongs to."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.attachments.limits import FileLimits
from desk.attachments.model import Attachment, FileContent, FilePreview, FileScan, ScanState
from desk.attachments.names import cleaned
from desk.cases.model import Case
from desk.conversations.model import Chat, Conversation, Message
from desk.enterprises import access
from desk.ids import new_id

#: A case takes along files that came so long before the message that opened it.
TAKEN_ALONG = dt.timedelta(minutes=10)
#: Files that come so soon after another belong to the same album or the same handful, which is answered once.
TOGETHER = dt.timedelta(seconds=20)
_DAY = dt.timedelta(days=1)
#: Put together once, for it is asked for every message that is carried.
_OF_MESSAGE = (
    select(Attachment)
    .where(Attachment.message_order == bindparam("message"))
    .order_by(Attachment.position, Attachment.id)
)
#: Who sends files to the desk; the assistant only carries copies of theirs.
_SENDERS = ("person", "officer")


class FileRefused(Exception):
    """The file is not kept; ``reason`` names a text, whose values are FileLimits.megabytes and ``name``.

    ``for_now``: nothing is wrong with the file, and trying again in a while may help.
    """

    def __init__(self, reason: str, name: str = "", *, for_now: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.name = name
        self.for_now = for_now


@dataclass(frozen=True)
class Upload:
    """A file as a door gets it: the name that its sender gave it, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class TakenFile:
    """A file that may be kept: its bytes as they will leave again, and what they are (desk/attachments/intake.py).

    ``preview``: a small JPEG of a picture; ``scan``: what a scanner said, None where the desk has none.
    """

    name: str
    data: bytes
    media_type: str
    extension: str
    preview: bytes | None = None
    scan: ScanState | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def keep(
    session: Session, file: TakenFile, at: dt.datetime, *, update_id: int | None = None, position: int = 0
) -> Attachment:
    """Keep one file, its bytes once however often they come. It hangs on no message yet.

    Raises FileRefused for bytes in which something was found since they first came.
    """
    attachment = Attachment(
        id=new_id(),
        update_id=update_id,
        position=position,
        sha256=_keep_bytes(session, file, at),
        name=cleaned(file.name, file.extension),
        media_type=file.media_type,
        size=len(file.data),
        at=at,
    )
    session.add(attachment)
    session.flush()
    return attachment


def keep_all(
    session: Session,
    files: Sequence[TakenFile],
    at: dt.datetime,
    *,
    room: int,
    full: str,
    update_id: int | None = None,
) -> list[Attachment]:
    """Keep the files of one message, all or none; raises FileRefused.

    ``room`` is how many bytes there is room for, ``full`` the reason where they are more. Those of an update are kept
    once, however often it is worked on.
    """
    known = of_update(session, update_id) if update_id is not None else []
    if known:
        return known
    if sum(len(file.data) for file in files) > room:
        raise FileRefused(full)
    return [keep(session, file, at, update_id=update_id, position=position) for position, file in enumerate(files)]


def room_in_chat(session: Session, limits: FileLimits, channel: str, address: str, at: dt.datetime) -> int:
    """For how many bytes there is room in what a chat sends within a day, and in its open case."""
    chat = session.scalar(select(Chat).where(Chat.channel == channel, Chat.address == address))
    if chat is None:
        return limits.chat_bytes_a_day
    sizes = (
        select(func.sum(Attachment.size))
        .join(Message, Message.order_no == Attachment.message_order)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.chat_id == chat.id, Message.author == "person", Attachment.at > at - _DAY)
    )
    case = access.open_case_of(session, chat)
    room = limits.chat_bytes_a_day - int(session.scalar(sizes) or 0)
    return min(room, room_in_case(session, limits, case)) if case is not None else room


def room_in_case(session: Session, limits: FileLimits, case: Case) -> int:
    return limits.case_bytes - sum(attachment.size for attachment in of_case(session, case))


def of_update(session: Session, update_id: int) -> list[Attachment]:
    """The files that were kept for an update."""
    query = select(Attachment).where(Attachment.update_id == update_id)
    return list(session.scalars(query.order_by(Attachment.position)))


def of_message(session: Session, message: Message) -> list[Attachment]:
    """The files of a message, in order."""
    return list(session.scalars(_OF_MESSAGE, {"message": message.order_no}))


def of_messages(session: Session, messages: Sequence[Message]) -> list[Attachment]:
    """The files of several messages, in order."""
    orders = [message.order_no for message in messages]
    query = select(Attachment).where(Attachment.message_order.in_(orders))
    return list(session.scalars(query.order_by(Attachment.message_order, Attachment.position, Attachment.id)))


def of_case(session: Session, case: Case) -> list[Attachment]:
    """The files that the enterprise and the officers sent in a case, in order."""
    return of_messages(session, messages_of_case(session, case))


def messages_of_case(session: Session, case: Case) -> list[Message]:
    """The messages of a case from both sides that have files."""
    with_files = select(Attachment.message_order).where(Attachment.message_order == Message.order_no).exists()
    query = select(Message).where(Message.case_id == case.id, Message.author.in_(_SENDERS), with_files)
    return list(session.scalars(query.order_by(Message.order_no)))


def loose(session: Session, message: Message) -> list[Message]:
    """The person's messages with files that belong to no case, from TAKEN_ALONG before this message on, itself too."""
    with_files = select(Attachment.message_order).where(Attachment.message_order == Message.order_no).exists()
    query = select(Message).where(
        Message.conversation_id == message.conversation_id,
        Message.author == "person",
        Message.case_id.is_(None),
        Message.at >= message.at - TAKEN_ALONG,
        with_files,
    )
    return list(session.scalars(query.order_by(Message.order_no)))


def take_along(session: Session, case: Case, message: Message) -> list[Attachment]:
    """Give a case the files of this message and of those around it that belong to no case; returns them."""
    messages = loose(session, message)
    for each in messages:
        each.case_id = case.id
    session.flush()
    return of_messages(session, messages)


def hang(session: Session, attachments: Sequence[Attachment], message: Message) -> None:
    """Make these the files of a message."""
    for attachment in attachments:
        attachment.message_order = message.order_no
    session.flush()


def for_new_message(session: Session, attachments: Sequence[Attachment], at: dt.datetime) -> list[Attachment]:
    """These files for another message: those that hang on one already as copies."""
    ready = [
        attachment if attachment.message_order is None else _copy(session, attachment, position, at)
        for position, attachment in enumerate(attachments)
    ]
    session.flush()
    return ready


def copies(session: Session, attachments: Sequence[Attachment], at: dt.datetime) -> list[Attachment]:
    """The same files once more, which share the bytes and hang on no message yet."""
    copied = [_copy(session, attachment, position, at) for position, attachment in enumerate(attachments)]
    session.flush()
    return copied


def _copy(session: Session, attachment: Attachment, position: int, at: dt.datetime) -> Attachment:
    copy = Attachment(
        id=new_id(),
        position=position,
        sha256=attachment.sha256,
        name=attachment.name,
        media_type=attachment.media_type,
        size=attachment.size,
        at=at,
    )
    session.add(copy)
    return copy


def _keep_bytes(session: Session, file: TakenFile, at: dt.datetime) -> str:
    digest = file.sha256
    if session.scalar(select(FileContent.sha256).where(FileContent.sha256 == digest)) is None:
        try:
            with session.begin_nested():
                session.add(FileContent(sha256=digest, data=file.data))
                session.flush()
                if file.preview is not None:
                    session.add(FilePreview(sha256=digest, data=file.preview))
        except IntegrityError:
            pass  # another transaction kept the same bytes in this moment
    if file.scan is not None:
        _keep_scan(session, digest, file, at)
    return digest


def _keep_scan(session: Session, digest: str, file: TakenFile, at: dt.datetime) -> None:
    """Note what the scanner said, unless it said more of the same bytes before."""
    said = session.get(FileScan, digest)
    if said is not None and said.state == ScanState.FOUND:
        raise FileRefused("files.harmful", file.name)
    waits = file.scan is ScanState.WAITING
    if said is None:
        try:
            with session.begin_nested():
                next_at = at if waits else None
                session.add(FileScan(sha256=digest, state=str(file.scan), at=at, next_attempt_at=next_at))
        except IntegrityError:
            pass  # as above
    elif not waits:
        said.state, said.at, said.next_attempt_at = ScanState.CLEAN.value, at, None
