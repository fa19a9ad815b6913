"""What tests of privacy share: the times of content/privacy.yml, officers, and all that a store holds."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clock.due import carry_out_data_requests, forget_trackers
from desk.cases.model import Case
from desk.deliveries.model import Delivery
from desk.migrations.schema import METADATA
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import Officer, Role
from desk.privacy.kinds import Privacy
from desk.store import Store
from tests.desk_fixtures import CONTENT, Chatter, World

PRIVACY = Privacy.read(CONTENT / "privacy.yml")
#: For so long words are kept after the end of a conversation.
KEPT_FOR: dt.timedelta = PRIVACY.time_of("conversation")


def with_staff(world: World, **roles: Role) -> None:
    """Officers of the department by their user names."""
    with world.store.writing() as session:
        for username, role in roles.items():
            people.add_officer(
                session,
                username=username,
                name=username.title(),
                role=role,
                password="a password of tests",
                by="operator",
                at=world.clock.now(),
            )


def linked(world: World, username: str, address: str) -> Chatter:
    """An officer in a private chat."""
    with world.store.writing() as session:
        officer = people.by_username(session, username)
        assert officer is not None
        code = telegram_link.make_link_code(session, officer, by="operator", at=world.clock.now())
    chatter = world.chatter(address)
    chatter.commands("start", code)
    return chatter


def officer(session: Session, username: str) -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def everything(store: Store) -> str:
    """Every value of every row of every table as one text, the bytes of files as text too."""
    parts = []
    with store.reading() as session:
        for table in METADATA.sorted_tables:
            for row in session.execute(select(table)):
                parts += [
                    f"{table.name}.{name}={value.decode('utf-8', 'replace') if isinstance(value, bytes) else value}"
                    for name, value in row._mapping.items()
                ]
    return "\n".join(parts)


def found_in(store: Store, *marks: str) -> list[str]:
    """Where in the store one of the marks still stands."""
    return [line[:120] for line in everything(store).splitlines() if any(mark in line for mark in marks)]


def delivered(world: World) -> None:
    """The courier has carried everything that waited."""
    with world.store.writing() as session:
        session.execute(update(Delivery).values(state="delivered", delivered_at=world.clock.now()))


def carry_out(world: World) -> None:
    """Messages arrive, then the clock does what persons asked for, and says so; then that arrives."""
    delivered(world)
    carry_out_data_requests(world.desk)
    carry_out_data_requests(world.desk)
    delivered(world)
    world.clock.advance(minutes=3)
    carry_out_data_requests(world.desk)
    forget_trackers(world.desk)


def only_case(world: World) -> Case:
    with world.store.reading() as session:
        return session.scalars(select(Case)).one()
