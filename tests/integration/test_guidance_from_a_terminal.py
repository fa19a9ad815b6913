"""`customs guidance`: drafts from a terminal, with the same four eyes as in the console."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from bootstrap.assembly import SystemClock, open_store
from bootstrap.settings import Settings, read_settings
from cli import guidance_drafts, guidance_gate
from cli import main as command
from cli.terminal import out
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.people import service as people
from desk.people.model import Role
from desk.ports import Corpus
from knowledge.testing import FakeGuidanceSearch
from tests.desk_fixtures import a_record, record_data

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]


def _by_words(desk: Desk, _: Settings) -> Desk:
    """The desk with a search that needs no model."""

    def published() -> Corpus:
        with desk.store.reading() as session:
            return guidance.corpus(session)

    return dataclasses.replace(desk, search=FakeGuidanceSearch(published))


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 300)
    for module in (guidance_drafts, guidance_gate):
        monkeypatch.setattr(module, "with_search", _by_words)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command.app, ["guidance", *words])

    assert run("drafts").exit_code == 0
    now = SystemClock().now()
    with open_store(read_settings()).writing() as session:
        guidance.load_shipped(session, [a_record("channels")], at=now)
        for name in ("hoa", "mai"):
            password = "a password of tests"
            people.add_officer(
                session, username=name, name=name, role=Role.CURATOR, password=password, by="operator", at=now
            )
    return run


def record_file(folder: Path, entry: str, **changes: object) -> str:
    path = folder / f"{entry}.yml"
    path.write_text(yaml.safe_dump(record_data(entry, **changes), allow_unicode=True), encoding="utf-8")
    return str(path)


def test_a_record_is_drafted_submitted_and_approved_by_another(customs: Customs, tmp_path: Path) -> None:
    file = record_file(tmp_path, "channels", time_limit={"vi": "60 ngày", "en": "60 days"})
    assert "draft 1 of channels: 0 problems" in customs("draft", file, "--as", "hoa").stdout
    assert "channels" in customs("drafts").stdout
    told = json.loads(customs("draft-show", "1").stdout)
    assert told["changes"][0] == {"field": "time_limit", "language": "vi", "before": ["30 ngày"], "after": ["60 ngày"]}
    assert "in_review" in customs("submit", "1", "--as", "hoa").stdout
    refused = customs("approve", "1", "--as", "hoa")
    assert (refused.exit_code, "second person" in refused.stderr) == (2, True)
    assert "published" in customs("approve", "1", "--as", "mai").stdout
    assert "60 ngày" in customs("show", "channels").stdout


def test_an_incomplete_record_is_kept_and_what_it_lacks_is_told(customs: Customs, tmp_path: Path) -> None:
    file = record_file(tmp_path, "brand_new", title={"vi": "Mới", "en": ""})
    assert "draft 1 of brand_new: 1 problems" in customs("draft", file, "--as", "hoa").stdout
    refused = customs("submit", "1", "--as", "hoa")
    assert "title-en: This is empty." in refused.stderr
    assert (
        "draft 1 of brand_new: 0 problems" in customs("draft", record_file(tmp_path, "brand_new"), "--as", "hoa").stdout
    )
    assert "is writing this draft" in customs("draft", file, "--as", "mai").stderr


def test_a_retirement_is_returned_or_approved(customs: Customs) -> None:
    assert "in_review" in customs("retire", "channels", "--as", "hoa", "--reason", "Replaced").stdout
    assert "returned" in customs("return", "1", "--as", "mai", "--reason", "By what?").stdout
    assert "discarded" in customs("discard", "1", "--as", "hoa", "--reason", "Not needed").stdout
    assert customs("approve", "9", "--as", "mai").exit_code == 2


def test_a_draft_waits_for_a_moment_that_an_approver_moves(customs: Customs, tmp_path: Path) -> None:
    file = record_file(tmp_path, "channels", time_limit={"vi": "60 ngày", "en": "60 days"})
    assert "its first day stays the same" in customs("draft", file, "--as", "hoa").stdout
    assert customs("draft", file, "--as", "hoa", "--corrects").stdout == "draft 1 of channels: 0 problems\n"
    assert "no day and time" in customs("plan", "1", "--as", "hoa", "--at", "soon").stderr
    customs("plan", "1", "--as", "hoa", "--at", "2999-03-01 00:00")
    customs("submit", "1", "--as", "hoa")
    assert "scheduled" in customs("approve", "1", "--as", "mai").stdout
    assert "2999-03-01 00:00" in customs("drafts").stdout
    assert "scheduled" in customs("plan", "1", "--as", "mai", "--at", "2999-04-01 00:00").stdout
    assert "second person" in customs("plan", "1", "--as", "hoa").stderr
    assert "draft 1 of channels: draft" in customs("take-back", "1", "--as", "hoa").stdout


def test_golden_questions_stop_a_change_until_somebody_answers_for_it(customs: Customs, tmp_path: Path) -> None:
    assert "golden question 1" in customs("golden-add", "channels", "hỏi 1", "--as", "hoa").stdout
    assert "already" in customs("golden-add", "channels", "hỏi 1", "--as", "hoa").stderr
    assert json.loads(customs("golden", "channels", "--json").stdout) == [
        {"id": 1, "language": "vi", "origin": "curator", "text": "hỏi 1"}
    ]
    file = record_file(tmp_path, "brand_new", related=["channels"])
    customs("draft", file, "--as", "hoa")
    customs("submit", "1", "--as", "hoa")
    assert "Look first" in customs("approve", "1", "--as", "mai", "--override", "Vẫn làm.").stderr
    told = customs("gate", "1", "--json")
    assert (told.exit_code, json.loads(told.stdout)["changes"][0]["finding"]) == (1, "taken")
    shown = customs("gate", "1")
    assert (shown.exit_code, "taken" in shown.stdout, "hỏi 1" in shown.stdout) == (1, True, True)
    assert "would lose 1 golden" in customs("approve", "1", "--as", "mai").stderr
    assert "published" in customs("approve", "1", "--as", "mai", "--override", "Vẫn làm.").stdout
    customs("golden-close", "1", "--as", "hoa", "--reason", "Thừa.")
    assert json.loads(customs("golden", "channels", "--json").stdout) == []
    assert "no draft 9" in customs("gate", "9").stderr


def test_an_entry_is_retired_with_a_last_day(customs: Customs) -> None:
    bad = customs("retire", "channels", "--as", "hoa", "--reason", "Hết.", "--last-day", "never")
    assert "no day" in bad.stderr
    assert (
        "draft 1: in_review"
        in customs("retire", "channels", "--as", "hoa", "--reason", "Hết hiệu lực.", "--last-day", "2999-02-28").stdout
    )
    assert "published" in customs("approve", "1", "--as", "mai").stdout
    assert "Tiêu đề channels" in customs("show", "channels").stdout
    withdrawn = customs("withdraw", "channels", "--as", "mai", "--reason", "Sai.", "--last-day", "2020-12-31")
    assert withdrawn.exit_code == 0
    assert "in force today" in customs("show", "channels").stderr


def test_what_ships_brings_its_golden_questions_once(
    customs: Customs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "golden.jsonl"
    shipped.write_text(
        json.dumps({"id": "channels-vi-1", "entry": "channels", "lang": "vi", "question": "luồng là gì"}) + "\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("GOLDEN_QUESTIONS", str(shipped))
    assert "golden questions: added 1" in customs("load").stdout
    assert "golden questions: added 0, closed 0, unchanged 1" in customs("load").stdout
    monkeypatch.setenv("GOLDEN_QUESTIONS", str(tmp_path / "none.jsonl"))
    assert "golden questions" not in customs("load").stdout
    assert "luồng là gì" in customs("golden", "channels").stdout
