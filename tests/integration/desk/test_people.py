"""Officers: adding them, what an administrator does with their accounts, and one-time link codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Chat
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import LinkCode, Officer, Role
from desk.store import Store
from desk.units import service as units
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as session:
        yield session


def officer(session: Session, username: str = "minh") -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def chat(session: Session, address: str) -> str:
    return conversations.chat_of(session, Incoming("telegram", address, Kind.TEXT), NOON).id


@pytest.mark.parametrize(("username", "password"), [("minh", PASSWORD), ("", PASSWORD), ("new", "short")])
def test_a_taken_name_and_a_short_password_are_refused(session: Session, username: str, password: str) -> None:
    with pytest.raises(people.PersonRefused):
        people.add_officer(
            session, username=username, name="X", role=Role.OFFICER, password=password, by="operator", at=NOON
        )


def test_a_link_code_is_used_once_and_kept_as_a_hash(session: Session) -> None:
    code = telegram_link.make_link_code(session, officer(session), by="operator", at=NOON)
    assert session.scalars(select(LinkCode.code_hash)).one() != code
    assert telegram_link.link_telegram(session, code, "501", chat(session, "501"), NOON) is officer(session)
    with pytest.raises(telegram_link.LinkRefused):
        telegram_link.link_telegram(session, code, "900", chat(session, "900"), NOON)
    assert telegram_link.officer_of_telegram(session, "501") is officer(session)
    assert telegram_link.officer_of_telegram(session, "900") is None
    assert telegram_link.officer_of_telegram(session, None) is None


def test_a_link_code_lasts_ten_minutes(session: Session) -> None:
    code = telegram_link.make_link_code(session, officer(session), by="operator", at=NOON)
    with pytest.raises(telegram_link.LinkRefused):
        telegram_link.link_telegram(session, code, "501", chat(session, "501"), NOON + 10 * MINUTE)
    assert telegram_link.link_telegram(session, code, "501", chat(session, "501"), NOON + 9 * MINUTE).username == "minh"


def test_linking_again_moves_the_officer_to_the_new_account(session: Session) -> None:
    for user in ("501", "601"):
        code = telegram_link.make_link_code(session, officer(session), by="operator", at=NOON)
        telegram_link.link_telegram(session, code, user, chat(session, user), NOON)
    assert telegram_link.officer_of_telegram(session, "501") is None
    assert telegram_link.officer_of_telegram(session, "601") is officer(session)
    reached = people.chats_on_duty(session, units.department(session), [Role.OFFICER])
    assert [session.get_one(Chat, chat_id).address for chat_id in reached] == ["601"]


def test_every_change_of_staff_is_audited(session: Session) -> None:
    telegram_link.make_link_code(session, officer(session), by="officer:hoa", at=NOON)
    people.set_password(session, officer(session), "quite another one", by="operator", at=NOON)
    acts = session.execute(select(AuditEntry.act, AuditEntry.actor).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert [tuple(act) for act in acts] == [
        ("officer.password_set", "operator"),
        ("officer.link_code_made", "officer:hoa"),
    ]
