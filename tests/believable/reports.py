"""Monthly reports that were published: the department's on September."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from desk.people import service as people
from desk.reports.month import service
from desk.reports.month.counting import counted
from desk.reports.month.months import Month
from desk.units import service as units
from tests.believable.enterprises import local
from tests.desk_fixtures import World

PUBLISHED = Month(2026, 9)


def of(world: World) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    yield local("2026-11-16 09:00"), lambda: _publishes(world)


def _publishes(world: World) -> None:
    with world.store.writing() as session:
        mai = people.by_username(session, "mai")
        assert mai is not None
        figures = counted(world.desk, session, PUBLISHED, units.department(session))
        service.publish(world.desk, session, figures, mai)
