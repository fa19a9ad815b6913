"""Preparing: one at a time, and a database of a newer release is left alone."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from bootstrap.assembly import open_store
from bootstrap.settings import Settings
from cli import main, prepare


def test_the_second_waits_until_the_first_is_done(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, var_dir=tmp_path)
    order: list[str] = []
    begun, may_end = threading.Event(), threading.Event()

    def first() -> None:
        with prepare.alone(settings, open_store(settings)):
            begun.set()
            may_end.wait(10)
            order.append("first")

    def second() -> None:
        with prepare.alone(settings, open_store(settings)):
            order.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    may_end.set()
    for thread in threads:
        thread.join()
    assert order == ["first", "second"]


def test_an_older_release_does_not_prepare_a_newer_schema_and_says_so(
    store_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "desk.sqlite").write_bytes(store_template.read_bytes())
    store = open_store(Settings(_env_file=None, var_dir=tmp_path))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.engine.dispose()

    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setattr(sys, "argv", ["customs", "prepare"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("The database is that of a newer release (schema 9999")
