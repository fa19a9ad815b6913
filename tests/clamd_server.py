"""A clamd that is not ClamAV's but speaks its protocol: it finds the EICAR string, and says what it is told to."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.file_fixtures import EICAR

#: As its StreamMaxLength, in bytes.
LONGEST = 25 * 1024 * 1024


class _Conversation(socketserver.StreamRequestHandler):
    server: Clamd | ClamdOfThisMachine

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            letter = self.rfile.read(1)
            if not letter:
                return
            command += letter
        self.server.commands.append(command)
        if self.server.is_silent:
            return
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM\0":
            self.wfile.write(self.server.said_of(self._stream()) + b"\0")
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _stream(self) -> bytes:
        data = b""
        while (length := struct.unpack(">I", self.rfile.read(4))[0]) > 0:
            data += self.rfile.read(length)
        return data


class _Daemon:
    """What both kinds of daemon are; ``says`` replaces what it answers, ``is_silent`` closes without a word."""

    says: bytes | None = None
    is_silent = False

    def __init__(self) -> None:
        self.commands: list[bytes] = []
        self.scanned: list[bytes] = []

    def said_of(self, data: bytes) -> bytes:
        self.scanned.append(data)
        if self.says is not None:
            return self.says
        if len(data) > LONGEST:
            return b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in data else b"stream: OK"


class Clamd(_Daemon, socketserver.ThreadingTCPServer):
    """Listens by TCP, at a port of its own."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        _Daemon.__init__(self)
        socketserver.ThreadingTCPServer.__init__(self, ("127.0.0.1", port), _Conversation)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"


class ClamdOfThisMachine(_Daemon, socketserver.ThreadingUnixStreamServer):
    """Listens at a socket of this machine."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        _Daemon.__init__(self)
        socketserver.ThreadingUnixStreamServer.__init__(self, str(path), _Conversation)


@contextmanager
def serving(daemon: Clamd | ClamdOfThisMachine) -> Iterator[None]:
    """While this lasts the daemon answers."""
    thread = threading.Thread(target=daemon.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        daemon.shutdown()
        daemon.server_close()
        thread.join()


def a_port_where_nobody_listens() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
