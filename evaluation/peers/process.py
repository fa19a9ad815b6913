"""A peer with a Python of its own: started as a process, and asked by one line of JSON for one."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from desk.guidance.record import GuidanceRecord, Language
from evaluation.peers.material import as_data
from evaluation.peers.peer import Found, PeerFailed

APART = Path(__file__).parent / "apart"
#: Seconds to set up (a training may be among it), to answer one question, and to end.
PREPARING, SEARCHING, ENDING = 3_600.0, 60.0, 10.0
#: So much of a peer's last line is told when it fails, in characters.
_TOLD = 300


class PeerProcess:
    """Implements Peer through ``apart/speak.py``, run by the given Python; nothing of the desk is imported there."""

    def __init__(
        self,
        name: str,
        set_up: str,
        *,
        python: Path,
        file: Path,
        order: Mapping[str, Any],
        environment: Mapping[str, str],
        log: Path,
    ) -> None:
        """``order`` is what ``prepare`` gets besides the records; ``log`` takes what the process prints."""
        self.name = name
        self.set_up = set_up
        self._command = [str(python), str(APART / "speak.py"), str(file)]
        self.order = order
        self.environment = dict(environment)
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def prepare(self, records: Sequence[GuidanceRecord]) -> Mapping[str, str]:
        self._start()
        answer = self._ask(PREPARING, do="prepare", records=[as_data(record) for record in records], **self.order)
        versions: dict[str, str] = answer["versions"]
        return versions

    def search(self, text: str, language: Language, limit: int) -> Found:
        answer = self._ask(SEARCHING, do="search", text=text, language=language, limit=limit)
        entries = [(entry, score) for entry, score in answer["found"]]
        return Found(entries, answer["milliseconds"], answer.get("answers"))

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass  # it died with a question unread
        try:
            process.wait(ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._log.open("w", encoding="utf-8") as log:
                self._process = subprocess.Popen(
                    self._command,
                    env=self.environment,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    encoding="utf-8",
                )
        except OSError as error:
            raise PeerFailed(f"{self.name} cannot be started: {error.strerror} ({self._command[0]}).") from error
        threading.Thread(target=_pump, args=(self._process.stdout, self._lines), daemon=True).start()

    def _ask(self, patience: float, **order: Any) -> dict[str, Any]:
        """One line there and one back; raises PeerFailed."""
        if self._process is None or self._process.stdin is None:
            raise PeerFailed(f"{self.name} is not running.")
        try:
            self._process.stdin.write(json.dumps(order, ensure_ascii=False) + "\n")
            self._process.stdin.flush()
            line = self._lines.get(timeout=patience)
        except BrokenPipeError:
            line = None
        except queue.Empty:
            raise PeerFailed(f"{self.name} did not answer within {patience:g} seconds.") from None
        if line is None:
            raise PeerFailed(f"{self.name} ended with code {self._process.wait(ENDING)}: {self._last_line()}")
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise PeerFailed(f"{self.name} answered with something that is no JSON: {line[:_TOLD]!r}.") from error
        return answer

    def _last_line(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip()[:_TOLD] for line in reversed(lines) if line.strip()), "it printed nothing")


def _pump(pipe: IO[str] | None, lines: queue.SimpleQueue[str | None]) -> None:
    """Pass on each line as it comes, and None at the end; so that a wait for a line can have an end."""
    if pipe is not None:
        with pipe:
            for line in pipe:
                lines.put(line)
    lines.put(None)
