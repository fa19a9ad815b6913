"""How much memory the desk's processes hold: resident, and each one's share of what several have in common."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psutil

_MIB = 2**20


def footprint(pids: Mapping[str, int]) -> dict[str, Any]:
    """Mebibytes by process, each with all that it started but for those that are named themselves, and of all.

    ``rss`` counts what several processes share once for each, ``pss`` in equal parts; pss is None where the system
    does not tell it.
    """
    named = set(pids.values())
    by_process = {name: _held(pid, named - {pid}) for name, pid in pids.items()}
    return {"by_process": by_process, **_sum(list(by_process.values()))}


def _held(pid: int, others: set[int]) -> dict[str, float | None]:
    found: list[dict[str, float | None]] = []
    waiting = [psutil.Process(pid)]
    while waiting:
        process = waiting.pop()
        with suppress(psutil.NoSuchProcess):
            found.append(_memory(process))
            waiting += [child for child in process.children() if child.pid not in others]
    return _sum(found)


def _memory(process: psutil.Process) -> dict[str, float | None]:
    rss = process.memory_info().rss / _MIB
    try:
        return {"rss_mb": rss, "pss_mb": process.memory_full_info().pss / _MIB}
    except (psutil.AccessDenied, AttributeError):
        return {"rss_mb": rss, "pss_mb": None}


def _sum(parts: list[dict[str, float | None]]) -> dict[str, float | None]:
    """Each of the two over all parts; None where one of them is not known."""
    sums: dict[str, float | None] = {}
    for name in ("rss_mb", "pss_mb"):
        values = [part[name] for part in parts]
        known = [value for value in values if value is not None]
        sums[name] = round(sum(known), 1) if len(known) == len(values) else None
    return sums
