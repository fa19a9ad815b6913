"""The bot's connection to Telegram: made patiently, polling or posted to, with its menu of commands."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from functools import partial

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bootstrap.settings import Settings
from bot.inbox import ALLOWED_UPDATES, poll
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


async def receive(desk: Desk, bot: Bot, settings: Settings, stored: Callable[[], None]) -> None:
    """Take updates in the way that the settings say until cancelled; ``stored`` is called when some are committed."""
    if settings.telegram_mode == "webhook":
        await _be_posted(desk, bot, settings, stored)
    else:
        await until_done("deleting the webhook", bot.delete_webhook, TelegramError)
        await poll(desk, bot, stored)


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


async def _be_posted(desk: Desk, bot: Bot, settings: Settings, stored: Callable[[], None]) -> None:
    """Listen first and only then tell Telegram where."""
    secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
    app = create_app(desk, path_of(settings.telegram_webhook_url), secret, stored, Outage(desk, bot))
    server = Server(app, settings.host, settings.webhook_port)
    serving = asyncio.create_task(server.serve())
    try:
        await server.listening.wait()
        set_webhook = partial(
            bot.set_webhook, settings.telegram_webhook_url, secret_token=secret, allowed_updates=ALLOWED_UPDATES
        )
        await until_done("setting the webhook", set_webhook, TelegramError)
        await asyncio.shield(serving)
        raise RuntimeError("the webhook's server has stopped")
    finally:
        server.should_exit = True
        await serving
