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

from bootstrap.settings import Settings
from cli.processes import PROCESSES, Process, is_healthy
from cli.replicas import DRAIN
from cli.rolling import Requests, RollingRestart

#: Seconds until the next start, by how often in a row the process has died before it was well. The last one stays:
#: who mends a setting or frees the disk at night need not know that something waits to be started by hand.
BACK_OFF = (0.5, 1.0, 2.0, 4.0, 60.0)
#: Seconds that a process has to end by itself after it was asked to.
PATIENCE = 15.0
#: The kind of process that ends after all others, which reach one another through it.
LAST = "proxy"
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
    #: When it is ended if it has not ended by itself, where it was asked to leave for a restart.
    leaves_by: float | None = None

    @property
    def name(self) -> str:
        return self.process.name

    @property
    def kind(self) -> str:
        return self.process.kind


class Supervisor:
    """Starts the processes, watches them, and ends them together."""

    def __init__(self, settings: Settings, report: Report, processes: tuple[Process, ...] = PROCESSES) -> None:
        self._settings = settings
        self._report = report
        self._stop = threading.Event()
        self._requests = Requests(settings)
        self._restart: tuple[str, RollingRestart[Child]] | None = None
        settings.run_dir.mkdir(parents=True, exist_ok=True)
        self._children = [
            Child(process, (settings.run_dir / f"{process.name}.log").open("ab")) for process in processes
        ]

    def start(self, kind: str | None = None) -> None:
        """Start all that do not run yet, or those of one kind, before the others."""
        for child in self._children:
            if child.running is None and kind in (None, child.kind):
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
            self.go_on_restarting()

    def look_after(self) -> None:
        """One look: report what died, and start again what is due."""
        for child in self._children:
            if child.running is not None and child.running.poll() is not None:
                self._buried(child, child.running)
            elif child.running is not None and child.leaves_by is not None:
                if time.monotonic() > child.leaves_by:
                    _signal_group(child.running, signal.SIGKILL)
            elif child.running is None and time.monotonic() >= child.start_at:
                self._spawn(child)
            elif child.running is not None and not child.was_well and is_healthy(child.process, self._settings):
                child.was_well, child.failed_starts = True, 0

    def request_stop(self) -> None:
        self._stop.set()

    def go_on_restarting(self) -> None:
        """One look at the rolling restart that somebody asked for, if any."""
        if self._restart is None:
            self._take_request()
            return
        id_, restart = self._restart
        restart.step()
        if restart.is_over:
            done = "The restart is not complete." if restart.failed else "Everything that was asked for is restarted."
            self._requests.tell(id_, done, ended=not restart.failed)
            self._restart = None

    def stop(self) -> None:
        """Ask every process to end, the proxy last, and end those that do not within their patience."""
        self._stop.set()
        for last in (False, True):
            self._end([child for child in self._children if (child.kind == LAST) is last])
        for child in self._children:
            child.log.close()

    def _end(self, children: list[Child]) -> None:
        running = [child.running for child in children if child.running and child.running.poll() is None]
        for popen in running:
            _signal_group(popen, signal.SIGTERM)
        deadline = time.monotonic() + self._patience()
        for popen in running:
            try:
                popen.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(popen, signal.SIGKILL)
                popen.wait()

    def pids(self) -> dict[str, int]:
        return {child.process.name: child.running.pid for child in self._children if child.running}

    def _take_request(self) -> None:
        asked = self._requests.take()
        if asked is None:
            return
        id_, named = asked
        # The proxy serves everybody: it is restarted only by its name.
        chosen = [child for child in self._children if named in (child.name, child.kind)]
        chosen = chosen or [child for child in self._children if not named and child.kind != LAST]
        if not chosen:
            names = ", ".join(child.name for child in self._children)
            self._requests.tell(id_, f"There is no process {named!r} here; there are {names}.", ended=False)
            return

        def say(sentence: str) -> None:
            self._report(sentence)
            self._requests.tell(id_, sentence)

        restart = RollingRestart(
            chosen,
            self._children,
            leave=self._leave,
            is_well=lambda child: child.running is not None and is_healthy(child.process, self._settings),
            say=say,
        )
        self._restart = id_, restart

    def _leave(self, child: Child) -> None:
        """Ask for its end only the process itself: what it started in its turn, it ends when it is done with it."""
        child.was_well, child.leaves_by = False, time.monotonic() + self._patience()
        if child.running is not None:
            child.running.send_signal(signal.SIGTERM)

    def _patience(self) -> float:
        """Seconds that a process has to end, those among them in which it drains."""
        draining = self._settings.drain_seconds or (DRAIN if self._settings.replicas > 1 else 0.0)
        return PATIENCE + draining

    def _spawn(self, child: Child) -> None:
        child.was_well, child.leaves_by = False, None
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

    def _buried(self, child: Child, ended: subprocess.Popen[bytes]) -> None:
        _signal_group(ended, signal.SIGKILL)  # what it had started would keep its port
        child.running = None
        if child.leaves_by is not None:
            self._spawn(child)
            return
        code = ended.returncode
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
