"""Signing in with a password: lock-out, passwords that are refused, sessions that end, and what comes first."""

from __future__ import annotations

import datetime as dt
import random
import unicodedata
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.people import attempts, known_browsers, passwords, sessions, sign_in
from desk.people import service as people
from desk.people.model import Method, Officer, Role, SignIn
from desk.people.sign_in import Duty
from desk.store import Store
from desk.vietnamese import fold
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON

MINUTE = dt.timedelta(minutes=1)
NEW = "quite another one"


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as session:
        yield session


def officer(session: Session, username: str = "minh") -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def tries(session: Session, password: str, at: dt.datetime = NOON, username: str = "minh") -> str | None:
    entered = sign_in.with_password(session, username, password, at)
    return entered.token if entered is not None else None


def signs_in(session: Session, at: dt.datetime = NOON, username: str = "minh") -> str:
    token = tries(session, PASSWORD, at, username)
    assert token is not None
    return token


class TestPasswords:
    def test_the_right_password_signs_in(self, session: Session) -> None:
        found = sessions.signed_in(session, signs_in(session), NOON)
        assert found is not None
        assert found.officer is officer(session)

    def test_only_the_hash_of_a_token_and_of_a_password_is_kept(self, session: Session) -> None:
        token = signs_in(session)
        assert token not in session.scalars(select(SignIn.token_hash)).one()
        assert PASSWORD not in officer(session).password_hash
        assert officer(session).password_hash.startswith("$argon2id$")

    @pytest.mark.parametrize(
        ("username", "password"), [("minh", "wrong"), ("nobody", PASSWORD), ("", ""), ("MINH", PASSWORD)]
    )
    def test_a_wrong_name_or_password_does_not_sign_in(self, session: Session, username: str, password: str) -> None:
        assert tries(session, password, username=username) is None

    def test_a_wrong_name_takes_the_same_path_as_a_wrong_password(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Watched(PasswordHasher):
            def verify(self, hash: str | bytes, password: str | bytes) -> bool:
                seen.append(str(hash))
                return super().verify(hash, password)

        seen: list[str] = []
        monkeypatch.setattr(passwords, "_hasher", Watched(time_cost=1, memory_cost=8, parallelism=1))
        tries(session, "wrong", username="nobody")
        tries(session, "wrong")
        assert seen == [passwords._nobody, officer(session).password_hash]

    def test_a_hash_of_old_parameters_is_made_anew_when_its_password_is_typed(self, session: Session) -> None:
        weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
        officer(session).password_hash = weak
        tries(session, "wrong")
        assert officer(session).password_hash == weak
        signs_in(session)
        assert officer(session).password_hash != weak
        signs_in(session)

    def test_letters_with_marks_may_be_composed_in_any_way(self, session: Session) -> None:
        sign_in.choose_password(session, officer(session), "một câu khó đoán", NOON)
        assert tries(session, unicodedata.normalize("NFD", "một câu khó đoán")) is not None


class TestNewPasswords:
    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("short", "too_short"),
            ("1234567890", "common"),
            ("QWERTYUIOP", "common"),
            ("matkhau2026!", "common"),
            ("2026-Haiquan-2026", "common"),
            ("aaaaaaaaaaaa", "common"),
            ("xin chao MINH nhe", "has_name"),
            ("Luojianhua", "common"),
            ("0987654321q", "common"),
            ("Hải Quan @ 2026 !!", "context"),
            ("TổngCụcHảiQuan#1", "context"),
            ("vnaccs-vcis-2026", "context"),
            ("quantri.admin.01", "context"),
        ],
    )
    def test_one_that_is_easy_to_guess_is_refused(self, password: str, reason: str) -> None:
        with pytest.raises(passwords.PasswordRefused) as refused:
            passwords.check_new(password, "minh")
        assert refused.value.reason == reason

    @pytest.mark.parametrize("password", ["con trâu đi trước cái cày", "kjqwe8zzpt", "          z 1 2", NEW])
    def test_any_other_needs_no_figures_and_no_capitals(self, password: str) -> None:
        passwords.check_new(password, "minh")

    def test_a_short_name_alone_with_figures_is_refused_too(self) -> None:
        with pytest.raises(passwords.PasswordRefused, match="would try here"):
            passwords.check_new("an-20260726", "an")

    def test_thousands_that_were_leaked_are_refused_of_those_that_are_long_enough(self) -> None:
        leaked = passwords._leaked() | {line for line in passwords._common() if len(line) >= passwords.LENGTH_AT_LEAST}
        assert len(leaked) > 45_000
        for password in random.Random(9).sample(sorted(leaked), 200):
            with pytest.raises(passwords.PasswordRefused):
                passwords.check_new(password.upper(), "minh")

    def test_the_words_of_this_place_are_small_letters_without_marks(self) -> None:
        assert all(word == fold(word).lower() and word.isalpha() for word in passwords._guessed())

    def test_a_long_one_is_taken_whole(self, session: Session) -> None:
        long = "con trâu đi trước cái cày đi sau " * 8
        sign_in.choose_password(session, officer(session), long, NOON)
        assert tries(session, long) is not None
        assert tries(session, long[:-1]) is None
        assert tries(session, long.upper()) is None
        passwords.check_new("haiquan" * 20_000 + "x", "minh")  # and takes no time

    def test_a_name_of_two_letters_is_in_too_many_words_to_count(self) -> None:
        passwords.check_new("can we go on", "an")

    def test_it_ends_every_session_and_the_old_one_is_worth_nothing(self, session: Session) -> None:
        tokens = [signs_in(session) for _ in range(2)]
        assert sign_in.change_password(session, officer(session), PASSWORD, NEW, NOON)
        assert [sessions.signed_in(session, token, NOON) for token in tokens] == [None, None]
        assert tries(session, PASSWORD) is None
        assert tries(session, NEW) is not None
        assert "officer.password_changed" in session.scalars(select(AuditEntry.act)).all()

    def test_it_is_not_the_present_one_again(self, session: Session) -> None:
        with pytest.raises(passwords.PasswordRefused, match="present one"):
            sign_in.change_password(session, officer(session), PASSWORD, PASSWORD, NOON)

    def test_a_wrong_present_one_counts_as_a_failed_sign_in(self, session: Session) -> None:
        for _ in range(attempts.ALLOWED):
            assert not sign_in.change_password(session, officer(session), "wrong", NEW, NOON)
        assert not sign_in.change_password(session, officer(session), PASSWORD, NEW, NOON)
        assert tries(session, PASSWORD) is None


