"""Two clocks at once: what is due is done once, and neither ends over what the other took away."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from clock import main as clocks
from clock.due import ask_for_waiting_ratings, end_idle_conversations, remind_of_ratings
from desk.conversations.model import Conversation, Message
from desk.desk import Desk, Rules
from desk.guidance import service as guidance
from desk.migrations.run import migrate
from desk.ratings.model import RatingRequest
from desk.store import Store, make_engine
from desk.units import service as units
from desk.units.tree import read as read_tree
from dialogue.testing import FakeDialogue
from evaluation.faults.servers import PostgreSQL
from tests.desk_fixtures import CONTENT, NOON, ActsOfTheDesk, FakeSearch, FrozenClock, World, shipped_records

CHATS = 12


def test_a_clock_goes_on_when_another_took_away_what_was_due(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def taken_away(_: Desk) -> None:
        raise NoResultFound("the other clock was faster")

    def what_comes_next(_: Desk) -> None:
        done.append("next")

    monkeypatch.setattr(clocks, "DUE_WORK", (taken_away, what_comes_next))
    clocks.tick(desk)
    assert done == ["next"]


@pytest.mark.thorough
def test_two_clocks_on_postgresql_end_each_conversation_and_ask_for_each_rating_once(
    tmp_path: Path, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "DUE_WORK", (end_idle_conversations, ask_for_waiting_ratings, remind_of_ratings))
    with PostgreSQL(tmp_path / "postgresql") as postgresql:
        engine = make_engine(postgresql.url)
        try:
            migrate(engine)
            world = _world(Store(engine), rules)
            world.search.finds("dossier_import")
            for chat in range(CHATS):
                world.chatter(str(chat)).writes("Hồ sơ nhập khẩu gồm gì?")
            world.clock.advance(minutes=30)
            before = _count(world, Message)

            _tick_at_once(world.desk, clocks_at_once=4)

            assert _count(world, RatingRequest) == CHATS
            assert _count(world, Message) - before == CHATS
            with world.store.reading() as session:
                assert session.scalar(select(func.count()).where(Conversation.ended_at.is_(None))) == 0
        finally:
            engine.dispose()


def _world(store: Store, rules: Rules) -> World:
    with store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON - dt.timedelta(days=1))
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON - dt.timedelta(days=1))
    search, acts, clock = FakeSearch(), ActsOfTheDesk(), FrozenClock()
    dialogue = FakeDialogue(acts)
    desk = Desk(store, clock, search, dialogue, rules, web_address="https://desk.example")
    acts.desk = desk
    return World(desk, store, clock, search, dialogue)


def _tick_at_once(desk: Desk, clocks_at_once: int) -> None:
    together = threading.Barrier(clocks_at_once)

    def run() -> None:
        for _ in range(3):
            together.wait(30)
            clocks.tick(desk)

    threads = [threading.Thread(target=run) for _ in range(clocks_at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _count(world: World, what: type[Message | RatingRequest]) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0
