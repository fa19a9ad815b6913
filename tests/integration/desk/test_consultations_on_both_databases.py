"""Consultations on SQLite and PostgreSQL alike: there and back with data, comments in groups, and the flood limit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from desk.consultations.model import CommentGroup
from desk.consultations.standing import standing
from desk.desk import Desk
from desk.migrations.run import differences, downgrade, migrate
from desk.store import Store, make_engine
from desk.subscriptions.model import Broadcast
from desk.units import service as units
from desk.units.tree import read as read_tree
from dialogue.testing import FakeDialogue
from evaluation.cases.postgresql import own_postgresql
from tests.consultation_fixtures import NEVER, PRINTER, PRINTER_TOO, consulted, grouped, known, says
from tests.desk_fixtures import CONTENT, NOON, ActsOfTheDesk, FakeSearch, FrozenClock, World, rules_for_tests


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A desk on a database of the test's own."""
    if request.param == "sqlite":
        yield from _desk(f"sqlite:///{tmp_path / 'desk.sqlite'}")
        return
    with own_postgresql() as url:
        yield from _desk(url)


def _desk(url: str) -> Iterator[World]:
    engine = make_engine(url)
    migrate(engine)
    store = Store(engine)
    with store.writing() as session:
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
    search, acts = FakeSearch(), ActsOfTheDesk()
    dialogue, clock = FakeDialogue(acts), FrozenClock()
    acts.desk = Desk(store, clock, search, dialogue, rules_for_tests(), web_address="https://desk.example")
    yield World(acts.desk, store, clock, search, dialogue)
    engine.dispose()


def test_comments_are_kept_grouped_and_migrated_there_and_back(anywhere: World) -> None:
    id = consulted(anywhere)
    says(anywhere, id, PRINTER, NEVER, PRINTER_TOO)
    says(anywhere, id, PRINTER, question=0)
    grouped(anywhere)
    with anywhere.store.reading() as session:
        told = standing(session, known(session, id))
        assert [(one.group.question, one.count) for one in told.groups] == [(None, 2), (None, 1), (0, 1)]
        assert session.scalars(select(Broadcast.kind)).all() == ["consultation"]
    engine = anywhere.store.engine
    assert [found for found in differences(engine) if "consultation" in str(found)] == []
    downgrade(engine, "0023")
    assert "consultations" not in inspect(engine).get_table_names()
    with anywhere.store.reading() as session:
        assert session.scalars(select(Broadcast.kind)).all() == []
    migrate(engine)
    with anywhere.store.reading() as session:
        assert session.scalars(select(CommentGroup)).all() == []
    assert consulted(anywhere) > 0
