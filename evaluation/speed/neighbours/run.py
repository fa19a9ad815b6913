"""`make bench-neighbours`: kinds of index for the nearest passages, held against the exact one, and the page of it."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bootstrap.settings import PROJECT, BadSetting, Settings, read_settings
from evaluation.peers.versions import installed
from evaluation.retrieval.progress import say
from evaluation.retrieval.setting import embedder
from evaluation.speed.material import Material
from evaluation.speed.neighbours.kinds import kinds
from evaluation.speed.neighbours.report import Report
from evaluation.speed.run import PICTURES, MeasuringFailed, apart

PAGE = PROJECT / "docs" / "neighbours.md"
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
GRAPH = "HNSW"
HELP = """Compare kinds of FAISS index for the nearest passages and write docs/neighbours.md, its pictures and
var/reports/neighbours.json. All sizes take about half an hour, most of it to build the graph of the last, which needs
about 10 GB of memory; --sizes 100 1000 10000 100000 takes some minutes, --graphs-up-to 100000 leaves the graph out."""


def measure(settings: Settings, sizes: Sequence[int], graphs_up_to: int) -> Report:
    """Every size in a process of its own; raises MeasuringFailed."""
    found: list[dict[str, Any]] = []
    left_out: dict[int, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "material"
        Material.of(settings, embedder(settings)).write(file)
        for size in sizes:
            names = [kind.name for kind in kinds() if kind.name != GRAPH or size <= graphs_up_to]
            say(f"{size:,} passages: {', '.join(names)}")
            figures = apart("evaluation.speed.neighbours.measuring", str(file), str(size), ";".join(names))
            found.append(figures)
            left_out[size] = dict.fromkeys(figures["too_few_for"], "which needs more vectors to learn its codes from")
            if size > graphs_up_to:
                left_out[size][GRAPH] = f"whose graph was not built beyond {graphs_up_to:,} passages in this run"
    return Report(
        day=dt.datetime.now(dt.UTC).date(),
        python=platform.python_version(),
        faiss=installed("faiss-cpu")["faiss-cpu"],
        cores=os.cpu_count() or 1,
        sizes=found,
        left_out=left_out,
    )


def main() -> int:
    """Write the page, the pictures and the JSON; an error is one sentence and writes nothing."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.speed.neighbours.run", description=HELP)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of passages")
    parser.add_argument("--graphs-up-to", type=int, default=max(SIZES), help="beyond so many passages HNSW is left out")
    asked = parser.parse_args()
    # Threads that wait for each other by spinning take the cores from those that they wait for.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        settings = read_settings()
        report = measure(settings, sorted(asked.sizes), asked.graphs_up_to)
    except (BadSetting, MeasuringFailed) as error:
        print(error, file=sys.stderr)
        return 1
    data = settings.var_dir / "reports" / "neighbours.json"
    report.write(PAGE, PICTURES, data)
    say(f"written: {PAGE.relative_to(PROJECT)} and {data}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
