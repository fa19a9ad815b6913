"""Officers: signing in, lock-out, sessions that end, and one-time link codes."""

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
from desk.people.model import LinkCode, Officer, Role, SignIn
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


def test_the_right_password_signs_in(session: Session) -> None:
    token = people.sign_in(session, "minh", PASSWORD, NOON)
    assert token is not None
    assert people.signed_in(session, token, NOON) is officer(session)


def test_only_the_hash_of_a_token_and_of_a_password_is_kept(session: Session) -> None:
    token = people.sign_in(session, "minh", PASSWORD, NOON)
    kept = session.scalars(select(SignIn.token_hash)).one()
    assert token is not None
    assert token not in kept
    assert PASSWORD not in officer(session).password_hash
    assert officer(session).password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("username", "password"), [("minh", "wrong"), ("nobody", PASSWORD), ("", ""), ("MINH", PASSWORD)]
)
def test_a_wrong_name_or_password_does_not_sign_in(session: Session, username: str, password: str) -> None:
    assert people.sign_in(session, username, password, NOON) is None


def test_a_wrong_name_takes_the_same_path_as_a_wrong_password(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def wrong(password_hash: str, _password: str) -> bool:
        verified.append(password_hash)
        return False

    monkeypatch.setattr(people, "_verified", wrong)
    people.sign_in(session, "nobody", "wrong", NOON)
    people.sign_in(session, "minh", "wrong", NOON)
    assert [password_hash == people._nobody for password_hash in verified] == [True, False]


def test_five_wrong_passwords_lock_out_for_a_quarter_of_an_hour(session: Session) -> None:
    for _ in range(people.FAILED_SIGN_INS_ALLOWED):
        assert people.sign_in(session, "minh", "wrong", NOON) is None
    assert people.sign_in(session, "minh", PASSWORD, NOON + 14 * MINUTE) is None
    assert people.sign_in(session, "binh", PASSWORD, NOON) is not None
    assert people.sign_in(session, "minh", PASSWORD, NOON + 15 * MINUTE) is not None
    assert "officer.locked_out" in session.scalars(select(AuditEntry.act)).all()


def test_a_success_forgives_earlier_failures(session: Session) -> None:
    for password in (*["wrong"] * 4, PASSWORD, *["wrong"] * 4):
        people.sign_in(session, "minh", password, NOON)
    assert people.sign_in(session, "minh", PASSWORD, NOON) is not None


def test_an_inactive_officer_neither_signs_in_nor_stays_signed_in(session: Session) -> None:
    token = people.sign_in(session, "minh", PASSWORD, NOON)
    assert token is not None
    officer(session).active = False
    assert people.signed_in(session, token, NOON) is None
    assert people.sign_in(session, "minh", PASSWORD, NOON) is None


def test_a_session_ends_by_itself_or_by_signing_out(session: Session) -> None:
    token, other = (people.sign_in(session, "minh", PASSWORD, NOON) for _ in range(2))
    assert token is not None
    assert other is not None
    assert people.signed_in(session, token, NOON + people.SIGN_IN_LASTS) is None
    people.sign_out(session, token, NOON)
    assert people.signed_in(session, token, NOON) is None
    assert people.signed_in(session, other, NOON) is not None
    assert people.signed_in(session, "forged", NOON) is None


def test_a_new_password_revokes_every_session(session: Session) -> None:
    tokens = [people.sign_in(session, "minh", PASSWORD, NOON) for _ in range(2)]
    people.set_password(session, officer(session), "quite another one", by="operator", at=NOON)
    assert [people.signed_in(session, token or "", NOON) for token in tokens] == [None, None]
    assert people.sign_in(session, "minh", PASSWORD, NOON) is None
    assert people.sign_in(session, "minh", "quite another one", NOON) is not None


@pytest.mark.parametrize(("username", "password"), [("minh", PASSWORD), ("", PASSWORD), ("new", "short")])
def test_a_taken_name_and_a_short_password_are_refused(session: Session, username: str, password: str) -> None:
    with pytest.raises(people.PersonRefused):
        people.add_officer(
            session, username=username, name="X", role=Role.OFFICER, password=password, by="operator", at=NOON
        )


def test_a_link_code_is_used_once_and_kept_as_a_hash(session: Session) -> None:
    code = people.make_link_code(session, officer(session), by="operator", at=NOON)
    assert session.scalars(select(LinkCode.code_hash)).one() != code
    assert people.link_telegram(session, code, "501", chat(session, "501"), NOON) is officer(session)
    with pytest.raises(people.LinkRefused):
        people.link_telegram(session, code, "900", chat(session, "900"), NOON)
    assert people.officer_of_telegram(session, "501") is officer(session)
    assert people.officer_of_telegram(session, "900") is None
    assert people.officer_of_telegram(session, None) is None


def test_a_link_code_lasts_ten_minutes(session: Session) -> None:
    code = people.make_link_code(session, officer(session), by="operator", at=NOON)
    with pytest.raises(people.LinkRefused):
        people.link_telegram(session, code, "501", chat(session, "501"), NOON + 10 * MINUTE)
    assert people.link_telegram(session, code, "501", chat(session, "501"), NOON + 9 * MINUTE).username == "minh"


def test_linking_again_moves_the_officer_to_the_new_account(session: Session) -> None:
    for user in ("501", "601"):
        code = people.make_link_code(session, officer(session), by="operator", at=NOON)
        people.link_telegram(session, code, user, chat(session, user), NOON)
    assert people.officer_of_telegram(session, "501") is None
    assert people.officer_of_telegram(session, "601") is officer(session)
    reached = people.chats_on_duty(session, units.department(session), [Role.OFFICER])
    assert [session.get_one(Chat, chat_id).address for chat_id in reached] == ["601"]


def test_every_change_of_staff_is_audited(session: Session) -> None:
    people.make_link_code(session, officer(session), by="officer:hoa", at=NOON)
    people.set_password(session, officer(session), "quite another one", by="operator", at=NOON)
    acts = session.execute(select(AuditEntry.act, AuditEntry.actor).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert [tuple(act) for act in acts] == [
        ("officer.password_set", "operator"),
        ("officer.link_code_made", "officer:hoa"),
    ]
