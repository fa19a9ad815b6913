"""Reading a file that a stranger sent in a process of its own, which can be lost without harm.

A parser that hangs, grows or falls over takes nothing else with it, and one that is turned against its reader finds no
setting, no secret, no connection and no store there.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from desk.apart import child

log = logging.getLogger(__name__)

#: What can be done with a file: the module and function of each task. A function takes the file's bytes and what else
#: was told, and returns what is to be told as JSON, with parts of bytes beside it.
TASKS = {
    "picture": ("desk.attachments.pictures", "remade"),
    "pdf": ("desk.attachments.pdfs", "looked_through"),
    "pieces": ("desk.imports.documents.apart", "pieces"),
    "pages": ("desk.imports.documents.apart", "pages"),
    "sheet": ("desk.imports.documents.apart", "sheet"),
}

#: Files of one lane that a process of the desk has read at once; the others wait.
AT_ONCE = 2
#: Seconds that a file waits for its turn.
PATIENCE = 10.0
#: The variable without which some systems start no program; no other reaches the child.
_PASSED_ON = ("LD_LIBRARY_PATH",)
_MEGABYTE = 1024 * 1024

#: What people send does not wait for what curators bring in, which takes longer.
_turns = {lane: threading.BoundedSemaphore(AT_ONCE) for lane in ("uploads", "imports")}


class NotFinished(Exception):
    """The file could not be read: it takes too much time or memory, or what reads it failed over it."""


class Busy(Exception):
    """Too many files are being read at this moment; trying again later helps."""


@dataclass(frozen=True)
class Bounds:
    """What reading one file may cost: ``seconds`` by the wall clock, on a machine with much else to do.

    ``lane``: among which files it waits for its turn.
    """

    cpu_seconds: int = 20
    seconds: float = 30.0
    memory_bytes: int = 1024 * _MEGABYTE
    answer_bytes: int = 80 * _MEGABYTE
    lane: str = "uploads"


@dataclass(frozen=True)
class Answer:
    """What a task told, and the parts of bytes that it made."""

    told: Mapping[str, Any]
    parts: Sequence[bytes] = ()


def run(task: str, data: bytes, given: Mapping[str, Any] | None = None, bounds: Bounds = Bounds()) -> Answer:
    """Carry out one of TASKS over a file; raises NotFinished and Busy. May take as long as the bounds say."""
    with _one_of_few(bounds.lane), tempfile.TemporaryFile() as sent, tempfile.TemporaryFile() as came:
        sent.write(data)
        sent.seek(0)
        _carry_out(_command(task, given or {}, bounds), sent, came, bounds.seconds)
        came.seek(0)
        return _read(task, came)


@contextmanager
def _one_of_few(lane: str) -> Iterator[None]:
    turns = _turns[lane]
    if not turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        turns.release()


def _command(task: str, given: Mapping[str, Any], bounds: Bounds) -> list[str]:
    module, act = TASKS[task]
    told = {
        "module": module,
        "act": act,
        "given": given,
        "path": [os.path.abspath(place) for place in sys.path],
        "cpu_seconds": bounds.cpu_seconds,
        "memory_bytes": bounds.memory_bytes,
        "answer_bytes": bounds.answer_bytes,
    }
    return [sys.executable, "-I", "-B", str(Path(child.__file__)), json.dumps(told)]


def _carry_out(command: Sequence[str], sent: IO[bytes], came: IO[bytes], seconds: float) -> None:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        subprocess.run(
            command, stdin=sent, stdout=came, stderr=subprocess.DEVNULL, env=environment, timeout=seconds, check=True
        )
    except subprocess.TimeoutExpired:
        raise NotFinished("time") from None
    except subprocess.CalledProcessError as error:
        raise NotFinished(f"status {error.returncode}") from None


def _read(task: str, came: IO[bytes]) -> Answer:
    try:
        head = json.loads(came.readline())
        answer, lengths = head["answer"], head["parts"]
    except (ValueError, KeyError, TypeError):
        raise NotFinished("no answer") from None
    if "failed" in answer:
        # The places show whether it was the file or a fault of ours.
        log.warning("a file was not read (%s): %s\n%s", task, answer["failed"], "".join(answer["places"]))
        raise NotFinished(str(answer["failed"]))
    return Answer(answer, tuple(came.read(length) for length in lengths))
