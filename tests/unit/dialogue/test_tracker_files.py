"""The file in which Rasa keeps its trackers, before Rasa opens it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from dialogue import stores


def mode_of(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        return str(database.execute("PRAGMA journal_mode").fetchone()[0])


def test_a_file_of_trackers_is_written_ahead_whether_or_not_it_is_there(tmp_path: Path) -> None:
    file = tmp_path / "rasa" / "trackers.sqlite"
    stores.prepare(f"sqlite:///{file}")
    assert mode_of(file) == "wal"
    old = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(old)) as database:
        database.execute("CREATE TABLE events (id INTEGER PRIMARY KEY)")
    assert mode_of(old) == "delete"
    stores.prepare(f"sqlite:///{old}")
    assert mode_of(old) == "wal"


def test_what_cannot_be_opened_and_what_is_no_file_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "trackers.sqlite").mkdir()
    stores.prepare(f"sqlite:///{tmp_path}/trackers.sqlite")
    stores.prepare("postgresql://rasa:secret@127.0.0.1:9/rasa")
