"""What tests of cases that ask the same share: several enterprises with cases, a region, and an officer who acts."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.units import service as units
from desk.units.model import Unit
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World

#: Pieces of questions that the tests' search takes for one question.
OUTAGE = ("hệ thống treo", "system is down")


def open_case(world: World, address: str, question: str, hint: str = "vi") -> int:
    """The id of the case of a question that this chat asked and sent to an officer."""
    person = world.chatter(address, hint=hint)
    person.writes(question)
    person.taps("ask_officer")
    person.taps("send_as_is")
    with world.store.reading() as session:
        return session.scalars(select(Case.id).order_by(Case.id.desc()).limit(1)).one()


def outages(world: World, *addresses: str) -> list[int]:
    """A case for each of these chats, all about the same outage."""
    world.search.finds_alike(*OUTAGE)
    return [open_case(world, address, f"hệ thống treo từ sáng, lần {address}") for address in addresses]


def case_of(session: Session, case_id: int) -> Case:
    return session.get_one(Case, case_id)


def officer(session: Session, username: str = "minh") -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def officer_id(world: World, username: str = "minh") -> int:
    with world.store.reading() as session:
        return officer(session, username).id


def claims(world: World, case_id: int, username: str = "minh") -> None:
    with world.store.writing() as session:
        officer_desk.claim(world.desk, session, case_of(session, case_id), officer(session, username))


def answers(world: World, case_id: int, text: str, username: str = "minh", *, resolve: bool = True) -> None:
    with world.store.writing() as session:
        case, who = case_of(session, case_id), officer(session, username)
        officer_desk.claim(world.desk, session, case, who)
        officer_desk.reply(world.desk, session, case, who, text)
        if resolve:
            officer_desk.resolve(world.desk, session, case, who)


def region(session: Session) -> Unit:
    """A region below the department, made at first use."""
    found = units.by_code(session, "KV90")
    if found is None:
        above = units.department(session)
        found = Unit(
            code="KV90", kind="region", parent_id=above.id, path="new", name_vi="Khu vực 90", name_en="Region 90"
        )
        session.add(found)
        session.flush()
        found.path = f"{above.path}{found.id}."
        session.flush()
    return found


def officer_of_region(world: World, username: str = "dung", role: Role = Role.OFFICER) -> int:
    """Somebody who works in the region only."""
    with world.store.writing() as session:
        added = people.add_officer(
            session,
            username=username,
            name=username.title(),
            role=role,
            password=PASSWORD,
            by="operator",
            at=NOON - dt.timedelta(days=1),
            unit=region(session),
        )
        return added.id


def move_to_region(world: World, case_id: int) -> None:
    with world.store.writing() as session:
        case_of(session, case_id).unit = region(session)


def appoint_head(world: World, username: str) -> None:
    """Make somebody a head in the department."""
    with world.store.writing() as session:
        people.appoint(
            session, officer(session, username), Role.HEAD, units.department(session), by="operator", at=NOON
        )
