"""Telegram within the harness: updates of people go in, what the bot sends is seen as it comes, and calls go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from aiohttp import web
from lo_bot_api_emulator import updates

from bot.markup import without_tags
from tests.e2e.telegram_emulator import TOKEN, Emulator, Fault, free_port

#: Seconds between two tries to post what a webhook did not take. Telegram tries again too, the emulator does not.
POST_AGAIN_EVERY = 0.5


Emulated = TypeVar("Emulated", bound="Telegram")


@dataclass(frozen=True)
class Arrived:
    """A message that Telegram took from the bot; ``id`` is Telegram's."""

    chat: int
    id: int
    text: str
    buttons: dict[str, str]


@dataclass(frozen=True)
class Trouble:
    """How often a send goes wrong, each as a share of all: 429, 502, the connection cut before or after it counted.

    ``elsewhere``: how often every other call, such as for updates, is answered with 502.
    """

    slower: float = 0.002
    bad_gateway: float = 0.002
    cut_untaken: float = 0.001
    cut_taken: float = 0.001
    elsewhere: float = 0.005


class Telegram(Emulator):
    """The third-party emulator, run in the harness's own event loop so that it costs little beside the desk."""

    def __init__(self, rng: random.Random, trouble: Trouble) -> None:
        super().__init__()
        self._rng = rng
        self._trouble = trouble
        self._listeners: dict[int, Callable[[Arrived], None]] = {}
        self._next_update = 1
        self._message_ids = iter(range(1_000_000, 100_000_000))
        self._posting: set[asyncio.Task[Any]] = set()
        self.arrived: list[Arrived] = []
        self.wrong: Counter[str] = Counter()

    def listen(self, chat: int, listener: Callable[[Arrived], None]) -> None:
        """Have each message that arrives in a chat told."""
        self._listeners[chat] = listener

    def say(self, chat: int, text: str, **more: Any) -> int:
        """Somebody writes; returns the update's id."""
        return self._put({"message": self._message(chat, text=text, **more)})

    def command(self, chat: int, name: str, argument: str = "") -> int:
        entity = {"type": "bot_command", "offset": 0, "length": len(name) + 1}
        return self.say(chat, f"/{name} {argument}".strip(), entities=[entity])

    def reply(self, chat: int, text: str, to: Arrived) -> int:
        """Somebody replies to a message of the bot, which Telegram quotes as it is read, without its marks."""
        replied = {**self._message(chat, text=without_tags(to.text)), "message_id": to.id}
        return self.say(chat, text, reply_to_message=replied)

    def press(self, chat: int, data: str, message_id: int) -> int:
        query = {
            "id": f"query-{next(self._message_ids)}",
            "chat_instance": "1",
            "data": data,
            "from": self._person(chat),
            "message": {**self._message(chat), "message_id": message_id},
        }
        return self._put({"callback_query": query})

    async def post_again(self) -> None:
        """Post to the webhook what it did not take, until cancelled."""
        while True:
            await asyncio.sleep(POST_AGAIN_EVERY)
            with contextlib.suppress(OSError, asyncio.TimeoutError):
                await self.deliver_updates(token=TOKEN)

    def _put(self, update: dict[str, Any]) -> int:
        number = self._next_update
        self._next_update += 1
        # Posting to a webhook waits for its answer; people do not. Tasks begin in the order in which they are made.
        task = asyncio.get_running_loop().create_task(self.enqueue_update({**update, "update_id": number}, token=TOKEN))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)
        return number

    def _message(self, chat: int, **more: Any) -> dict[str, Any]:
        known = {"message_id": next(self._message_ids), "date": int(time.time())}
        return {**known, "chat": {"id": chat, "type": "private"}, "from": self._person(chat), **more}

    def _person(self, chat: int) -> dict[str, Any]:
        return {"id": chat, "is_bot": False, "first_name": f"No. {chat}", "language_code": "vi"}

    async def _fault_of(self, request: web.Request, method: str) -> dict[str, Any] | None:
        kinds: dict[str, tuple[float, dict[str, Any]]] = {
            "429": (self._trouble.slower, {"status": 429, "parameters": {"retry_after": 1}}),
            "502": (self._trouble.bad_gateway, {"status": 502}),
            "cut, not taken": (self._trouble.cut_untaken, {"status": 0}),
            "cut, taken": (self._trouble.cut_taken, {"status": 0, "taken": True}),
        }
        if method != "sendMessage":
            kinds = {"502 to another call": (self._trouble.elsewhere, {"status": 502})}
        drawn = self._rng.random()
        for name, (share, fault) in kinds.items():
            if drawn < share:
                self.wrong[name] += 1
                return {**asdict(Fault(method, description=name)), **fault}
            drawn -= share
        return None

    def _note(self, request: web.Request, fields: dict[str, Any], status: int, result: Any) -> None:
        if request.match_info["method"] != "sendMessage" or status != 200 or result is None:
            return
        rows = json.loads(fields.get("reply_markup") or "{}").get("inline_keyboard", [])
        buttons = {button["text"]: button["callback_data"] for row in rows for button in row}
        chat = int(fields["chat_id"])
        arrived = Arrived(chat, result["message_id"], fields["text"], buttons)
        self.arrived.append(arrived)
        listener = self._listeners.get(chat)
        if listener is not None:
            listener(arrived)


@asynccontextmanager
async def telegram(rng: random.Random, trouble: Trouble) -> AsyncIterator[tuple[Telegram, str]]:
    """A Telegram and its address, for as long as the block lasts."""
    async with serving(Telegram(rng, trouble)) as running:
        yield running


@asynccontextmanager
async def serving(emulator: Emulated) -> AsyncIterator[tuple[Emulated, str]]:
    """This Telegram and its address, for as long as the block lasts."""
    updates.KINDS.update(("edited_message", "my_chat_member"))
    # A bot that is killed while it is answered is what is wanted here, and no error of this server.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    runner = web.AppRunner(emulator.app(), access_log=None, handler_cancellation=False)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    posting = asyncio.create_task(emulator.post_again())
    try:
        yield emulator, f"http://127.0.0.1:{port}"
    finally:
        posting.cancel()
        await runner.cleanup()
