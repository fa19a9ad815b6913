"""The lock store, asked whether it answers: Redis or Valkey, by its own protocol."""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

#: Seconds that the lock store has to answer.
ANSWERS_WITHIN = 2.0


class LockStore:
    """A lock store at redis://[user[:password]@]host[:port][/db]; without an address the locks are in memory."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url) if url else None

    def trouble(self) -> str | None:
        """Why it cannot be used now; None when it can."""
        if self._address is None:
            return None
        host, port = self._address.hostname or "", self._address.port or 6379
        try:
            with socket.create_connection((host, port), ANSWERS_WITHIN) as connection:
                return self._refusal(connection)
        except OSError as error:
            return error.strerror or type(error).__name__

    def _refusal(self, connection: socket.socket) -> str | None:
        """What it answers to a sign-in and a ping; a store that is still loading its data refuses both."""
        assert self._address is not None
        with connection.makefile("rwb") as stream:
            if self._address.password:
                names = [unquote(self._address.username)] if self._address.username else []
                _send(stream.write, "AUTH", *names, unquote(self._address.password))
            _send(stream.write, "PING")
            stream.flush()
            answers = [stream.readline().decode("ascii", errors="replace").strip()]
            if self._address.password and answers[0].startswith("+"):
                answers.append(stream.readline().decode("ascii", errors="replace").strip())
        refused = next((answer for answer in answers if not answer.startswith("+")), None)
        return None if refused is None else refused.removeprefix("-") or "it closed the connection"


def _send(write: Callable[[bytes], object], *words: str) -> None:
    parts = [word.encode() for word in words]
    lines = [b"*%d" % len(parts), *(line for part in parts for line in (b"$%d" % len(part), part))]
    write(b"\r\n".join(lines) + b"\r\n")
