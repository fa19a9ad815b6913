"""The files that belong to the project, as git tells them."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.desk_fixtures import PROJECT


@cache
def _listed() -> tuple[Path, ...] | None:
    if shutil.which("git") is None or not (PROJECT / ".git").exists():
        return None
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return tuple(PROJECT / name for name in listed if name and (PROJECT / name).is_file())


def files_of_the_project() -> tuple[Path, ...]:
    """The files that are, or would be, in git; skips the test where that cannot be told."""
    listed = _listed()
    if listed is None:
        pytest.skip("this is no git checkout, so there is no telling which files belong to the project")
    return listed
