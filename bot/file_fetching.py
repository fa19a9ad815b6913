"""Fetching a file that came with an update and keeping it, before the desk acts and with no transaction open."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.threads import in_thread
from desk.attachments import intake
from desk.attachments import service as attachments
from desk.attachments.service import FileRefused, Upload
from desk.conversations.incoming import Incoming
from desk.desk import Desk
from desk.people import telegram_link

#: Seconds for one file. With what is done to it afterwards (desk/apart/, scanner/) the update is mostly finished before
#: it counts as lost (desk/conversations/inbox.py); if not, another finds the file kept, or fetches it once more.
FETCH_WITHIN = 45.0


class NotFetched(Exception):
    """Telegram did not hand the file out this time; trying again may help."""


class FileFetcher:
    """Fetches each file once: what is kept for an update already is not fetched again."""

    def __init__(self, desk: Desk, bot: Bot) -> None:
        self._desk = desk
        self._bot = bot

    async def fetch(self, update_id: int, incoming: Incoming, *, is_last_attempt: bool) -> Incoming:
        """Keep the update's file; returns the incoming, with ``refused`` where the file is not taken.

        Raises NotFetched; at the last attempt the desk goes on without the file instead, and says so.
        """
        if not incoming.files or await in_thread(self._is_kept, update_id):
            return incoming
        (offered,) = incoming.files  # Telegram sends an album as messages of one file each
        try:
            if offered.size is not None and offered.size > self._desk.rules.files.file_bytes:
                raise FileRefused("files.too_large", offered.name)
            data = await self._download(offered.reference, offered.name)
            await in_thread(self._take, update_id, incoming, Upload(offered.name, data))
        except NotFetched:
            if not is_last_attempt:
                raise
            return replace(incoming, refused="files.not_fetched", refused_name=offered.name)
        except FileRefused as refused:
            if refused.for_now and not is_last_attempt:
                raise NotFetched(refused.reason) from refused
            return replace(incoming, refused=refused.reason, refused_name=refused.name)
        return incoming

    async def _download(self, file_id: str, name: str) -> bytes:
        try:
            async with asyncio.timeout(FETCH_WITHIN):
                file = await self._bot.get_file(file_id)
                if (file.file_size or 0) > self._desk.rules.files.file_bytes:
                    raise FileRefused("files.too_large", name)
                return bytes(await file.download_as_bytearray())
        except BadRequest as error:
            too_big = "too big" in error.message.lower()
            raise FileRefused("files.too_large" if too_big else "files.not_fetched", name) from error
        except (TelegramError, httpx.HTTPError, TimeoutError) as error:
            raise NotFetched(type(error).__name__) from error

    def _is_kept(self, update_id: int) -> bool:
        with self._desk.store.reading() as session:
            return bool(attachments.of_update(session, update_id))

    def _take(self, update_id: int, incoming: Incoming, upload: Upload) -> None:
        desk = self._desk
        with desk.store.reading() as session:
            room = self._room(session, incoming)
            officer = telegram_link.officer_of_telegram(session, incoming.user)
            sender = officer.actor if officer is not None else "person"
        files = intake.take(desk, [upload], sender, room=room, full="files.chat_full")
        with desk.store.writing() as session:
            room = self._room(session, incoming)
            attachments.keep_all(session, files, desk.now(), room=room, full="files.chat_full", update_id=update_id)

    def _room(self, session: Session, incoming: Incoming) -> int:
        desk = self._desk
        return attachments.room_in_chat(session, desk.rules.files, incoming.channel, incoming.chat, desk.now())
