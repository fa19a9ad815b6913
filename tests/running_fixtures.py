"""What tests of the pages for curators, managers and administrators share: people with those roles."""

from __future__ import annotations

from desk.people import service as people
from desk.people.model import Role
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.small_tree import unit


def hire(world: World, username: str, role: Role, code: str = "VN") -> None:
    """Somebody new with one role in one unit, who signs in with the password of all tests."""
    with world.store.writing() as session:
        people.add_officer(
            session,
            username=username,
            name=username.title(),
            role=role,
            password=PASSWORD,
            by="operator",
            at=NOON,
            unit=unit(session, code),
        )
