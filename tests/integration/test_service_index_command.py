"""`customs service-index`: what the pages do, from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli import main as command
from cli import service_index as its_command
from cli.terminal import out
from tests.desk_fixtures import CONTENT, World
from tests.service_index_fixtures import QUARTER, REASON, counted, staffed

Customs = Callable[..., Result]


@pytest.fixture
def customs(world: World, monkeypatch: pytest.MonkeyPatch) -> Customs:
    """The command over the tests' desk, with a counted quarter."""
    staffed(world)
    counted(world)
    monkeypatch.setattr(its_command, "desk_and_settings", lambda: (world.desk, None))
    monkeypatch.setattr(out, "width", 300)
    return lambda *words: CliRunner().invoke(command.app, ["service-index", *words])


def test_it_is_shown_in_words_as_a_file_and_as_json(customs: Customs) -> None:
    told = customs("show", "--kind", "office").stdout
    assert "Cat Lai Port Customs: 83.65 of 100 points" in told
    assert "First answer in time: 91 of 102 cases (89.2%); at least 95% is needed for all points." in told
    assert "These criteria are an example" in told
    found = json.loads(customs("show", "--unit", "CATLAI", "--period", QUARTER, "--format", "json").stdout)
    (catlai,) = found["units"]
    assert (found["period"], catlai["points"], catlai["rank"]) == (QUARTER, 83.65, None)
    assert catlai["criteria"][1]["points"] == 21.35
    file = customs("show", "--kind", "office", "--format", "csv", "--language", "vi").stdout_bytes.decode("utf-8-sig")
    assert "1;Hải quan cửa khẩu cảng Cát Lái;83,65" in file


def test_from_a_deduction_to_a_published_index(customs: Customs) -> None:
    given = ("--points", "1.5", "--day", "2026-08-20", "--reason", REASON)
    assert "Only a head or manager" in customs("deduct", "CATLAI", "--as", "hanh", *given).stderr
    assert customs("deduct", "CATLAI", "--as", "vinh", *given).stdout == "deduction 1: 1.5 points of CATLAI\n"
    assert customs("object", "1", "--as", "hanh", "--words", "Đã trả lời đúng hạn.").exit_code == 0
    assert customs("answer", "1", "--as", "vinh", "--words", "Vẫn giữ việc trừ điểm.").exit_code == 0
    listed = customs("deductions", "CATLAI", "--period", QUARTER).stdout
    assert "Vẫn giữ việc trừ điểm." in listed
    assert "published 1: 2026-Q3 office, edition 1" in customs("publish", "--as", "mai", "--kind", "office").stdout
    assert "2026-Q3" in customs("published").stdout
    assert customs("take-back", "1", "--as", "mai", "--reason", "Giải trình có cơ sở.").exit_code == 0
    told = customs("published", "1").stdout
    assert "Deducted by hand: 1.5 points (deductions: 1)." in told
    assert "counted again, CATLAI: 82.15 -> 83.65" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "--period", "summer"), "This is no period."),
        (("show", "--kind", "moon"), "--kind 'moon' is not known"),
        (("show", "--format", "pdf"), "--format 'pdf' is not known"),
        (("show", "--language", "fr"), "--language 'fr' is not known"),
        (("publish", "--as", "son"), "Only a manager of the department"),
        (("published", "7"), "There is no published index 7"),
        (("take-back", "7", "--as", "mai", "--reason", "Nhầm đơn vị."), "There is no deduction 7"),
    ],
)
def test_what_cannot_be_done_ends_with_a_sentence(customs: Customs, words: tuple[str, ...], said: str) -> None:
    refused = customs(*words)
    assert (refused.exit_code, said in refused.stderr) == (2, True), refused.stderr


def test_a_file_of_criteria_is_checked(customs: Customs, tmp_path: Path) -> None:
    shipped = CONTENT / "service_index.yml"
    assert "8 criteria, version" in customs("check", str(shipped)).stdout
    mine = tmp_path / "mine.yml"
    mine.write_text(shipped.read_text(encoding="utf-8").replace("unit: 30", "unit: 31"), encoding="utf-8")
    refused = customs("check", str(mine))
    assert (refused.exit_code, "the weights for unit add up to 101" in refused.stderr) == (2, True)
    assert customs("check", str(tmp_path / "none.yml")).exit_code == 2
