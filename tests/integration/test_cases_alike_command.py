"""`customs cases alike` on a store of its own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bootstrap.settings import read_settings
from cli import alike
from cli import main as command
from cli.terminal import out
from desk.desk import Desk
from tests.alike_fixtures import answers, outages
from tests.desk_fixtures import World


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """A terminal at the tests' desk."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setattr(out, "width", 300)
    desk: Desk = dataclasses.replace(world.desk)
    monkeypatch.setattr(alike, "desk_and_settings", lambda: (desk, read_settings()))
    return CliRunner()


def test_open_cases_and_answers_are_printed(world: World, run: CliRunner) -> None:
    _, second, _ = outages(world, "101", "102", "103")
    answers(world, second, "Nộp hồ sơ giấy, gọi 0912 345 678.")
    shown = run.invoke(command.app, ["cases", "alike", "2026-00001"]).output
    assert "2026-00003 (Vietnam Customs, vi): hệ thống treo" in shown
    assert "Nộp hồ sơ giấy, gọi [number]." in shown


def test_an_unknown_case_and_a_search_that_is_down_are_said(world: World, run: CliRunner) -> None:
    outages(world, "101", "102")
    assert "'2026-00099'" in run.invoke(command.app, ["cases", "alike", "2026-00099"]).output
    world.search.fails = True
    refused = run.invoke(command.app, ["cases", "alike", "2026-00001"])
    assert (refused.exit_code, world.text("alike.unavailable", "en") in refused.output) == (2, True)
