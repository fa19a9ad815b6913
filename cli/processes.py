"""The processes of the desk: how each is started, and how one knows that it is well."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import httpx

from bootstrap import inside
from bootstrap.settings import Settings


@dataclass(frozen=True)
class Process:
    """One process, and how it is started; ``ready`` is an address that answers 200 while it takes work."""

    #: The process, or one replica of it: rasa, rasa-2.
    name: str
    command: Callable[[Settings], list[str]]
    environment: Callable[[Settings], dict[str, str]]
    ready: Callable[[Settings], str]

    @property
    def kind(self) -> str:
        """Which process it is, whichever replica."""
        return self.name.partition("-")[0]


def environment(settings: Settings) -> dict[str, str]:
    """What every process of ours is given, so that all have the same settings."""
    return {
        **os.environ,
        "VAR_DIR": str(settings.var_dir),
        "PYTHONUNBUFFERED": "1",
        "TOKENIZERS_PARALLELISM": "false",
        # Threads of a computation that wait sleep, instead of burning the cores that others need. Those of numpy's
        # OpenBLAS cannot: its second thread burnt a third of a core to save nothing on products as small as ours.
        "OMP_WAIT_POLICY": "PASSIVE",
        "OPENBLAS_NUM_THREADS": "1",
        # What one thread gave back another can have: with an arena for each of many threads a process grows for hours.
        "MALLOC_ARENA_MAX": "2",
    }


def _of_ours(name: str, module: str) -> Process:
    return Process(
        name,
        lambda _settings: [sys.executable, "-m", module],
        environment,
        lambda settings: f"http://{settings.reached_at}:{settings.watch_port(name)}/ready",
    )


PROCESSES: tuple[Process, ...] = (
    _of_ours("knowledge", "bootstrap.knowledge_process"),
    _of_ours("actions", "actions.main"),
    _of_ours("rasa", "bootstrap.rasa_process"),
    _of_ours("console", "console.main"),
    _of_ours("bot", "bot.main"),
    _of_ours("clock", "clock.main"),
)


@cache
def _asking() -> httpx.Client:
    """One for all questions: to make a client reads every certificate, which takes longer than a hundred questions.

    No connection is kept, for the process that it led to may be gone by the next question.
    """
    return httpx.Client(timeout=2, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def is_healthy(process: Process, settings: Settings) -> bool:
    """Whether the process takes work now."""
    try:
        return _asking().get(process.ready(settings), headers=inside.headers(settings)).status_code == 200
    except httpx.HTTPError:
        return False
