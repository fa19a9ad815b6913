"""The processes of the desk: how each is started, and how one knows that it is well."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from bootstrap.condition import HEALTH
from bootstrap.heartbeat import is_alive
from bootstrap.settings import PROJECT, Settings
from dialogue import serving


@dataclass(frozen=True)
class Process:
    """``health`` is an address that answers 200 when the process is well; None where a sign of life tells."""

    #: The process, or one replica of it: rasa, rasa-2.
    name: str
    command: Callable[[Settings], list[str]]
    environment: Callable[[Settings], dict[str, str]]
    health: Callable[[Settings], str] | None = None

    @property
    def kind(self) -> str:
        """Which process it is, whichever replica."""
        return self.name.partition("-")[0]


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
    Process(
        "knowledge",
        _module("bootstrap.knowledge_process"),
        environment,
        health=HEALTH["knowledge"],
    ),
    Process("actions", _module("actions.main"), environment, health=HEALTH["actions"]),
    Process(
        "rasa",
        lambda settings: serving.serve_command(
            PROJECT,
            settings.var_dir,
            settings.rasa_python,
            settings.rasa_port,
            host=settings.host,
            token=token(settings),
        ),
        lambda settings: serving.serve_environment(settings.var_dir, settings.actions_url),
        health=HEALTH["rasa"],
    ),
    Process(
        "console",
        _module("console.main"),
        environment,
        health=HEALTH["console"],
    ),
    Process("bot", _module("bot.main"), environment),
    Process("clock", _module("clock.main"), environment),
)


def token(settings: Settings) -> str | None:
    return settings.rasa_token.get_secret_value() if settings.rasa_token else None


def is_healthy(process: Process, settings: Settings) -> bool:
    """Whether the process is well now."""
    if process.health is None:
        return is_alive(settings, process.name)
    try:
        return httpx.get(process.health(settings), timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
