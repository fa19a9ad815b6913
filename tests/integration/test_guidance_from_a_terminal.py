"""`customs guidance`: drafts from a terminal, with the same four eyes as in the console."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from bootstrap.assembly import SystemClock, open_store
from bootstrap.settings import read_settings
from cli import main as command
from cli.parts import out
from desk.guidance import service as guidance
from desk.people import service as people
from desk.people.model import Role
from tests.desk_fixtures import a_record, record_data

Customs = Callable[..., Result]


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 300)

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
