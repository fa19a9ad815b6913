"""`customs gaps` and `customs cases draft-guidance`: the same acts as in the console."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

import cli.case_acts
import cli.gaps
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.desk import Desk
from desk.gaps.model import GapQuestion
from tests.console_fixtures import newest_case, officer_replies, open_case
from tests.curator_fixtures import add_curators
from tests.desk_fixtures import NO_IDEA, World
from tests.gap_fixtures import DRONE, SEAL, SEAL_ENGLISH, alike, asks

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]


@pytest.fixture
def customs(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Customs:
    """The commands over the tests' desk, on which two groups of questions wait to be made."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    settings = read_settings()

    def known() -> tuple[Desk, object]:
        return world.desk, settings

    for module in (cli.gaps, cli.case_acts):
        monkeypatch.setattr(module, "desk_and_settings", known)
    monkeypatch.setattr(out, "width", 300)
    with world.store.writing() as session:
        add_curators(session)
    alike(world)
    world.search.finds("channels", confidence=NO_IDEA)
    for text in (SEAL, SEAL_ENGLISH, DRONE):
        asks(world, text)
        world.clock.advance(minutes=1)
    return lambda *words: CliRunner().invoke(command.app, list(words))


def test_gaps_are_grouped_listed_shown_and_settled(customs: Customs, world: World) -> None:
    assert "3 questions were put into groups." in customs("gaps", "group").stdout
    listed = customs("gaps", "list").stdout
    assert listed.index("customs seal") < listed.index("máy bay" if "máy bay" in listed else "Nhập khẩu")
    shown = customs("gaps", "show", "1").stdout
    assert SEAL in shown
    assert "asked 2 times by 2" in shown
    with world.store.reading() as session:
        question = session.scalars(select(GapQuestion.enquiry_id).where(GapQuestion.group_id == 1)).first() or ""
    assert "group 3" in customs("gaps", "take-out", "1", "--question", question, "--as", "hoa").stdout
    assert customs("gaps", "merge", "3", "1", "--as", "hoa").exit_code == 0
    drafted = customs("gaps", "variant", "1", "channels", "--question", question, "--as", "hoa").stdout
    assert drafted == "group 1: variant draft 1\n"
    assert customs("gaps", "reopen", "1", "--as", "hoa", "--reason", "Nhầm.").stdout == "group 1: open\n"
    assert "draft 2" in customs("gaps", "draft", "1", "--as", "hoa").stdout
    refused = customs("gaps", "dismiss", "2", "--as", "hoa", "--reason", "other")
    assert (refused.exit_code, "in words" in refused.stderr) == (2, True)
    done = customs("gaps", "dismiss", "2", "--as", "hoa", "--reason", "not_customs")
    assert done.stdout == "group 2: dismissed\n"
    assert customs("gaps", "draft", "2", "--as", "minh").exit_code == 2
    assert customs("gaps", "show", "99").exit_code == 2
    assert customs("gaps", "list", "--view", "elsewhere").exit_code == 2


def test_while_the_search_is_away_grouping_says_so(customs: Customs, world: World) -> None:
    world.search.fails = True
    assert customs("gaps", "group").exit_code == 2


def test_a_reply_becomes_a_draft(customs: Customs, world: World) -> None:
    open_case(world)
    officer_replies(world, "Bạn báo chi cục nơi mở tờ khai.")
    number = newest_case(world.desk).number or ""
    assert "draft 1: draft, by minh" in customs("cases", "draft-guidance", number, "--as", "minh").stdout
