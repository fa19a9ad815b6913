"""`customs ask`: what it prints and hands on as JSON, for one question, several, and a follow-up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli import ask as asking
from cli.main import app
from tests.console_fixtures import settings_in
from tests.desk_fixtures import World

TWO = "Hồ sơ nhập khẩu gồm gì? Tờ khai luồng đỏ thì làm gì?"


@pytest.fixture(autouse=True)
def _the_desk_of_the_test(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(asking, "desk_and_settings", lambda: (world.desk, settings_in(tmp_path)))
    monkeypatch.setattr(asking, "with_search", lambda desk, _settings: desk)
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    world.search.finds("channels", about="luồng đỏ")


def customs(*words: str) -> Result:
    return CliRunner().invoke(app, ["ask", *words])


def as_json(*words: str) -> Any:
    return json.loads(customs(*words, "--json").output)


def test_one_question_has_one_answer_and_no_more() -> None:
    data = as_json("Hồ sơ nhập khẩu gồm gì?")
    assert (data["outcome"], data["answer"]["entry"], data["more"]) == ("answered", "dossier_import", [])
    assert {"language", "candidates", "timings_ms"} <= set(data)


def test_two_answers_are_both_told() -> None:
    data = as_json(TWO)
    assert (data["answer"]["entry"], [more["answer"]["entry"] for more in data["more"]]) == (
        "dossier_import",
        ["channels"],
    )
    printed = customs(TWO).output
    assert printed.index("Tiêu đề dossier_import") < printed.index("Tiêu đề channels")


def test_a_follow_up_is_answered_from_the_entry_that_is_named() -> None:
    data = as_json("mất bao lâu?", "--after", "channels")
    assert (data["outcome"], data["answer"]["entry"], data["parts"]) == (
        "answered_from_context",
        "channels",
        ["time_limit"],
    )
    assert as_json("mất bao lâu?")["outcome"] == "clarify_question"


def test_a_part_that_is_not_stated_is_no_answer() -> None:
    data = as_json("lệ phí?", "--after", "channels")
    assert (data["outcome"], data["answer"]) == ("unanswerable_not_covered", None)
    assert "không nêu" in data["said"]


def test_an_entry_that_is_not_in_force_is_refused() -> None:
    refused = customs("mất bao lâu?", "--after", "old_rule")
    assert refused.exit_code == 2
    assert "old_rule" in refused.output
