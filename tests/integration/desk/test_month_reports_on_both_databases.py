"""A month is counted, published and read again on SQLite and PostgreSQL alike, and its table comes and goes."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from desk.guidance import service as guidance
from desk.migrations.run import differences, downgrade, migrate
from desk.people import service as people
from desk.people.model import Role
from desk.reports.month import reading, service
from desk.reports.month.counting import counted
from desk.units import service as units
from desk.units.model import DEPARTMENT
from desk.units.tree import read as read_tree
from tests.conftest import PASSWORD
from tests.desk_fixtures import (
    CONTENT,
    NOON,
    World,
    shipped_records,
)
from tests.report_fixtures import OCTOBER, with_months
from tests.unit_fixtures import named, unit


@pytest.fixture
def anywhere(own_world: World) -> World:
    """A desk with months behind it."""
    with own_world.store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON)
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
        people.add_officer(
            session, username="minh", name="Minh", role=Role.OFFICER, password=PASSWORD, by="operator", at=NOON
        )
    with_months(own_world)
    return own_world


def test_a_month_is_counted_kept_and_read_again(anywhere: World) -> None:
    with anywhere.store.reading() as session:
        made = counted(anywhere.desk, session, OCTOBER, unit(session, DEPARTMENT))
    assert made.now.asked > 100
    assert made.trouble
    with anywhere.store.writing() as session:
        service.publish(anywhere.desk, session, made, named(session, "mai"))
    with anywhere.store.reading() as session:
        kept = service.newest(session, OCTOBER, unit(session, DEPARTMENT))
        public = reading.for_the_public(anywhere.desk, session, OCTOBER, "en")
        listed = service.published_months(session, limit=5).rows
    assert kept is not None
    assert kept.figures == made
    assert public is not None
    assert [each.month for each in listed] == ["2026-10"]


@pytest.mark.thorough
def test_the_table_of_reports_comes_and_goes(anywhere: World) -> None:
    engine = anywhere.store.engine
    downgrade(engine, "0022")
    assert "month_reports" not in inspect(engine).get_table_names()
    migrate(engine)
    assert "month_reports" in inspect(engine).get_table_names()
    assert [found for found in differences(engine) if "month_reports" in str(found)] == []
