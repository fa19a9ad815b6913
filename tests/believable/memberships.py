"""Who asks to act for which enterprise, and what an officer decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select

from desk.conversations.incoming import Incoming, Kind
from desk.conversations.service import chat_of
from desk.enterprises import acting, officer_desk
from desk.enterprises.model import Enterprise, Membership
from desk.people import service as people
from tests.believable.enterprises import local
from tests.desk_fixtures import Chatter, World


def of(
    world: World, plan: list[dict[str, Any]], chatters: dict[str, Chatter]
) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    for planned in plan:
        chatter = chatters[planned["who"]]
        yield local(planned["at"]), lambda p=planned, c=chatter: _ask(world, c, p)
        if "verified_by" in planned or "refused_by" in planned:
            later = local(planned["at"]) + dt.timedelta(hours=3)
            yield later, lambda p=planned, c=chatter: _settle(world, c, p)


def _ask(world: World, chatter: Chatter, planned: dict[str, Any]) -> None:
    with world.store.reading() as session:
        name = session.scalars(select(Enterprise.name).where(Enterprise.tax_code == planned["for"])).one()
    chatter.commands("enterprise", planned["for"])
    chatter.taps("ask_as", planned["as"])
    chatter.writes(name)
    chatter.writes(planned["says"])


def _settle(world: World, chatter: Chatter, planned: dict[str, Any]) -> None:
    with world.store.writing() as session:
        person = chat_of(session, Incoming(chatter.channel, chatter.address, Kind.TEXT), world.clock.now()).person
        held = session.scalars(
            select(Membership)
            .join(Enterprise)
            .where(Enterprise.tax_code == planned["for"], Membership.person_id == person.id)
            .order_by(Membership.id.desc())
        ).first()
        officer = people.by_username(session, planned.get("verified_by") or planned["refused_by"])
        assert held is not None
        assert officer is not None
        if "refused_by" in planned:
            officer_desk.refuse(world.desk, session, held, officer, planned["why"])
            return
        officer_desk.verify(world.desk, session, held, officer)
        if person.acting_for_id is None:
            acting.choose(world.desk, session, person, held.enterprise_id)
