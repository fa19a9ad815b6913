"""Two enterprises, a broker of both, staff of each, and a stranger: nothing crosses, whatever the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case, CaseEntry
from desk.cases.officers import desk as officer_desk
from desk.conversations.model import Button, Chat, Message, Person
from desk.enterprises import access
from desk.ratings.model import Rating
from tests.desk_fixtures import Chatter, Said, World
from tests.enterprise_fixtures import BROKER, A, B, acts_for, ends, membership_of, officer, opens, replies, verified

SECRET_A, SECRET_B, OWN = "hoa lan rừng của A", "hoa hồng của B", "hoa mai của riêng tôi"


@dataclass(frozen=True)
class Town:
    """Cases of A and B, both opened by the broker of both; the broker acts for B in the end."""

    world: World
    broker: Chatter
    staff_a: Chatter
    staff_b: Chatter
    stranger: Chatter
    of_a: Case
    of_b: Case
    own: Case
    by_staff_a: Case

    def chatter(self, who: str) -> Chatter:
        return getattr(self, who)  # type: ignore[no-any-return]

    def case(self, which: str) -> Case:
        return getattr(self, which)  # type: ignore[no-any-return]


@pytest.fixture
def town(world: World) -> Town:
    broker, staff_a, staff_b, stranger = (world.chatter(address) for address in ("200", "300", "400", "900"))
    own = opens(world, broker, OWN)
    for code in (A, B):
        verified(world, broker, code, BROKER)
    verified(world, staff_a, A)
    verified(world, staff_b, B)
    acts_for(staff_a, A)
    acts_for(staff_b, B)
    by_staff_a = opens(world, staff_a, "thuế nhập khẩu của A")
    acts_for(broker, A)
    of_a = opens(world, broker, SECRET_A)
    broker.commands("cases")
    broker.taps("case_show", str(of_a.number))
    acts_for(broker, B)
    of_b = opens(world, broker, SECRET_B)
    stranger.commands("help")
    return Town(world, broker, staff_a, staff_b, stranger, of_a, of_b, own, by_staff_a)


#: Who sees which cases while they act as they do in the end.
SEES = {
    "broker": {"of_b"},
    "staff_a": {"of_a", "by_staff_a"},
    "staff_b": {"of_b"},
    "stranger": set[str](),
}
CASES = ("of_a", "of_b", "own", "by_staff_a")


def test_one_rule_says_who_sees_what(town: Town) -> None:
    with town.world.store.reading() as session:
        seen = {
            who: {
                which
                for which in CASES
                if access.may_see(
                    session, _person(session, town.chatter(who)), session.get_one(Case, town.case(which).id)
                )
            }
            for who in SEES
        }
    assert seen == SEES


#: Each way to come to a case: what somebody does, given the case, and what they read because of it.
ACTS: dict[str, Callable[[Town, Chatter, Case], str]] = {
    "list": lambda town, who, case: _said(who.commands("cases")),
    "list in words": lambda town, who, case: _said(who.writes("hồ sơ của tôi")),
    "search": lambda town, who, case: _said(who.commands("cases", "của")),
    "search by number": lambda town, who, case: _said(who.commands("cases", str(case.number))),
    "a forged button to show": lambda town, who, case: _said(_forged(town, who, "case_show", str(case.id))),
    "a forged button to add": lambda town, who, case: _said(_forged(town, who, "case_add", str(case.id))),
    "a forged next page": lambda town, who, case: _said(_forged(town, who, "cases_more", f"{case.id + 1}:")),
}


@pytest.mark.parametrize("act", ACTS)
def test_no_act_shows_anything_of_a_case_that_is_not_ones_own(town: Town, act: str) -> None:
    for who, own in SEES.items():
        for which in CASES:
            case = town.case(which)
            said = ACTS[act](town, town.chatter(who), case)
            if which not in own:
                assert str(case.number) not in said, (who, which)
                assert case.question not in said, (who, which)


def test_each_finds_their_own(town: Town) -> None:
    for who, which in ((who, which) for who, own in SEES.items() for which in own):
        chatter, case = town.chatter(who), town.case(which)
        assert str(case.number) in _said(chatter.commands("cases"))
        assert str(case.number) in _said(chatter.commands("cases", case.question.split()[1]))
        assert case.question in _said(_forged(town, chatter, "case_show", str(case.id)))


@pytest.mark.parametrize("act", ["case_show", "case_add"])
def test_buttons_of_before_work_no_more_after_acting_for_another(town: Town, act: str) -> None:
    button = town.broker.button(act, f"{town.of_a.id}" if act == "case_add" else str(town.of_a.number))
    assert _said(town.broker.presses(button.id)) == town.world.text("case.not_yours")


def test_same_case_or_new_is_asked_of_the_case_of_whom_one_acts_for(town: Town) -> None:
    asked = town.broker.writes("thêm về hàng")[-1]
    assert asked.text == town.world.text("case.same_or_new", number=town.of_b.number)
    acts_for(town.broker, A)
    pressed = town.broker.taps("same_case")[-1]
    assert pressed.text == town.world.text("case.not_yours")
    asked = town.broker.writes("thêm về hàng của A")[-1]
    assert asked.text == town.world.text("case.same_or_new", number=town.of_a.number)
    with town.world.store.reading() as session:
        assert session.scalars(select(CaseEntry).where(CaseEntry.kind == "person_wrote")).all() == []


def test_a_text_that_was_awaited_for_one_is_not_taken_for_it_after_it_ended(town: Town) -> None:
    town.staff_a.commands("cases")
    town.staff_a.taps("case_show", str(town.of_a.number))
    town.staff_a.taps("case_add")
    ends(town.world, town.staff_a)
    town.staff_a.writes("chuyện nội bộ")
    with town.world.store.reading() as session:
        assert session.scalars(select(CaseEntry).where(CaseEntry.kind == "person_wrote")).all() == []


def test_an_ended_membership_closes_every_door(town: Town) -> None:
    ends(town.world, town.broker, B)
    for act in ACTS.values():
        said = act(town, town.broker, town.of_b)
        assert str(town.of_b.number) not in said
        assert SECRET_B not in said
    town.broker.commands("enterprise")
    assert "Bắc Hà" not in town.broker.read()[-1].text


def test_a_case_of_an_enterprise_that_ended_is_not_rated_by_who_left(town: Town) -> None:
    replies(town.world, town.of_b, "Trả lời.")
    with town.world.store.writing() as session:
        officer_desk.resolve(town.world.desk, session, session.get_one(Case, town.of_b.id), officer(session))
    stars = town.broker.button("rate", "5")
    ends(town.world, town.broker, B)
    assert _said(town.broker.presses(stars.id)) == town.world.text("rating.refused")
    with town.world.store.reading() as session:
        assert session.scalars(select(Rating)).all() == []


def test_who_left_adds_nothing_by_replying_to_an_old_message_and_the_case_does_not_follow_them(town: Town) -> None:
    replies(town.world, town.of_b, "Trả lời cho B.")
    before = town.broker.external_id(town.broker.read()[-1])
    ends(town.world, town.broker, B)
    town.broker.writes("Gửi thêm cho B", reply_to=before)
    with town.world.store.reading() as session:
        case = session.get_one(Case, town.of_b.id)
        assert "Gửi thêm cho B" not in [entry.text for entry in case.entries]
        assert case.conversation.chat.address != town.broker.address


def test_a_broker_who_acts_for_another_still_gets_the_reply_and_may_rate(town: Town) -> None:
    replies(town.world, town.of_a, "Trả lời cho A.")
    assert "Trả lời cho A." in town.broker.read()[-1].text


def test_a_stranger_forges_nothing(town: Town) -> None:
    held = membership_of(town.world, town.staff_a)
    for act, argument in (
        ("act_for", str(held.enterprise_id)),
        ("send_code", str(held.id)),
        ("enter_code", str(held.id)),
        ("stop_acting", f"{held.id}:sure"),
        ("enterprise_people", str(held.enterprise_id)),
        ("end_broker", str(membership_of(town.world, town.broker).id)),
    ):
        said = _said(_forged(town, town.stranger, act, argument))
        assert "An Bình" not in said
        assert "Nguyễn" not in said
    assert membership_of(town.world, town.staff_a).state == "verified"
    assert membership_of(town.world, town.broker).state == "verified"


def _said(said: list[Said]) -> str:
    return "\n".join(f"{part.text} {part.titles}" if part.titles else part.text for part in said)


def _forged(town: Town, who: Chatter, act: str, argument: str) -> list[Said]:
    """A button as nobody could make it, with any argument, in somebody's own chat."""
    own = who.commands("help")[-1]
    with town.world.store.writing() as session:
        message = session.get_one(Message, own.order)
        button = Button(
            message_id=message.id,
            conversation_id=message.conversation_id,
            position=9,
            act=act,
            argument=argument,
            title="x",
            expires_at=town.world.clock.now() + dt.timedelta(days=1),
        )
        session.add(button)
        session.flush()
        button_id = button.id
    return who.presses(button_id)


def _person(session: Session, chatter: Chatter) -> Person:
    chat = session.scalars(select(Chat).where(Chat.address == chatter.address)).one()
    return chat.person
