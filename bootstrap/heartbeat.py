"""Signs of life of processes that serve no port: a file that is touched while the process works."""

from __future__ import annotations

import datetime as dt
import logging
import time
from pathlib import Path

from bootstrap.settings import Settings

log = logging.getLogger(__name__)

ALIVE_FOR = 10.0


def path_of(settings: Settings, process: str) -> Path:
    return settings.run_dir / f"{process}.alive"


def beat(settings: Settings, process: str) -> None:
    """Give a sign; a disk that is full or away must not bring down a process that works."""
    path = path_of(settings, process)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        log.warning("the sign of life of %s cannot be written: %s", process, error.strerror)


def forget(settings: Settings, process: str) -> None:
    """A process that is started anew must give its own signs: those of the one before say nothing of it."""
    path_of(settings, process).unlink(missing_ok=True)


def last_sign(settings: Settings, process: str) -> dt.datetime | None:
    """When the process last gave a sign; None where it never did on this machine."""
    try:
        return dt.datetime.fromtimestamp(path_of(settings, process).stat().st_mtime, dt.UTC)
    except FileNotFoundError:
        return None


def is_alive(settings: Settings, process: str) -> bool:
    """Whether the process gave a sign within the last ten seconds."""
    try:
        return time.time() - path_of(settings, process).stat().st_mtime < ALIVE_FOR
    except FileNotFoundError:
        return False
