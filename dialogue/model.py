"""Where the trained dialogue model is, and what Rasa runs in: nothing is written outside var/."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

#: What Rasa may know of our environment; settings and secrets of the desk are not among it.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")


def rasa_folder(var: Path) -> Path:
    return var / "rasa"


def model_path(project: Path, var: Path) -> Path:
    """The model of the present nlu/ and config.yml, whether or not it has been trained."""
    return rasa_folder(var) / "models" / f"dialogue-{data_hash(project)}.tar.gz"


def data_hash(project: Path) -> str:
    """A hash of all that decides what the model becomes: config.yml and every file of nlu/ with its name."""
    digest = hashlib.sha256()
    for path in [project / "config.yml", *sorted((project / "nlu").rglob("*"))]:
        if path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(project).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:16]


def environment(var: Path, own: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables for any Rasa process: no telemetry, quiet libraries, every cache and temporary file under var/."""
    folder = rasa_folder(var)
    for name in ("cache", "home", "tmp", "models"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "MPLCONFIGDIR": str(folder / "cache"),
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LOG_LEVEL": "WARNING",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        **(own or {}),
    }
