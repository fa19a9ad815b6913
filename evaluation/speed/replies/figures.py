"""What is reckoned from measured waits: a middle one, a slow one, and how far the turns of a run lie apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from evaluation.cases.figures import percentile
from evaluation.speed.replies.measuring import Turns

#: Where one of the passages is a million, and one of the entries a hundred thousand.
PASSAGES, ENTRIES = 1_000_000, 100_000


def of_waits(rounds: Sequence[Sequence[float]]) -> dict[str, Any]:
    """p50 and p95 of all, in milliseconds, and the least and greatest p50 of a round that had an answer."""
    every = [wait for waits in rounds for wait in waits]
    p50s = [percentile(waits, 50) for waits in rounds if waits]
    return {
        "p50_ms": percentile(every, 50) if every else None,
        "p95_ms": percentile(every, 95) if every else None,
        "spread_ms": [min(p50s), max(p50s)] if p50s else None,
        "rounds_p50_ms": p50s,
        "answers": len(every),
    }


def of_rates(turns: Turns) -> dict[str, Any]:
    """Replies a second of all turns together, the least and the greatest of a turn, and how long each took."""
    rates = turns.rates
    return {
        "a_second": round(sum(rates) / len(rates), 2),
        "spread": [round(min(rates), 2), round(max(rates), 2)],
        "turns": [round(rate, 2) for rate in rates],
        **{name: of_waits(turns.waits)[name] for name in ("p50_ms", "p95_ms")},
    }


def ratios(ours: Sequence[float], others: Sequence[float]) -> dict[str, Any] | None:
    """How many times the others ours are, turn by turn, as the middle with its spread; None without two alike."""
    of_turns = [one / other for one, other in zip(ours, others, strict=False) if other]
    if not of_turns:
        return None
    return {"p50": round(median(of_turns), 2), "spread": [round(min(of_turns), 2), round(max(of_turns), 2)]}


def search_figures(speed: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """p50 in milliseconds of finding the nearest of a million passages by their vectors, and its recall@10.

    That is what an index of vectors does, and what recall is of; whole_search_figure has all of a search. ``speed`` is
    var/reports/speed.json, which `make speed` writes, or nothing; None for what was not measured.
    """
    for one in speed.get("growth", []):
        # A report of before the nearest were timed alone has none of it.
        if one.get("passages") == PASSAGES and "nearest" in one["law"]:
            return float(one["law"]["nearest"]["p50"]), float(one["recall"])
    return None, None


def whole_search_figure(speed: Mapping[str, Any]) -> float | None:
    """p50 in milliseconds of the desk's whole search, guidance and a million passages of law, without embedding."""
    for one in speed.get("growth", []):
        if one.get("passages") == PASSAGES:
            return float(one["search"]["all"]["p50"])
    return None


def publishing_figure(publishing: Mapping[str, Any]) -> float | None:
    """Milliseconds (p50) from publishing to the first search that finds it; None where it was not measured."""
    for one in publishing.get("sizes", []):
        if one.get("entries") == ENTRIES:
            return round(1000 * float(one["seconds"]["all"]["p50"]), 1)
    return None
