"""docs/faults.md, from the reports of the last runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bootstrap.settings import PROJECT
from evaluation.pages import templates, write

PAGE = PROJECT / "docs" / "faults.md"
_PROFILES = ("embedded", "production")
_KINDS = ("faults", "soak")


def report_path(reports: Path, kind: str, profile: str) -> Path:
    """Where the figures of a run are: ``kind`` is faults or soak."""
    return reports / f"{kind}-{profile}.json"


def write_page(reports: Path, page: Path = PAGE) -> None:
    """Write the page from those reports that there are."""
    found = {kind: [told for name in _PROFILES for told in _read(report_path(reports, kind, name))] for kind in _KINDS}
    template = templates(Path(__file__).parent / "templates", number=lambda value: f"{value:,}").get_template(
        "faults.md.j2"
    )
    write({page: template.render(runs=found["faults"], soaks=found["soak"])})


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []
