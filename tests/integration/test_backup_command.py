"""`customs backup` and `customs restore` as an operator types them."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from bootstrap.assembly import open_store
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.audit.model import AuditEntry

Customs = Callable[..., Result]


@pytest.fixture
def customs(store_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    """The command on a store with the tests' guidance; ``at`` is its VAR_DIR."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 300)
    (tmp_path / "here").mkdir()
    shutil.copy(store_template, tmp_path / "here" / "desk.sqlite")

    def run(*words: str, at: str = "here") -> Result:
        monkeypatch.setenv("VAR_DIR", str(tmp_path / at))
        return CliRunner().invoke(command.app, list(words))

    return run


def backups(folder: Path) -> list[Path]:
    return sorted(folder.glob("desk-*.zip"))


def test_a_backup_is_made_noted_checked_and_restored(customs: Customs, tmp_path: Path) -> None:
    done = customs("backup")
    assert done.exit_code == 0, done.output
    [file] = backups(tmp_path / "here" / "backups")
    last = json.loads((tmp_path / "here" / "backups" / "last.json").read_text())
    assert last["file"] == str(file)
    assert set(last) == {"finished_at", "file", "rows", "bytes", "seconds"}
    assert last["bytes"] == file.stat().st_size
    assert f"{file}: {last['rows']} rows" in done.output
    assert "Not in it: the settings in .env" in done.output
    checked = customs("backup", "--check", str(file))
    assert checked.exit_code == 0
    assert "is whole" in checked.output

    restored = customs("restore", str(file), "--without-search", at="there")
    assert restored.exit_code == 0, restored.output
    assert "officers" in restored.output
    assert "Telegram brings again only what was not stored here" in restored.output
    with open_store(read_settings()).reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.actor, entry.act, entry.subject) == ("operator", "store.restored", file.name)


def test_trackers_of_another_time_are_put_away(customs: Customs, tmp_path: Path) -> None:
    customs("backup", str(tmp_path / "elsewhere"))
    [file] = backups(tmp_path / "elsewhere")
    rasa = tmp_path / "there" / "rasa"
    rasa.mkdir(parents=True)
    (rasa / "trackers.sqlite").write_text("open forms")
    done = customs("restore", str(file), "--without-search", at="there")
    assert "trackers of Rasa that lay here" in done.output
    assert not (rasa / "trackers.sqlite").exists()
    assert [path.read_text() for path in rasa.glob("before-restore-*/trackers.sqlite")] == ["open forms"]


def test_only_the_newest_are_kept_and_other_files_are_left_alone(customs: Customs, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in ("20260101", "20260102", "20260103"):
        (folder / f"desk-{day}T000000Z.zip").write_text("old")
    (folder / "notes.zip").write_text("mine")
    dropped, writing = folder / ".desk-20260101T000000Z.zip-abc", folder / ".desk-20260103T000000Z.zip-abc"
    for half in (dropped, writing):
        half.write_text("half")
    os.utime(dropped, (time.time() - 100_000,) * 2)
    done = customs("backup", str(folder), "--keep", "2")
    assert done.exit_code == 0, done.output
    assert next(file.name for file in backups(folder)) == "desk-20260103T000000Z.zip"
    assert len(backups(folder)) == 2
    assert done.output.count("removed ") == 2
    assert (folder / "notes.zip").read_text() == "mine"
    assert not dropped.exists()
    assert writing.exists()


def test_damage_a_full_place_and_a_missing_file_are_one_sentence_and_exit_code_one(
    customs: Customs, tmp_path: Path
) -> None:
    customs("backup")
    [file] = backups(tmp_path / "here" / "backups")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[:5000])
    for words, said in (
        (("backup", "--check", str(cut)), "cut.zip is damaged or no backup"),
        (("restore", str(cut)), "cut.zip is damaged or no backup"),
        (("restore", str(file)), "The database is not empty"),
        (("restore", str(tmp_path / "none.zip")), "none.zip cannot be restored: No such file"),
        (("backup", "--check", str(tmp_path / "none.zip")), "none.zip cannot be read: No such file"),
    ):
        done = customs(*words)
        assert done.exit_code == 1
        assert done.stderr.startswith(said)
        assert len(done.stderr.strip().splitlines()) == 1
    nothing = customs("backup", at="nowhere")
    assert (nothing.exit_code, nothing.stderr) == (1, "There is no database of the desk yet, so nothing to back up.\n")
