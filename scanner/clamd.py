"""desk.ports.Scanner over clamd, ClamAV's daemon: a connection a file, by TCP or a socket of this machine."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from desk.ports import ScannerAway, Verdict

#: Seconds to connect, and for each step after that: a large file takes clamd a while.
CONNECT, PATIENCE = 3.0, 20.0
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096
_CLEAN, _FOUND = "stream: OK", " FOUND"


@dataclass(frozen=True)
class ClamdScanner:
    """A clamd at ``host`` and ``port``, or at the socket ``path``."""

    host: str = ""
    port: int = 3310
    path: str = ""

    def scan(self, data: bytes) -> Verdict:
        answer = self._ask(b"zINSTREAM\0", *_pieces(data))
        if answer == _CLEAN:
            return Verdict()
        if answer.endswith(_FOUND):
            return Verdict(answer.removeprefix("stream: ").removesuffix(_FOUND) or "?")
        raise ScannerAway(f"clamd says: {answer[:100]}")  # such as that the file is larger than its StreamMaxLength

    def check(self) -> None:
        answer = self._ask(b"zPING\0")
        if answer != "PONG":
            raise ScannerAway(f"clamd says: {answer[:100]}")

    def _ask(self, *pieces: bytes) -> str:
        """Send a command with what belongs to it; returns the answer. Raises ScannerAway."""
        try:
            with self._connected() as connection:
                for piece in pieces:
                    connection.sendall(piece)
                return _answer(connection)
        except OSError as error:
            raise ScannerAway(type(error).__name__) from error

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        if self.path:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            with connection:
                connection.settimeout(CONNECT)
                connection.connect(self.path)
                connection.settimeout(PATIENCE)
                yield connection
            return
        with socket.create_connection((self.host, self.port), timeout=CONNECT) as connection:
            connection.settimeout(PATIENCE)
            yield connection


def _pieces(data: bytes) -> Iterator[bytes]:
    """The file as clamd takes it: each piece after its length, and a length of nothing at the end."""
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        yield struct.pack(">I", len(piece)) + piece
    yield struct.pack(">I", 0)


def _answer(connection: socket.socket) -> str:
    """What clamd says, to the zero that ends it."""
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    said = answer.partition(b"\0")[0].decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in said).strip()
