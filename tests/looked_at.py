"""What the walks over the console looked at and what they found, written as var/reports/browser.json.

The tests note everything in THE_RECORD. As a plugin (``-p tests.looked_at --looked-at=FILE``) this writes the record at
the end of a run; of a run on several processes it is the sum of theirs. A run that looked at no page or no route, or
lost a process on the way, writes nothing and fails: such a report would be green for the wrong reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Record:
    """Counts and findings. ``pages`` are names of pages or of states of one, ``looks`` how often one was examined."""

    pages: set[str] = field(default_factory=set)
    pages_without_script: set[str] = field(default_factory=set)
    routes: set[str] = field(default_factory=set)
    looks: int = 0
    role_checks: int = 0
    links: int = 0
    axe: list[str] = field(default_factory=list)
    csp: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    def looked_at(self, page: str, *, script: bool = True) -> None:
        self.looks += 1
        (self.pages if script else self.pages_without_script).add(page)

    def checked_role(self, route: str, *problems: str) -> None:
        """One role tried one route."""
        self.role_checks += 1
        self.routes.add(route)
        self.roles.extend(problems)

    def add(self, other: dict[str, Any]) -> None:
        """Add what another process noted, as ``as_json`` gave it."""
        for name in ("pages", "pages_without_script", "routes"):
            getattr(self, name).update(other[name])
        for name in ("looks", "role_checks", "links"):
            setattr(self, name, getattr(self, name) + other[name])
        for name in ("axe", "csp", "foreign", "roles"):
            getattr(self, name).extend(other[name])

    def as_json(self) -> dict[str, Any]:
        """Plain values, for another process."""
        return {name: sorted(value) if isinstance(value, set) else value for name, value in vars(self).items()}

    def report(self, failed_tests: Iterable[str]) -> dict[str, Any]:
        """The figures that are asked for, then what stands behind them."""
        return {
            "pages": len(self.pages),
            "axe_violations": len(self.axe),
            "csp_reports": len(self.csp),
            "foreign_requests": len(self.foreign),
            "routes": len(self.routes),
            "role_checks": self.role_checks,
            "role_failures": len(self.roles),
            "looks": self.looks,
            "links": self.links,
            "pages_without_script": len(self.pages_without_script),
            "failed_tests": sorted(failed_tests),
            "found": {"axe": self.axe, "csp": self.csp, "foreign": self.foreign, "roles": sorted(self.roles)},
            "looked_at": {
                "pages": sorted(self.pages),
                "pages_without_script": sorted(self.pages_without_script),
                "routes": sorted(self.routes),
            },
        }


#: What this process has noted.
THE_RECORD = Record()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--looked-at", metavar="FILE", help="write what the walks over the console looked at and found")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--looked-at", None):
        config.pluginmanager.register(_Writer(config), "looked-at-writer")


class _Writer:
    """Writes the record of a run; in a process that runs a part of it, hands it to the one that began it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._failed: set[str] = set()
        self._lost: list[str] = []
        Path(config.getoption("--looked-at")).unlink(missing_ok=True)

    @property
    def _is_part(self) -> bool:
        return hasattr(self._config, "workeroutput")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        output = getattr(node, "workeroutput", {})
        if error or "looked_at" not in output:
            self._lost.append(str(node.gateway.id))
            return
        THE_RECORD.add(json.loads(output["looked_at"]))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._is_part:
            self._config.workeroutput["looked_at"] = json.dumps(THE_RECORD.as_json())  # type: ignore[attr-defined]
            return
        path = Path(self._config.getoption("--looked-at"))
        if self._lost or not THE_RECORD.pages or not THE_RECORD.routes:
            reason = f"processes were lost: {self._lost}" if self._lost else "no page or no route was looked at"
            self._say(f"NO REPORT: {reason}", red=True, bold=True)
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
            return
        report = THE_RECORD.report(self._failed)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        figures = ", ".join(f"{name} {value}" for name, value in report.items() if isinstance(value, int))
        self._say(f"{path}: {figures}")

    def _say(self, line: str, **markup: bool) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"\n{line}", **markup)
