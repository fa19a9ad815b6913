"""The processes of the desk: how each is started, and how one knows that it is well."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from bootstrap.settings import Settings


@dataclass(frozen=True)
class Process:
    """One process, and how it is started."""

    name: str
    command: Callable[[Settings], list[str]]
    environment: Callable[[Settings], dict[str, str]]

    def ready(self, settings: Settings) -> str:
        """The address that answers 200 while the process takes work."""
        return f"http://{settings.reached_at}:{settings.watch_port(self.name)}/ready"


def _module(name: str) -> Callable[[Settings], list[str]]:
    return lambda _settings: [sys.executable, "-m", name]


def environment(settings: Settings) -> dict[str, str]:
    """What every process of ours is given, so that all have the same settings."""
    return {
        **os.environ,
        "VAR_DIR": str(settings.var_dir),
        "PYTHONUNBUFFERED": "1",
        "TOKENIZERS_PARALLELISM": "false",
        # Threads of a computation that wait sleep, instead of burning the cores that others need.
        "OMP_WAIT_POLICY": "PASSIVE",
    }


PROCESSES: tuple[Process, ...] = (
    Process("knowledge", _module("bootstrap.knowledge_process"), environment),
    Process("actions", _module("actions.main"), environment),
    Process("rasa", _module("bootstrap.rasa_process"), environment),
    Process("console", _module("console.main"), environment),
    Process("bot", _module("bot.main"), environment),
    Process("clock", _module("clock.main"), environment),
)


def is_healthy(process: Process, settings: Settings) -> bool:
    """Whether the process takes work now."""
    try:
        return httpx.get(process.ready(settings), timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
