"""The table of what a person can do names everything that the desk can: nothing is in one door and forgotten."""

from __future__ import annotations

import re

import pytest

from desk.conversations.buttons import ACTS, TRIGGERS
from desk.conversations.commands import COMMANDS, MENU
from tests.desk_fixtures import PROJECT

TABLE = (PROJECT / "docs" / "web-chat.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`/?([a-z_]+)`", TABLE))
OF_OFFICERS = {"link", "waiting", "duty"}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_table(command: str) -> None:
    assert command in NAMED


@pytest.mark.parametrize("act", sorted({*ACTS, *TRIGGERS, "new_question"}))
def test_every_button_is_in_the_table_or_an_officers(act: str) -> None:
    assert act in NAMED or act.startswith("officer_")


def test_the_menu_has_every_command_that_is_not_an_officers_or_the_first_greeting() -> None:
    assert set(MENU) == set(COMMANDS) - OF_OFFICERS - {"start"}


def test_the_table_names_no_place_that_is_not_there() -> None:
    paths = re.findall(r"(?:desk|console|tests)/[\w/]+(?:\.py|/(?= ))", TABLE)
    assert len(paths) > 10
    assert [path for path in paths if not (PROJECT / path).exists()] == []
