"""The servers of the other arms, each a process or two that listen on this machine and end with their block."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bootstrap.settings import PROJECT, Settings
from dialogue import serving, stores
from dialogue.model import model_path
from evaluation.faults.ports import free_port
from evaluation.speed.replies.arms import Posted
from evaluation.speed.replies.floor_model import trained_with_an_action

#: Seconds for the start of one: the script's first embeds all passages.
_START, _ENDING, _LOOK_EVERY = 1_800.0, 30.0, 0.2
#: Lines that are shown of a server that did not start.
_SHOWN = 5


class ServerFailed(Exception):
    """A server has ended, or did not become ready; the message says what it printed last."""


@asynccontextmanager
async def floor(settings: Settings, folder: Path, http: aiohttp.ClientSession) -> AsyncIterator[Posted]:
    """The desk's dialogue in a Rasa as the desk starts it, with an action for an enquiry that is done at once."""
    port = free_port()
    command = [sys.executable, "-m", "evaluation.speed.replies.instant_actions", str(port)]
    actions = f"http://127.0.0.1:{port}"
    model = await asyncio.to_thread(trained_with_an_action, settings, folder / "floor")
    async with (
        _running("actions", command, None, folder / "floor", f"{actions}/status", http),
        _rasa("floor", model, actions, settings, folder / "floor", http) as posted,
    ):
        yield posted


@asynccontextmanager
async def alone(settings: Settings, folder: Path, http: aiohttp.ClientSession) -> AsyncIterator[Posted]:
    """The desk's own dialogue model in a Rasa as the desk starts it; to an enquiry it calls no action."""
    model, nowhere = model_path(PROJECT, settings.var_dir), f"http://127.0.0.1:{free_port()}"
    async with _rasa("alone", model, nowhere, settings, folder / "alone", http) as posted:
        yield posted


@asynccontextmanager
async def selector(settings: Settings, model: Path, folder: Path, http: aiohttp.ClientSession) -> AsyncIterator[Posted]:
    """Rasa whose ResponseSelector picks the answer; it has no action to call."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    async with _rasa("selector", model, nowhere, settings, folder / "selector", http, tensorflow=True) as posted:
        yield posted


@asynccontextmanager
async def script(folder: Path, http: aiohttp.ClientSession) -> AsyncIterator[Posted]:
    """The question embedded and the nearest passage looked up, and nothing else."""
    port = free_port()
    command = [sys.executable, "-m", "evaluation.speed.replies.script", str(port)]
    address = f"http://127.0.0.1:{port}"
    async with _running("script", command, None, folder / "script", f"{address}/status", http):
        yield Posted("script", f"{address}/ask", http)


@asynccontextmanager
async def _rasa(
    name: str,
    model: Path,
    actions: str,
    settings: Settings,
    folder: Path,
    http: aiohttp.ClientSession,
    *,
    tensorflow: bool | None = None,
) -> AsyncIterator[Posted]:
    """A Rasa server as the desk starts its own, with a tracker store of the same kind, and no guard before it.

    ``tensorflow`` as in dialogue.serving.
    """
    port = free_port()
    command = serving.serve_command(
        PROJECT, settings.var_dir, settings.rasa_python, port, model=model, tensorflow=tensorflow
    )
    environment = serving.serve_environment(folder, actions)
    stores.prepare(stores.default_trackers(folder))
    address = f"http://127.0.0.1:{port}"
    async with _running("rasa", command, environment, folder, f"{address}/status", http):
        yield Posted(name, f"{address}/webhooks/rest/webhook", http)


@asynccontextmanager
async def _running(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str] | None,
    folder: Path,
    asked: str,
    http: aiohttp.ClientSession,
) -> AsyncIterator[None]:
    """A process for as long as the block lasts, ready when it answers at an address; raises ServerFailed."""
    log = folder / f"{name}.log"
    process = _started(command, environment, log)
    try:
        until = time.monotonic() + _START
        while not await _answers(http, asked):
            if process.poll() is not None or time.monotonic() > until:
                lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_SHOWN:]
                raise ServerFailed(f"{folder.name}: {name} did not start:\n" + "\n".join(lines))
            await asyncio.sleep(_LOOK_EVERY)
        yield
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, _ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _started(command: Sequence[str], environment: Mapping[str, str] | None, log: Path) -> subprocess.Popen[bytes]:
    """A process of Rasa's in a folder of its own, or one of ours, which gets our environment."""
    log.parent.mkdir(parents=True, exist_ok=True)
    folder = PROJECT if environment is None else log.parent
    with log.open("wb") as output:
        return subprocess.Popen(command, env=environment, cwd=folder, stdout=output, stderr=output)


async def _answers(http: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with http.get(address) as answer:
            return answer.ok
    except (aiohttp.ClientError, TimeoutError):
        return False
