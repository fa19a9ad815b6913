"""`customs users`: what the operator does about an officer's sign-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bootstrap.assembly import SystemClock, open_store
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.people import attempts, sessions, sign_in, single_sign_on
from desk.people import service as people
from desk.people.model import Officer
from desk.people.single_sign_on import EntryRefused, Identity
from desk.working_time.hours import local

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 200)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command.app, list(words))

    return run


@pytest.fixture
def password(customs: Customs) -> str:
    """The one that the operator gave to minh."""
    return customs("users", "add", "minh", "--name", "Minh").output.split()[1]


@contextmanager
def store() -> Iterator[tuple[Session, Officer]]:
    with open_store(read_settings()).writing() as session:
        minh = people.by_username(session, "minh")
        assert minh is not None
        yield session, minh


def signs_in(password: str) -> str | None:
    with store() as (session, _):
        entered = sign_in.with_password(session, "minh", password, SystemClock().now())
        return entered.token if entered is not None else None


def test_a_password_that_the_operator_gives_is_changed_at_the_first_sign_in(customs: Customs, password: str) -> None:
    with store() as (session, minh):
        assert minh.must_change_password
        sign_in.choose_password(session, minh, "quite another one", SystemClock().now())
    given = customs("users", "set-password", "minh").output.split()[1]
    assert signs_in(given) is not None
    with store() as (_, minh):
        assert minh.must_change_password


def test_an_officer_who_is_locked_out_is_listed_and_let_in_again(customs: Customs, password: str) -> None:
    assert customs("users", "unlock", "minh").exit_code == 2
    for _ in range(attempts.ALLOWED):
        signs_in("wrong")
    with store() as (_, minh):
        assert minh.locked_until is not None
    shown = f"{local(minh.locked_until):%Y-%m-%d %H:%M}"
    assert shown in customs("users", "list").output
    assert customs("users", "unlock", "minh").exit_code == 0
    assert shown not in customs("users", "list").output
    assert signs_in(password) is not None


def test_an_officer_is_signed_out_everywhere(customs: Customs, password: str) -> None:
    tokens = [signs_in(password) for _ in range(2)]
    assert customs("users", "sign-out", "minh").output == "minh: sessions ended: 2\n"
    with store() as (session, _):
        found = [sessions.signed_in(session, token or "", SystemClock().now()) for token in tokens]
    assert found == [None, None]


def test_a_lost_second_factor_is_taken_away(customs: Customs, password: str) -> None:
    refused = customs("users", "reset-second-factor", "minh")
    assert (refused.exit_code, refused.output) == (2, "The officer has no second factor.\n")
    with store() as (_, minh):
        minh.second_factor_since = SystemClock().now()
    assert customs("users", "reset-second-factor", "minh").exit_code == 0
    with store() as (_, minh):
        assert minh.second_factor_since is None


def test_another_account_of_the_authority_may_take_the_place_of_the_first(customs: Customs, password: str) -> None:
    assert customs("users", "unlink-account", "minh").exit_code == 2
    second = Identity("https://id.example", "s-2", "minh")
    with store() as (session, _):
        first = Identity("https://id.example", "s-1", "minh")
        single_sign_on.enter(session, first, SystemClock().now(), counts="told")
        with pytest.raises(EntryRefused):
            single_sign_on.enter(session, second, SystemClock().now(), counts="told")
    assert customs("users", "unlink-account", "minh").exit_code == 0
    with store() as (session, _):
        assert single_sign_on.enter(session, second, SystemClock().now(), counts="told").token
