"""One number of passages, in a process of its own: every kind of index, asked by turns.

`python -m evaluation.speed.neighbours.measuring MATERIAL PASSAGES KINDS` prints one line of JSON; KINDS are names,
separated by semicolons.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from evaluation.retrieval.progress import say
from evaluation.speed.material import Material
from evaluation.speed.memory import peak
from evaluation.speed.neighbours.kinds import Built, Kind, Search, kinds
from evaluation.speed.synthetic import Source, synthetic_vectors
from evaluation.speed.timing import Times
from knowledge.engine.model.embedding import Vectors

#: So many of the golden questions are asked, spread over all of them.
QUESTIONS = 300
_WARMING = 5


def measure(material: Material, passages: int, chosen: Sequence[Kind], questions: int = QUESTIONS) -> dict[str, Any]:
    """Figures of each kind over so many passages; the first of them is exact, and the others are held against it.

    By kind seconds to build, mebibytes, and by setting the share of the exact nearest that are found, milliseconds that
    passed (p50, p95) and that its thread worked (work_p50), and how many times the exact search's work that is.
    """
    vectors = synthetic_vectors(Source.of(material.records, material.passages), passages)
    asked = _spread(np.stack([one.embedded.whole for one in material.asked]), questions)
    built, seconds = _built(vectors, [kind for kind in chosen if passages >= kind.least])
    faiss.omp_set_num_threads(1)
    passed, worked, found = _asked_by_turns(built, asked)
    exact = next(iter(found))
    times, work = passed.figures(), {key: of["p50"] for key, of in worked.figures().items()}
    return {
        "passages": passages,
        "questions": len(asked),
        "peak_mb": peak(),
        "load": round(os.getloadavg()[0], 1),
        "kinds": {
            name: {
                "build_s": seconds[name],
                "mebibytes": of.mebibytes,
                "settings": {
                    setting: {
                        "recall": _recall(found[key], found[exact]),
                        **times[key],
                        "work_p50": work[key],
                        "times_exact": round(work[key] / work[exact], 4),
                    }
                    for setting in of.searches
                    for key in [_key(name, setting)]
                },
            }
            for name, of in built.items()
        },
        "too_few_for": [kind.name for kind in chosen if passages < kind.least],
    }


def _built(vectors: Vectors, chosen: Sequence[Kind]) -> tuple[dict[str, Built], dict[str, float]]:
    """All indexes with the seconds that each took, on all cores."""
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    built: dict[str, Built] = {}
    seconds: dict[str, float] = {}
    for kind in chosen:
        began = time.perf_counter()
        found = kind.build(vectors)
        seconds |= dict.fromkeys(found, round(time.perf_counter() - began, 2))
        built |= found
        say(f"{len(vectors):,} passages, {kind.name}: built in {seconds[kind.name]:,.1f} s")
    return built, seconds


def _asked_by_turns(built: Mapping[str, Built], asked: Vectors) -> tuple[Times, Times, dict[str, list[set[int]]]]:
    """Every question to every setting of every kind before the next one; who begins moves on by one each time.

    What passed and what was worked in milliseconds, and what was found, by setting.
    """
    searches = dict(_settings(built))
    passed, worked = Times(), Times()
    found: dict[str, list[set[int]]] = {key: [] for key in searches}
    order = list(searches)
    for question in asked[:_WARMING]:
        for search in searches.values():
            search(question)
    for number, question in enumerate(asked):
        start = number % len(order)
        for key in (*order[start:], *order[:start]):
            began = time.thread_time()
            with passed.measured(key):
                positions = searches[key](question)
            worked.add(key, (time.thread_time() - began) * 1000)
            found[key].append({position for position in positions.tolist() if position >= 0})
    return passed, worked, found


def _settings(built: Mapping[str, Built]) -> Iterator[tuple[str, Search]]:
    for name, of in built.items():
        for setting, search in of.searches.items():
            yield _key(name, setting), search


def _key(name: str, setting: str) -> str:
    return f"{name}: {setting}"


def _recall(found: Sequence[set[int]], exact: Sequence[set[int]]) -> float:
    """The share of the exact nearest that were found."""
    wanted = sum(map(len, exact))
    return round(sum(len(one & other) for one, other in zip(found, exact, strict=True)) / wanted, 4)


def _spread(wholes: Vectors, count: int) -> Vectors:
    spread: Vectors = wholes[np.linspace(0, len(wholes) - 1, min(count, len(wholes))).astype(int)]
    return spread


def main() -> int:
    material, passages, names = sys.argv[1:]
    wanted = set(names.split(";"))
    chosen = [kind for kind in kinds() if kind.name in wanted]
    print(json.dumps(measure(Material.read(Path(material)), int(passages), chosen)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
