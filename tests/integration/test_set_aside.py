"""What could not be worked on is listed without anybody's words, and taken up again by administrators only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bootstrap import condition
from cli import main as command
from cli.terminal import out
from desk.audit.model import AuditEntry
from desk.conversations import claimed, inbox
from desk.conversations import exchange as exchanging
from desk.conversations.claimed import Claim
from desk.conversations.exchange import exchange, give_up
from desk.conversations.inbox import RawUpdate
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import InboxUpdate
from desk.people.model import Role
from desk.system import set_aside
from desk.system.set_aside import NotTakenUp
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import NOON, Chatter, World
from tests.running_fixtures import hire
from tests.small_tree import add_units, officer

QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


@pytest.fixture
def failed(world: World, lan: Chatter) -> int:
    """A question of lan's that was set aside after its last attempt."""
    world.search.finds("dossier_import")
    with world.store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate("1", lan.address, "{}", 1)], NOON)
    with world.store.writing() as session:
        row = inbox.claim_next(session, "telegram", NOON)
        assert row is not None
        row.attempts = claimed.ATTEMPTS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchanging, "act", _breaks)
        with pytest.raises(ZeroDivisionError):
            exchange(world.desk, row.id, _asked(lan))
    give_up(world.desk, row.id, _asked(lan), "ZeroDivisionError")
    return row.id


def _breaks(*_: object) -> None:
    raise ZeroDivisionError


def _asked(lan: Chatter) -> Incoming:
    return Incoming("telegram", lan.address, Kind.TEXT, text=QUESTION, user=lan.address)


def take_up(world: World, update_id: int, by: str | None = None) -> None:
    with world.store.writing() as session:
        set_aside.take_up(world.desk, session, update_id, officer(session, by) if by is not None else None)


def test_the_question_is_answered_after_what_waits_in_its_chat(world: World, lan: Chatter, failed: int) -> None:
    assert lan.read()[-1].text == world.text("outcome.error_store")
    with world.store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate(str(n), lan.address, "{}", n) for n in (8, 9)], NOON)
    hire(world, "ly", Role.ADMINISTRATOR)
    take_up(world, failed, "ly")
    with world.store.writing() as session:
        inbox.store(session, "telegram", [RawUpdate("10", lan.address, "{}", 10)], NOON)
    order = []
    for _ in range(4):
        with world.store.writing() as session:
            row = inbox.claim_next(session, "telegram", NOON)
            assert row is not None
            order.append(row.update_key)
        if row.id == failed:
            assert row.attempts == 1
            exchange(world.desk, row.id, _asked(lan), Claim.of(row))
        else:
            with world.store.writing() as session:
                claimed.finish(session, row.id, "handled", NOON)
    assert order == ["8", "9", "1", "10"]
    assert lan.read()[-1].entry == "dossier_import"
    with world.store.reading() as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.act == "inbox.taken_up")).one()
    assert (told.actor, told.subject) == ("officer:ly", str(failed))
    assert told.detail == {"update": failed, "error": "ZeroDivisionError", "attempts": claimed.ATTEMPTS}


def test_only_administrators_of_all_and_only_what_failed(world: World, failed: int) -> None:
    with world.store.writing() as session:
        add_units(session)
    hire(world, "long", Role.ADMINISTRATOR, "KV02")
    for username in ("minh", "hoa", "long"):
        with pytest.raises(NotTakenUp):
            take_up(world, failed, username)
    with pytest.raises(NotTakenUp):
        take_up(world, failed + 1)
    take_up(world, failed)
    with pytest.raises(NotTakenUp) as refused:
        take_up(world, failed)
    assert refused.value.reason == "page.set_aside.not_failed"


def test_what_was_forgotten_cannot_be_taken_up(world: World, failed: int) -> None:
    with world.store.writing() as session:
        session.get_one(InboxUpdate, failed).body = ""
    with pytest.raises(NotTakenUp) as refused:
        take_up(world, failed)
    assert refused.value.reason == "page.set_aside.forgotten"


def test_the_page_shows_it_without_words_and_takes_it_up(
    world: World, failed: int, browse: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "look", lambda _settings: {})
    hire(world, "ly", Role.ADMINISTRATOR)
    ly = browse()
    ly.signs_in("ly", PASSWORD)
    page = ly.get("/desk/system")
    assert "ZeroDivisionError" in page.text
    assert QUESTION not in page.text
    page = ly.posts("/desk/system/take-up", {"update": str(failed)}, form_on="/desk/system")
    assert world.text("page.system.done_taken_up") in page.text
    assert world.text("page.set_aside.none") in page.text
    page = ly.posts("/desk/system/take-up", {"update": str(failed)}, form_on="/desk/system")
    assert (page.status_code, world.text("page.set_aside.not_failed") in page.text) == (409, True)
    assert ly.posts("/desk/system/take-up", {"update": "x"}, form_on="/desk/system").status_code == 404
    minh = browse()
    minh.signs_in("minh", PASSWORD)
    assert minh.posts("/desk/system/take-up", {"update": "1"}, form_on="/desk").status_code == 403


def test_the_command_lists_and_takes_up(
    world: World, failed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", world.store.engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(out, "width", 300)

    def customs(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(command.app, ["inbox", *words])
        return result.exit_code, result.output

    code, text = customs("list")
    assert code == 0
    assert "ZeroDivisionError" in text
    assert customs("retry", str(failed), "--as", "minh")[0] == 2
    assert customs("retry", str(failed)) == (0, f"Update {failed} is taken up again.\n")
    assert customs("retry", str(failed))[0] == 2
