"""Figures of `make fuzz` that other measurements make: each a function of no argument, or None where there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

#: By the name that a figure has in var/reports/fuzz.json: ``leaks``, how often something was shown or done that the
#: table of routes, roles, units and owners forbids; ``flood_p95_ratio``, how much longer others wait while one chat
#: writes 1,000 messages a second.
ELSEWHERE: Mapping[str, Callable[[], float] | None] = {"leaks": None, "flood_p95_ratio": None}
