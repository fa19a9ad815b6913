"""Notices that a file of a model is no longer what it was: a flipped bit among so many raises no error by itself."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)


def is_whole(folder: Path) -> bool:
    """Whether every file is what it was when its checksum was kept, or was first looked at: a quarter of a second."""
    try:
        sums = sums_of(folder)
    except OSError:
        return False
    try:
        kept = json.loads(_kept_in(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        keep_sums(folder, sums)  # of a model that was made before checksums were kept, or whose checksums are damaged
        return True
    return bool(kept == sums)


def sums_of(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file by its path in the folder."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def keep_sums(folder: Path, sums: Mapping[str, str]) -> None:
    """Keep what the files of a model are; without it a damage goes unnoticed, and the model is served all the same."""
    file = _kept_in(folder)
    fresh = file.with_suffix(f".{os.getpid()}")
    try:
        fresh.write_text(json.dumps(sums), encoding="utf-8")
        os.replace(fresh, file)
    except OSError as error:
        log.warning("The checksums of the model cannot be kept: %s.", error.strerror)
        fresh.unlink(missing_ok=True)


def _kept_in(folder: Path) -> Path:
    # Beside the folder: what is in it tells models apart, and the vectors of another one are made anew.
    return folder.parent / f"{folder.name}.sha256.json"
