"""The process in which one hostile file is read: it knows no setting, opens nothing, and has little time and memory.

Started by running.py as a script: arguments are a line of JSON, the file comes in by standard input, and what is made
of it goes out by standard output. What a library prints or logs goes nowhere: a person's words may stand in it.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import resource
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

#: What a task returns: what is to be told as JSON, and parts of bytes beside it.
Done = tuple[Mapping[str, Any], Sequence[bytes]]
#: What nothing here has any business with; a library that tries is stopped.
_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "urllib.")
#: Files that may be open at once: what came, what goes out, and the data files of a library.
_OPEN_FILES = 16
_NICER = 5


def main() -> None:
    told = json.loads(sys.argv[1])
    sys.path[:] = told["path"]
    logging.disable()
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    _be_modest(told["cpu_seconds"], told["memory_bytes"], told["answer_bytes"])
    try:
        act: Callable[[bytes, Mapping[str, Any]], Done] = getattr(importlib.import_module(told["module"]), told["act"])
        data = sys.stdin.buffer.read()
        _be_alone()
        answer, parts = act(data, told["given"])
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent tells of it; never the message
        answer, parts = {"failed": type(error).__name__, "places": traceback.format_tb(error.__traceback__)}, ()
    head = {"answer": answer, "parts": [len(part) for part in parts]}
    out.write(json.dumps(head).encode() + b"\n" + b"".join(parts))
    out.close()
    os._exit(0)  # what a library would still like to do at the end of a process is not waited for


def _be_modest(cpu_seconds: int, memory_bytes: int, answer_bytes: int) -> None:
    os.nice(_NICER)
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as first:
        first.write("800")  # where memory runs out this process is ended, and no other
    limits = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: answer_bytes,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        with suppress(ValueError, OSError):  # a system that does not know the limit, or has a lower one
            resource.setrlimit(what, (most, most))


def _be_alone() -> None:
    """From here on no connection is made and no program is started, whatever the file asks for."""

    def stopped(event: str, _: object) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(event)

    sys.addaudithook(stopped)


if __name__ == "__main__":
    main()
