"""How one process is: whether its main loop turns, and whether it can take work."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bootstrap.watch.checks import PATIENCE, Asked
from bootstrap.watch.metrics import Metrics

#: Seconds after its last beat for which the main loop of a process counts as turning.
ALIVE_FOR = 10.0


@dataclass(frozen=True)
class Told:
    """An answer: well, or the reasons why not, each by a name of one word."""

    process: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    lag: float | None = None

    @property
    def is_well(self) -> bool:
        return not self.reasons

    def as_json(self) -> dict[str, object]:
        """``lag``: seconds since the last beat, None before the first."""
        return {
            "process": self.process,
            "status": "ok" if self.is_well else "failing",
            "lag": self.lag,
            "reasons": dict(self.reasons),
        }


class Watch:
    """One process as it is watched; may be called from any thread.

    ``clock`` only goes forward, in seconds: a jump of the machine's time is no death.
    """

    def __init__(self, process: str, clock: Callable[[], float] = time.monotonic, patience: float = PATIENCE) -> None:
        self.process = process
        self.metrics = Metrics()
        self._clock = clock
        self._patience = patience
        self._beat_at: float | None = None
        self._draining = False
        self._checks: dict[str, Asked[bool]] = {}
        self.metrics.show_process(self)

    def beat(self) -> None:
        """The main loop turns."""
        self._beat_at = self._clock()

    def ready_when(self, name: str, check: Callable[[], bool]) -> None:
        """The process takes work only while this holds: it returns True, in time, and does not raise.

        ``name`` is one word, such as "store"; it becomes a label of a metric.
        """
        self._checks[name] = Asked(check, self._patience)

    def draining(self) -> None:
        """The process was asked to end: it takes nothing new, and a proxy is to send it nothing more."""
        self._draining = True

    @property
    def is_draining(self) -> bool:
        return self._draining

    @property
    def lag(self) -> float | None:
        """Seconds since the last beat; None before the first."""
        return None if self._beat_at is None else max(0.0, self._clock() - self._beat_at)

    def health(self) -> Told:
        """Whether the main loop has turned within ALIVE_FOR seconds."""
        lag = self.lag
        if lag is None:
            return Told(self.process, {"beat": "the main loop has not begun"})
        if lag >= ALIVE_FOR:
            return Told(self.process, {"beat": f"the main loop has stood still for {lag:.0f} s"}, round(lag, 1))
        return Told(self.process, lag=round(lag, 1))

    def readiness(self) -> Told:
        """Whether work can be taken: it is healthy, is not asked to end, and every check holds."""
        health = self.health()
        reasons = dict(health.reasons)
        if self._draining:
            reasons["draining"] = "the process was asked to end"
        reasons |= {name: why for name, why in self.checked().items() if why}
        return Told(self.process, reasons, health.lag)

    def checked(self) -> dict[str, str]:
        """Each check with the reason why it does not hold, by kind only; empty where it does."""
        return {name: _why_not(check) for name, check in list(self._checks.items())}


def _why_not(check: Asked[bool]) -> str:
    try:
        return "" if check() else "not now"
    except Exception as error:  # noqa: BLE001 - whatever a check raises, the process cannot take work
        return type(error).__name__
