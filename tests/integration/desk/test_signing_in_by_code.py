"""Signing in with an e-mail address: who gets a code, how often it can be tried, by whom, and for how long it holds."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from desk.accounts import codes, sessions
from desk.accounts import service as accounts
from desk.accounts.codes import AccountRefused
from desk.accounts.model import PersonEmail, PersonSignIn, SignInCode
from desk.conversations.model import Person
from desk.letters.model import Letter
from tests.account_fixtures import AN, LAN, PHONE, asks_for_code, code_of, gives, signs_in, wrong
from tests.desk_fixtures import World
from tests.enterprise_fixtures import KeptPost, with_post


@pytest.fixture
def post() -> KeptPost:
    return KeptPost()


@pytest.fixture
def town(world: World, post: KeptPost) -> World:
    return with_post(world, post)


def test_the_code_signs_in_and_any_browser_is_the_same_person(town: World, post: KeptPost) -> None:
    first = signs_in(town, post)
    second = signs_in(town, post, " Lan@AnBinh.example ")
    assert first.person.id == second.person.id
    assert first.token != second.token
    with town.store.reading() as session:
        held = sessions.current(session, second.token, town.clock.now())
        assert held is not None
        assert (held.person_id, held.how, held.device) == (first.person.id, "email", PHONE)
        assert session.scalars(select(PersonEmail.address)).all() == [LAN]
        # Nothing that opens anything is in the store as it is.
        assert first.token not in session.scalars(select(PersonSignIn.token_hash)).all()
        assert session.scalars(select(Letter.text)).all() == ["", ""]


def test_the_answer_is_the_same_whether_or_not_the_address_is_known(town: World, post: KeptPost) -> None:
    signs_in(town, post, LAN)
    known, unknown = asks_for_code(town, LAN), asks_for_code(town, AN)
    assert len(known) == len(unknown)
    with town.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1  # nobody is made before the code is given
    code_of(town, post)
    assert {letter[0] for letter in post.letters} == {LAN, AN}


def test_a_code_works_once(town: World, post: KeptPost) -> None:
    ticket = asks_for_code(town)
    code = code_of(town, post)
    assert gives(town, ticket, f" {code[:4]} {code[4:]} ") is not None
    with pytest.raises(AccountRefused, match=r"account\.code_void"):
        gives(town, ticket, code)


def test_a_code_expires(town: World, post: KeptPost) -> None:
    ticket = asks_for_code(town)
    code = code_of(town, post)
    town.clock.advance(minutes=10)
    with pytest.raises(AccountRefused, match=r"account\.code_void"):
        gives(town, ticket, code)


def test_after_five_wrong_codes_the_right_one_is_refused_too(town: World, post: KeptPost) -> None:
    ticket = asks_for_code(town)
    code = code_of(town, post)
    assert [gives(town, ticket, wrong(code)) for _ in range(5)] == [None] * 5
    with pytest.raises(AccountRefused, match=r"account\.code_void"):
        gives(town, ticket, code)


def test_a_code_is_of_no_use_in_another_browser(town: World, post: KeptPost) -> None:
    asks_for_code(town, LAN)
    code = code_of(town, post)
    elsewhere = asks_for_code(town, AN, "10.0.0.2")
    assert gives(town, elsewhere, code) is None
    with pytest.raises(AccountRefused, match=r"account\.code_void"):
        gives(town, "a made-up ticket", code)


@pytest.mark.parametrize(
    ("one", "other", "at_most"),
    [
        ((LAN, "10.0.0.{}"), (AN, "10.0.0.1"), codes.AN_HOUR_AN_ADDRESS),
        (("someone{}@xa.example", "10.0.0.1"), (LAN, "10.0.0.2"), codes.AN_HOUR_A_SOURCE),
    ],
    ids=["address", "source"],
)
def test_codes_are_limited_for_an_address_and_a_place(
    town: World, one: tuple[str, str], other: tuple[str, str], at_most: int
) -> None:
    for number in range(at_most):
        asks_for_code(town, one[0].format(number), one[1].format(number))
    with pytest.raises(AccountRefused, match=r"account\.codes_used_up"):
        asks_for_code(town, one[0].format(99), one[1].format(99))
    asks_for_code(town, *other)
    town.clock.advance(hours=1, minutes=1)
    asks_for_code(town, one[0].format(99), one[1].format(99))


def test_codes_of_a_day_are_limited_and_forgotten_after_it(town: World) -> None:
    for number in range(codes.A_DAY_AN_ADDRESS):
        asks_for_code(town, LAN, f"10.0.0.{number}")
        town.clock.advance(minutes=61)
    with pytest.raises(AccountRefused, match=r"account\.codes_used_up"):
        asks_for_code(town, LAN)
    town.clock.advance(days=1)
    asks_for_code(town, LAN)
    with town.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInCode)) == 1


@pytest.mark.parametrize(
    "typed", ["", "lan", "lan@", "lan@host", "a b@c.example", "lan@x.example\nBcc: a@b.example", "đ@x.vn"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(AccountRefused, match=r"account\.address_refused"):
        codes.checked_address(typed)


def test_without_a_mail_server_there_is_no_way_by_letter(world: World) -> None:
    with pytest.raises(AccountRefused, match=r"account\.no_letters"):
        asks_for_code(world)


def test_the_letter_holds_nothing_that_was_typed(town: World, post: KeptPost) -> None:
    asks_for_code(town, "xem-http.xau@xa.example")
    code_of(town, post)
    _, subject, text = post.letters[0]
    assert "xau" not in subject + text


def test_an_idle_browser_is_signed_out_after_thirty_days_and_a_busy_one_is_not(town: World, post: KeptPost) -> None:
    idle, busy = signs_in(town, post), signs_in(town, post)
    for _ in range(3):
        town.clock.advance(days=11)
        with town.store.writing() as session:
            held = sessions.current(session, busy.token, town.clock.now())
            assert held is not None
            sessions.seen(session, held, town.clock.now())
    with town.store.reading() as session:
        assert sessions.current(session, idle.token, town.clock.now()) is None


def test_after_ninety_days_however_busy_one_proves_anew_who_one_is(town: World, post: KeptPost) -> None:
    busy = signs_in(town, post)
    for _ in range(89):
        town.clock.advance(days=1)
        with town.store.writing() as session:
            held = sessions.current(session, busy.token, town.clock.now())
            assert held is not None
            sessions.seen(session, held, town.clock.now())
    town.clock.advance(days=1)
    with town.store.reading() as session:
        assert sessions.current(session, busy.token, town.clock.now()) is None


def test_a_shared_computer_is_signed_out_after_half_an_hour_and_at_the_end_of_the_day(
    town: World, post: KeptPost
) -> None:
    idle, busy = signs_in(town, post, shared=True), signs_in(town, post, shared=True)
    for _ in range(16):
        with town.store.writing() as session:
            held = sessions.current(session, busy.token, town.clock.now())
            assert held is not None
            sessions.seen(session, held, town.clock.now())
        town.clock.advance(minutes=29, seconds=59)
    with town.store.reading() as session:
        assert sessions.current(session, idle.token, town.clock.now()) is None
        town.clock.advance(seconds=16)
        assert sessions.current(session, busy.token, town.clock.now()) is None


def test_signing_out_one_browser_or_all(town: World, post: KeptPost) -> None:
    here, there, other = signs_in(town, post), signs_in(town, post), signs_in(town, post, AN)
    with town.store.writing() as session:
        held = sessions.current(session, there.token, town.clock.now())
        assert held is not None
        sessions.end(session, other.person, held.id, town.clock.now())  # nobody ends anybody else's
        assert sessions.current(session, there.token, town.clock.now()) is not None
        assert len(sessions.open_ones(session, here.person, town.clock.now())) == 2
        sessions.end(session, here.person, held.id, town.clock.now())
        assert sessions.current(session, there.token, town.clock.now()) is None
        assert sessions.end_all(session, here.person, town.clock.now()) == 1
        assert sessions.current(session, here.token, town.clock.now()) is None
        assert sessions.current(session, other.token, town.clock.now()) is not None


class TestAnotherAddress:
    def ask(self, town: World, token: str, address: str) -> str:
        with town.store.writing() as session:
            held = sessions.current(session, token, town.clock.now())
            assert held is not None
            return accounts.ask_for_email(town.desk, session, held, address, "10.0.0.1")

    def give(self, town: World, token: str, ticket: str, code: str) -> str | None:
        with town.store.writing() as session:
            held = sessions.current(session, token, town.clock.now())
            assert held is not None
            return accounts.keep_email(town.desk, session, held, ticket, code)

    def test_it_signs_in_from_then_on_all_others_are_out_and_the_old_one_is_told(
        self, town: World, post: KeptPost
    ) -> None:
        elsewhere, here = signs_in(town, post), signs_in(town, post)
        ticket = self.ask(town, here.token, AN)
        assert self.give(town, here.token, ticket, code_of(town, post)) == AN
        code_or_not = len(post.letters)
        with town.store.reading() as session:
            assert sessions.current(session, elsewhere.token, town.clock.now()) is None
            assert sessions.current(session, here.token, town.clock.now()) is not None
        assert signs_in(town, post, AN).person.id == here.person.id
        assert post.letters[code_or_not][0] == LAN
        town.clock.advance(hours=2)
        assert signs_in(town, post, LAN).person.id != here.person.id

    def test_a_browser_left_signed_in_does_not_let_a_stranger_change_it(self, town: World, post: KeptPost) -> None:
        here = signs_in(town, post)
        town.clock.advance(minutes=15)
        with pytest.raises(AccountRefused, match=r"account\.prove_again"):
            self.ask(town, here.token, AN)

    def test_an_address_of_somebody_else_is_not_taken_and_not_told_before_it_is_proved(
        self, town: World, post: KeptPost
    ) -> None:
        signs_in(town, post, AN)
        here = signs_in(town, post)
        ticket = self.ask(town, here.token, AN)
        with pytest.raises(AccountRefused, match=r"account\.address_of_another"):
            self.give(town, here.token, ticket, code_of(town, post))

    def test_its_code_signs_nobody_in_and_a_code_to_sign_in_changes_no_address(
        self, town: World, post: KeptPost
    ) -> None:
        here = signs_in(town, post)
        ticket = self.ask(town, here.token, AN)
        code = code_of(town, post)
        with pytest.raises(AccountRefused, match=r"account\.code_void"):
            gives(town, ticket, code)
        ticket = asks_for_code(town, AN)
        code = code_of(town, post)
        with pytest.raises(AccountRefused, match=r"account\.code_void"):
            self.give(town, here.token, ticket, code)
