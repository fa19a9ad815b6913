"""`customs law instruments|impact|tasks|settle|draft`: instruments and review tasks from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from bootstrap.assembly import SystemClock, open_store
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.guidance import service as guidance
from desk.people import service as people
from desk.people.model import Role
from tests.desk_fixtures import a_record

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]
NUMBER = "905/2026/TT-BTC"


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 300)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command.app, ["law", *words])

    assert run("tasks").exit_code == 0
    now = SystemClock().now()
    with open_store(read_settings()).writing() as session:
        cited = [{"instrument": "38/2015/TT-BTC", "article": "16"}]
        guidance.load_shipped(session, [a_record("channels", legal_basis=cited)], at=now)
        for name, role in (("hoa", Role.CURATOR), ("minh", Role.OFFICER)):
            password = "a password of tests"
            people.add_officer(session, username=name, name=name, role=role, password=password, by="operator", at=now)
    return run


def a_file(folder: Path, **changes: Any) -> str:
    content = {
        "number": NUMBER,
        "kind": "circular",
        "title": {"vi": "Thông tư thử", "en": "Trial circular"},
        "in_force": {"from": "2026-12-01", "to": None},
        "changes": [{"instrument": "38/2015/TT-BTC", "how": "amends", "articles": [16]}],
        "sources": ["Bịa"],
        **changes,
    }
    path = folder / "instrument.yml"
    path.write_text(yaml.safe_dump([content], allow_unicode=True), encoding="utf-8")
    return str(path)


def test_an_instrument_is_added_shown_for_a_day_edited_and_set_aside(customs: Customs, tmp_path: Path) -> None:
    assert "1 review tasks" in customs("instruments", "add", a_file(tmp_path), "--as", "hoa").stdout
    for day, state in (("2026-11-30", "not_yet"), ("2026-12-01", "in_force")):
        told = json.loads(customs("instruments", "show", NUMBER, "--as-of", day, "--json").stdout)
        assert told["state"] == state
    amended = json.loads(customs("instruments", "show", "38/2015/TT-BTC", "--json").stdout)
    effect = {"instrument": NUMBER, "how": "amends", "articles": ["16"], "from": "2026-12-01"}
    assert effect in amended["changed_by"]
    assert amended["cited_by"] == {"channels": ["Điều 16"]}
    assert "kept" in customs("instruments", "edit", a_file(tmp_path, sources=["Hai"]), "--as", "hoa").stdout
    assert customs("instruments", "set-aside", NUMBER, "--as", "hoa", "--reason", "Nhập nhầm.").exit_code == 0
    assert customs("instruments", "show", NUMBER).exit_code == 2


def test_what_ships_is_taken_back(customs: Customs, tmp_path: Path) -> None:
    shipped = json.loads(customs("instruments", "list", "121/2025", "--json").stdout)[0]
    file = a_file(
        tmp_path, **{name: value for name, value in shipped.items() if name != "state"} | {"sources": ["Một"]}
    )
    assert customs("instruments", "edit", file, "--as", "hoa").exit_code == 0
    assert customs("instruments", "reset", "121/2025/TT-BTC", "--as", "hoa", "--reason", "Đúng hơn.").exit_code == 0
    again = json.loads(customs("instruments", "list", "121/2025", "--json").stdout)[0]
    assert again == shipped


def test_what_is_wrong_is_told_field_by_field_and_nothing_is_kept(customs: Customs, tmp_path: Path) -> None:
    refused = customs("instruments", "add", a_file(tmp_path, kind="decree", sources=["x"]), "--as", "hoa")
    assert refused.exit_code == 2
    assert "kind: The kind does not fit the number" in refused.stderr
    assert customs("instruments", "add", a_file(tmp_path), "--as", "minh").exit_code == 2
    assert json.loads(customs("tasks", "--json").stdout) == []


def test_the_list_is_narrowed_by_words_kind_and_state_on_a_day(customs: Customs) -> None:
    narrowed = ("list", "luat hai quan", "--kind", "law", "--state", "not_yet", "--json")
    for day, found in (("2027-02-28", ["11/2026/QH16"]), ("2027-03-01", [])):
        told = json.loads(customs("instruments", *narrowed, "--as-of", day).stdout)
        assert [one["number"] for one in told] == found
    assert customs("instruments", "list", "--kind", "poem").exit_code == 2


def test_tasks_are_found_listed_and_settled(customs: Customs) -> None:
    looked = json.loads(customs("impact", "121/2025/TT-BTC", "--json").stdout)
    assert (looked["opened"], [each["subject"] for each in looked["found"]]) == (1, ["channels"])
    assert "0 new review tasks" in customs("impact", "121/2025/TT-BTC", "--as", "hoa").stdout
    tasks = json.loads(customs("tasks", "--kind", "entry", "--json").stdout)
    words = ("--how", "right", "--words", "Không đổi.", "--as")
    assert customs("settle", str(tasks[0]["id"]), *words, "minh").exit_code == 2
    assert "1 done" in customs("settle", str(tasks[0]["id"]), *words, "hoa").stdout
    assert customs("draft", str(tasks[0]["id"]), "--as", "hoa").exit_code == 2
    assert "Không đổi." in customs("tasks", "--done").stdout


def test_a_draft_is_opened_from_a_task(customs: Customs) -> None:
    customs("impact", "121/2025/TT-BTC")
    assert "draft 1 of channels" in customs("draft", "1", "--as", "hoa").stdout
