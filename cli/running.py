"""Which `customs run` is at work on this machine's VAR_DIR: its process and how many replicas it keeps."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bootstrap.settings import Settings


@dataclass(frozen=True)
class Running:
    """A supervisor that is alive."""

    pid: int
    replicas: int


def found(settings: Settings) -> Running | None:
    """The supervisor that is at work, or None."""
    try:
        told = json.loads(_path(settings).read_text())
        os.kill(told["pid"], 0)
    except (FileNotFoundError, ProcessLookupError, json.JSONDecodeError):
        return None
    except PermissionError:
        pass  # it is another user's, and alive
    return Running(told["pid"], told["replicas"])


def as_run(settings: Settings) -> Settings:
    """The settings with as many replicas as really run, where `customs run` was told another number."""
    supervisor = found(settings)
    return settings.model_copy(update={"replicas": supervisor.replicas}) if supervisor is not None else settings


@contextmanager
def noted(settings: Settings) -> Iterator[None]:
    """While this block runs, this process is the supervisor."""
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    _path(settings).write_text(json.dumps({"pid": os.getpid(), "replicas": settings.replicas}))
    try:
        yield
    finally:
        _path(settings).unlink(missing_ok=True)


def _path(settings: Settings) -> Path:
    return settings.run_dir / "supervisor.json"