class TestLockOut:
    def test_five_wrong_passwords_lock_out_for_a_quarter_of_an_hour(self, session: Session) -> None:
        for _ in range(attempts.ALLOWED):
            assert tries(session, "wrong") is None
        assert tries(session, PASSWORD, NOON + 14 * MINUTE) is None
        assert tries(session, PASSWORD, username="binh") is not None
        assert tries(session, PASSWORD, NOON + 15 * MINUTE) is not None
        assert "officer.locked_out" in session.scalars(select(AuditEntry.act)).all()

    def test_a_success_forgives_earlier_failures(self, session: Session) -> None:
        for password in (*["wrong"] * 4, PASSWORD, *["wrong"] * 4):
            tries(session, password)
        assert tries(session, PASSWORD) is not None

    def test_an_administrator_ends_it_before_its_time(self, session: Session) -> None:
        with pytest.raises(people.PersonRefused):
            people.unlock(session, officer(session), by="officer:hoa", at=NOON)
        for _ in range(attempts.ALLOWED):
            tries(session, "wrong")
        people.unlock(session, officer(session), by="officer:hoa", at=NOON)
        assert tries(session, PASSWORD) is not None
        assert ("officer.unlocked", "officer:hoa") in [
            tuple(row) for row in session.execute(select(AuditEntry.act, AuditEntry.actor))
        ]


