"""The officers' lists of enterprises: by words and standing, page after page, and only of one's own units."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from desk.enterprises import listing, officer_desk
from desk.enterprises.model import Enterprise, Membership, MembershipState
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import A, B, asks, membership_of, on_record
from tests.unit_fixtures import OFFICE, hire_all, named, unit


@pytest.fixture(autouse=True)
def _two_enterprises(world: World, lan: Chatter, an: Chatter) -> None:
    """lan is verified for A, which an office manages; an asks for B, of which no unit is known."""
    hire_all(world)
    on_record(world, A)
    on_record(world, B)
    asks(lan, A)
    asks(an, B)
    with world.store.writing() as session:
        enterprise = session.scalars(select(Enterprise).where(Enterprise.tax_code == A)).one()
        enterprise.name, enterprise.unit = "CÔNG TY ĐẠI DƯƠNG", unit(session, OFFICE)
        session.flush()
        officer_desk.verify(
            world.desk, session, session.get_one(Membership, membership_of(world, lan).id), named(session, "minh")
        )


def listed(world: World, who: str, words: str = "", state: MembershipState | None = None) -> list[str]:
    with world.store.reading() as session:
        page = listing.listed(session, named(session, who), words=words, state=state)
        return [enterprise.tax_code for enterprise in page.rows]


@pytest.mark.parametrize(("who", "found"), [("minh", [A, B]), ("nga", [A]), ("dung", [A]), ("tuan", [])])
def test_an_officer_sees_enterprises_of_their_units_and_the_departments_those_of_none(
    world: World, who: str, found: list[str]
) -> None:
    assert listed(world, who) == found


@pytest.mark.parametrize("words", ["đại dương", "DAI DUONG", "công ty đại", A[:5]])
def test_an_enterprise_is_found_however_its_name_is_typed(world: World, words: str) -> None:
    assert listed(world, "minh", words) == [A]


def test_enterprises_are_listed_by_how_people_stand_to_them(world: World, lan: Chatter) -> None:
    assert listed(world, "minh", state=MembershipState.VERIFIED) == [A]
    assert listed(world, "minh", state=MembershipState.ASKED) == [B]
    assert listed(world, "minh", state=MembershipState.ENDED) == []
    with world.store.writing() as session:
        held = session.get_one(Membership, membership_of(world, lan).id)
        officer_desk.end(world.desk, session, held, named(session, "minh"))
    assert listed(world, "minh", state=MembershipState.ENDED) == [A]


def test_requests_are_those_that_one_may_settle(world: World) -> None:
    with world.store.reading() as session:
        for who, words, codes in (("minh", "", [B]), ("minh", "bac ha", [B]), ("minh", "khác", []), ("nga", "", [])):
            page = listing.requests(session, named(session, who), words=words)
            assert (who, [held.enterprise.tax_code for held in page.rows]) == (who, codes)


def test_pages_follow_one_another(world: World) -> None:
    with world.store.reading() as session:
        minh = named(session, "minh")
        first = listing.listed(session, minh, limit=1)
        second = listing.listed(session, minh, limit=1, after=first.after)
    assert [page.rows[0].tax_code for page in (first, second)] == [A, B]
    assert (first.before, second.after) == (None, None)
