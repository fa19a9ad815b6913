"""One of the desk's real processes at another time of day, so that news may go out whenever it is measured.

``python -m evaluation.cases.moved_clock SECONDS MODULE`` runs MODULE's main() with the desk's clock ahead by SECONDS.
"""

from __future__ import annotations

import datetime as dt
import importlib
import sys

from bootstrap import assembly


class MovedClock:
    """The machine's clock, moved by a fixed span; it goes on like any other."""

    def __init__(self, ahead: dt.timedelta) -> None:
        self._ahead = ahead

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self._ahead


def until_noon(now: dt.datetime) -> dt.timedelta:
    """The span by which a clock is to be moved so that it is next noon in Viet Nam (05:00 UTC)."""
    noon = now.replace(hour=5, minute=0, second=0, microsecond=0)
    return noon - now if noon >= now else noon + dt.timedelta(days=1) - now


def main() -> None:
    ahead, module = dt.timedelta(seconds=float(sys.argv[1])), sys.argv[2]
    vars(assembly)["SystemClock"] = lambda: MovedClock(ahead)
    importlib.import_module(module).main()


if __name__ == "__main__":
    main()
