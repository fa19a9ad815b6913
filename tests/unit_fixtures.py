"""What tests of units share: officers of units other than the whole department, and cases in a unit's queue."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import Officer, Role
from desk.units import service as units
from desk.units.model import Unit
from tests.conftest import PASSWORD
from tests.console_fixtures import open_case
from tests.desk_fixtures import Chatter, World

#: Who works where: nga in an office, dung as head of the region above it, tuan in another region.
OFFICE, REGION, ELSEWHERE = "KV02-SG1", "KV02", "KV03"


def unit(session: Session, code: str) -> Unit:
    found = units.by_code(session, code)
    assert found is not None
    return found


def hire(world: World, username: str, code: str, role: Role = Role.OFFICER) -> None:
    """Add an officer with a role in a unit."""
    with world.store.writing() as session:
        people.add_officer(
            session,
            username=username,
            name=username.title(),
            role=role,
            password=PASSWORD,
            by="operator",
            at=world.clock.now(),
            unit=unit(session, code),
        )


def hire_all(world: World) -> None:
    hire(world, "nga", OFFICE)
    hire(world, "dung", REGION, Role.HEAD)
    hire(world, "tuan", ELSEWHERE)


def named(session: Session, username: str) -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def case_in(world: World, code: str, question: str = "Tờ khai của tôi bị treo, phải làm gì?") -> Case:
    """A new case in the queue of a unit."""
    case = open_case(world, question)
    with world.store.writing() as session:
        found = session.get_one(Case, case.id)
        found.unit = unit(session, code)
        found.unit_found_by = "office"
    return found


def linked(world: World, username: str, address: str) -> Chatter:
    """The officer in a private chat."""
    with world.store.writing() as session:
        code = telegram_link.make_link_code(session, named(session, username), by="operator", at=world.clock.now())
    chatter = world.chatter(address)
    chatter.commands("start", code)
    return chatter
