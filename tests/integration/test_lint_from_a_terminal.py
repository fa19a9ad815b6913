"""`customs guidance lint`, `customs law cite`, and what `customs status` says of the law's age."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bootstrap.assembly import SystemClock, open_desk, open_store
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from clock import due
from desk.guidance import service as guidance
from desk.people import service as people
from desk.people.model import Role
from desk.system import law_state
from tests.desk_fixtures import World, a_record

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]
ENDED = [{"instrument": "128/2020/NĐ-CP", "article": 9}]


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 300)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command.app, list(words))

    assert run("guidance", "drafts").exit_code == 0
    now = SystemClock().now()
    with open_store(read_settings()).writing() as session:
        guidance.load_shipped(session, [a_record("channels"), a_record("fines", legal_basis=ENDED)], at=now)
        people.add_officer(
            session,
            username="hoa",
            name="hoa",
            role=Role.CURATOR,
            password="a password of tests",
            by="operator",
            at=now,
        )
    return run


def test_findings_are_printed_as_json_and_an_error_ends_with_one(customs: Customs) -> None:
    result = customs("guidance", "lint", "--json", "--as-of", "2026-11-25")
    told = json.loads(result.stdout)
    assert (result.exit_code, sorted(told)) == (1, ["entries", "errors", "warnings"])
    assert (told["entries"], told["warnings"]) == (2, [])
    (error,) = told["errors"]
    assert error == {
        "code": "basis_ended",
        "entry": "fines",
        "version": 1,
        "field": "legal_basis-0-instrument",
        "sentence": "128/2020/NĐ-CP is cited, and ended on 30 June 2026; 169/2026/NĐ-CP took its place. "
        "Compare the articles and cite the new text.",
        "values": {"number": "128/2020/NĐ-CP", "ended": "2026-06-30", "by": "169/2026/NĐ-CP"},
    }


def test_the_day_decides_and_entries_can_be_named(customs: Customs) -> None:
    assert customs("guidance", "lint", "channels", "--as-of", "2026-11-25").exit_code == 0
    before = customs("guidance", "lint", "fines", "--json", "--as-of", "2026-06-30")
    assert (before.exit_code, json.loads(before.stdout)["errors"]) == (0, [])
    assert "outlives_basis 1" in customs("guidance", "lint", "--as-of", "2026-06-30").stdout
    assert customs("guidance", "lint", "nowhere").exit_code == 2
    assert customs("guidance", "lint", "--as-of", "yesterday").exit_code == 2


def test_what_ships_is_read_without_a_store(customs: Customs) -> None:
    told = json.loads(customs("guidance", "lint", "--content", "--json", "--as-of", "2026-11-25").stdout)
    assert told["entries"] >= 200
    assert {finding["version"] for finding in told["warnings"]} == {None}


def test_findings_are_closed_with_words_from_a_terminal(customs: Customs) -> None:
    due.lint_guidance(open_desk(read_settings()))
    listed = customs("guidance", "lint-tasks").stdout
    assert "128/2020/NĐ-CP is cited" in listed
    assert customs("guidance", "lint-holds", "1", "--as", "hoa", "--reason", "Vì sao.").exit_code == 2
    assert customs("guidance", "lint-close", "1", "--as", "hoa", "--reason", "Đã xem.").exit_code == 0
    assert "128/2020" not in customs("guidance", "lint-tasks").stdout
    assert "128/2020" in customs("guidance", "lint-tasks", "--closed").stdout
    assert customs("guidance", "lint-close", "9", "--as", "hoa", "--reason", "Đã xem.").exit_code == 2


def test_citations_are_read_from_a_text(customs: Customs) -> None:
    told = json.loads(customs("law", "cite", "khoản 1 Điều 25 Luật Hải quan và Điều 5", "--json").stdout)
    assert [(one["instrument"], one["article"], one["clause"], one["doubt"]) for one in told] == [
        ("54/2014/QH13", "25", "1", None),
        (None, "5", None, "unnamed"),
    ]
    before = customs("law", "cite", "Điều 5 Luật Quản lý thuế", "--as-of", "2026-06-30").stdout
    assert "38/2019/QH14" in before
    assert "No citation" in customs("law", "cite", "xin chào").stdout


def test_the_age_of_the_law_is_told_with_what_comes_into_force(world: World) -> None:
    def told(day: str) -> list[str]:
        with world.store.reading() as session:
            return law_state.warnings(world.desk, session, dt.date.fromisoformat(day), "en")

    assert told("2026-11-23") == []
    # The tests' desk knows a made-up decree that comes into force on the same day.
    assert told("2027-01-30")[:1] == [
        "Law amending the Customs Law No. 11/2026/QH16 comes into force on 1 March 2027. "
        "Look through the guidance that it touches."
    ]
    (aged,) = told("2027-03-02")
    assert aged.startswith("The law that ships was last compared with its sources on 23 November 2026, 99 days ago.")
