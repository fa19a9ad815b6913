"""docs/dependencies.md: every library with its version and licence, and the vulnerabilities that are known."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.pages import templates, write
from evaluation.supply import advisories
from evaluation.supply.advisories import Asked
from evaluation.supply.licences import Rules
from evaluation.supply.packages import DESK, ENVIRONMENTS, PROJECT, Environment, needed_at_work

PAGE = PROJECT / "docs" / "dependencies.md"


@dataclass(frozen=True)
class Row:
    """One library; ``licence`` is empty where nobody says it."""

    name: str
    version: str
    licence: str
    use: str


@dataclass(frozen=True)
class Shown:
    name: str
    rows: Sequence[Row]


def rows_of(environment: Environment, rules: Rules) -> list[Row]:
    """Every package that the locks of an environment name, by its name."""
    installed, locked = environment.installed(), environment.locked()
    at_work = needed_at_work(installed, _roots()) if environment is DESK else set(locked)
    return [
        Row(name, version, rules.licence_of(name, installed.get(name)), "work" if name in at_work else "set-up, tests")
        for name, version in sorted(locked.items())
    ]


def write_page(asked: Asked | None, failed: str, on: dt.date, page: Path = PAGE) -> None:
    """``failed``: why vulnerabilities could not be asked for now; empty where they could."""
    rules = Rules.read()
    shown = [Shown(each.name, rows_of(each, rules)) for each in ENVIRONMENTS]
    all_rows = {(row.name, row.version): row for each in shown for row in each.rows}
    counted = Counter(row.licence or "unknown" for row in all_rows.values())
    template = templates(Path(__file__).with_name("templates")).get_template("dependencies.md.j2")
    text = template.render(
        written_on=on.isoformat(),
        licences=sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])),
        reasons=_reasons(rules, list(all_rows.values())),
        environments=shown,
        asked=asked,
        failed=failed,
        judged=advisories.judged(),
        stale=_not_asked(asked, all_rows),
    )
    write({page: text})


def _roots() -> list[str]:
    """What the desk itself needs while it runs."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["postgresql"], "psycopg-binary"]
    return [each.split("[")[0].split(">")[0].split("=")[0].split("<")[0] for each in wanted]


def _reasons(rules: Rules, rows: Sequence[Row]) -> list[tuple[str, str, list[str]]]:
    of: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for licence, reason in rules.allowed.items():
            if reason and licence in row.licence.replace("(", " ").replace(")", " ").split():
                of[licence].append(row.name)
    return [(licence, rules.allowed[licence], sorted(set(names))) for licence, names in sorted(of.items())]


def _not_asked(asked: Asked | None, rows: Mapping[tuple[str, str], Row]) -> list[str]:
    """What is used now in another version than the one that was asked about."""
    if asked is None:
        return []
    return [f"{name} {version}" for name, version in sorted(rows) if f"{name}-{version}" not in asked.asked_of]
