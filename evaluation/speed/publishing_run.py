"""`make bench-publish`: from publishing to the first search that finds it, and its section in docs/speed.md."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bootstrap.settings import BadSetting, read_settings
from evaluation.pages import write
from evaluation.retrieval.progress import say
from evaluation.speed.report import PUBLISHING
from evaluation.speed.run import PAGE, MeasuringFailed, apart
from evaluation.speed.section import with_section

SIZES = (200, 10_000, 100_000)
#: Seconds within which nearly every publication is to be found, at every size.
GOAL = 1.0


def measure(sizes: Sequence[int]) -> dict[str, Any]:
    """Figures of each size, measured in a process of its own; raises MeasuringFailed."""
    found = []
    for size in sizes:
        say(f"{size:,} entries")
        found.append(apart("evaluation.speed.publishing", str(size)) | {"load": round(os.getloadavg()[0], 1)})
    return {
        "day": dt.datetime.now(dt.UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "goal_p95_s": GOAL,
        "met": [one["seconds"]["all"]["p95"] <= GOAL for one in found],
        "ratio_p50": round(found[-1]["seconds"]["all"]["p50"] / found[0]["seconds"]["all"]["p50"], 2),
        "sizes": found,
    }


def section(figures: Mapping[str, Any]) -> str:
    """What docs/speed.md says of it, in Markdown."""
    lines = [
        PUBLISHING,
        f"Written by `make bench-publish` on {figures['day']}; all figures are in var/reports/publishing.json. "
        "A store on SQLite, the real model, and the code of the knowledge process, which looks for a new publication "
        "every 200 ms. The time begins with the commit and ends with the first search that finds the new version; "
        "meanwhile somebody else asks fifty times a second. Half of the publications are new entries of 17 passages, "
        "half are edits of entries that ship. Seconds are p50, with p95 in brackets; *load* is how many programs "
        f"wanted one of the {figures['cores']} cores at the end of the run.",
        "",
        "| entries | passages | new entry | edit | all | goal (p95) | load |",
        "|---|---|---|---|---|---|---|",
        *(_times(one, met) for one, met in zip(figures["sizes"], figures["met"], strict=True)),
        "",
        "| entries | one change spliced, s | all made whole, s | ranking beside an index made whole | "
        "a search while nothing is published, ms | while publishing, ms | memory before and after, MiB |",
        "|---|---|---|---|---|---|---|",
        *map(_costs, figures["sizes"]),
        "",
        f"At {figures['sizes'][-1]['entries']:,} entries it takes {figures['ratio_p50']:g} times as long as at "
        f"{figures['sizes'][0]['entries']:,} (p50, one run). Beyond the guidance that ships, entries are "
        "made up of it, each of 16 short passages with borrowed vectors; what is published is embedded by the model.",
    ]
    return "\n".join(lines) + "\n"


def _times(one: Mapping[str, Any], met: bool) -> str:
    seconds = one["seconds"]
    times = " | ".join(f"{seconds[kind]['p50']:.2f} ({seconds[kind]['p95']:.2f})" for kind in ("new", "edit", "all"))
    said = "met" if met else "missed"
    return f"| {one['entries']:,} | {one['passages']:,} | {times} | {GOAL:g} s: {said} | {one['load']:g} |"


def _costs(one: Mapping[str, Any]) -> str:
    quiet, busy = (
        f"{one['search_ms'][when]['p50']:.1f} ({one['search_ms'][when]['p95']:.1f})"
        for when in ("quiet", "while_publishing")
    )
    memory = f"{one['memory_mb']['before']:,.0f}, {one['memory_mb']['after']:,.0f}"
    beside = one["rank_beside_whole"]
    return (
        f"| {one['entries']:,} | {one['spliced_s']:.2f} | {one['made_whole_s'] or one['first_s']:.1f} | "
        f"{f'{beside:.2f} times' if beside else '–'} | {quiet} | {busy} | {memory} |"
    )


def main() -> int:
    """Write the figures and the section; an error is one sentence and writes nothing."""
    try:
        settings = read_settings()
        figures = measure(SIZES)
    except (BadSetting, MeasuringFailed) as error:
        print(error, file=sys.stderr)
        return 1
    report: Path = settings.var_dir / "reports" / "publishing.json"
    page = with_section(PAGE.read_text(encoding="utf-8"), section(figures))
    write({PAGE: page, report: json.dumps(figures, indent=1) + "\n"})
    say(f"written: {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
