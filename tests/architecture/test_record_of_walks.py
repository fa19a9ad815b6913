"""The record of what the walks looked at: sums of several processes, and no report of a run that looked at nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.looked_at import Record

pytestmark = pytest.mark.thorough

PROJECT = Path(__file__).resolve().parents[2]
LOOKS = """
from tests.looked_at import THE_RECORD

def test_of_a_page():
    THE_RECORD.looked_at("/chat")

def test_of_a_route():
    THE_RECORD.checked_role("GET /chat", "GET /chat as a stranger: status 500")
"""


def _run(folder: Path, tests: str, *more: str) -> tuple[int, Path]:
    """The exit status of a run over a file with these tests, and where its report would be."""
    (folder / "test_made_up.py").write_text(tests)
    report = folder / "browser.json"
    report.write_text("{}")  # of a run before
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.looked_at", f"--looked-at={report}", *more]
    done = subprocess.run([*command, folder], cwd=PROJECT, capture_output=True, check=False)
    return done.returncode, report


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_writes_what_its_processes_looked_at(tmp_path: Path, processes: str) -> None:
    status, path = _run(tmp_path, LOOKS, "-n", processes, "--dist", "load")
    report = json.loads(path.read_text())
    assert status == 0
    assert (report["pages"], report["routes"], report["role_checks"], report["role_failures"]) == (1, 1, 1, 1)
    assert report["found"]["roles"] == ["GET /chat as a stranger: status 500"]


def test_a_run_that_looked_at_nothing_fails_and_leaves_no_report(tmp_path: Path) -> None:
    status, path = _run(tmp_path, "def test_of_nothing():\n    pass\n")
    assert status != 0
    assert not path.exists()


def test_records_add_up() -> None:
    whole, part = Record(), Record()
    whole.looked_at("/chat")
    part.looked_at("/chat")
    part.looked_at("/my-cases", script=False)
    part.axe.append("/chat: region")
    whole.add(part.as_json())
    report = whole.report([])
    assert (report["pages"], report["looks"], report["pages_without_script"], report["axe_violations"]) == (1, 3, 1, 1)
