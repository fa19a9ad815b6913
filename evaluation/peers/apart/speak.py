"""Lets one peer be asked from another process: a JSON object a line comes in, and one goes out for it.

Run by the peer's own Python with the file of the peer, which has a class ``Peer``. ``prepare(order)`` says what was
set up and ``search(text, language, limit)`` gives ``{"found": [[entry, score], …]}``, best first. Needs nothing but
Python 3.10, and imports nothing of the desk.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import time
from typing import Any, TextIO


def main(file: str) -> None:
    """Serve until the other side closes; any error ends the process, and its last line says why."""
    with _answers() as answers:
        peer = runpy.run_path(file)["Peer"]()
        for line in sys.stdin:
            answers.write(json.dumps(_answer(peer, json.loads(line))) + "\n")
            answers.flush()


def _answers() -> TextIO:
    """The pipe to who asks; what libraries print goes with the errors instead."""
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return pipe


def _answer(peer: Any, asked: dict[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    done: dict[str, Any] = getattr(peer, asked.pop("do"))(**asked)
    return {**done, "milliseconds": (time.perf_counter() - start) * 1000}


if __name__ == "__main__":
    main(sys.argv[1])
