"""Training the dialogue model, once for each state of nlu/ and config.yml."""

from __future__ import annotations

import fcntl
import gzip
import logging
import os
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dialogue import trusted_model
from dialogue.model import environment, model_path, rasa_folder

#: Lines of Rasa's output that a failure shows.
_SHOWN = 15
#: What every model of Rasa has in it.
_METADATA = "metadata.json"

log = logging.getLogger(__name__)


class TrainingFailed(RuntimeError):
    """Rasa could not train a model; the message ends with what it printed last."""


def train(project: Path, var: Path, rasa_python: Path) -> Path:
    """The trained model's file; trains it where it is missing, damaged or not ours (under a minute).

    Raises TrainingFailed.
    """
    model = model_path(project, var)
    surroundings = environment(var)
    with _alone(rasa_folder(var) / "training.lock"):
        if model.exists() and (why := trusted_model.trouble(model) or _damage(model)) is not None:
            log.warning("The dialogue model %s is not used: %s; it is trained anew.", model.name, why)
            model.unlink()
        if not model.exists():
            # Beside the model, so that it appears whole or not at all.
            with tempfile.TemporaryDirectory(dir=model.parent, prefix="training-") as made:
                _run(_command(project, rasa_python, Path(made)), surroundings, rasa_folder(var))
                fresh = Path(made) / "model.tar.gz"
                trusted_model.note(model, of=fresh)
                os.replace(fresh, model)
    return model


def is_done(project: Path, var: Path) -> bool:
    """Whether the model of the present data stands, so that ``train`` will have nothing to do."""
    model = model_path(project, var)
    return model.exists() and trusted_model.trouble(model) is None and is_whole(model)


def is_whole(model: Path) -> bool:
    """Whether a model can be unpacked to its last byte, with the checksum that it was packed with, and is Rasa's."""
    try:
        with gzip.open(model) as unpacked:
            while unpacked.read(1 << 20):
                pass
        with tarfile.open(model) as package:
            return any(Path(name).name == _METADATA for name in package.getnames())
    except (OSError, EOFError, zlib.error, tarfile.TarError):
        return False


def _damage(model: Path) -> str | None:
    return None if is_whole(model) else "it is damaged"


def _command(project: Path, rasa_python: Path, out: Path) -> list[str]:
    nlu = project / "nlu"
    return [
        *(str(rasa_python), "-m", "rasa", "train"),
        *("--domain", str(nlu / "domain.yml")),
        *("--data", str(nlu / "rules.yml"), str(nlu / "nlu")),
        *("--config", str(project / "config.yml")),
        *("--out", str(out), "--fixed-model-name", "model"),
        "--skip-validation",  # contradicting rules are found all the same, by RulePolicy
    ]


def _run(command: list[str], surroundings: dict[str, str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, env=surroundings, cwd=folder, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        raise TrainingFailed(f"Rasa's Python cannot be started: {error}") from error
    if done.returncode != 0:
        lines = f"{done.stdout}\n{done.stderr}".strip().splitlines()[-_SHOWN:]
        raise TrainingFailed("Rasa could not train the dialogue:\n" + "\n".join(lines))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One training at a time on this machine; a second one waits, and then finds the model."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
