"""Which process on which machine: a name by which another process of the machine can tell that it has ended."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
#: Of a process that has ended and whose parent has not looked yet: killed all the same.
_ENDED = ("Z", "X")


def own_name() -> str:
    """The name of this process: machine, number, and the moment it began, so that a number used again is another's."""
    return f"{_machine()}/{os.getpid()}/{_began(os.getpid()) or ''}"


def has_ended(name: str) -> bool:
    """Whether a process of this machine has certainly ended; False of one that lives, is stopped, or is elsewhere."""
    machine, _, process = name.partition("/")
    number, _, began = process.partition("/")
    if machine != _machine() or not began or not number.isdecimal():
        return False
    return _began(int(number)) != began


@cache
def _machine() -> str:
    """This machine since it was started, and where containers count their processes for themselves, this one."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{socket.gethostname()}:{boot}:{(_PROC / 'self/ns/pid').stat().st_ino}".replace("/", "-")
    except OSError:
        return socket.gethostname()


def _began(number: int) -> str | None:
    """When a process began, in ticks since the machine did; None where there is no such process."""
    try:
        after_name = (_PROC / str(number) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    except OSError:
        return None
    fields = after_name.split()
    return None if fields[0] in _ENDED else fields[19]
