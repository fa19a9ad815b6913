"""The tabs of the staff: those of one's roles, in one row while they are few, in groups when they are many."""

from __future__ import annotations

import pytest

from console.staff.navigation import SIDE_BY_SIDE, TABS, first_page_of, navigation
from desk.guidance.record import LANGUAGES
from desk.people.model import Appointment, Officer, Role
from desk.texts import Texts
from tests.desk_fixtures import CONTENT


def officer(*roles: Role) -> Officer:
    return Officer(username="minh", name="Minh", appointments=[Appointment(role=role) for role in roles])


MANY = (Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [role for role in Role if role not in MANY])
def test_few_tabs_stand_in_one_row_and_the_open_one_is_marked(role: Role) -> None:
    tabs = [tab for tab in TABS if role in tab.roles]
    assert len(tabs) <= SIDE_BY_SIDE
    for tab in tabs:
        rows = navigation(officer(role), f"{tab.path}/2026-00001")
        assert [link.path for link in rows.upper if link.is_current] == [tab.path]
        assert rows.lower == []


def test_many_tabs_stand_in_groups_and_the_pages_of_the_open_group_below() -> None:
    rows = navigation(officer(Role.ADMINISTRATOR), "/desk/units/CATLAI")
    assert [link.text for link in rows.upper if link.is_current] == ["page.desk.group_administration"]
    assert [link.path for link in rows.lower if link.is_current] == ["/desk/units"]
    assert {link.path for link in rows.lower} == {tab.path for tab in TABS if tab.group == "administration"}


def test_what_waits_is_counted_on_its_tab_and_on_the_group_that_it_lies_in() -> None:
    rows = navigation(officer(Role.HEAD), "/desk/ratings/reviews/1", {"reviews": 3})
    assert [(link.text, link.waiting) for link in rows.upper if link.waiting] == [("page.desk.group_satisfaction", 3)]
    assert [(link.path, link.waiting) for link in rows.lower if link.waiting] == [("/desk/ratings/reviews", 3)]
    assert not any(link.waiting for link in navigation(officer(Role.HEAD), "/desk/figures").lower)


def test_of_two_pages_within_each_other_the_inner_one_is_open() -> None:
    rows = navigation(officer(Role.CURATOR), "/desk/guidance/try")
    assert [link.path for link in rows.upper if link.is_current] == ["/desk/guidance/try"]


def test_a_page_whose_address_only_begins_alike_is_not_open() -> None:
    rows = navigation(officer(Role.CURATOR), "/desk/men")
    assert [link.path for link in rows.upper if link.is_current] == []


def test_every_page_of_everybody_is_reached_from_every_group() -> None:
    everybody = officer(*Role)
    reached = {link.path for tab in TABS for link in navigation(everybody, tab.path).lower}
    assert reached | {link.path for link in navigation(everybody, "/desk/me").upper} == {tab.path for tab in TABS}


@pytest.mark.parametrize("role", list(Role))
def test_the_day_begins_on_a_page_of_the_role(role: Role) -> None:
    assert role in next(tab.roles for tab in TABS if tab.path == first_page_of(officer(role)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_tabs_and_groups_have_names(language: str) -> None:
    texts = Texts.read(CONTENT / "texts")
    for tab in TABS:
        assert texts.has(f"page.desk.tab_{tab.name}")
        assert texts.has(f"page.desk.group_{tab.group}")
