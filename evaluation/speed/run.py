"""`make speed`: how fast the search is and how it grows, and the page of it."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bootstrap.settings import PROJECT, BadSetting, Settings, read_settings
from evaluation.retrieval.progress import say
from evaluation.retrieval.setting import embedder
from evaluation.speed.material import Material
from evaluation.speed.report import Report, Setting

PAGE = PROJECT / "docs" / "speed.md"
PICTURES = PROJECT / "docs" / "pictures"
SIZES = (1_000, 10_000, 100_000, 300_000, 1_000_000)
HELP = """Measure how fast the search is, with the guidance that ships and with up to a million passages of law, and
write docs/speed.md, its pictures and var/reports/speed.json. All sizes take about a quarter of an hour on an idle
machine, most of it for the last, which needs about 10 GB of memory; --sizes 1000 10000 100000 takes two minutes."""


class MeasuringFailed(Exception):
    """A process that measures has ended without figures."""


def measure(settings: Settings, sizes: Sequence[int]) -> Report:
    """Everything, each size in a process of its own; raises MeasuringFailed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "material"
        Material.of(settings, embedder(settings)).write(file)
        say("the guidance that ships, and ten thousand passages")
        shipped = apart("evaluation.speed.shipped", str(file))
        growth = []
        for size in sizes:
            say(f"{size:,} passages of law")
            growth.append(apart("evaluation.speed.growth", str(file), str(size)))
    setting = Setting(dt.datetime.now(dt.UTC).date(), platform.python_version(), os.cpu_count() or 1)
    return Report(setting, shipped, growth)


def apart(module: str, *arguments: str) -> dict[str, Any]:
    """The figures that a module prints, run by itself on one core."""
    ran = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise MeasuringFailed(f"{module} ended with code {ran.returncode}; nothing is written")
    figures: dict[str, Any] = json.loads(ran.stdout)
    return figures


def main() -> int:
    """Write the page, the pictures and the JSON; an error is one sentence and writes nothing."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.speed.run", description=HELP)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of passages of the growth curve")
    sizes = sorted(parser.parse_args().sizes)
    try:
        settings = read_settings()
        report = measure(settings, sizes)
    except (BadSetting, MeasuringFailed) as error:
        print(error, file=sys.stderr)
        return 1
    report.write(PAGE, PICTURES, settings.var_dir / "reports" / "speed.json")
    say(f"written: {PAGE.relative_to(PROJECT)} and {settings.var_dir / 'reports' / 'speed.json'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
