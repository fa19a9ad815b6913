"""The Rasa server as a child of its guard: started, listened to, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

#: Seconds that Rasa has to finish the messages in hand after it was asked to end.
PATIENCE = 10.0
_TIED = Path(__file__).with_name("tied.py")


class Child:
    """A process in a group of its own that dies with this one; each line that it prints is handed to ``heard``.

    Start it from a thread that lives as long as it shall: the kernel ends it with the thread that started it.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, heard: Callable[[str], None]
    ) -> None:
        self._heard = heard
        self._running = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_TIED), str(os.getpid()), *command],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._running.pid

    def ended(self) -> int | None:
        """Its exit code once it has ended."""
        return self._running.poll()

    def kill(self) -> None:
        """End it at once, and whatever it started."""
        self._signal(signal.SIGKILL)

    def end(self) -> None:
        """Let it finish what it has in hand, for PATIENCE seconds at most; returns when it is gone."""
        self._signal(signal.SIGTERM)
        try:
            self._running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        self.kill()
        self._running.wait()
        self._listener.join(1)

    def _signal(self, number: signal.Signals) -> None:
        if self._running.poll() is None:
            try:
                os.killpg(self._running.pid, number)
            except ProcessLookupError:
                pass

    def _listen(self) -> None:
        output = self._running.stdout
        assert output is not None
        with output:
            for line in output:
                self._heard(line.decode("utf-8", errors="replace").rstrip("\n"))
