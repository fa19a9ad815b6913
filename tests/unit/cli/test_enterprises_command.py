"""`customs enterprises`: loading those on record from CSV, and settling who acts for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bootstrap.assembly import open_desk, open_store
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.enterprises import service as enterprises
from desk.enterprises.model import MembershipKind
from desk.letters import service as letters
from desk.migrations.run import migrate

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]
HEADER = "tax_code,name,contact,unit\n"


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 200)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command.app, list(words))

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "enterprises.csv"


def test_enterprises_are_loaded_changed_and_left_as_they_are(customs: Customs, file: Path) -> None:
    file.write_text(
        HEADER + "0100109106,Công ty An Bình,lienhe@anbinh.example,VN\n0300260030,Công ty Bắc Hà,,\n",
        encoding="utf-8-sig",
    )
    assert "2 new, 0 changed, 0 as they were" in customs("enterprises", "load", str(file)).output
    assert "0 new, 0 changed, 2 as they were" in customs("enterprises", "load", str(file)).output
    file.write_text(HEADER + "0300260030,Công ty Bắc Hà,moi@bacha.example,\n", encoding="utf-8")
    assert "0 new, 1 changed, 0 as they were" in customs("enterprises", "load", str(file)).output
    listed = customs("enterprises", "list").output
    assert "Công ty An Bình" in listed
    assert "moi@bacha.example" in listed
    assert "Công ty An Bình" not in customs("enterprises", "list", "0300").output


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("0100109107,Công ty,,\n", "line 3: '0100109107' is no tax code"),
        ("0100109106,,,\n", "line 3: the name is empty"),
        ("0100109106,Công ty,lan,\n", "line 3: 'lan' is no e-mail address"),
        ("0100109106,Công ty,a@x.vn;b@x.vn,\n", "line 3: 'a@x.vn;b@x.vn' is no e-mail address"),
        ("0100109106,Công ty,,X9\n", "line 3: there is no unit 'X9'"),
        ("0100109106,Công ty,,\n0100109106,Công ty,,\n", "line 4: 0100109106 stands in line 3 too"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line_and_nothing_is_loaded(
    customs: Customs, file: Path, rows: str, fault: str
) -> None:
    file.write_text(HEADER + "0300260030,Công ty Bắc Hà,,\n" + rows, "utf-8")
    done = customs("enterprises", "load", str(file))
    assert done.exit_code == 2
    assert fault in done.output
    assert "Bắc Hà" not in customs("enterprises", "list").output


def test_a_file_without_its_columns_or_not_in_utf8_is_refused(customs: Customs, file: Path) -> None:
    file.write_text("mst,ten\n0100109106,A\n", encoding="utf-8")
    assert "missing: tax_code, name, contact, unit" in customs("enterprises", "load", str(file)).output
    file.write_bytes(HEADER.encode() + "0100109106,Công ty,,\n".encode("utf-16"))
    assert customs("enterprises", "load", str(file)).exit_code == 2


def test_a_request_is_shown_and_settled_in_an_officers_name(customs: Customs) -> None:
    request = _asked(customs)
    customs("users", "add", "minh", "--name", "Minh")
    customs("users", "add", "hoa", "--name", "Hoa", "--role", "curator")
    assert "kế toán" in customs("enterprises", "show", "0100109106").output
    refused = customs("enterprises", "verify", request, "--as", "hoa")
    assert (refused.exit_code, "not managed by your unit" in refused.output) == (2, True)
    assert "verified" in customs("enterprises", "verify", request, "--as", "minh").output
    assert customs("enterprises", "refuse", request, "Muộn", "--as", "minh").exit_code == 2
    assert "ended" in customs("enterprises", "end", request, "--as", "minh").output
    assert "There is no request 99" in customs("enterprises", "end", "99", "--as", "minh").output
    assert "There is no enterprise" in customs("enterprises", "show", "0300260030").output


def test_letters_are_listed_without_their_text(customs: Customs) -> None:
    _asked(customs)
    desk = open_desk(read_settings())
    with desk.store.writing() as session:
        at = desk.now()
        letters.write(session, to="lan@x.example", subject="Mã", text="12345678", expires_at=at, at=at)
    listed = customs("enterprises", "letters").output
    assert "lan@x.example" in listed
    assert "12345678" not in listed


def _asked(customs: Customs) -> str:
    store = open_store(read_settings())
    migrate(store.engine)
    at = open_desk(read_settings()).now()
    with store.writing() as session:
        person = conversations.chat_of(session, Incoming("terminal", "lan", Kind.TEXT), at).person
        kind = MembershipKind.STAFF
        held = enterprises.ask(
            session, person, tax_code="0100109106", kind=kind, name="Công ty An Bình", introduction="kế toán", at=at
        )
        return str(held.id)
