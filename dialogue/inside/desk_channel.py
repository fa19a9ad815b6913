"""The channel by which the desk talks with Rasa; run by Rasa's own Python, of which nothing of the desk is a part."""

from __future__ import annotations

import asyncio
import gc
from asyncio import Queue
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import QueueOutputChannel, RestInput
from sanic import Blueprint

log = structlog.get_logger()

#: Turns of the event loop that it takes from a reply's being put into the queue to its being on the wire.
_UNTIL_WRITTEN = 3


class AtOnce(QueueOutputChannel):  # type: ignore[misc]  # Rasa is in its own environment
    """Lets a reply out before Rasa goes on with the turn, which it does without a pause until the turn is kept."""

    async def _persist_message(self, message: dict[str, Any]) -> None:
        await super()._persist_message(message)
        for _ in range(_UNTIL_WRITTEN):
            await asyncio.sleep(0)


class DeskChannel(RestInput):  # type: ignore[misc]  # as above
    """Rasa's REST channel, whose stream (`?stream=true`) brings each reply, a line of JSON, as soon as it is said.

    And ends it where the turn failed, too: Rasa's own leaves its caller waiting for ever.
    """

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        found: Blueprint = super().blueprint(on_new_message)
        # By then the model is loaded, and stays: looking through all of it for garbage holds everything up.
        found.listener("after_server_start")(lambda *_: gc.freeze())
        return found

    @staticmethod
    async def on_message_wrapper(
        on_new_message: Callable[[UserMessage], Awaitable[Any]],
        text: str,
        queue: Queue[Any],
        sender_id: str,
        input_channel: str,
        metadata: dict[str, Any] | None,
    ) -> None:
        try:
            message = UserMessage(text, AtOnce(queue), sender_id, input_channel=input_channel, metadata=metadata)
            await on_new_message(message)
        except Exception:  # as the channel does it where nothing is streamed, but what a person wrote is not logged
            log.exception("rest.message.received.failure")
        finally:
            await queue.put("DONE")
