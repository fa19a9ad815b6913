"""The morning's summary: once a working day from 07:45, to those on duty, of what is on their desk."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading

import pytest
from sqlalchemy import select

from clock.due import tell_daily_summaries
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.cases.officers import worklists
from desk.cases.officers.daily_summary import is_working_day
from desk.people import service as people
from desk.people.model import DailySummary
from desk.store import Store, make_engine
from desk.working_time.hours import VIETNAM
from tests.desk_fixtures import Chatter, World
from tests.small_tree import a_case_at, add_people, add_units, linked, officer

#: An ordinary Wednesday, two days after the tests' present; the Tuesday between is a public day.
WEDNESDAY = dt.date(2026, 11, 25)


def at(world: World, day: dt.date, hour: int, minute: int) -> None:
    world.clock.set(dt.datetime.combine(day, dt.time(hour, minute), tzinfo=VIETNAM))


def summaries(chatter: Chatter, world: World) -> list[str]:
    openings = (world.text("officer.summary"), world.text("officer.summary_empty"))
    return [said.text for said in chatter.read() if said.text.startswith(openings)]


@pytest.mark.parametrize(
    ("day", "hour", "minute", "told"),
    [
        (WEDNESDAY, 7, 44, 0),
        (WEDNESDAY, 7, 45, 1),
        (WEDNESDAY, 11, 59, 1),
        (WEDNESDAY, 12, 0, 0),
        (WEDNESDAY, 22, 0, 0),
        (dt.date(2026, 11, 24), 7, 45, 0),
        (dt.date(2026, 11, 28), 7, 45, 0),
        (dt.date(2026, 11, 29), 7, 45, 0),
        (dt.date(2026, 11, 30), 7, 45, 1),
    ],
)
def test_it_is_told_on_the_mornings_of_working_days(
    world: World, minh: Chatter, day: dt.date, hour: int, minute: int, told: int
) -> None:
    at(world, day, hour, minute)
    tell_daily_summaries(world.desk)
    assert len(summaries(minh, world)) == told


def test_it_is_told_once_a_day(world: World, minh: Chatter) -> None:
    for day in (WEDNESDAY, WEDNESDAY + dt.timedelta(days=1)):
        for minute in (45, 46, 59):
            at(world, day, 7, minute)
            tell_daily_summaries(world.desk)
    assert len(summaries(minh, world)) == 2


def test_two_clocks_at_once_tell_it_once(world: World, minh: Chatter, binh: Chatter) -> None:
    at(world, WEDNESDAY, 7, 45)
    start = threading.Barrier(2)

    def clock() -> None:
        own = Store(make_engine(world.store.engine.url.render_as_string()))
        start.wait()
        tell_daily_summaries(dataclasses.replace(world.desk, store=own))
        own.engine.dispose()

    threads = [threading.Thread(target=clock) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(summaries(chatter, world)) for chatter in (minh, binh)] == [1, 1]


def test_those_off_duty_unlinked_or_gone_are_not_told(world: World, minh: Chatter, binh: Chatter) -> None:
    with world.store.writing() as session:
        for name in ("minh", "binh"):
            found = people.by_username(session, name)
            assert found is not None
            found.on_duty, found.active = name != "minh", name != "binh"
    at(world, WEDNESDAY, 7, 45)
    tell_daily_summaries(world.desk)
    assert summaries(minh, world) == summaries(binh, world) == []
    with world.store.reading() as session:
        assert session.scalars(select(DailySummary)).all() == []


def test_it_counts_what_is_on_the_officers_desk(world: World, lan: Chatter, an: Chatter) -> None:
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
    thu = linked(world, "thu")
    held, waiting = a_case_at(world, "CATLAI", lan), a_case_at(world, "CATLAI", an)
    elsewhere = a_case_at(world, "KV03", world.chatter("101"))
    answered = a_case_at(world, "CATLAI", world.chatter("102"))
    with world.store.writing() as session:
        who = officer(session, "thu")
        for case_id in (held, answered):
            officer_desk.claim(world.desk, session, session.get_one(Case, case_id), who)
        officer_desk.reply(world.desk, session, session.get_one(Case, answered), who, "Xong.")
        session.get_one(Case, held).due_at = world.clock.now()
        session.get_one(Case, waiting).at_risk_at = world.clock.now()
        session.get_one(Case, waiting).due_at = session.get_one(Case, elsewhere).due_at = dt.datetime(
            2026, 12, 30, tzinfo=dt.UTC
        )
    at(world, dt.date(2026, 11, 27), 7, 45)
    tell_daily_summaries(world.desk)
    expected = {"mine": 2, "waiting": 1, "at_risk": 1, "overdue": 1, "unresolved": 1, "to_sign": 0}
    with world.store.reading() as session:
        assert worklists.counts(session, officer(session, "thu"), world.clock.now()) == expected
    (told,) = summaries(thu, world)
    lines = "\n".join(f"- {world.text(f'officer.list_{name}', count=count)}" for name, count in expected.items())
    assert told == f"{world.text('officer.summary')}:\n{lines}"
    assert thu.read()[-1].acts == ["officer_waiting", "officer_list", "officer_list", "officer_list"]


def test_what_waits_for_the_persons_answer_is_not_at_risk(world: World, lan: Chatter) -> None:
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
    case_id = a_case_at(world, "CATLAI", lan)
    with world.store.writing() as session:
        case, who = session.get_one(Case, case_id), officer(session, "thu")
        officer_desk.claim(world.desk, session, case, who)
        officer_desk.ask(world.desk, session, case, who, "Hàng về đâu?")
    world.clock.advance(days=30)
    with world.store.reading() as session:
        counted = worklists.counts(session, officer(session, "thu"), world.clock.now())
    assert (counted["mine"], counted["at_risk"], counted["overdue"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (dt.date(2026, 11, 23), True),
        (dt.date(2026, 11, 24), False),
        (dt.date(2026, 11, 28), False),
        (dt.date(2026, 8, 22), True),
        (dt.date(2026, 8, 31), False),
    ],
)
def test_working_days_are_those_of_the_calendar(world: World, day: dt.date, works: bool) -> None:
    with world.store.reading() as session:
        assert is_working_day(world.desk, session, day) is works
