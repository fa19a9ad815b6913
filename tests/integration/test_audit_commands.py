"""`customs audit verify` and `customs audit anchor` as an operator or a monitoring calls them, and after a restore."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select, text
from typer.testing import CliRunner

from bootstrap.assembly import open_desk
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.audit.horizon import Horizon
from desk.audit.model import AuditEntry
from desk.audit.sealing import seal_some
from tests.audit_fixtures import past_the_triggers

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


def sealed() -> int:
    """Seal everything, as the clock does; how many entries that were."""
    desk, horizon = open_desk(read_settings()), Horizon()
    return sum(iter(lambda: seal_some(desk, horizon), 0))


def told(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.output)
    return found


def change_entry(id_: int) -> None:
    with past_the_triggers(open_desk(read_settings()).store) as connection:
        connection.execute(text(f"UPDATE audit_entries SET subject = 'x' WHERE id = {id_}"))


def test_a_whole_chain_ends_with_0_and_says_what_was_looked_at(customs: Customs) -> None:
    waits = told(customs("audit", "verify", "--json"))
    assert (waits["whole"], waits["seals"], waits["newest"]) == (True, 0, None)
    assert waits["unsealed"]["entries"] > 0
    assert waits["unsealed"]["oldest_at"] == "2026-11-22T05:00:00+00:00"
    entries = sealed()
    whole = customs("audit", "verify", "--json")
    assert whole.exit_code == 0
    assert {**told(whole), "seconds": 0} == {
        "whole": True,
        "seals": 1,
        "entries": entries,
        "newest": customs("audit", "anchor").output.strip(),
        "anchors": [],
        "broken": 0,
        "findings": [],
        "unsealed": {"entries": 0, "oldest_at": None, "oldest_seconds": 0.0},
        "kept_by": "triggers",
        "seconds": 0,
    }
    words = customs("audit", "verify").output
    assert f"1 seals over {entries} entries" in words
    assert "The audit is whole." in words
    assert "Changes are refused by triggers only" in words


def test_a_broken_chain_ends_with_1_and_names_the_place(customs: Customs) -> None:
    customs("audit", "anchor")
    sealed()
    change_entry(2)
    broken = customs("audit", "verify", "--json")
    assert broken.exit_code == 1
    said = "Entry 2 was changed after it was sealed (seal 1)."
    assert told(broken)["findings"] == [{"broken": "entry_changed", "seal": 1, "entry": 2, "words": said}]
    assert f"broken: {said}" in customs("audit", "verify").output


def test_an_anchor_that_was_kept_elsewhere_is_looked_for(customs: Customs) -> None:
    assert customs("audit", "anchor").exit_code == 1  # nothing is sealed yet
    sealed()
    anchor = customs("audit", "anchor").output.strip()
    assert customs("audit", "verify", "--anchor", anchor).exit_code == 0
    later = f"2:{'a' * 64}"
    cut = customs("audit", "verify", "--anchor", anchor, "--anchor", later)
    assert cut.exit_code == 1
    assert "The audit was cut at its end; seal 2, which was noted before, is gone." in cut.output
    assert customs("audit", "verify", "--anchor", f"1:{'a' * 64}").exit_code == 1
    wrong = customs("audit", "verify", "--anchor", "yesterday")
    assert wrong.exit_code == 2
    assert "is no anchor" in wrong.output


def test_a_database_that_cannot_be_looked_at_ends_with_3(customs: Customs) -> None:
    for words in (("audit", "verify"), ("audit", "anchor")):
        done = customs(*words, at="new")
        assert done.exit_code == 3
        assert "could not be looked at" in done.output


def test_the_list_of_what_was_done_is_where_it_was(customs: Customs) -> None:
    listed = customs("audit", "--act", "officer.added", "--json")
    assert listed.exit_code == 0
    assert {json.loads(line)["act"] for line in listed.output.splitlines()} == {"officer.added"}


def test_entries_and_seals_come_back_from_a_backup_and_verify(customs: Customs, tmp_path: Path) -> None:
    customs("audit")
    entries = sealed()
    anchor = customs("audit", "anchor").output.strip()
    assert customs("backup", str(tmp_path / "elsewhere")).exit_code == 0
    [file] = (tmp_path / "elsewhere").glob("desk-*.zip")
    assert customs("restore", str(file), "--without-search", at="there").exit_code == 0
    restored = told(customs("audit", "verify", "--json", "--anchor", anchor, at="there"))
    assert (restored["whole"], restored["entries"]) == (True, entries)
    assert restored["unsealed"]["entries"] == 1  # that it was restored
    assert sealed() == 1
    assert customs("audit", "verify", "--anchor", anchor, at="there").exit_code == 0
    change_entry(1)
    assert customs("audit", "verify", at="there").exit_code == 1


def test_what_an_operator_takes_out_is_recorded(customs: Customs, tmp_path: Path) -> None:
    written = tmp_path / "figures.csv"
    done = customs("figures", "--format", "csv", "--period", "last_7", "--output", str(written))
    assert done.exit_code == 0, done.output
    assert customs("cases", "figures", "--json").exit_code == 0
    assert customs("export", str(tmp_path / "all.zip")).exit_code == 0
    with open_desk(read_settings()).store.reading() as session:
        query = select(AuditEntry).where(AuditEntry.act.startswith("export.")).order_by(AuditEntry.id)
        found = [(entry.actor, entry.act, entry.detail) for entry in session.scalars(query)]
    assert found == [
        ("operator", "export.figures", {"format": "csv", "chosen": {"period": "last_7"}}),
        ("operator", "export.case_figures", {"format": "json"}),
        ("operator", "export.whole", {"format": "zip"}),
    ]
