"""The Telegram door at work: receives updates, works on them and carries replies, all at once, until it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot

from bootstrap.settings import Settings
from bot.connection import connect, receive, show_menu
from bot.courier import Courier
from bot.patience import until_done
from bot.threads import in_thread
from bot.worker import Worker
from desk.desk import Desk

log = logging.getLogger(__name__)

#: Seconds that the bot has, when it is asked to end, to finish what is in hand.
FINISH_WITHIN = 10.0


async def serve(
    desk: Desk, bot: Bot, settings: Settings, ending: asyncio.Event, connected: Callable[[], None] = lambda: None
) -> bool:
    """Connect, then receive, work and carry at once until ``ending``; then finish what is in hand.

    ``connected`` is called when updates can come: Telegram is reached, and where it posts, the webhook listens.
    False when that did not end in time. A part that breaks ends the whole, so that the supervisor starts it anew.
    """
    await _until(ending, connect(bot))
    if ending.is_set():
        return True
    log.info("connected to Telegram as @%s", bot.username)
    courier = Courier(desk, bot)
    worker = Worker(desk, bot, replied=courier.hands.wake)
    if settings.telegram_mode == "polling":
        await _until(ending, _tidy_up(worker, courier))
    hands = (worker.hands, courier.hands)
    at_work = [asyncio.create_task(each.run()) for each in hands]
    try:
        await _until(
            ending,
            receive(desk, bot, settings, worker.hands.wake, connected),
            courier.settle_lost(),
            show_menu(bot, desk.texts),
            *(_watch(task) for task in at_work),
        )
    finally:
        for each in hands:
            each.stop()
    try:
        async with asyncio.timeout(FINISH_WITHIN):
            await asyncio.gather(*at_work)
            await asyncio.gather(*(each.finish() for each in hands))
    except TimeoutError:
        return False
    return True


async def _tidy_up(worker: Worker, courier: Courier) -> None:
    """See to what the bot before this one dropped. Telegram lets only one bot poll, so nobody else has it in hand."""

    async def look() -> None:
        updates, sends = await in_thread(worker.take_back_dropped), await in_thread(courier.settle_dropped)
        if updates or sends:
            log.info("taken up again after the last stop: %d updates; perhaps sent: %d messages", updates, sends)

    await until_done("looking for what was dropped", look, SQLAlchemyError)


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
