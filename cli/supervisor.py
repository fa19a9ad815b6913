"""Keeping the processes of one machine alive: restart with back-off, say so, stop all cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from bootstrap.heartbeat import forget
from bootstrap.settings import Settings
from cli.processes import PROCESSES, Process, is_healthy

#: Seconds until the next start, by how often in a row the process has died before it was well. The last one stays:
#: who mends a setting or frees the disk at night need not know that something waits to be started by hand.
BACK_OFF = (0.5, 1.0, 2.0, 4.0, 60.0)
#: Seconds that a process has to end by itself after it was asked to.
PATIENCE = 15.0
#: Seconds within which everything must have become healthy after the start.
START_WITHIN = 600.0

Report = Callable[[str], None]


@dataclass
class Child:
    """A process under supervision; ``failed_starts`` counts its deaths since it was last well."""

    process: Process
    log: IO[bytes]
    running: subprocess.Popen[bytes] | None = None
    was_well: bool = False
    failed_starts: int = 0
    start_at: float = 0.0


class Supervisor:
    """Starts the processes, watches them, and ends them together."""

    def __init__(self, settings: Settings, report: Report, processes: tuple[Process, ...] = PROCESSES) -> None:
        self._settings = settings
        self._report = report
        self._stop = threading.Event()
        settings.run_dir.mkdir(parents=True, exist_ok=True)
        self._children = [
            Child(process, (settings.run_dir / f"{process.name}.log").open("ab")) for process in processes
        ]

    def start(self) -> None:
        for child in self._children:
            self._spawn(child)

    def wait_until_healthy(self) -> list[str]:
        """The names of processes that are still not well after START_WITHIN seconds; empty when all are."""
        deadline = time.monotonic() + START_WITHIN
        waiting = list(self._children)
        while waiting and time.monotonic() < deadline and not self._stop.is_set():
            self.look_after()
            for child in list(waiting):
                if child.was_well:
                    self._report(f"{child.process.name} is ready")
                    waiting.remove(child)
            self._stop.wait(0.3)
        return [child.process.name for child in waiting]

    def watch(self) -> None:
        """Look after the processes until stop() is called."""
        while not self._stop.wait(0.5):
            self.look_after()

    def look_after(self) -> None:
        """One look: report what died, and start again what is due."""
        for child in self._children:
            if child.running is not None and child.running.poll() is not None:
                self._buried(child, child.running.returncode)
            elif child.running is None and time.monotonic() >= child.start_at:
                self._spawn(child)
            elif child.running is not None and not child.was_well and is_healthy(child.process, self._settings):
                child.was_well, child.failed_starts = True, 0

    def request_stop(self) -> None:
        self._stop.set()

    def stop(self) -> None:
        """Ask every process to end, and end those that do not within PATIENCE seconds."""
        self._stop.set()
        running = [child.running for child in self._children if child.running and child.running.poll() is None]
        for popen in running:
            _signal_group(popen, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for popen in running:
            try:
                popen.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(popen, signal.SIGKILL)
                popen.wait()
        for child in self._children:
            child.log.close()

    def pids(self) -> dict[str, int]:
        return {child.process.name: child.running.pid for child in self._children if child.running}

    def _spawn(self, child: Child) -> None:
        forget(self._settings, child.process.name)
        child.was_well = False
        # A group of its own: Ctrl-C in the terminal reaches only the supervisor, which ends them in order.
        child.running = subprocess.Popen(
            child.process.command(self._settings),
            env=child.process.environment(self._settings),
            cwd=self._settings.run_dir,
            stdin=subprocess.DEVNULL,
            stdout=child.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._tell_pid(child.process.name, child.running.pid)

    def _tell_pid(self, name: str, pid: int) -> None:
        """Write the file at once: whoever reads it meanwhile sees the former number, never half of one."""
        written = self._settings.run_dir / f"{name}.pid.new"
        try:
            written.write_text(str(pid))
            written.replace(self._settings.run_dir / f"{name}.pid")
        except OSError as error:  # on a full disk the processes go on without it
            self._report(f"the number of {name} cannot be written: {error.strerror}")

    def _buried(self, child: Child, code: int) -> None:
        child.running = None
        child.failed_starts += 1
        wait = BACK_OFF[min(child.failed_starts, len(BACK_OFF)) - 1]
        child.start_at = time.monotonic() + wait
        self._report(f"{child.process.name} died {_how_often(child, code)} in {wait:g} s; see {child.log.name}")


def _how_often(child: Child, code: int) -> str:
    if child.failed_starts < len(BACK_OFF):
        return f"(exit code {code}) and is started again"
    return f"{child.failed_starts} times before it was ready (exit code {code}): SOMETHING IS WRONG; it is tried again"


def _signal_group(popen: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(popen.pid, number)
    except ProcessLookupError:
        pass
