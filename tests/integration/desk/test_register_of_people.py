"""The list of officers: whom an administrator sees, by what they are found, and page after page."""

from __future__ import annotations

import datetime as dt

import pytest

from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.people import register, sign_in
from desk.people import service as people
from desk.people.model import Role
from desk.people.register import Wanted
from tests.administration_fixtures import add_administrators
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.small_tree import a_case_at, linked, officer, unit


@pytest.fixture(autouse=True)
def _administrators(world: World) -> None:
    add_administrators(world)
    with world.store.writing() as session:
        officer(session, "thu").name = "Đỗ Thị Thu Hường"


def found(world: World, by: str, *, at: str = "", **wanted: object) -> list[str]:
    with world.store.reading() as session:
        narrowed = Wanted(**wanted, unit=unit(session, at) if at else None)  # type: ignore[arg-type]
        page = register.listed(session, officer(session, by), narrowed, at=NOON)
        return [each.username for each in page.rows]


@pytest.mark.parametrize(
    ("by", "usernames"),
    [
        ("quang", "binh dung hanh hoa long minh nam ngoc quang tam thu vinh"),
        ("ngoc", "hanh nam ngoc tam thu vinh"),
        ("tam", "hanh nam tam thu"),
        ("long", "dung long"),
        ("vinh", ""),  # a head administers nothing
    ],
)
def test_an_administrator_sees_who_has_a_role_in_their_units(world: World, by: str, usernames: str) -> None:
    assert found(world, by) == usernames.split()


@pytest.mark.parametrize("words", ["hường", "HUONG", "do thi", "đỗ thu", "thu", "  thu  hương "])
def test_names_are_found_however_they_are_typed(world: World, words: str) -> None:
    assert found(world, "quang", words=words) == ["thu"]


def test_a_list_is_narrowed_by_unit_role_and_state(world: World) -> None:
    with world.store.writing() as session:
        people.deactivate(session, officer(session, "nam"), by="operator", at=NOON)
        officer(session, "hanh").locked_until = NOON + dt.timedelta(minutes=5)
        officer(session, "thu").locked_until = NOON - dt.timedelta(minutes=5)
    assert found(world, "quang", at="KV02") == ["hanh", "nam", "ngoc", "tam", "thu", "vinh"]
    assert found(world, "quang", at="CATLAI", role=Role.HEAD) == ["hanh"]
    assert found(world, "quang", role=Role.CURATOR) == ["hoa"]
    assert found(world, "tam", state="inactive") == ["nam"]
    assert found(world, "tam", state="active") == ["hanh", "tam", "thu"]
    assert found(world, "tam", state="locked") == ["hanh"]
    assert found(world, "tam", at="KV03") == []
    with world.store.writing() as session:
        officer(session, "hanh").second_factor_since = NOON
    assert found(world, "tam", state="no_second_factor") == ["tam", "thu"]
    assert found(world, "tam", words="ai đó") == []


def test_pages_follow_one_another_and_go_back(world: World) -> None:
    with world.store.reading() as session:
        by = officer(session, "quang")
        first = register.listed(session, by, Wanted(), at=NOON, limit=5)
        second = register.listed(session, by, Wanted(), at=NOON, limit=5, after=first.after)
        third = register.listed(session, by, Wanted(), at=NOON, limit=5, after=second.after)
        back = register.listed(session, by, Wanted(), at=NOON, limit=5, before=third.before)
    names = [[each.username for each in page.rows] for page in (first, second, third, back)]
    assert [*names[0], *names[1], *names[2]] == found(world, "quang")
    assert names[3] == names[1]
    assert (first.before, third.after) == (None, None)


def test_what_is_known_of_an_officer(world: World) -> None:
    case_id = a_case_at(world, "CATLAI", world.chatter("100"))
    linked(world, "thu")
    with world.store.writing() as session:
        sign_in.with_password(session, "thu", PASSWORD, NOON)
        officer_desk.claim(world.desk, session, session.get_one(Case, case_id), officer(session, "thu"))
    with world.store.reading() as session:
        known = register.known_of(session, officer(session, "thu"), NOON)
        nothing = register.known_of(session, officer(session, "nam"), NOON)
    assert (known.cases, known.sessions, known.linked_at, known.last_act_at) == (1, 1, NOON, NOON)
    assert (nothing.cases, nothing.sessions, nothing.linked_at, nothing.last_act_at) == (0, 0, None, None)
