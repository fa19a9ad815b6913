"""Where backups lie, how they are called, how many are kept, and what the last one was."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from pathlib import Path

from bootstrap.condition import versions
from bootstrap.settings import Settings
from desk.backups.making import Made, make
from desk.store import Store
from dialogue.stores import file_of

LAST = "last.json"
_NAME = re.compile(r"desk-\d{8}T\d{6}Z\.zip")
#: A backup that is still being written after so many seconds was dropped half-way.
_DROPPED_AFTER = 86_400


def default_folder(settings: Settings) -> Path:
    return settings.var_dir / "backups"


def back_up(settings: Settings, store: Store, folder: Path, keep: int = 0) -> tuple[Made, list[Path]]:
    """Write a backup into a folder, note it for who watches, and remove the oldest beyond ``keep`` (0: none).

    Returns it with what was removed. Raises BackupRefused, and OSError where the disk takes no more.
    """
    began, at = time.monotonic(), dt.datetime.now(dt.UTC)
    folder.mkdir(parents=True, exist_ok=True)
    _clear_away(folder)
    made = make(store, folder / f"desk-{at:%Y%m%dT%H%M%SZ}.zip", at=at, application=versions()["application"])
    _note(settings, made, time.monotonic() - began)
    return made, _remove_older(folder, keep) if keep else []


def _clear_away(folder: Path) -> None:
    """Files that a backup left which was killed while it wrote."""
    for file in folder.glob(".desk-*.zip-*"):
        if time.time() - file.stat().st_mtime > _DROPPED_AFTER:
            file.unlink(missing_ok=True)


def _note(settings: Settings, made: Made, seconds: float) -> None:
    path = default_folder(settings) / LAST
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "finished_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "file": str(made.path),
        "rows": made.manifest.rows,
        "bytes": made.bytes,
        "seconds": round(seconds, 1),
    }
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{json.dumps(told)}\n")
    os.replace(fresh, path)  # whoever reads it meanwhile sees the former, never half of one


def _remove_older(folder: Path, keep: int) -> list[Path]:
    """Only files that have a backup's name: whatever else lies there is somebody else's."""
    backups = sorted(file for file in folder.iterdir() if _NAME.fullmatch(file.name))
    removed = backups[:-keep]
    for file in removed:
        file.unlink()
    return removed


def put_trackers_away(settings: Settings) -> Path | None:
    """Take Rasa's trackers of another time from this machine, so that no form is open of which the store knows nothing.

    Returns the folder where they lie now, or None where there were none, or where they are in a database: that one the
    operator empties (docs/backup.md).
    """
    trackers = file_of(settings.rasa_tracker_url)
    if trackers is None:
        return None
    found = sorted(trackers.parent.glob(f"{trackers.name}*"))
    if not found:
        return None
    away = trackers.parent / f"before-restore-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
    away.mkdir()
    for file in found:
        os.replace(file, away / file.name)
    return away
