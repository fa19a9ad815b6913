"""`customs retention`, `customs holds` and `customs privacy`: what the console does, from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli import holds as holds_command
from cli import main as command
from cli import privacy as privacy_command
from cli import retention as retention_command
from cli.terminal import out
from desk.cases.model import Case
from tests.console_fixtures import newest_case, open_case
from tests.desk_fixtures import World
from tests.privacy_fixtures import KEPT_FOR, carry_out, everything, found_in

Customs = Callable[..., Result]


@pytest.fixture
def customs(world: World, monkeypatch: pytest.MonkeyPatch) -> Customs:
    """The command over the tests' desk."""
    for module in (holds_command, privacy_command, retention_command):
        monkeypatch.setattr(module, "desk_and_settings", lambda: (world.desk, None))
    monkeypatch.setattr(out, "width", 300)
    return lambda *words: CliRunner().invoke(command.app, [*words])


@pytest.fixture
def case(world: World) -> Case:
    open_case(world, "Tờ khai bí mật của tôi bị treo, phải làm gì?")
    world.chatter("300").commands("done")
    return newest_case(world.desk)


def jobs(result: Result) -> dict[str, dict[str, int]]:
    assert result.exit_code == 0, result.output
    return {each["job"]: each for each in json.loads(result.stdout)["jobs"]}


def test_a_dry_run_says_what_a_run_does_and_changes_nothing(customs: Customs, world: World, case: Case) -> None:
    world.clock.advance(days=31)
    jobs(customs("retention", "run", "--json"))
    world.clock.advance(days=KEPT_FOR.days - 31)
    before = everything(world.store)
    dry = jobs(customs("retention", "run", "--dry-run", "--json"))
    assert "nothing was changed" in customs("retention", "run", "--dry-run").stdout
    assert jobs(customs("retention", "report", "--dry-run", "--json")) == dry
    assert everything(world.store) == before
    assert dry["conversation"]["due"] == 1
    assert dry["conversation"]["by_age"]["older"] == 1
    done = jobs(customs("retention", "run", "--json"))
    assert {job: each["forgotten"] for job, each in done.items()} == {job: each["due"] for job, each in dry.items()}
    assert found_in(world.store, "bí mật") == []
    told = json.loads(customs("retention", "report", "--json").stdout)
    assert {"day": "2028-11-22", "job": "conversation"}.items() <= next(
        each for each in told["forgotten"] if each["job"] == "conversation"
    ).items()
    assert told["trackers_to_forget"] == 1
    assert "conversation" in customs("retention", "report").stdout


def test_one_job_alone_is_run(customs: Customs, world: World, case: Case) -> None:
    world.clock.advance(days=KEPT_FOR.days)
    done = jobs(customs("retention", "run", "--job", "letters", "--json"))
    assert list(done) == ["letters"]
    assert found_in(world.store, "bí mật")
    assert customs("retention", "run", "--job", "lettres").exit_code == 2


def test_a_hold_is_placed_listed_prolonged_and_lifted(customs: Customs, world: World, case: Case) -> None:
    number = str(case.number)
    placed = customs("holds", "place", "--case", number, "--reason", "khiếu nại", "--review", "2027-03-01")
    assert placed.exit_code == 0, placed.output
    assert customs("holds", "place", "--reason", "x", "--review", "2027-03-01").exit_code == 2
    twice = customs("holds", "place", "--case", number, "--reason", "x", "--review", "2027-03-01")
    assert (twice.exit_code, "held already" in twice.output) == (2, True)
    assert customs("holds", "place", "--person", "nobody", "--reason", "x", "--review", "2027-03-01").exit_code == 2
    assert customs("holds", "prolong", "1", "--reason", "vẫn chưa xong", "--review", "2027-06-01").exit_code == 0
    (line,) = customs("holds", "list", "--json").stdout.splitlines()
    told = json.loads(line)
    assert (told["on"], told["reason"], told["review_on"]) == (number, "vẫn chưa xong", "2027-06-01")
    world.clock.advance(days=KEPT_FOR.days)
    customs("retention", "run")
    assert found_in(world.store, "bí mật")
    assert customs("holds", "lift", "1", "--reason", "xong").exit_code == 0
    customs("retention", "run")
    assert found_in(world.store, "bí mật") == []
    assert number in customs("holds", "list", "--lifted").stdout
    assert customs("holds", "lift", "7", "--reason", "xong").exit_code == 2


def test_the_document_is_written_and_checked(customs: Customs, tmp_path: Path) -> None:
    file = tmp_path / "privacy.md"
    assert customs("privacy", "write", str(file), "--check").exit_code == 1
    assert customs("privacy", "write", str(file)).exit_code == 0
    assert customs("privacy", "write", str(file), "--check").exit_code == 0
    assert "raw_updates" in customs("privacy", "show").stdout


def test_who_was_deleted_is_deleted_again_after_a_restore(
    customs: Customs, world: World, case: Case, tmp_path: Path
) -> None:
    file = tmp_path / "deleted.jsonl"
    file.write_text(json.dumps({"person": case.person_id, "at": world.clock.now().isoformat()}) + "\n")
    again = customs("privacy", "delete-again", str(file))
    assert "To be deleted again: 1 of 1." in again.stdout
    assert case.person_id in customs("privacy", "requests").stdout
    assert customs("privacy", "delete-again", str(tmp_path / "none")).exit_code == 2
    told = customs("privacy", "deleted", "--since", "2026-01-01")
    assert told.stdout == ""
    carry_out(world)
    assert found_in(world.store, "bí mật")  # a case is open still
