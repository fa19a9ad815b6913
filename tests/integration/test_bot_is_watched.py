"""The bot's process as its watch shows it: ready once Telegram can bring updates, draining when it is asked to end."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bootstrap.settings import Settings
from bootstrap.watch import Watch
from bot.main import run
from tests.e2e.telegram_emulator import TOKEN, Telegram, free_port, running_emulator


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    with running_emulator() as telegram:
        yield telegram


@pytest.fixture
def settings_of(store_template: Path, tmp_path: Path) -> Callable[..., Settings]:
    """Settings over a migrated store of the test's own."""
    store = Path(shutil.copy(store_template, tmp_path / "desk.sqlite"))
    return lambda **more: Settings(_env_file=None, var_dir=tmp_path, database_url=f"sqlite:///{store}", **more)


@pytest.fixture
def watch() -> Watch:
    return Watch("bot")


async def eventually(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(look):  # noqa: ASYNC110 - it happens in other tasks and in another process
            await asyncio.sleep(0.02)


def ask_to_end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


async def test_it_is_ready_when_telegram_is_reached(
    watch: Watch, telegram: Telegram, settings_of: Callable[..., Settings]
) -> None:
    running = asyncio.create_task(run(settings_of(telegram_bot_token=TOKEN, telegram_api_url=telegram.url), watch))
    await eventually(lambda: watch.readiness().is_well)
    assert watch.checked() == {"telegram": "", "store": ""}
    ask_to_end()
    assert await running


async def test_it_is_alive_and_not_ready_while_telegram_is_not_reached(
    watch: Watch, settings_of: Callable[..., Settings]
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    running = asyncio.create_task(run(settings_of(telegram_bot_token=TOKEN, telegram_api_url=nowhere), watch))
    await eventually(lambda: watch.health().is_well and bool(watch.checked()))
    assert watch.readiness().reasons == {"telegram": "not now"}
    ask_to_end()
    assert await running


async def test_behind_a_webhook_it_goes_on_taking_updates_while_a_proxy_takes_it_out(
    watch: Watch, telegram: Telegram, settings_of: Callable[..., Settings]
) -> None:
    port = free_port()
    settings = settings_of(
        telegram_bot_token=TOKEN,
        telegram_api_url=telegram.url,
        telegram_mode="webhook",
        telegram_webhook_url=f"http://127.0.0.1:{port}/telegram",
        telegram_webhook_secret="s3cret-of-tests",
        webhook_port=port,
        drain_seconds=30,
    )
    running = asyncio.create_task(run(settings, watch))
    await eventually(lambda: watch.readiness().is_well)
    ask_to_end()
    await eventually(lambda: watch.is_draining)
    assert set(watch.readiness().reasons) == {"draining"}
    _, writer = await asyncio.open_connection("127.0.0.1", port)  # it listens still
    writer.close()
    assert not running.done()
    ask_to_end()  # asked again it ends at once
    assert await running


async def test_without_a_token_it_has_nothing_to_wait_for(watch: Watch, settings_of: Callable[..., Settings]) -> None:
    running = asyncio.create_task(run(settings_of(telegram_bot_token=None), watch))
    await eventually(lambda: watch.readiness().is_well)
    ask_to_end()
    assert await running
