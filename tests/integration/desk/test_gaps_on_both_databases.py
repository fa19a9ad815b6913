"""Gaps on SQLite and PostgreSQL alike: finding them, keeping vectors, locks, demand, lists, and their migration."""

from __future__ import annotations

import pytest

from desk.gaps import listing, service, standing
from desk.gaps.model import Kind
from desk.guidance import service as guidance
from desk.migrations.run import differences, downgrade, migrate
from desk.people import service as people
from desk.people.model import Role
from desk.units import service as units
from desk.units.tree import read as read_tree
from tests.curator_fixtures import named
from tests.desk_fixtures import (
    CONTENT,
    NO_IDEA,
    NOON,
    World,
    a_record,
)
from tests.gap_fixtures import DRONE, SEAL, SEAL_AGAIN, alike, asks, group_all, groups


@pytest.fixture
def anywhere(own_world: World) -> World:
    """A desk with an entry, the shipped units and a curator."""
    with own_world.store.writing() as session:
        guidance.load_shipped(session, [a_record("channels")], at=NOON)
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
        password = "a password of tests"
        people.add_officer(
            session, username="hoa", name="Hoa", role=Role.CURATOR, password=password, by="operator", at=NOON
        )
    return own_world


def test_gaps_are_found_grouped_settled_and_opened_again(anywhere: World) -> None:
    world = anywhere
    alike(world)
    world.search.finds("channels", confidence=NO_IDEA)
    for text in (SEAL, SEAL_AGAIN, DRONE):
        asks(world, text)
        world.clock.advance(minutes=1)
    group_all(world.desk)
    seal, drone = groups(world)
    assert (seal.asked, drone.asked) == (2, 1)
    with world.store.writing() as session:
        hoa, found = named(session, "hoa"), service.by_id(session, drone.id, to_change=True)
        assert found is not None
        service.dismiss(world.desk, session, found, hoa, "answered_elsewhere", entry="channels")
        assert [one.id for one in listing.listed(session, listing.Wanted(kind=Kind.NOT_COVERED), limit=5).rows] == [
            seal.id
        ]
        assert standing.demand(session, seal, world.clock.now()).persons == 2
        guidance.withdraw(session, "channels", by="officer:hoa", reason="Sai.", at=world.clock.now())
    group_all(world.desk)
    assert [one.state for one in groups(world)] == ["open", "open"]


@pytest.mark.thorough
def test_their_migration_goes_there_and_back(anywhere: World) -> None:
    engine = anywhere.store.engine
    downgrade(engine, "0013")
    migrate(engine)
    assert [found for found in differences(engine) if "gap_" in str(found)] == []
