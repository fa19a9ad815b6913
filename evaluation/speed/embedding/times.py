"""How long each way takes for a question, alone and several together; all ways are asked by turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.retrieval.progress import watched
from evaluation.speed.embedding.ways import DESK, Running, Spent
from evaluation.speed.timing import percentiles

#: So many questions at once.
AT_ONCE = (1, 4, 16)


def one_by_one(ways: Mapping[str, Running], texts: Sequence[str], what: str) -> dict[str, dict[str, float]]:
    """p50 and p95 of the milliseconds that passed and p50 of those that were worked, by way; who begins changes.

    ``times_desk`` and ``work_times_desk`` say how many times the desk's p50 that is.
    """
    spent: dict[str, list[Spent]] = {name: [] for name in ways}
    for number, text in enumerate(watched(texts, what)):
        for name in turned(list(ways), number):
            spent[name].append(ways[name].embed([text], "query", vectors=False)[0])
    figures = {name: _figures(of) for name, of in spent.items()}
    return {
        name: of
        | {
            "times_desk": round(of["p50"] / figures[DESK]["p50"], 2),
            "work_times_desk": round(of["work_p50"] / figures[DESK]["work_p50"], 2),
        }
        for name, of in figures.items()
    }


def at_once(ways: Mapping[str, Running], texts: Sequence[str], rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Questions a second of work by way and number, embedded together and one after the other.

    No text is asked twice: whoever keeps what was asked would answer at once.
    """
    found: dict[str, dict[str, dict[str, float]]] = {name: {} for name in ways}
    for count in AT_ONCE:
        together, apart = dict.fromkeys(ways, 0.0), dict.fromkeys(ways, 0.0)
        for number in watched(range(rounds), f"{count} at once"):
            some = [texts[(number * count + place) % len(texts)] for place in range(count)]
            for name in turned(list(ways), number):
                together[name] += _worked(ways[name], tagged(some, f"{number}a{count}"))
                apart[name] += sum(_worked(ways[name], [text]) for text in tagged(some, f"{number}b{count}"))
        for name in ways:
            rates = [round(1000 * rounds * count / spent[name], 1) for spent in (together, apart)]
            gain = round(apart[name] / together[name], 2)
            found[name][str(count)] = {"together_a_second": rates[0], "apart_a_second": rates[1], "gain": gain}
    return found


def known(desk: Running, texts: Sequence[str]) -> dict[str, Any]:
    """What a question costs the desk that was asked before, beside the same question at first."""
    fresh = tagged(texts, "again")
    first = [desk.embed([text], "query", vectors=False)[0] for text in fresh]
    again = [desk.embed([text], "query", vectors=False)[0] for text in fresh]
    return {"first": _figures(first), "again": _figures(again)}


def _worked(way: Running, texts: Sequence[str]) -> float:
    return way.embed(texts, "query", vectors=False)[0].worked


def _figures(spent: Sequence[Spent]) -> dict[str, float]:
    passed, worked = zip(*spent, strict=True)
    return {**percentiles(passed), "work_p50": percentiles(worked)["p50"]}


def tagged(texts: Sequence[str], tag: str) -> list[str]:
    """The texts with some letters more, about as long as before."""
    return [f"{text} {tag}" for text in texts]


def turned(names: Sequence[str], number: int) -> list[str]:
    """All of them, beginning with another one each time."""
    start = number % len(names)
    return [*names[start:], *names[:start]]
