"""Sending a kept file to Telegram: small photos to be seen at once, all else as it is."""

from __future__ import annotations

from telegram import Bot, Message
from telegram.error import BadRequest

from bot.threads import in_thread
from desk.attachments import handing_out
from desk.attachments.handing_out import FileState, NotHandedOut
from desk.attachments.model import Attachment
from desk.desk import Desk

#: Telegram shrinks what is sent as a photo, which costs a scanned paper its small print; one of so few bytes was
#: shrunk before, as every photo that came by Telegram.
PHOTO_BYTES = 1024 * 1024
_PHOTOS = ("image/jpeg", "image/png")
#: Seconds for each step of a large file on a slow line, well below the time after which a delivery counts as lost.
_WITHIN = 60.0


class FileGone(Exception):
    """The file is no longer kept: what people sent is forgotten after its time, and what the scanner finds at once."""


class FileWaits(Exception):
    """The file is not looked through yet; nothing of it was sent."""


async def send_file(desk: Desk, bot: Bot, chat: str, attachment_id: str) -> str:
    """Send one file to a chat; returns Telegram's id of the message.

    Raises FileGone, FileWaits and what Telegram raises.
    """
    try:
        found = await in_thread(_open, desk, attachment_id)
    except NotHandedOut as held_back:
        raise (FileWaits if held_back.state is FileState.BEING_CHECKED else FileGone) from None
    if found is None:
        raise FileGone
    file, data = found
    if file.media_type in _PHOTOS and file.size <= PHOTO_BYTES:
        try:
            return _id(
                await bot.send_photo(chat, data, filename=file.name, write_timeout=_WITHIN, read_timeout=_WITHIN)
            )
        except BadRequest as error:
            if not _is_no_photo(error):
                raise
    return _id(await bot.send_document(chat, data, filename=file.name, write_timeout=_WITHIN, read_timeout=_WITHIN))


def _is_no_photo(error: BadRequest) -> bool:
    """Whether Telegram cannot show it as a photo, being too long or too narrow; then it was not sent."""
    reason = error.message.lower()
    return "photo" in reason or "image" in reason


def _open(desk: Desk, attachment_id: str) -> tuple[Attachment, bytes] | None:
    with desk.store.reading() as session:
        return handing_out.open_file(session, attachment_id, only_scanned=desk.scanner is not None)


def _id(message: Message) -> str:
    return str(message.message_id)
