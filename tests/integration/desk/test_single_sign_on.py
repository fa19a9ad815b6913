"""Single sign-on within the desk: whose account is whose, ways out that serve once, and whose second factor counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.people import service as people
from desk.people import sessions, single_sign_on
from desk.people.model import Method, Officer, OfficerIdentity, SingleSignOnAttempt
from desk.people.single_sign_on import EntryRefused, Identity, SecondFactorOf
from desk.store import Store
from tests.desk_fixtures import NOON

ISSUER = "https://id.example"


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as session:
        yield session


def officer(session: Session, username: str) -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def enters(
    session: Session, subject: str, name: str, *amr: str, counts: SecondFactorOf = "told", issuer: str = ISSUER
) -> Officer:
    """The officer who is signed in."""
    identity = Identity(issuer, subject, name, amr)
    entered = single_sign_on.enter(session, identity, NOON, counts=counts)
    found = sessions.signed_in(session, entered.token, NOON)
    assert found is not None
    assert found.method == Method.SINGLE_SIGN_ON
    return found.officer


class TestWhoIsLetIn:
    def test_an_officer_under_their_name_who_is_that_account_from_then_on(self, session: Session) -> None:
        assert enters(session, "s-1", "minh").username == "minh"
        assert "officer.identity_linked" in session.scalars(select(AuditEntry.act)).all()
        assert enters(session, "s-1", "renamed at the authority").username == "minh"
        assert enters(session, "s-1", "").username == "minh"

    @pytest.mark.parametrize("name", ["nobody", "", "MINH", "minh "])
    def test_nobody_who_is_no_officer(self, session: Session, name: str) -> None:
        with pytest.raises(EntryRefused):
            enters(session, "s-1", name)
        assert session.scalars(select(OfficerIdentity)).all() == []

    def test_no_second_account_under_the_name_of_an_officer(self, session: Session) -> None:
        enters(session, "s-1", "minh")
        with pytest.raises(EntryRefused):
            enters(session, "s-2", "minh")
        with pytest.raises(EntryRefused):
            enters(session, "s-1", "minh", issuer="https://other.example")

    def test_no_account_that_has_become_another_officers(self, session: Session) -> None:
        enters(session, "s-1", "minh")
        with pytest.raises(EntryRefused):
            enters(session, "s-1", "binh")

    def test_nobody_who_is_not_active(self, session: Session) -> None:
        officer(session, "binh").active = False
        with pytest.raises(EntryRefused):
            enters(session, "s-2", "binh")
        assert session.scalars(select(OfficerIdentity)).all() == []
        enters(session, "s-1", "minh")
        officer(session, "minh").active = False
        with pytest.raises(EntryRefused):
            enters(session, "s-1", "minh")

    def test_after_an_administrator_forgot_the_account_the_next_one_is_linked(self, session: Session) -> None:
        with pytest.raises(people.PersonRefused):
            people.unlink_identity(session, officer(session, "minh"), by="operator", at=NOON)
        enters(session, "s-1", "minh")
        people.unlink_identity(session, officer(session, "minh"), by="operator", at=NOON)
        assert enters(session, "s-2", "minh").username == "minh"


class TestWhoseSecondFactorCounts:
    @pytest.mark.parametrize(
        ("amr", "is_two"),
        [
            ((), False),
            (("pwd",), False),
            (("otp",), False),
            (("pwd", "pin"), False),
            (("otp", "sms"), False),
            (("unknown", "pwd"), False),
            (("pwd", "otp"), True),
            (("pin", "hwk"), True),
            (("fpt", "swk"), True),
            (("mfa",), True),
        ],
    )
    def test_two_factors_are_two_kinds_of_proof(self, amr: tuple[str, ...], is_two: bool) -> None:
        assert single_sign_on.is_two_factors(amr) is is_two

    @pytest.mark.parametrize(
        ("counts", "amr", "awaits_code"),
        [
            ("told", ("pwd",), True),
            ("told", ("pwd", "otp"), False),
            ("desk", ("mfa",), True),
            ("provider", (), False),
        ],
    )
    def test_an_officer_with_a_second_factor_gives_it_unless_the_authoritys_counts(
        self, session: Session, counts: SecondFactorOf, amr: tuple[str, ...], awaits_code: bool
    ) -> None:
        officer(session, "minh").second_factor_since = NOON
        entered = single_sign_on.enter(session, Identity(ISSUER, "s-1", "minh", amr), NOON, counts=counts)
        assert entered.awaits_code is awaits_code


class TestTheWayOutAndBack:
    def test_it_leads_back_once_in_the_same_browser(self, session: Session) -> None:
        out = single_sign_on.go_out(session, "/desk/cases", NOON)
        assert single_sign_on.come_back(session, out.state, "another browser", NOON) is None
        assert single_sign_on.come_back(session, "another state", out.cookie, NOON) is None
        back = single_sign_on.come_back(session, out.state, out.cookie, NOON)
        assert back is not None
        assert (back.nonce, back.verifier, back.way_back) == (out.nonce, out.verifier, "/desk/cases")
        assert single_sign_on.come_back(session, out.state, out.cookie, NOON) is None

    def test_two_ways_out_of_a_browser_are_not_taken_for_each_other(self, session: Session) -> None:
        first, second = (single_sign_on.go_out(session, "/desk/", NOON) for _ in range(2))
        assert single_sign_on.come_back(session, first.state, second.cookie, NOON) is None

    def test_state_and_cookie_are_kept_as_hashes_and_not_for_long(self, session: Session) -> None:
        out = single_sign_on.go_out(session, "/desk/", NOON)
        kept = session.scalars(select(SingleSignOnAttempt)).one()
        assert not {out.state, out.cookie} & {kept.state_hash, kept.cookie_hash}
        late = NOON + single_sign_on.LASTS
        assert single_sign_on.come_back(session, out.state, out.cookie, late) is None
        single_sign_on.go_out(session, "/desk/", late + dt.timedelta(seconds=1))
        assert len(session.scalars(select(SingleSignOnAttempt)).all()) == 1
