"""Consultations on SQLite and PostgreSQL alike: there and back with data, comments in groups, and the flood limit."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, select

from desk.consultations.model import CommentGroup
from desk.consultations.standing import standing
from desk.migrations.run import differences, downgrade, migrate
from desk.subscriptions.model import Broadcast
from desk.units import service as units
from desk.units.tree import read as read_tree
from tests.consultation_fixtures import NEVER, PRINTER, PRINTER_TOO, consulted, grouped, known, says
from tests.desk_fixtures import CONTENT, NOON, World


@pytest.fixture
def anywhere(own_world: World) -> World:
    """A desk with the shipped units."""
    with own_world.store.writing() as session:
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
    return own_world


def test_comments_are_kept_and_grouped(anywhere: World) -> None:
    id = _commented(anywhere)
    with anywhere.store.reading() as session:
        told = standing(session, known(session, id))
        assert [(one.group.question, one.count) for one in told.groups] == [(None, 2), (None, 1), (0, 1)]
        assert session.scalars(select(Broadcast.kind)).all() == ["consultation"]


def _commented(anywhere: World) -> int:
    """A draft of a rule with comments in groups; returns its number."""
    id = consulted(anywhere)
    says(anywhere, id, PRINTER, NEVER, PRINTER_TOO)
    says(anywhere, id, PRINTER, question=0)
    grouped(anywhere)
    return id


@pytest.mark.thorough
def test_their_migration_goes_there_and_back(anywhere: World) -> None:
    _commented(anywhere)
    engine = anywhere.store.engine
    assert differences(engine) == []
    downgrade(engine, "0023")
    assert "consultations" not in inspect(engine).get_table_names()
    with anywhere.store.reading() as session:
        assert session.scalars(select(Broadcast.kind)).all() == []
    migrate(engine)
    with anywhere.store.reading() as session:
        assert session.scalars(select(CommentGroup)).all() == []
    assert consulted(anywhere) > 0
