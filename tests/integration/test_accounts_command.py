"""`customs accounts` on a store of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bootstrap.settings import read_settings
from cli import accounts
from cli import main as command
from cli.terminal import out
from desk.accounts import sessions
from tests.account_fixtures import LAN, PHONE, signs_in
from tests.desk_fixtures import World
from tests.enterprise_fixtures import KeptPost, with_post


def test_a_person_is_shown_and_signed_out(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setattr(out, "width", 300)
    post = KeptPost()
    town = with_post(world, post)
    monkeypatch.setattr(accounts, "desk_and_settings", lambda: (town.desk, read_settings()))
    run, signed_in = CliRunner(), signs_in(town, post)
    shown = run.invoke(command.app, ["accounts", "show", LAN]).output
    assert PHONE in shown
    assert "acts for: nobody" in shown
    assert "1 session ended" in run.invoke(command.app, ["accounts", "sign-out", LAN.upper()]).output
    with town.store.reading() as session:
        assert sessions.current(session, signed_in.token, town.clock.now()) is None
    assert run.invoke(command.app, ["accounts", "show", "nobody@xa.example"]).exit_code == 2
