"""Whether a trained model is the one that was trained here: Rasa unpacks it with pickle, which runs what is in it.

Its SHA-256 is noted beside it when it is trained. Whoever may write into the folder can write both, so the model is
also refused where others than its owner may write it, or where it is somebody else's.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

#: Rights of a group and of others to write.
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_MODE = 0o640


def note(model: Path, *, of: Path) -> None:
    """Note what ``model`` will be, before the file ``of`` takes its place."""
    of.chmod(_MODE)
    fresh = _noted_in(model).with_suffix(".new")
    fresh.write_text(f"{_sum(of)}\n", encoding="ascii")
    fresh.chmod(_MODE)
    os.replace(fresh, _noted_in(model))


def trouble(model: Path) -> str | None:
    """Why the model must not be loaded, in words; None where it may."""
    try:
        about = model.stat()
        if about.st_uid not in (os.geteuid(), 0):
            return "it belongs to somebody else"
        if about.st_mode & _OTHERS_WRITE or model.parent.stat().st_mode & stat.S_IWOTH:
            return "others may write it"
        noted = _noted_in(model).read_text(encoding="ascii", errors="replace").strip()
        return None if noted == _sum(model) else "it is not what was trained here"
    except FileNotFoundError as missing:
        return "there is none" if missing.filename == str(model) else "nothing says that it was trained here"
    except OSError as error:
        return f"it cannot be read ({error.strerror})"


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _noted_in(model: Path) -> Path:
    return model.with_name(f"{model.name}.sha256")
