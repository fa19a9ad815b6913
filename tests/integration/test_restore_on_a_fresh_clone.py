"""After a disaster: a fresh clone, an empty place, a backup; and the desk knows again what it knew."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bootstrap.engine import prepare_model
from bootstrap.settings import read_settings
from desk.backups.making import make
from desk.guidance import service as guidance
from desk.guidance.record import FEWEST_QUESTIONS, LANGUAGES, GuidanceRecord, read_records
from desk.migrations.run import migrate
from desk.store import Store, make_engine
from tests.desk_fixtures import CONTENT, NOON, PROJECT
from tests.e2e.telegram_emulator import free_port

# Two processes load the model, and one embeds two entries.
pytestmark = [pytest.mark.model, pytest.mark.thorough, pytest.mark.timeout(900)]

SHIPPED = ("cfs_recognition", "cfs_term")


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Of a desk with two entries, in few words: embedding them is what takes the time."""
    engine = make_engine(f"sqlite:///{tmp_path / 'lost.sqlite'}")
    migrate(engine)
    records = [record for record in read_records(CONTENT / "guidance") if record.id in SHIPPED]
    short = [
        GuidanceRecord.model_validate(
            record.as_json()
            | {"related": [], "questions": {lang: record.questions[lang][:FEWEST_QUESTIONS] for lang in LANGUAGES}}
        )
        for record in records
    ]
    with Store(engine).writing() as session:
        guidance.load_shipped(session, short, at=NOON)
    made = make(Store(engine), tmp_path / "backup.zip", at=NOON, application="1")
    engine.dispose()
    return made.path


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """All files of the project that git knows, with a folder of its own for data, in which only the model is."""
    prepare_model(read_settings())
    folder = tmp_path / "clone"
    known = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    for name in filter(None, known.decode().split("\0")):
        if (PROJECT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, folder / name)
    (folder / "var").mkdir()
    (folder / "var" / "models").symlink_to(read_settings().var_dir / "models")
    return folder


def customs(clone: Path, *words: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        cwd=clone,
        env={**kept, "KNOWLEDGE_PORT": str(free_port())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_fresh_clone_restores_a_backup_and_answers_from_it(clone: Path, backup: Path) -> None:
    restored = customs(clone, "restore", str(backup))
    assert "2 titles find their entries" in restored
    assert (clone / "var" / "desk.sqlite").exists()
    answer = json.loads(customs(clone, "ask", "Điều kiện công nhận kho CFS (địa điểm thu gom hàng lẻ)", "--json"))
    assert "cfs_recognition" in [candidate["entry"] for candidate in answer["candidates"]]
    assert answer["answer"] is None or answer["answer"]["entry"] in SHIPPED
