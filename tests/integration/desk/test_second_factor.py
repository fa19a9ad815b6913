"""The second factor: codes that work once, recovery codes, what it takes to switch it on and off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.people import attempts, second_factor, sessions, sign_in
from desk.people import service as people
from desk.people.model import Officer, PendingSignIn, RecoveryCode
from desk.people.sealing import Seal
from desk.people.second_factor import FactorRefused
from desk.store import Store
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON

SEAL = Seal(Seal.new_key())
STEP = dt.timedelta(seconds=30)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as session:
        yield session


@pytest.fixture
def minh(session: Session) -> Officer:
    found = people.by_username(session, "minh")
    assert found is not None
    return found


def secret_of(officer: Officer) -> str:
    assert officer.totp_secret is not None
    return SEAL.open(officer.totp_secret)


def code(officer: Officer, at: dt.datetime) -> str:
    """What the app shows at a moment."""
    return pyotp.TOTP(secret_of(officer)).at(at)


def switch_on(session: Session, officer: Officer, at: dt.datetime = NOON - 10 * STEP) -> list[str]:
    second_factor.begin(session, officer, SEAL)
    codes = second_factor.confirm(session, officer, code(officer, at), SEAL, at)
    assert codes is not None
    return codes


def pending(session: Session, at: dt.datetime = NOON) -> str:
    """The token of a sign-in of minh whose password was right."""
    entered = sign_in.with_password(session, "minh", PASSWORD, at)
    assert entered is not None
    assert entered.awaits_code
    return entered.token


class TestSettingItUp:
    def test_the_secret_is_never_in_the_store_in_clear(self, session: Session, minh: Officer) -> None:
        second_factor.begin(session, minh, SEAL)
        waiting = second_factor.to_set_up(minh, SEAL)
        assert waiting is not None
        assert waiting.secret not in (minh.totp_secret or "")
        assert f"secret={waiting.secret}" in waiting.address
        assert waiting.address.startswith("otpauth://totp/")

    def test_nothing_is_on_before_a_code_was_given(self, session: Session, minh: Officer) -> None:
        second_factor.begin(session, minh, SEAL)
        assert second_factor.confirm(session, minh, "000000x", SEAL, NOON) is None
        entered = sign_in.with_password(session, "minh", PASSWORD, NOON)
        assert entered is not None
        assert not entered.awaits_code
        assert second_factor.confirm(session, minh, code(minh, NOON), SEAL, NOON) is not None
        assert second_factor.to_set_up(minh, SEAL) is None
        assert "officer.second_factor_set_up" in session.scalars(select(AuditEntry.act)).all()

    def test_what_is_on_is_not_begun_again_and_what_is_not_begun_not_confirmed(
        self, session: Session, minh: Officer
    ) -> None:
        with pytest.raises(FactorRefused):
            second_factor.confirm(session, minh, "123456", SEAL, NOON)
        switch_on(session, minh)
        with pytest.raises(FactorRefused):
            second_factor.begin(session, minh, SEAL)
        with pytest.raises(FactorRefused):
            second_factor.confirm(session, minh, code(minh, NOON), SEAL, NOON)

    def test_the_code_that_confirmed_does_not_sign_in_as_well(self, session: Session, minh: Officer) -> None:
        switch_on(session, minh, at=NOON)
        assert sign_in.with_code(session, pending(session), code(minh, NOON), SEAL, NOON) is None


class TestSigningInWithIt:
    def test_the_password_alone_begins_no_session(self, session: Session, minh: Officer) -> None:
        switch_on(session, minh)
        token = pending(session)
        assert sessions.signed_in(session, token, NOON) is None
        assert sessions.open_sessions(session, minh, NOON) == []
        assert token not in session.scalars(select(PendingSignIn.token_hash)).one()

    def test_the_code_of_the_app_begins_it(self, session: Session, minh: Officer) -> None:
        switch_on(session, minh)
        token = sign_in.with_code(session, pending(session), code(minh, NOON), SEAL, NOON)
        assert token is not None
        found = sessions.signed_in(session, token, NOON)
        assert found is not None
        assert found.two_factors

    @pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_a_telephone_may_be_one_step_wrong(self, session: Session, minh: Officer, steps: int, taken: bool) -> None:
        switch_on(session, minh)
        shown = code(minh, NOON + steps * STEP)
        assert (sign_in.with_code(session, pending(session), shown, SEAL, NOON) is not None) is taken

    def test_a_code_works_once_and_none_from_before_it_after_it(self, session: Session, minh: Officer) -> None:
        switch_on(session, minh)
        for at, taken in ((NOON, True), (NOON, False), (NOON - STEP, False), (NOON + STEP, True)):
            given = sign_in.with_code(session, pending(session), code(minh, at), SEAL, NOON)
            assert (given is not None) is taken, at

    def test_a_code_may_be_typed_with_a_space(self, session: Session, minh: Officer) -> None:
        switch_on(session, minh)
        shown = code(minh, NOON)
        assert sign_in.with_code(session, pending(session), f" {shown[:3]} {shown[3:]}", SEAL, NOON) is not None

    def test_it_is_waited_for_five_minutes_and_serves_once(self, session: Session, minh: Officer) -> None:
        switch_on(session, minh)
        token, late = pending(session), NOON + sign_in.CODE_AWAITED_FOR
        assert sign_in.is_awaited(session, token, late - STEP)
        assert not sign_in.is_awaited(session, token, late)
        assert sign_in.with_code(session, token, code(minh, late), SEAL, late) is None
        token = pending(session)
        assert sign_in.with_code(session, token, code(minh, NOON), SEAL, NOON) is not None
        later = NOON + 3 * STEP
        assert sign_in.with_code(session, token, code(minh, later), SEAL, later) is None
        assert sign_in.with_code(session, "forged", code(minh, later), SEAL, later) is None

    def test_five_wrong_codes_lock_out_although_the_password_is_right_each_time(
        self, session: Session, minh: Officer
    ) -> None:
        switch_on(session, minh)
        for _ in range(attempts.ALLOWED):
            assert sign_in.with_code(session, pending(session), "not a code", SEAL, NOON) is None
        assert sign_in.with_password(session, "minh", PASSWORD, NOON) is None
        assert attempts.is_locked_out(minh, NOON)

    def test_a_locked_out_officer_gets_in_with_no_code(self, session: Session, minh: Officer) -> None:
        switch_on(session, minh)
        token = pending(session)
        for _ in range(attempts.ALLOWED):
            sign_in.with_password(session, "minh", "wrong", NOON)
        assert sign_in.with_code(session, token, code(minh, NOON), SEAL, NOON) is None

    def test_who_is_shut_out_meanwhile_stays_out(self, session: Session, minh: Officer) -> None:
        switch_on(session, minh)
        token = pending(session)
        people.end_sessions(session, minh, by="operator", at=NOON)
        assert not sign_in.is_awaited(session, token, NOON)
        token = pending(session)
        minh.active = False
        assert sign_in.with_code(session, token, code(minh, NOON), SEAL, NOON) is None

    def test_with_another_key_only_recovery_codes_are_left(self, session: Session, minh: Officer) -> None:
        codes, other = switch_on(session, minh), Seal(Seal.new_key())
        assert sign_in.with_code(session, pending(session), code(minh, NOON), other, NOON) is None
        assert sign_in.with_code(session, pending(session), codes[0], other, NOON) is not None


class TestRecoveryCodes:
    def test_there_are_ten_and_only_their_hashes_are_kept(self, session: Session, minh: Officer) -> None:
        codes = switch_on(session, minh)
        kept = session.scalars(select(RecoveryCode.code_hash)).all()
        assert len(set(codes)) == len(set(kept)) == 10
        assert not {code.replace("-", "") for code in codes} & set(kept)
        assert {len(code.replace("-", "")) * 5 for code in codes} == {120}  # bits

    def test_each_works_once_however_it_is_typed(self, session: Session, minh: Officer) -> None:
        codes = switch_on(session, minh)
        typed = codes[3].upper().replace("-", " ")
        assert sign_in.with_code(session, pending(session), typed, SEAL, NOON) is not None
        assert sign_in.with_code(session, pending(session), codes[3], SEAL, NOON) is None
        assert second_factor.recovery_codes_left(session, minh) == 9
        assert "officer.recovery_code_used" in session.scalars(select(AuditEntry.act)).all()

    def test_new_ones_take_the_place_of_all_before(self, session: Session, minh: Officer) -> None:
        old = switch_on(session, minh)
        new = second_factor.new_recovery_codes(session, minh, NOON)
        assert sign_in.with_code(session, pending(session), old[0], SEAL, NOON) is None
        assert sign_in.with_code(session, pending(session), new[0], SEAL, NOON) is not None

    def test_those_of_another_officer_are_worth_nothing(self, session: Session, minh: Officer) -> None:
        binh = people.by_username(session, "binh")
        assert binh is not None
        foreign = switch_on(session, binh)
        switch_on(session, minh)
        assert sign_in.with_code(session, pending(session), foreign[0], SEAL, NOON) is None

    def test_without_a_second_factor_there_are_none(self, session: Session, minh: Officer) -> None:
        with pytest.raises(FactorRefused):
            second_factor.new_recovery_codes(session, minh, NOON)


class TestSwitchingItOff:
    @pytest.mark.parametrize(("password", "is_right_code"), [("wrong", True), (PASSWORD, False)])
    def test_it_takes_the_password_and_a_code(
        self, session: Session, minh: Officer, password: str, is_right_code: bool
    ) -> None:
        switch_on(session, minh)
        given = code(minh, NOON) if is_right_code else "not a code"
        assert not second_factor.switch_off(session, minh, password, given, SEAL, NOON)
        assert minh.second_factor_since is not None
        assert minh.failed_sign_ins == 1

    def test_with_both_it_is_off_and_nothing_is_left_of_it(self, session: Session, minh: Officer) -> None:
        codes = switch_on(session, minh)
        assert second_factor.switch_off(session, minh, PASSWORD, codes[0], SEAL, NOON)
        assert (minh.totp_secret, minh.second_factor_since) == (None, None)
        assert session.scalars(select(RecoveryCode)).all() == []
        entered = sign_in.with_password(session, "minh", PASSWORD, NOON)
        assert entered is not None
        assert not entered.awaits_code
        with pytest.raises(FactorRefused):
            second_factor.switch_off(session, minh, PASSWORD, codes[1], SEAL, NOON)

    def test_an_administrator_resets_it_and_the_officer_is_signed_out(self, session: Session, minh: Officer) -> None:
        with pytest.raises(people.PersonRefused):
            people.reset_second_factor(session, minh, by="officer:hoa", at=NOON)
        switch_on(session, minh)
        token = sign_in.with_code(session, pending(session), code(minh, NOON), SEAL, NOON)
        assert token is not None
        people.reset_second_factor(session, minh, by="officer:hoa", at=NOON)
        assert sessions.signed_in(session, token, NOON) is None
        assert minh.second_factor_since is None
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert (last.act, last.actor, last.subject) == ("officer.second_factor_reset", "officer:hoa", "minh")
