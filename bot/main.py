"""The process of the Telegram door: its settings, its sign of life, and its end when it is asked to."""

from __future__ import annotations

import asyncio
import logging
import os
import signal

from bootstrap.assembly import open_desk
from bootstrap.heartbeat import beat
from bootstrap.lease import Lease
from bootstrap.logs import set_up_logging
from bootstrap.settings import BadSetting, Settings, read_settings
from bot.connection import make_bot
from bot.serving import serve
from bot.threads import in_thread

log = logging.getLogger(__name__)

BEAT_EVERY = 2.0


def main() -> None:
    set_up_logging()
    try:
        settings = checked(read_settings())
    except BadSetting as error:
        raise SystemExit(str(error)) from None
    if not asyncio.run(run(settings)):
        log.warning("something in hand did not end in time; another takes it up")
        logging.shutdown()
        os._exit(0)  # a thread that still waits for the dialogue would keep the process from ending


def checked(settings: Settings) -> Settings:
    """The settings where the bot can use them; raises BadSetting."""
    if settings.telegram_mode == "webhook" and not settings.telegram_webhook_url:
        raise BadSetting("TELEGRAM_WEBHOOK_URL is needed when TELEGRAM_MODE is webhook.")
    return settings


async def run(settings: Settings) -> bool:
    """Run until SIGTERM or SIGINT; False when something in hand did not end in time."""
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ending.set)
    beating = asyncio.create_task(_beat(settings))
    try:
        if settings.telegram_bot_token is None:
            log.info("Telegram is not connected, because TELEGRAM_BOT_TOKEN is not set.")
            await ending.wait()
            return True
        bot = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
        desk = open_desk(settings, takes_work=True)
        lease = Lease(desk, "bot")
        await in_thread(lease.begin)
        try:
            return await serve(desk, bot, settings, ending, lambda: lease.alike)
        finally:
            await in_thread(lease.end)
            await bot.shutdown()
    finally:
        beating.cancel()


async def _beat(settings: Settings) -> None:
    while True:
        beat(settings, "bot")
        await asyncio.sleep(BEAT_EVERY)


if __name__ == "__main__":
    main()
