"""Ports of this machine that nobody listens on now: one, or those of a desk with all its replicas."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

from cli.replicas import APART

#: Where each process listens, counted from a first port that is free together with all the others.
_ABOVE = {
    "CONSOLE_PORT": 0,
    "RASA_PORT": 5,
    "CONSOLE_WATCH_PORT": 10,
    "RASA_WATCH_PORT": 15,
    "CLOCK_WATCH_PORT": 20,
    "WEBHOOK_PORT": 43,
    "ACTIONS_PORT": 55,
    "KNOWLEDGE_PORT": 65,
    "ACTIONS_WATCH_PORT": 75,
    "KNOWLEDGE_WATCH_PORT": 85,
    "BOT_WATCH_PORT": 95,
}


def free_port() -> int:
    """Any that is free."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number: int = found.getsockname()[1]
        return number


def free_ports(replicas: int = 2) -> dict[str, str]:
    """One for each process, by its variable, of which those of the replicas are free too."""
    while True:
        first = random.randrange(20_000, 30_000)
        ports = {name: first + above for name, above in _ABOVE.items()}
        if all(_is_free(port + APART * number) for port in ports.values() for number in range(replicas + 1)):
            return {name: str(port) for name, port in ports.items()}


def _is_free(port: int) -> bool:
    with socket.socket() as tried, suppress(OSError):
        tried.bind(("127.0.0.1", port))
        return True
    return False
