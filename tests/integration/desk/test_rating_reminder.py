"""The one reminder of a rating: whom it reaches, when, and whom it leaves in peace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from clock.due import ask_for_waiting_ratings, end_idle_conversations, remind_of_ratings
from desk.cases.model import Case
from desk.conversations.incoming import Kind
from desk.deliveries.model import Delivery
from desk.ratings import reminding
from desk.ratings.model import Rating, RatingRequest
from desk.units.model import Unit
from desk.working_time.hours import VIETNAM
from tests.desk_fixtures import SURE, Chatter, World

QUESTION = "hồ sơ hải quan nhập khẩu gồm gì"


@pytest.fixture(autouse=True)
def _guidance_answers(world: World) -> None:
    world.search.finds("dossier_import", about="hồ sơ", confidence=SURE)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of November 2026 in Viet Nam; the 24th is a public day off, the 28th a Saturday."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM).astimezone(dt.UTC)


def asked(world: World, chatter: Chatter, when: dt.datetime) -> None:
    world.clock.set(when)
    chatter.writes(QUESTION)
    chatter.commands("done")


def resolved(world: World, minh: Chatter, lan: Chatter, when: dt.datetime) -> None:
    world.clock.set(when)
    lan.writes("nhập khẩu hoa lan rừng")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    lan.commands("done")
    minh.taps("officer_claim")
    _reply_and_resolve(minh)


def _reply_and_resolve(minh: Chatter) -> None:
    notice = next(said for said in reversed(minh.read()) if "officer_claim" in said.acts)
    minh.writes("Cần giấy phép CITES.", reply_to=minh.external_id(notice))
    minh.taps("officer_resolve")


def reminders(world: World, chatter: Chatter) -> int:
    """How often somebody was reminded, by the beginnings of what they read."""
    begin = world.text("rating.remind").split(" về ")[0]
    return sum(said.text.startswith(begin) for said in chatter.read())


def reminded(world: World, chatter: Chatter, when: dt.datetime) -> int:
    world.clock.set(when)
    remind_of_ratings(world.desk)
    return reminders(world, chatter)


def test_who_has_not_answered_after_a_day_is_reminded_once_with_the_same_buttons(world: World, lan: Chatter) -> None:
    asked(world, lan, at(25, 9))
    assert reminded(world, lan, at(26, 8, 59)) == 0
    assert reminded(world, lan, at(26, 9)) == 1
    assert lan.read()[-1].text == world.text("rating.remind")
    assert lan.read()[-1].titles == [world.text(f"rating.stars_{stars}") for stars in (5, 4, 3, 2, 1)]
    assert reminded(world, lan, at(27, 9)) == 1


@pytest.mark.parametrize(
    ("asked_at", "too_early", "reminded_at"),
    [
        (at(25, 11), at(26, 13, 29), at(26, 13, 30)),  # the lunch break is over only then
        (at(25, 19), at(26, 19, 30), at(27, 7, 30)),
        (at(23, 10), at(24, 10), at(25, 7, 30)),  # a public day off
        (at(27, 10), at(28, 10), at(30, 7, 30)),  # a weekend
    ],
)
def test_it_comes_in_the_departments_working_hours(
    world: World, lan: Chatter, asked_at: dt.datetime, too_early: dt.datetime, reminded_at: dt.datetime
) -> None:
    asked(world, lan, asked_at)
    assert reminded(world, lan, too_early) == 0
    assert reminded(world, lan, reminded_at - dt.timedelta(seconds=1)) == 0
    assert reminded(world, lan, reminded_at) == 1


def test_of_a_case_it_comes_in_the_hours_of_its_unit_and_names_the_case(
    world: World, minh: Chatter, lan: Chatter
) -> None:
    resolved(world, minh, lan, at(25, 9))
    with world.store.writing() as session:
        case = session.scalars(select(Case)).one()
        weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
        session.execute(
            update(Unit)
            .where(Unit.id == case.unit_id)
            .values(hours={"office": {day: ["14:00-16:00"] for day in weekdays}})
        )
    assert reminded(world, lan, at(26, 10)) == 0
    assert reminded(world, lan, at(26, 14)) == 1
    assert lan.read()[-1].text == world.text("rating.remind_case", number="2026-00001")


def test_a_rating_after_the_reminder_belongs_to_the_same_request(world: World, lan: Chatter) -> None:
    asked(world, lan, at(25, 9))
    reminded(world, lan, at(26, 9))
    lan.taps("rate", ":5")
    with world.store.reading() as session:
        request = session.scalars(select(RatingRequest)).one()
        assert (request.rating.stars, request.asked_at, request.reminded_at) == (5, at(25, 9), at(26, 9))
    assert reminded(world, lan, at(27, 9)) == 1


def _rates(world: World, lan: Chatter, _: Chatter) -> None:
    lan.taps("rate", ":3")


def _blocks(world: World, lan: Chatter, _: Chatter) -> None:
    lan.sends(Kind.BLOCKED)


def _talks(world: World, lan: Chatter, _: Chatter) -> None:
    world.clock.set(at(26, 8, 59))
    lan.writes(QUESTION)


def _waits_for_an_officer(world: World, lan: Chatter, _: Chatter) -> None:
    lan.writes("nhập khẩu hoa lan rừng")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    lan.commands("done")


@pytest.mark.parametrize("does", [_rates, _blocks, _talks, _waits_for_an_officer])
def test_nobody_is_reminded_who_rated_cannot_be_reached_or_is_at_work_with_the_desk(
    world: World, lan: Chatter, minh: Chatter, does: Callable[[World, Chatter, Chatter], None]
) -> None:
    asked(world, lan, at(25, 9))
    does(world, lan, minh)
    assert reminded(world, lan, at(26, 9)) == 0


def test_who_was_talking_is_reminded_afterwards(world: World, lan: Chatter) -> None:
    asked(world, lan, at(25, 9))
    _talks(world, lan, lan)
    assert reminded(world, lan, at(26, 9)) == 0
    world.clock.set(at(26, 9, 14))
    end_idle_conversations(world.desk)
    ask_for_waiting_ratings(world.desk)
    assert reminded(world, lan, at(26, 9, 15)) == 1


def test_an_officer_is_not_reminded_and_the_request_is_marked(world: World, minh: Chatter) -> None:
    asked(world, minh, at(25, 9))
    with world.store.reading() as session:
        assert session.scalars(select(RatingRequest.left_out)).one() == "staff"
    assert reminded(world, minh, at(26, 9)) == 0


def test_when_it_is_too_late_to_rate_nobody_is_reminded(world: World, lan: Chatter) -> None:
    asked(world, lan, at(9, 9))
    world.clock.set(at(23, 9) + dt.timedelta(seconds=1))
    remind_of_ratings(world.desk)
    assert reminders(world, lan) == 0


def test_what_was_asked_anew_is_reminded_of_a_day_after_that(world: World, minh: Chatter, lan: Chatter) -> None:
    resolved(world, minh, lan, at(16, 9))
    lan.taps("reopen_case")
    lan.commands("done")
    world.clock.set(at(18, 9))
    minh.taps("officer_claim")
    _reply_and_resolve(minh)
    assert reminded(world, lan, at(18, 10)) == 0
    assert reminded(world, lan, at(19, 9)) == 1
    with world.store.reading() as session:
        assert session.scalars(select(RatingRequest.asked_at)).one() == at(16, 9)


def test_it_lets_answers_go_first(world: World, lan: Chatter) -> None:
    asked(world, lan, at(25, 9))
    reminded(world, lan, at(26, 9))
    with world.store.reading() as session:
        assert session.scalars(select(Delivery.bulk).order_by(Delivery.id.desc()).limit(1)).one()


def test_two_clocks_that_found_the_same_request_remind_once(world: World, lan: Chatter) -> None:
    asked(world, lan, at(25, 9))
    world.clock.set(at(26, 9))
    with world.store.reading() as session:
        found = [reminding.due(world.desk, session) for _ in range(2)]
    for due in found:
        for request_id in due:
            with world.store.writing() as session:
                reminding.remind(world.desk, session, request_id)
    assert (found[0], reminders(world, lan)) == (found[1], 1)


def test_who_rates_between_look_and_act_is_not_reminded(world: World, lan: Chatter) -> None:
    asked(world, lan, at(25, 9))
    world.clock.set(at(26, 9))
    with world.store.reading() as session:
        (found,) = reminding.due(world.desk, session)
    lan.taps("rate", ":3")
    with world.store.writing() as session:
        reminding.remind(world.desk, session, found)
    assert reminders(world, lan) == 0
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Rating)) == 1
