"""`python -m evaluation.floods.run`: prints what a flood from one chat does to the others, as one line of JSON."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from evaluation.floods.measuring import measure


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    print(json.dumps({"flood_p95_ratio": found.flood_p95_ratio, **asdict(found)}))


if __name__ == "__main__":
    main()
