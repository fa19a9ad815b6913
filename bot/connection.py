"""The bot's connection to Telegram: made patiently, polling or posted to, with its menu of commands."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bootstrap.settings import Settings
from bot.inbox import ALLOWED_UPDATES, Receiver, poll
from bot.outage import Outage
from bot.patience import until_done
from bot.requests import PlainRequest
from bot.webhook import Server, create_app, path_of
from desk.conversations.commands import MENU
from desk.desk import Desk
from desk.guidance.record import LANGUAGES
from desk.texts import Texts

log = logging.getLogger(__name__)

CONNECTIONS = 48


def make_bot(token: str, api_url: str) -> Bot:
    """A bot that is not connected yet; ``api_url`` is without a trailing slash."""
    # Asks python-telegram-bot for spans of time as such; without it every RetryAfter warns that it will do so.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=PlainRequest(
            connection_pool_size=CONNECTIONS, connect_timeout=5, read_timeout=15, write_timeout=10, pool_timeout=10
        ),
        get_updates_request=PlainRequest(connection_pool_size=1, connect_timeout=5, pool_timeout=10),
    )


async def connect(bot: Bot) -> None:
    """Learn who the bot is, however long Telegram cannot be reached."""
    await until_done("asking Telegram who the bot is", bot.initialize, TelegramError)


async def fetch(desk: Desk, bot: Bot, work: Receiver, connected: Callable[[], None]) -> None:
    """Poll for updates until cancelled, and have them worked on; ``connected`` is called once before."""
    await until_done("deleting the webhook", bot.delete_webhook, TelegramError)
    connected()
    await poll(desk, bot, work)


@asynccontextmanager
async def posted_to(
    desk: Desk, bot: Bot, settings: Settings, work: Receiver, connected: Callable[[], None]
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, None]]]:
    """Listen for updates for as long as the block lasts; yields what tells Telegram where, and then watches.

    ``connected`` is called when it listens. At the end of the block no connection is taken any more, and what is being
    posted is stored and answered first.
    """
    secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
    outage = Outage(desk, bot)
    app = create_app(desk, path_of(settings.telegram_webhook_url), secret, work, outage)
    server = Server(app, settings.host, settings.webhook_port, settings.trusted_proxies)
    serving = asyncio.create_task(server.serve())

    async def announce() -> None:
        connected()
        set_webhook = partial(
            bot.set_webhook, settings.telegram_webhook_url, secret_token=secret, allowed_updates=ALLOWED_UPDATES
        )
        await until_done("setting the webhook", set_webhook, TelegramError)
        await asyncio.shield(serving)
        raise RuntimeError("the webhook's server has stopped")

    listening = asyncio.create_task(server.listening.wait())
    try:
        await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        yield announce
    finally:
        listening.cancel()
        server.should_exit = True
        await serving


async def show_menu(bot: Bot, texts: Texts) -> None:
    """Give Telegram the menu in every language, Vietnamese where it knows no better; it is no harm when that fails."""
    try:
        for language in LANGUAGES:
            commands = [BotCommand(name, texts.say(f"menu.{name}", language)) for name in MENU]
            await bot.set_my_commands(commands, language_code=language)
            if language == "vi":
                await bot.set_my_commands(commands)
    except TelegramError as error:
        log.warning("the menu of commands could not be set: %s", type(error).__name__)