class TestSessions:
    def test_a_browser_that_is_known_is_counted_apart_from_strangers(self, session: Session) -> None:
        minh = officer(session)
        token = known_browsers.remember(session, "", minh, NOON)
        for _ in range(attempts.ALLOWED):
            tries(session, "wrong")
        assert tries(session, PASSWORD) is None
        assert sign_in.with_password(session, "minh", PASSWORD, NOON, known=token) is not None
        assert tries(session, PASSWORD) is None

    def test_after_five_wrong_passwords_a_known_browser_is_a_strangers(self, session: Session) -> None:
        minh = officer(session)
        token = known_browsers.remember(session, "", minh, NOON)
        for _ in range(attempts.ALLOWED):
            assert sign_in.with_password(session, "minh", "wrong", NOON, known=token) is None
        assert not attempts.is_locked_out(minh, NOON)
        assert known_browsers.known(session, token, minh, NOON) is None

    def test_a_success_from_a_known_browser_forgives_what_was_tried_there(self, session: Session) -> None:
        token = known_browsers.remember(session, "", officer(session), NOON)
        for _ in range(3):
            for _ in range(attempts.ALLOWED - 1):
                sign_in.with_password(session, "minh", "wrong", NOON, known=token)
            assert sign_in.with_password(session, "minh", PASSWORD, NOON, known=token) is not None

    def test_a_browser_is_known_for_its_officer_only_and_not_for_ever(self, session: Session) -> None:
        minh, late = officer(session), NOON + known_browsers.REMEMBERED_FOR
        token = known_browsers.remember(session, "", minh, NOON)
        assert known_browsers.known(session, token, officer(session, "hoa"), NOON) is None
        assert known_browsers.known(session, token, minh, late) is None
        assert known_browsers.remember(session, token, minh, late) != token

    def test_of_one_officer_the_browsers_used_last_are_known(self, session: Session) -> None:
        minh, most = officer(session), known_browsers.OF_ONE_OFFICER
        tokens = [
            known_browsers.remember(session, "", minh, NOON + n * dt.timedelta(minutes=1)) for n in range(most + 2)
        ]
        now = NOON + dt.timedelta(hours=1)
        held = [known_browsers.known(session, token, minh, now) is not None for token in tokens]
        assert held == [False, False] + [True] * most

    def test_an_inactive_officer_neither_signs_in_nor_stays_signed_in(self, session: Session) -> None:
        token = signs_in(session)
        officer(session).active = False
        assert sessions.signed_in(session, token, NOON) is None
        assert tries(session, PASSWORD) is None

    def test_one_ends_by_signing_out_and_no_other_with_it(self, session: Session) -> None:
        token, other = signs_in(session), signs_in(session)
        sessions.sign_out(session, token, NOON)
        assert sessions.signed_in(session, token, NOON) is None
        assert sessions.signed_in(session, other, NOON) is not None
        assert sessions.signed_in(session, "forged", NOON) is None

    def test_one_that_is_used_ends_after_twelve_hours(self, session: Session) -> None:
        token, at = signs_in(session), NOON
        while at < NOON + sessions.LASTS:
            assert sessions.signed_in(session, token, at) is not None
            sessions.note_use(session, token, at)
            at += dt.timedelta(hours=1)
        assert sessions.signed_in(session, token, at) is None

    def test_one_that_is_not_used_ends_after_two_hours(self, session: Session) -> None:
        token = signs_in(session)
        assert sessions.signed_in(session, token, NOON + sessions.IDLE_FOR - MINUTE) is not None
        assert sessions.signed_in(session, token, NOON + sessions.IDLE_FOR) is None

    def test_use_is_written_down_once_a_minute(self, session: Session) -> None:
        token = signs_in(session)
        for seconds, noted in ((59, 0), (61, 61), (119, 61), (122, 122)):
            sessions.note_use(session, token, NOON + dt.timedelta(seconds=seconds))
            at = session.scalars(select(SignIn.last_used_at).execution_options(populate_existing=True)).one()
            assert at == NOON + dt.timedelta(seconds=noted)

    def test_whose_it_is_and_what_they_may_do_is_one_query(self, session: Session) -> None:
        token = signs_in(session)
        session.flush()
        session.expunge_all()
        seen: list[str] = []

        def watch(*about: object) -> None:
            seen.append(str(about[2]))

        event.listen(session.get_bind(), "before_cursor_execute", watch)
        found = sessions.signed_in(session, token, NOON)
        assert found is not None
        assert [appointment.unit.code for appointment in found.officer.appointments] == ["VN"]
        event.remove(session.get_bind(), "before_cursor_execute", watch)
        assert len(seen) == 1

    def test_an_officer_sees_their_own_and_ends_one_or_all_others(self, session: Session) -> None:
        here, there, third = (signs_in(session, NOON + n * MINUTE) for n in range(3))
        signs_in(session, username="binh")
        now = NOON + 3 * MINUTE
        listed = sessions.open_sessions(session, officer(session), now)
        assert [one.created_at for one in listed] == [NOON + n * MINUTE for n in (2, 1, 0)]
        (foreign,) = sessions.open_sessions(session, officer(session, "binh"), now)
        assert sessions.end_own(session, officer(session), now, only=foreign.token_hash) == 0
        assert sessions.end_own(session, officer(session), now, only=listed[0].token_hash) == 1
        assert sessions.signed_in(session, third, now) is None
        assert sessions.end_own(session, officer(session), now, but=here) == 1
        assert sessions.signed_in(session, there, now) is None
        assert sessions.signed_in(session, here, now) is not None
        assert len(sessions.open_sessions(session, officer(session, "binh"), now)) == 1

    def test_an_administrator_ends_all_of_an_officer(self, session: Session) -> None:
        tokens = [signs_in(session) for _ in range(3)]
        assert people.end_sessions(session, officer(session), by="officer:hoa", at=NOON) == 3
        assert [sessions.signed_in(session, token, NOON) for token in tokens] == [None] * 3


class TestWhatComesFirst:
    def duty(self, session: Session, *roles: Role, **changes: object) -> Duty | None:
        found = sessions.signed_in(session, signs_in(session), NOON)
        assert found is not None
        for name, value in changes.items():
            setattr(found, name, value)
        return sign_in.duty_of(found, roles)

    def test_nothing_for_most(self, session: Session) -> None:
        assert self.duty(session) is None
        assert self.duty(session, Role.ADMINISTRATOR) is None

    def test_a_password_that_somebody_else_chose_is_changed(self, session: Session) -> None:
        people.set_password(session, officer(session), PASSWORD, by="operator", at=NOON)
        assert self.duty(session) is Duty.PASSWORD
        assert self.duty(session, method=Method.SINGLE_SIGN_ON.value) is None
        sign_in.choose_password(session, officer(session), NEW, NOON)
        assert not officer(session).must_change_password

    def test_a_role_may_demand_a_second_factor(self, session: Session) -> None:
        assert self.duty(session, Role.OFFICER) is Duty.SECOND_FACTOR
        assert self.duty(session, Role.OFFICER, two_factors=True) is None
        officer(session).second_factor_since = NOON
        found = session.scalars(select(SignIn)).first()
        assert found is not None
        assert sign_in.duty_of(found, [Role.OFFICER]) is None
