"""`customs receipt` and `customs recall`: what the console does, from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from cli import main as command
from cli import recall as recall_command
from cli import receipt as receipt_command
from cli.terminal import out
from clock.due import send_corrections
from desk.receipts import codes
from desk.receipts.model import Receipt
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import World
from tests.recall_fixtures import ENTRY, QUESTION, is_corrected, was_told

Customs = Callable[..., Result]


@pytest.fixture
def customs(world: World, monkeypatch: pytest.MonkeyPatch) -> Customs:
    """The command over the tests' desk."""
    for module in (receipt_command, recall_command):
        monkeypatch.setattr(module, "desk_and_settings", lambda: (world.desk, None))
    monkeypatch.setattr(out, "width", 300)
    return lambda *words: CliRunner().invoke(command.app, [*words])


def code_in(world: World) -> str:
    with world.store.reading() as session:
        return codes.grouped(session.scalars(select(Receipt.code)).one())


def test_a_receipt_in_words_and_as_json(customs: Customs, world: World) -> None:
    was_told(world, world.chatter("100"))
    told = customs("receipt", code_in(world).lower()).stdout
    assert "This text still applies." in told
    assert "It is not an official reply of the customs authority" in told
    found = json.loads(customs("receipt", code_in(world), "--json").stdout)
    assert (found["question"], found["entry"], found["version"]) == (QUESTION, ENTRY, 1)
    assert (found["as_of"], found["today"]["state"], found["is_official_ruling"]) == ("2026-11-23", "holds", False)
    is_corrected(world)
    assert json.loads(customs("receipt", code_in(world), "--json").stdout)["today"]["state"] == "wrong"


def test_a_wrong_code_ends_the_command_with_a_sentence(customs: Customs) -> None:
    for code, said in (("KQ7", "9 letters and digits"), (codes.grouped(codes.fresh()), "No answer has this code")):
        refused = customs("receipt", code)
        assert (refused.exit_code, said in refused.stderr) == (2, True)


def test_a_recall_from_its_dry_run_to_its_report(customs: Customs, world: World) -> None:
    with world.store.writing() as session:
        add_curators(session)
    for address in ("100", "101"):
        was_told(world, world.chatter(address))
    assert "Nothing of this guidance has been said to be wrong yet" in customs("recall", "plan", ENTRY).stderr
    is_corrected(world)
    dry = json.loads(customs("recall", "plan", ENTRY, "--days", "30", "--json").stdout)
    assert (dry["chats"], dry["versions"], dry["corrected"], dry["languages"]) == (2, [1], 2, {"vi": 2})
    assert "Lời đúng." in dry["message"]["vi"]
    assert customs("recall", "list").stdout.count(ENTRY) == 0  # a dry run keeps nothing
    words = ("--wrong-vi", "Thiếu nơi nộp.", "--wrong-en", "The place was missing.")
    assert "correction 1" in customs("recall", "propose", ENTRY, "--as", "hoa", *words).stdout
    assert "another person" in customs("recall", "start", "1", "--as", "hoa", "--chats", "2").stderr
    assert "is 2 now" in customs("recall", "start", "1", "--as", "mai", "--chats", "3").stderr
    assert "running" in customs("recall", "start", "1", "--as", "mai", "--chats", "2").stdout
    assert "paused" in customs("recall", "pause", "1", "--as", "hoa").stdout
    assert "running" in customs("recall", "resume", "1", "--as", "son").stdout
    send_corrections(world.desk)
    found = json.loads(customs("recall", "report", "1", "--json").stdout)
    assert (found["state"], found["chats"], found["told"], found["on_the_way"]) == ("finished", 2, 2, 2)
    assert "another state" in customs("recall", "stop", "1", "--as", "mai", "--reason", "x").stderr
    assert customs("recall", "report", "9").exit_code == 2
