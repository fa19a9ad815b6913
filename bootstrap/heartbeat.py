"""Signs of life of processes that serve no port: a file that is touched while the process works."""

from __future__ import annotations

import datetime as dt
import time
from contextlib import suppress
from pathlib import Path

from bootstrap.settings import Settings

ALIVE_FOR = 10.0


def path_of(settings: Settings, process: str) -> Path:
    return settings.run_dir / f"{process}.alive"


def beat(settings: Settings, process: str) -> None:
    """A sign of this process; one replica of several gives it under its own name, such as bot-2."""
    is_replica = settings.instance.startswith(f"{process}-")
    path = path_of(settings, settings.instance if is_replica else process)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def forget(settings: Settings, process: str) -> None:
    """A process that is started anew must give its own signs: those of the one before say nothing of it."""
    path_of(settings, process).unlink(missing_ok=True)


def last_sign(settings: Settings, process: str) -> dt.datetime | None:
    """When the process, or one of its replicas, last gave a sign; None where none ever did on this machine."""
    signs = [path_of(settings, process), *settings.run_dir.glob(f"{process}-*.alive")]
    moments = []
    for sign in signs:
        with suppress(FileNotFoundError):
            moments.append(dt.datetime.fromtimestamp(sign.stat().st_mtime, dt.UTC))
    return max(moments, default=None)


def is_alive(settings: Settings, process: str) -> bool:
    """Whether the process gave a sign within the last ten seconds."""
    try:
        return time.time() - path_of(settings, process).stat().st_mtime < ALIVE_FOR
    except FileNotFoundError:
        return False
