"""desk.ports.Scanner over a program that reads the file from its standard input, such as `clamdscan -`.

It ends with 0 for a clean file and with 1 for one in which it found something; everything else is no verdict.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from desk.ports import ScannerAway, Verdict

PATIENCE = 30.0
_CLEAN, _FOUND = 0, 1
_SAID = re.compile(r": (?P<name>[^:\r\n]+) FOUND")
#: What a scanner needs to be found and to say in which letters; no other variable reaches it.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class CommandScanner:
    """``command``: the program and its arguments; no shell reads them."""

    command: tuple[str, ...]

    def scan(self, data: bytes) -> Verdict:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        try:
            done = subprocess.run(
                self.command, input=data, capture_output=True, env=environment, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ScannerAway(type(error).__name__) from error
        if done.returncode == _CLEAN:
            return Verdict()
        if done.returncode == _FOUND:
            said = _SAID.search(done.stdout[:4096].decode("utf-8", "replace"))
            return Verdict(said["name"] if said else "?")
        raise ScannerAway(f"the program ended with {done.returncode}")

    def check(self) -> None:
        """Only whether there is such a program: some take longer to start than anybody would wait for a state."""
        if shutil.which(self.command[0]) is None:
            raise ScannerAway("there is no such program")
