"""Secrets that the desk makes for itself and keeps in a file beside its other data."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in this file, which only the desk's user reads; made where there is none yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        descriptor, fresh = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # whole or not at all, and the first of two processes wins
        os.unlink(fresh)
    return path.read_text().strip()
