"""What a message costs in the store, as docs/stores.md with two pictures for people, and as JSON for programs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from evaluation.pages import templates, write
from evaluation.speed.drawing import drawn, powers, steps
from evaluation.speed.stores.one_message import ALL, STEPS
from evaluation.speed.stores.replicas import Rate


@dataclass(frozen=True)
class Report:
    """``sizes`` have by store and step p50, p95 and work_p50 in milliseconds, in ``stores`` of so many conversations
    and in ``beside`` of ``few``; ``throughput`` has by number of conversations, store and number of replicas the rate
    of each round. ``missing``: why there is no PostgreSQL.
    """

    day: dt.date
    python: str
    cores: int
    messages: int
    rows: int
    few: int
    sizes: Sequence[Mapping[str, Any]]
    waiting: int
    throughput: Mapping[int, Mapping[str, Mapping[str, Sequence[Rate]]]]
    missing: str = ""

    @property
    def stores(self) -> list[str]:
        return list(self.sizes[0]["stores"])

    def growth(self) -> dict[int, dict[str, float]]:
        """How many times as long as beside it with few conversations a message takes (p50), by number and store."""
        return {
            of["conversations"]: {
                name: round(of["stores"][name][ALL]["p50"] / of["beside"][name][ALL]["p50"], 2) for name in self.stores
            }
            for of in self.sizes
        }

    def times_sqlite(self) -> dict[int, float]:
        """How many times as long as on SQLite a message takes on PostgreSQL (p50), by number of conversations."""
        if len(self.stores) < 2:
            return {}
        return {
            of["conversations"]: round(of["stores"]["postgresql"][ALL]["p50"] / of["stores"]["sqlite"][ALL]["p50"], 2)
            for of in self.sizes
        }

    def gain(self) -> dict[int, dict[str, dict[str, float]]]:
        """How many times the rate of one replica so many bring, the middle of the rounds."""
        return {
            size: {
                store: {count: _gained(rates, by_count["1"]) for count, rates in by_count.items()}
                for store, by_count in stores.items()
            }
            for size, stores in self.throughput.items()
        }

    def not_answered(self) -> dict[str, int]:
        """How many messages of all replicas' were no answers, by store."""
        found = dict.fromkeys(self.stores, 0)
        for stores in self.throughput.values():
            for store, by_count in stores.items():
                found[store] += sum(each.not_answered for rates in by_count.values() for each in rates)
        return found

    def as_data(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "python": self.python,
            "cores": self.cores,
            "messages": self.messages,
            "rows_a_conversation": self.rows,
            "few": self.few,
            "growth": {str(size): stores for size, stores in self.growth().items()},
            "not_answered": self.not_answered(),
            "times_sqlite": {str(size): times for size, times in self.times_sqlite().items()},
            "gain": {str(size): stores for size, stores in self.gain().items()},
            "sizes": list(self.sizes),
            "waiting": self.waiting,
            "throughput": {
                str(size): {
                    store: {count: [each._asdict() for each in rates] for count, rates in by_count.items()}
                    for store, by_count in stores.items()
                }
                for size, stores in self.throughput.items()
            },
            "missing": self.missing,
        }

    def as_page(self) -> str:
        """The page in Markdown."""
        folder = Path(__file__).parent / "templates"
        environment = templates(folder, thousands="{:,}".format, ms=_milliseconds, rates=_rates)
        return environment.get_template("stores.md.j2").render(
            report=self,
            steps=STEPS,
            all=ALL,
            ends=[self.sizes[0], self.sizes[-1]] if len(self.sizes) > 1 else self.sizes,
            growth=self.growth(),
            times_sqlite=self.times_sqlite(),
            gain=self.gain(),
            not_answered=self.not_answered(),
            named={"sqlite": "SQLite", "postgresql": "PostgreSQL"},
        )

    def pictures(self) -> dict[str, str]:
        """Each picture as SVG, by the name of its file."""
        return {"stores-time.svg": self._by_size(), "stores-replicas.svg": self._by_replicas()}

    def write(self, page: Path, pictures: Path, data: Path) -> None:
        """Write all of it."""
        files = {page: self.as_page(), data: json.dumps(self.as_data(), ensure_ascii=False, indent=1) + "\n"}
        files |= {pictures / name: svg for name, svg in self.pictures().items()}
        write(files)

    def _by_size(self) -> str:
        lines = {
            f"{name}, {what}": [(of["conversations"], of["stores"][name][ALL][key]) for of in self.sizes]
            for name in self.stores
            for what, key in (("p50", "p50"), ("p95", "p95"))
        }
        values = [value for points in lines.values() for _, value in points]
        sizes = [of["conversations"] for of in self.sizes]
        return drawn("Milliseconds of a message", "open conversations", lines, powers(sizes), powers(values))

    def _by_replicas(self) -> str:
        lines = {
            f"{store}, {size:,}": [(float(count), _middle(rates)) for count, rates in by_count.items()]
            for size, stores in self.throughput.items()
            for store, by_count in stores.items()
        }
        most = max((value for points in lines.values() for _, value in points), default=1.0)
        counts = [count for points in lines.values() for count, _ in points]
        return drawn("Messages a second", "replicas", lines, steps(1, max([2, *counts]), 1), _from_nothing(most))


def _from_nothing(most: float) -> Any:
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000) if most / each <= 8 or each == 1_000)
    return steps(0, step * -(-most // step), step)


def _middle(rates: Sequence[Rate]) -> float:
    return float(median(each.a_second for each in rates))


def _gained(rates: Sequence[Rate], of_one: Sequence[Rate]) -> float:
    """The middle of how many times the rate of one, round by round."""
    return round(median(one.a_second / other.a_second for one, other in zip(rates, of_one, strict=True)), 2)


def _milliseconds(of: Mapping[str, float]) -> str:
    return f"{of['p50']:.1f} ({of['p95']:.1f})"


def _rates(of: Sequence[Rate]) -> str:
    each = [one.a_second for one in of]
    return f"{_middle(of):.1f} ({min(each):.1f}–{max(each):.1f})"
