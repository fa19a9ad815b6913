"""Fixtures of every test: a migrated store of its own, a desk with fakes around it, and the people who use it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from sqlalchemy import Engine, event

from desk import beside, waiting
from desk.desk import Desk, Rules
from desk.guidance import service as guidance
from desk.migrations.run import migrate
from desk.people import passwords, telegram_link
from desk.people import service as people
from desk.people.model import Role
from desk.store import Store, make_engine
from desk.units import service as units
from desk.units.tree import read as read_tree
from dialogue.testing import FakeDialogue
from tests.desk_fixtures import (
    CONTENT,
    NOON,
    ActsOfTheDesk,
    Chatter,
    FakeSearch,
    FrozenClock,
    World,
    rules_for_tests,
    shipped_records,
)

# The same examples at every run, and no example fails because the machine is busy.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("steady")

#: What minh and hoa sign in with.
PASSWORD = "a password of tests"


@pytest.fixture(scope="session", autouse=True)
def _cheap_password_hashes() -> Iterator[None]:
    """Hashes that take no time: what protects real passwords would only slow the tests down."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "_nobody", cheap.hash("nobody"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_left_to_chance() -> Iterator[None]:
    """Waits are as long as their table says, and not lengthened by chance."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waiting, "chance", lambda: 0.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _content_is_read_once() -> Iterator[None]:
    """Every command reads content/, which takes a quarter of a second: here all commands of a run share one reading."""
    read = Rules.read
    shipped = cache(lambda: read(CONTENT))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rules, "read", lambda content: shipped() if Path(content).resolve() == CONTENT else read(content))
        yield


@pytest.fixture(scope="session")
def store_template(tmp_path_factory: pytest.TempPathFactory, _cheap_password_hashes: None) -> Path:
    """A migrated SQLite file with the tests' guidance, units and staff, to be copied."""
    path = tmp_path_factory.mktemp("template") / "desk.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    loaded_at = NOON - dt.timedelta(days=1)
    with Store(engine).writing() as session:
        guidance.load_shipped(session, shipped_records(), at=loaded_at)
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=loaded_at)
        for username, role in (("minh", Role.OFFICER), ("binh", Role.OFFICER), ("hoa", Role.CURATOR)):
            people.add_officer(
                session,
                username=username,
                name=username.title(),
                role=role,
                password=PASSWORD,
                by="operator",
                at=loaded_at,
            )
    engine.dispose()  # the last connection to close moves everything from the log into the file
    return path


def _without_waiting_for_the_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for all tests: it remembers compiled statements, which is most of what a short test would do."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('store') / 'desk.sqlite'}")
    event.listen(engine, "connect", _without_waiting_for_the_disk)
    yield engine
    engine.dispose()


@pytest.fixture(autouse=True)
def _no_answer_is_worked_out_beyond_its_test() -> Iterator[None]:
    yield
    beside.settle()


@pytest.fixture
def store(store_template: Path, shared_engine: Engine) -> Store:
    """A migrated store with the tests' guidance and staff, as if no test had used it before."""
    shared_engine.dispose()
    path = Path(shared_engine.url.database or "")
    for leftover in path.parent.iterdir():
        leftover.unlink()
    shutil.copy(store_template, path)
    return Store(shared_engine)


@pytest.fixture(scope="session")
def rules() -> Rules:
    return rules_for_tests()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def world(store: Store, clock: FrozenClock, rules: Rules) -> World:
    search, acts = FakeSearch(), ActsOfTheDesk()
    dialogue = FakeDialogue(acts)
    desk = Desk(store, clock, search, dialogue, rules, web_address="https://desk.example")
    acts.desk = desk
    return World(desk, store, clock, search, dialogue)


@pytest.fixture
def desk(world: World) -> Desk:
    return world.desk


@pytest.fixture
def lan(world: World) -> Chatter:
    """Asks for an enterprise."""
    return world.chatter("100")


@pytest.fixture
def an(world: World) -> Chatter:
    """The stranger."""
    return world.chatter("900")


def _linked(world: World, username: str, address: str) -> Chatter:
    with world.store.writing() as session:
        officer = people.by_username(session, username)
        assert officer is not None
        code = telegram_link.make_link_code(session, officer, by="operator", at=world.clock.now())
    chatter = world.chatter(address)
    chatter.commands("start", code)
    return chatter


@pytest.fixture
def minh(world: World) -> Chatter:
    """An officer in a private chat, linked."""
    return _linked(world, "minh", "501")


@pytest.fixture
def binh(world: World) -> Chatter:
    """Another officer, linked."""
    return _linked(world, "binh", "502")
