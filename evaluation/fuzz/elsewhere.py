"""What `make fuzz` tells beside its findings: who reached what is another's, and what a flood does to the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evaluation.floods.measuring import measure
from tests.walks.leaks import leaks


def reached(folder: Path) -> dict[str, Any]:
    """``leaks``: how often something was shown or done that routes, roles, units and owners forbid; a sentence each."""
    found = leaks(_made(folder / "leaks"))
    return {"leaks": len(found["leaks"]), "leak_checks": found["checks"], "leaked": found["leaks"]}


def flooded(folder: Path) -> dict[str, Any]:
    """``flood_p95_ratio``: how many times as long others wait while one chat writes 1,000 messages a second."""
    found = measure(_made(folder / "flood"))
    return {"flood_p95_ratio": round(found.flood_p95_ratio, 3), "flood": asdict(found)}


#: The others wait less than half as long again.
LONGEST_WAIT = 1.5
ELSEWHERE: Mapping[str, Callable[[Path], dict[str, Any]]] = {"leaks": reached, "flood": flooded}


def is_as_it_should_be(told: Mapping[str, Any]) -> bool:
    """Whether nobody reached anything, and the others hardly waited; what was not measured is not held against it."""
    ratio = told.get("flood_p95_ratio")
    return not told.get("leaks") and (ratio is None or ratio < LONGEST_WAIT)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
