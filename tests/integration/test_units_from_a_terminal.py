"""`customs units`, `customs users` and `customs cases` where units come in: what is printed, and how it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from bootstrap.assembly import open_store
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.cases.model import Case
from desk.units import service as units
from desk.units.tree import read
from tests.desk_fixtures import CONTENT
from tests.integration.test_command_line import open_a_case

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]
SHIPPED = str(CONTENT / "units.csv")


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 300)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command.app, list(words))

    run("units", "load", SHIPPED)
    return run


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A file with an office of this authority."""
    path = tmp_path / "own.csv"
    path.write_text("code,kind,parent,name_vi,name_en\nKV03-A,office,KV03,Hải quan A,Office A\n", encoding="utf-8")
    return path


def put_into(code: str) -> None:
    """Have the only case lie in a unit's queue."""
    with open_store(read_settings()).writing() as session:
        found = units.by_code(session, code)
        assert found is not None
        session.scalars(select(Case)).one().unit = found


def test_a_tree_is_loaded_listed_and_shown(customs: Customs, own: Path) -> None:
    loaded = customs("units", "load", str(own))

    assert loaded.output == "added 1, changed 0, moved 0, reopened 0, closed 0, unchanged 0\n"
    assert customs("units", "load", str(own)).output.endswith("unchanged 1\n")
    assert "│   └── KV03-A  Hải quan A\n" in customs("units", "list").output
    listed = {row["code"]: row for row in json.loads(customs("units", "list", "--json").output)}
    assert (len(listed), listed["KV03-A"]["parent"], listed["VN"]["parent"]) == (44, "KV03", None)
    customs("users", "add", "minh", "--name", "Minh", "--unit", "KV03")
    shown = customs("units", "show", "KV03").output
    assert "VN > KV03" in shown
    assert "minh (officer)" in shown
    assert customs("units", "show", "KV99").exit_code == 2


def test_what_is_exported_is_what_was_loaded(customs: Customs, own: Path, tmp_path: Path) -> None:
    customs("units", "load", str(own))
    exported = tmp_path / "all.csv"

    assert customs("units", "export", str(exported)).output == "all.csv: 44 units\n"
    assert {row.code for row in read(exported)} == {"KV03-A", *(row.code for row in read(CONTENT / "units.csv"))}
    again = customs("units", "load", str(exported), "--close-missing")
    assert again.output == "added 0, changed 0, moved 0, reopened 0, closed 0, unchanged 44\n"


def test_a_tree_that_cannot_be_used_changes_nothing_and_is_told_in_sentences(customs: Customs, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("code,kind,parent,name_vi,name_en\nA,office,KV03,a,a\nB,region,KV99,b,b\nC,team,KV98,c,c\n")

    refused = customs("units", "load", str(path))

    assert refused.exit_code == 2
    assert refused.output.splitlines() == [
        "Line 3: the parent KV99 of B is not known, or is closed.",
        "Line 4: the parent KV98 of C is not known, or is closed.",
    ]
    assert customs("units", "show", "A").exit_code == 2


def test_a_unit_with_open_cases_is_closed_only_with_a_reason(customs: Customs, own: Path) -> None:
    customs("units", "load", str(own))
    number = open_a_case()
    put_into("KV03-A")

    refused = customs("units", "load", SHIPPED, "--close-missing")
    closed = customs("units", "load", SHIPPED, "--close-missing", "--move-cases", "Đội giải thể")

    assert (refused.exit_code, refused.output) == (2, "KV03-A has 1 open cases and cannot be closed.\n")
    assert closed.output.endswith(f"closed 1, unchanged 43; cases in another queue: {number}\n")
    assert "KV03-A" not in customs("units", "list").output
    assert "Đội giải thể" in customs("cases", "show", number).output
    assert number in customs("cases", "list", "--unit", "KV03").output


def test_cases_are_listed_by_unit_and_acted_on_only_by_its_officers(customs: Customs) -> None:
    for username, unit in (("nga", "KV02-SG1"), ("tuan", "KV03")):
        customs("users", "add", username, "--name", username.title(), "--unit", unit)
    number = open_a_case()
    put_into("KV02-SG1")

    assert number in customs("cases", "list", "--unit", "KV02").output
    assert number not in customs("cases", "list", "--unit", "KV03").output
    refused = customs("cases", "claim", number, "--as", "tuan")
    assert (refused.exit_code, number in refused.output) == (2, True)
    assert customs("cases", "claim", number, "--as", "nga").output == f"{number}: claimed\n"


def test_officers_are_appointed_dismissed_and_shut_out(customs: Customs) -> None:
    customs("users", "add", "minh", "--name", "Minh", "--unit", "KV02-SG1")
    number = open_a_case()
    put_into("KV02-SG1")
    customs("cases", "claim", number, "--as", "minh")

    assert customs("users", "appoint", "minh", "head", "KV03").output == "minh: officer (KV02-SG1), head (KV03)\n"
    assert "officer (KV02-SG1), head (KV03)" in customs("users", "list").output
    dismissed = customs("users", "dismiss", "minh", "officer", "KV02-SG1")
    assert dismissed.output == f"{number}: waiting\nminh: head (KV03)\n"
    put_into("KV03")
    customs("cases", "claim", number, "--as", "minh")
    assert customs("users", "deactivate", "minh").output == f"{number}: waiting\n"
    assert customs("cases", "claim", number, "--as", "minh").exit_code == 2
    assert customs("users", "activate", "minh").exit_code == 0
    assert customs("cases", "claim", number, "--as", "minh").exit_code == 0


def test_what_cannot_be_done_with_officers_is_said_in_a_sentence(customs: Customs) -> None:
    customs("users", "add", "minh", "--name", "Minh")
    for words, said in (
        (("add", "new", "--name", "New", "--unit", "KV99"), "'KV99'"),
        (("appoint", "minh", "head", "KV99"), "'KV99'"),
        (("appoint", "nobody", "head", "VN"), "'nobody'"),
        (("dismiss", "minh", "head", "VN"), "The officer has no such role in the unit."),
        (("activate", "minh"), "The officer is active."),
    ):
        refused = customs("users", *words)
        assert (refused.exit_code, said in refused.output) == (2, True), words
