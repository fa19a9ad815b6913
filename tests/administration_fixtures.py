"""The small tree of units with an administrator at each height of it."""

from __future__ import annotations

from desk.people import service as people
from desk.people.model import Role
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World
from tests.small_tree import add_people, add_units, unit

#: quang administers the department, ngoc a region, tam an office in it, and long the region beside.
ADMINISTRATORS = {"quang": "VN", "ngoc": "KV02", "tam": "CATLAI", "long": "KV03"}


def add_administrators(world: World) -> None:
    """The tree, its people and its administrators, in an empty authority."""
    with world.store.writing() as session:
        add_units(session)
        add_people(session)
        for username, code in ADMINISTRATORS.items():
            people.add_officer(
                session,
                username=username,
                name=username.title(),
                role=Role.ADMINISTRATOR,
                password=PASSWORD,
                by="operator",
                at=NOON,
                unit=unit(session, code),
            )
