"""Asking, reminding and rating on SQLite and PostgreSQL alike, with several clocks at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select

from clock.due import ask_for_waiting_ratings, end_idle_conversations, remind_of_ratings
from desk.conversations.model import Conversation
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.migrations.run import differences, downgrade, migrate
from desk.people import service as people
from desk.people.model import Role
from desk.ratings.model import RatingRequest
from desk.units import service as units
from desk.units.tree import read as read_tree
from tests.desk_fixtures import (
    CONTENT,
    NOON,
    SURE,
    World,
    shipped_records,
)


@pytest.fixture
def anywhere(own_world: World) -> World:
    """A desk that answers, with the shipped units and an officer."""
    with own_world.store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON)
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
        people.add_officer(
            session, username="minh", name="Minh", role=Role.OFFICER, password="only for tests", by="operator", at=NOON
        )
    own_world.search.finds("dossier_import", about="hồ sơ", confidence=SURE)
    return own_world


def at_once(work: Callable[[Desk], None], desk: Desk) -> None:
    """Three clocks at the same moment."""
    clocks = [threading.Thread(target=work, args=(desk,)) for _ in range(3)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join(20)


def test_clocks_at_the_same_moment_ask_once_and_remind_once(anywhere: World) -> None:
    chatters = [anywhere.chatter(f"{100 + number}") for number in range(4)]
    anywhere.clock.advance(hours=9)
    for chatter in chatters:
        chatter.writes("hồ sơ hải quan nhập khẩu gồm gì")
    anywhere.clock.advance(minutes=15)
    end_idle_conversations(anywhere.desk)
    anywhere.clock.advance(hours=11)  # the morning of a public day off: asked by day, reminded when people work
    at_once(ask_for_waiting_ratings, anywhere.desk)
    chatters[0].taps("rate", ":2")
    chatters[0].taps("rate_reason", ":rule")
    anywhere.clock.advance(hours=24)
    at_once(remind_of_ratings, anywhere.desk)
    assert [sum(said.acts == ["rate"] * 5 for said in chatter.read()) for chatter in chatters] == [1, 2, 2, 2]
    with anywhere.store.reading() as session:
        requests = session.scalars(select(RatingRequest)).all()
        assert {request.rating is None: request.reminded_at is None for request in requests} == {
            True: False,
            False: True,
        }
        assert session.scalars(select(Conversation.id).where(Conversation.ended_at.is_(None))).all() == []


@pytest.mark.thorough
def test_the_schema_agrees_after_a_step_back_and_forth(anywhere: World) -> None:
    downgrade(anywhere.store.engine, "0022")
    migrate(anywhere.store.engine)
    assert [found for found in differences(anywhere.store.engine) if "rating" in str(found)] == []
