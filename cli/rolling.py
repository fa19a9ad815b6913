"""A rolling restart: one replica after the other leaves, comes back and is well before the next one leaves."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, Protocol, TypeVar
from uuid import uuid4

from bootstrap.settings import Settings

#: Seconds that a replica which is well again has until the proxy must have noticed.
SETTLING = 4.0
#: Seconds within which a replica must be well again, or another one well enough that this one may leave.
WELL_WITHIN = 300.0


class Replica(Protocol):
    """A process under supervision, as far as a restart is concerned."""

    was_well: bool

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...


R = TypeVar("R", bound=Replica)


class RollingRestart(Generic[R]):
    """Restarts ``replicas`` in turn; step() is called again and again, and never waits itself.

    ``leave`` asks a replica to end, after which it is started again; ``is_well`` asks whether it can be used now.
    """

    def __init__(
        self,
        replicas: Sequence[R],
        everyone: Sequence[R],
        *,
        leave: Callable[[R], None],
        is_well: Callable[[R], bool],
        say: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._left = list(replicas)
        self._everyone = everyone
        self._leave, self._is_well, self._say, self._now = leave, is_well, say, now
        self._in_turn: R | None = None
        self._since = now()
        self._well_since: float | None = None
        self.is_over = False
        self.failed = False

    def step(self) -> None:
        """Look at the replica whose turn it is, and go on to the next one where that is due."""
        if self.is_over:
            return
        if self._in_turn is None:
            self._begin_next()
        else:
            self._look_at(self._in_turn)

    def _begin_next(self) -> None:
        if not self._left:
            self.is_over = True
            return
        replica = self._left[0]
        waited_for = [each for each in self._others(replica) if not (each.was_well and self._is_well(each))]
        if not waited_for:
            self._left.pop(0)
            self._in_turn, self._since, self._well_since = replica, self._now(), None
            self._leave(replica)
        elif self._now() - self._since > WELL_WITHIN:
            names = ", ".join(each.name for each in waited_for)
            self._give_up(f"{replica.name} is left as it is: {names} is not well, and somebody must serve")

    def _look_at(self, replica: R) -> None:
        if not replica.was_well:
            self._well_since = None
            if self._now() - self._since > WELL_WITHIN:
                self._give_up(f"{replica.name} did not become well again")
            return
        if self._well_since is None:
            self._well_since = self._now()
        if self._others(replica) and self._now() - self._well_since < SETTLING:
            return
        self._say(f"{replica.name} is restarted and well")
        self._in_turn, self._since = None, self._now()

    def _others(self, replica: R) -> list[R]:
        return [each for each in self._everyone if each.kind == replica.kind and each is not replica]

    def _give_up(self, sentence: str) -> None:
        rest = [each.name for each in self._left]
        self._say(sentence + (f"; not restarted: {', '.join(rest)}." if rest else "."))
        self.is_over = self.failed = True


class Told(NamedTuple):
    """A sentence of how a restart goes; ``ended``: True when it is done with it, False when it failed."""

    said: str
    ended: bool | None


class Requests:
    """How `customs restart` asks the supervisor, and hears from it: two files in the folder of running processes."""

    def __init__(self, settings: Settings) -> None:
        self._asked = settings.run_dir / "restart.request"
        self._told = settings.run_dir / "restart.progress"

    def ask(self, process: str) -> str | None:
        """Ask for a restart of these processes, all where none is named; None where one is asked for already."""
        id_ = uuid4().hex
        fresh = self._asked.with_suffix(f".{id_}")
        fresh.write_text(json.dumps({"id": id_, "process": process}))
        try:
            self._asked.hardlink_to(fresh)  # whole or not at all, and only where there is none
        except FileExistsError:
            return None
        finally:
            fresh.unlink()
        return id_

    def take(self) -> tuple[str, str] | None:
        """The request's id and the processes that it names; it is no longer there for the next look."""
        try:
            asked = json.loads(self._asked.read_text())
        except FileNotFoundError:
            return None
        self._told.unlink(missing_ok=True)
        self._asked.unlink()
        return asked["id"], asked["process"]

    def withdraw(self) -> None:
        self._asked.unlink(missing_ok=True)

    def tell(self, id_: str, sentence: str, *, ended: bool | None = None) -> None:
        """Say how a restart goes."""
        with self._told.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"id": id_, "said": sentence, "ended": ended}) + "\n")

    def heard(self, id_: str) -> list[Told]:
        """What was told of this restart so far."""
        return [told for of, told in _lines(self._told) if of == id_]


def _lines(path: Path) -> list[tuple[str, Told]]:
    try:
        whole = path.read_text(encoding="utf-8").rpartition("\n")[0]
    except FileNotFoundError:
        return []
    lines = [json.loads(line) for line in whole.splitlines()]
    return [(line["id"], Told(line["said"], line["ended"])) for line in lines]
