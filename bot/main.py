"""The process of the Telegram door: its settings, its watch, and its end when it is asked to."""

from __future__ import annotations

import asyncio
import logging
import os
import signal

import uvloop

from bootstrap.assembly import open_desk
from bootstrap.lease import Lease
from bootstrap.logs import set_up_logging
from bootstrap.secret_settings import secret_values
from bootstrap.settings import BadSetting, Settings, read_settings
from bootstrap.watch import Watch, watched
from bot.connection import make_bot
from bot.serving import serve
from bot.threads import in_thread
from desk.system import reachable

log = logging.getLogger(__name__)

BEAT_EVERY = 2.0


def main() -> None:
    try:
        settings = checked(read_settings())
        set_up_logging(settings.log_format, hidden=secret_values(settings))
        with watched(settings, "bot") as watch:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                ended = runner.run(run(settings, watch))
    except BadSetting as error:
        raise SystemExit(str(error)) from None
    if not ended:
        log.warning("something in hand did not end in time; another takes it up")
        logging.shutdown()
        os._exit(0)  # a thread that still waits for the dialogue would keep the process from ending


def checked(settings: Settings) -> Settings:
    """The settings where the bot can use them; raises BadSetting."""
    if settings.telegram_mode == "webhook" and not settings.telegram_webhook_url:
        raise BadSetting("TELEGRAM_WEBHOOK_URL is needed when TELEGRAM_MODE is webhook.")
    return settings


async def run(settings: Settings, watch: Watch) -> bool:
    """Run until SIGTERM or SIGINT; False when something in hand did not end in time."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        # Only what is posted to comes through a proxy, which needs a moment to notice. Asked again, it ends at once.
        waits = settings.telegram_mode == "webhook" and not watch.is_draining
        watch.draining()
        loop.call_later(settings.drain_seconds if waits else 0, ending.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    beating = asyncio.create_task(_beat(watch))
    try:
        if settings.telegram_bot_token is None:
            log.info("Telegram is not connected, because TELEGRAM_BOT_TOKEN is not set.")
            await ending.wait()
            return True
        bot = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
        desk, connected = open_desk(settings, observer=watch.metrics, takes_work=True), asyncio.Event()
        watch.ready_when("telegram", connected.is_set)
        watch.ready_when("store", lambda: reachable.answers(desk.store))
        lease = Lease(desk, "bot")
        await in_thread(lease.begin)
        try:
            return await serve(desk, bot, settings, ending, connected.set, lambda: lease.alike)
        finally:
            await in_thread(lease.end)
            await bot.shutdown()
    finally:
        beating.cancel()


async def _beat(watch: Watch) -> None:
    while True:
        watch.beat()
        await asyncio.sleep(BEAT_EVERY)


if __name__ == "__main__":
    main()
