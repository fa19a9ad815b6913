"""A code to the contact on record: to whom it goes, how long and how often it can be tried, and who can use it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.enterprises import codes, register
from desk.enterprises.model import MembershipCode
from desk.letters import service as letters
from desk.letters.model import Letter
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import BROKER, NAMES, A, KeptPost, asks, code_in, membership_of, on_record, with_post

CONTACT = "lienhe@anbinh.example"


@pytest.fixture
def post() -> KeptPost:
    return KeptPost()


@pytest.fixture
def town(world: World, post: KeptPost) -> World:
    """The desk with a mail server, and an enterprise on record."""
    on_record(world, A, CONTACT)
    return with_post(world, post)


@pytest.fixture
def lan(town: World) -> Chatter:
    return town.chatter("100")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def test_the_right_code_verifies_at_once_and_the_person_acts(town: World, lan: Chatter, post: KeptPost) -> None:
    asks(lan)
    sent = lan.taps("send_code")[-1].text
    assert "l***@anbinh.example" in sent
    assert CONTACT not in "".join(said.text for said in lan.read())
    code = code_in(town, post)
    assert post.letters[0][0] == CONTACT
    said = lan.writes(f" {code[:4]} {code[4:]} ")[-1]
    assert said.text == town.text("enterprise.verified_by_code", name=NAMES[A])
    held = membership_of(town, lan)
    assert (held.state, held.how, held.settled_by) == ("verified", "code", None)
    assert held.person.acting_for_id == held.enterprise_id


def test_the_letter_holds_nothing_that_was_typed(town: World, lan: Chatter, post: KeptPost) -> None:
    asks(lan, name="Tên có đường dẫn http://xau.example")
    lan.taps("send_code")
    code_in(town, post)
    _, subject, text = post.letters[0]
    assert "xau.example" not in subject + text
    assert "Nguyễn" not in text
    assert "nhân viên" in text
    assert "staff" in text


def test_neither_the_code_nor_the_letter_is_kept(town: World, lan: Chatter, post: KeptPost) -> None:
    asks(lan)
    lan.taps("send_code")
    code = code_in(town, post)
    with town.store.reading() as session:
        assert code not in session.scalars(select(MembershipCode.code_hash)).one()
        assert session.scalars(select(Letter.text)).one() == ""


@pytest.mark.parametrize("contact", [None, CONTACT])
def test_without_a_mail_server_or_a_contact_only_an_officer_verifies(world: World, contact: str | None) -> None:
    on_record(world, A, contact)
    town = world if contact else with_post(world, KeptPost())
    lan = town.chatter("100")
    assert asks(lan) == town.text("enterprise.asked", tax_code=A)
    assert lan.read()[-1].acts == []


def test_a_wrong_code_can_be_tried_a_few_times(town: World, lan: Chatter, post: KeptPost) -> None:
    asks(lan)
    lan.taps("send_code")
    code = code_in(town, post)
    said = [lan.writes(wrong(code))[-1].text for _ in range(codes.TRIES)]
    assert said == [town.text("enterprise.code_wrong")] * (codes.TRIES - 1) + [town.text("enterprise.code_void")]
    assert lan.writes(code)[-1].text == town.text("enterprise.code_void")
    assert membership_of(town, lan).state == "asked"


@pytest.mark.parametrize(("minutes", "works"), [(14, True), (15, False)])
def test_a_code_holds_for_fifteen_minutes(town: World, lan: Chatter, post: KeptPost, minutes: int, works: bool) -> None:
    asks(lan)
    lan.taps("send_code")
    code = code_in(town, post)
    town.clock.advance(minutes=minutes)
    lan.writes(code)
    assert (membership_of(town, lan).state == "verified") is works


def test_a_code_is_used_once(town: World, lan: Chatter, post: KeptPost) -> None:
    asks(lan)
    lan.taps("send_code")
    code = code_in(town, post)
    lan.writes(code)
    lan.commands("enterprise")
    lan.taps("stop_acting")
    lan.taps("stop_acting", "sure")
    asks(lan)
    lan.commands("enterprise")
    assert "enter_code" not in lan.read()[-1].acts
    with town.store.writing() as session:
        held = membership_of(town, lan)
        with pytest.raises(codes.EnterpriseRefused):
            codes.is_right(session, held, code, town.clock.now())


def test_only_the_newest_code_counts(town: World, lan: Chatter, post: KeptPost) -> None:
    asks(lan)
    lan.taps("send_code")
    first = code_in(town, post)
    lan.taps("send_code")
    second = code_in(town, post)
    assert lan.writes(first)[-1].text == town.text("enterprise.code_wrong")
    assert lan.writes(second)[-1].text == town.text("enterprise.verified_by_code", name=NAMES[A])


def test_a_code_is_of_no_use_in_another_chat(town: World, lan: Chatter, post: KeptPost) -> None:
    an = town.chatter("900")
    for who in (lan, an):
        asks(who)
        who.taps("send_code")
    letters.send_due(town.desk)
    first = post.letters[0][2]
    code = next(line for line in first.splitlines() if line.isdigit() and len(line) == codes.DIGITS)
    assert an.writes(code)[-1].text == town.text("enterprise.code_wrong")
    assert lan.writes(code)[-1].text == town.text("enterprise.verified_by_code", name=NAMES[A])
    assert membership_of(town, an).state == "asked"


def test_a_code_given_for_a_broker_makes_nobody_staff(town: World, lan: Chatter, post: KeptPost) -> None:
    asks(lan, A, BROKER)
    lan.taps("send_code")
    code = code_in(town, post)
    asks(lan)
    lan.commands("enterprise")
    assert "enter_code" not in lan.read()[-1].acts
    with town.store.writing() as session, pytest.raises(codes.EnterpriseRefused):
        codes.is_right(session, membership_of(town, lan), code, town.clock.now())


def test_at_most_three_codes_a_day_also_for_requests_made_anew(town: World, lan: Chatter) -> None:
    asks(lan)
    lan.taps("send_code")
    lan.taps("send_code")
    asks(lan, A, BROKER)
    lan.taps("send_code")
    assert lan.taps("send_code")[-1].text == town.text("enterprise.codes_used_up")
    town.clock.advance(hours=25)
    assert "l***@anbinh.example" in lan.taps("send_code")[-1].text


def test_nobody_fills_a_mailbox_with_many_accounts(town: World) -> None:
    said = []
    for number in range(codes.A_DAY_AN_ENTERPRISE + 1):
        who = town.chatter(f"bot-{number}")
        asks(who)
        said.append(who.taps("send_code")[-1].text)
    assert said[-1] == town.text("enterprise.codes_used_up")
    assert town.text("enterprise.codes_used_up") not in said[:-1]


def test_a_new_contact_on_record_makes_the_codes_void(town: World, lan: Chatter, post: KeptPost) -> None:
    asks(lan)
    lan.taps("send_code")
    code = code_in(town, post)
    with town.store.writing() as session:
        entry = register.Entry(2, A, NAMES[A], "moi@anbinh.example", None)
        assert register.load(session, [entry], town.clock.now()).changed == 1
    assert lan.writes(code)[-1].text == town.text("enterprise.code_void")


@pytest.mark.parametrize(
    ("contact", "masked"),
    [("lienhe@anbinh.example", "l***@anbinh.example"), ("a@b.example", "***@b.example"), ("ab@c.vn", "a***@c.vn")],
)
def test_a_contact_is_shown_masked(contact: str, masked: str) -> None:
    assert codes.masked(contact) == masked
