"""What a hostile file could bring a reader to do, as tasks for the process in which files are read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Done = tuple[dict[str, Any], list[bytes]]


def echoes(data: bytes, given: Mapping[str, Any]) -> Done:
    return {"given": dict(given)}, [data, data[::-1]]


def looks_around(data: bytes, given: Mapping[str, Any]) -> Done:
    return {"environment": dict(os.environ), "descriptors": sorted(int(one) for one in os.listdir("/proc/self/fd"))}, []


def hangs(data: bytes, given: Mapping[str, Any]) -> Done:
    time.sleep(600)
    return {}, []


def burns(data: bytes, given: Mapping[str, Any]) -> Done:
    while True:
        pass


def grows(data: bytes, given: Mapping[str, Any]) -> Done:
    held = [bytearray(1024 * 1024) for _ in range(100_000)]
    return {"held": len(held)}, []


def floods(data: bytes, given: Mapping[str, Any]) -> Done:
    return {}, [b"x" * 10_000_000]


def falls_over(data: bytes, given: Mapping[str, Any]) -> Done:
    raise ValueError(f"what a person wrote: {data.decode()}")


def dies(data: bytes, given: Mapping[str, Any]) -> Done:
    os.abort()


def prints(data: bytes, given: Mapping[str, Any]) -> Done:
    for stream in (sys.stdout, sys.stderr):
        stream.write(data.decode())
        stream.flush()
    return {"printed": True}, []


def connects(data: bytes, given: Mapping[str, Any]) -> Done:
    return _stopped(lambda: socket.create_connection(("127.0.0.1", int(given["port"])), timeout=1))


def resolves(data: bytes, given: Mapping[str, Any]) -> Done:
    return _stopped(lambda: socket.getaddrinfo("localhost", 80))


def starts(data: bytes, given: Mapping[str, Any]) -> Done:
    return _stopped(lambda: subprocess.run(["true"], check=True))


def shells(data: bytes, given: Mapping[str, Any]) -> Done:
    return _stopped(lambda: os.system("true"))


def writes(data: bytes, given: Mapping[str, Any]) -> Done:
    return _stopped(lambda: Path(given["path"]).write_bytes(b"x" * 10_000_000))


def _stopped(act: Any) -> Done:
    try:
        act()
    except OSError as error:
        return {"stopped": type(error).__name__}, []
    return {"stopped": ""}, []
