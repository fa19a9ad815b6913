"""The desk as an operator starts it, on one machine: `customs run` with a store of its own, timed until all is well."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from bootstrap.settings import PROJECT
from evaluation.faults.profiles import START, DidNotStart, Running
from tests.e2e.running_desk import environment_for

#: Seconds that everything has to end.
_ENDING = 60.0
_LOOK_EVERY = 0.02
#: The names of a desk's processes, by which it keeps their ids.
PROCESSES = ("rasa", "actions", "knowledge", "console", "bot", "clock")


class OperatedDesk(Running):
    """A desk whose store outlives stop() and start(); the models and vectors are those of the project's var/."""

    def __init__(self, folder: Path, telegram: str) -> None:
        """``folder`` is empty; ``telegram`` is the Bot API's address, which the bot polls."""
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(environment_for(folder / "var", telegram), folder)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and wait until everything runs; returns the seconds that took. Raises DidNotStart."""
        output = self.folder / "run.log"
        began = time.monotonic()
        with output.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "run"], env=self.environment, cwd=PROJECT, stdout=log, stderr=log
            )
        while "Everything runs" not in (printed := output.read_text(errors="replace")):
            if "Not healthy" in printed or self._process.poll() is not None or time.monotonic() - began > START:
                raise DidNotStart(printed[-2000:])
            time.sleep(_LOOK_EVERY)
        return time.monotonic() - began

    def stop(self) -> None:
        """Ask everything to end, and wait until it has."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(_ENDING)

    def pids(self) -> dict[str, int]:
        """The process ids by name, the supervisor's among them."""
        assert self._process is not None, "it runs"
        return {"supervisor": self._process.pid, **{name: self.pid(name) for name in PROCESSES}}
