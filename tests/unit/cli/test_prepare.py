"""Preparing: one at a time, and a database of a newer release is left alone."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text

from bootstrap.assembly import open_store
from bootstrap.settings import Settings
from cli import first_account, main, prepare


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


@pytest.mark.parametrize("to_a_person", [True, False])
def test_the_first_password_is_shown_to_a_person_and_to_no_journal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, to_a_person: bool
) -> None:
    monkeypatch.setattr(first_account, "out", Console(highlight=False, width=500))
    settings = Settings(_env_file=None, var_dir=tmp_path)
    first_account.say_first_account(settings, "bxq 4817 zwy 5520", to_a_person=to_a_person)
    shown, file = capsys.readouterr().out, tmp_path / "first-account.txt"
    assert ("bxq 4817 zwy 5520" in shown) is to_a_person
    assert file.exists() is not to_a_person
    if not to_a_person:
        assert str(file) in shown
        assert file.read_text() == "bxq 4817 zwy 5520\n"
        assert file.stat().st_mode & 0o777 == 0o600
