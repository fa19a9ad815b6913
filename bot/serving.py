"""The Telegram door at work: receives updates, works on them and carries replies, all at once, until it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Bot

from bootstrap.settings import Settings
from bot.connection import connect, fetch, posted_to, show_menu
from bot.courier import Courier
from bot.floods import note_floods
from bot.pace import Pace
from bot.worker import Worker
from desk.desk import Desk

log = logging.getLogger(__name__)

#: Seconds that the bot has, when it is asked to end, to finish what is in hand.
FINISH_WITHIN = 10.0


async def serve(
    desk: Desk,
    bot: Bot,
    settings: Settings,
    ending: asyncio.Event,
    connected: Callable[[], None] = lambda: None,
    sharers: Callable[[], int] = lambda: 1,
) -> bool:
    """Connect, then receive, work and carry at once until ``ending``; then finish what is in hand.

    ``connected`` is called when updates can come: Telegram is reached, and where it posts, the webhook listens.
    False when that did not end in time. A part that breaks ends the whole, so that the supervisor starts it anew.
    ``sharers``: how many processes serve this bot now, this one among them.
    """
    await _until(ending, connect(bot))
    if ending.is_set():
        return True
    log.info("connected to Telegram as @%s", bot.username)
    courier = Courier(desk, bot, Pace(sharers=sharers))
    worker = Worker(desk, bot, replied=courier.hands.wake)
    if settings.telegram_mode == "polling":
        return await _work(desk, bot, worker, courier, ending, fetch(desk, bot, worker.hands, connected))
    # Posts are taken until all else is done: what comes meanwhile is stored, and worked on by another or later.
    async with posted_to(desk, bot, settings, worker.hands, connected) as announce:
        return await _work(desk, bot, worker, courier, ending, announce())


async def _work(
    desk: Desk,
    bot: Bot,
    worker: Worker,
    courier: Courier,
    ending: asyncio.Event,
    receiving: Coroutine[Any, Any, None],
) -> bool:
    """Work and carry beside what receives, until ``ending``; False when what was in hand then did not end in time."""
    at_work = [asyncio.create_task(each.run()) for each in (worker.hands, courier.hands)]
    try:
        await _until(
            ending,
            receiving,
            courier.settle_lost(),
            note_floods(desk, told=courier.hands.wake),
            show_menu(bot, desk.texts),
            *(_watch(task) for task in at_work),
        )
    finally:
        worker.hands.stop()
        courier.stop()
    try:
        async with asyncio.timeout(FINISH_WITHIN):
            await asyncio.gather(*at_work)
            await asyncio.gather(worker.hands.finish(), courier.hands.finish())
    except TimeoutError:
        return False
    return True


async def _until(ending: asyncio.Event, *work: Coroutine[Any, Any, None]) -> None:
    """Do these at once until ``ending`` or until all are done; what is not done is cancelled. Raises their errors."""
    ended = asyncio.create_task(ending.wait())
    tasks = {asyncio.create_task(each) for each in work}
    pending: set[asyncio.Task[Any]] = set(tasks)
    try:
        while pending and not ended.done():
            done, _ = await asyncio.wait({ended, *pending}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {ended}:
                task.result()
            pending -= done
    finally:
        for task in (ended, *tasks):
            task.cancel()
        await asyncio.gather(ended, *tasks, return_exceptions=True)


async def _watch(task: asyncio.Task[None]) -> None:
    """Share a task's error without being able to cancel it."""
    await asyncio.shield(task)
