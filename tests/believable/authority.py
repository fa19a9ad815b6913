"""The made-up authority, built through the desk's own services with a clock that is moved on from act to act.

``build`` writes it once into a SQLite file; ``opened`` makes a desk over a copy of such a file.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import fcntl
import json
import os
import random
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from argon2 import PasswordHasher
from sqlalchemy import event
from sqlalchemy.orm import Session

from desk.cases.officers.signed_topics import SignedTopics
from desk.desk import Desk, Rules
from desk.floods.limits import Limit
from desk.guidance import service as guidance
from desk.guidance.record import GuidanceRecord, read_records
from desk.migrations.run import migrate
from desk.people import service as people
from desk.people import telegram_link
from desk.people.model import Role
from desk.store import Store, make_engine
from desk.units import service as units
from desk.units.tree import read as read_tree
from dialogue.testing import FakeDialogue
from tests.believable import enterprises, life
from tests.desk_fixtures import CONTENT, ActsOfTheDesk, FakeSearch, FrozenClock, World

HERE = Path(__file__).parent
#: What everybody here signs in with.
PASSWORD = "bxq 4817 zwy 5520"
#: A Tuesday, 10:30 in Viet Nam.
NOW = dt.datetime(2026, 11, 17, 3, 30, tzinfo=dt.UTC)
#: Who still has the password that the administrator gave, and must choose their own before anything else.
NEWCOMER = "khuyen"
FOUNDED = dt.datetime(2026, 6, 1, 1, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Built:
    """An authority in a file; ``cases`` has the number of each case of cases.yml by its name."""

    path: Path
    cases: Mapping[str, str]


@cache
def plan(name: str) -> Any:
    """What stands in one of the YAML files here."""
    return yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))


def build(path: Path, *, empty: bool = False) -> Built:
    """Write the authority into a SQLite file; ``empty``: its staff, units and guidance, and nobody has asked yet."""
    path.unlink(missing_ok=True)
    with _steady_secrets(), _cheap_passwords(), _quick_yaml():
        world = _world(path, FOUNDED)
        migrate(world.store.engine)
        _begin(world)
        cases: dict[str, str] = {}
        if not empty:
            enterprises.found(world, plan("authority"))
            cases = life.live(world, _records(), until=NOW)
        world.store.engine.dispose()  # the last connection to close moves everything from the log into the file
    return Built(path, cases)


def built_once(folder: Path, *, empty: bool = False) -> Built:
    """The authority in a folder that several processes share: the first that comes builds it, the others wait."""
    path = folder / ("empty-authority.sqlite" if empty else "authority.sqlite")
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = path.with_suffix(".json")
        if not told.exists():
            told.write_text(json.dumps(dict(build(path, empty=empty).cases)))
        return Built(path, json.loads(told.read_text()))


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole test run, also where it is run by several processes."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def opened(built: Built, path: Path, *, web_address: str = "https://desk.example") -> World:
    """A desk of NOW over a copy of the authority, which ``path`` becomes."""
    shutil.copy(built.path, path)
    return _world(path, NOW, web_address)


def officer_with(role: Role | str, unit: str, *, left: bool = False) -> str:
    """The user name of the officer who has this role in this unit."""
    for officer in plan("authority")["officers"]:
        if (officer["role"], officer["unit"], officer.get("left", False)) == (str(role), unit, left):
            return str(officer["username"])
    raise LookupError(f"tests/believable/authority.yml has no {role} in {unit}")


@cache
def rules() -> Rules:
    """What ships, with a topic that needs a second signature; nothing is too much for walks that never pause."""
    topics = frozenset(plan("authority")["signed_topics"])
    with _quick_yaml():
        ships = Rules.read(CONTENT)
    limits = ships.limits.over(dict.fromkeys(Limit, 1_000_000))
    return dataclasses.replace(ships, signed_topics=SignedTopics(topics), limits=limits)


@cache
def _records() -> list[GuidanceRecord]:
    return read_records(CONTENT / "guidance")


def _world(path: Path, at: dt.datetime, web_address: str = "https://desk.example") -> World:
    engine = make_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _without_waiting_for_the_disk)
    clock, search, acts = FrozenClock(at), FakeSearch(), ActsOfTheDesk()
    life.teach(search)
    dialogue = FakeDialogue(acts)
    desk = Desk(Store(engine), clock, search, dialogue, rules(), web_address=web_address)
    acts.desk = desk
    return World(desk, desk.store, clock, search, dialogue)


def _begin(world: World) -> None:
    at = world.clock.now()
    with world.store.writing() as session:
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=at)
        guidance.load_shipped(session, _records(), at=at)
        for planned in plan("authority")["officers"]:
            officer = people.add_officer(
                session,
                username=planned["username"],
                name=planned["name"],
                role=Role(planned["role"]),
                password=PASSWORD,
                by="operator",
                at=at,
                unit=units.by_code(session, planned["unit"]),
            )
            if planned.get("left"):
                people.deactivate(session, officer, by="officer:quan", at=at)
        _begins(session, at)
    for planned in plan("authority")["officers"]:
        if "telegram" in planned:
            _link(world, planned["username"], planned["telegram"])


def _begins(session: Session, at: dt.datetime) -> None:
    """An officer who has not chosen a password of their own."""
    people.add_officer(
        session,
        username=NEWCOMER,
        name="Tôn Nữ Khuyên",
        role=Role.OFFICER,
        password=PASSWORD,
        by="operator",
        at=at,
        unit=units.by_code(session, "KV02-SG1"),
        must_change=True,
    )


def _link(world: World, username: str, address: str) -> None:
    with world.store.writing() as session:
        officer = people.by_username(session, username)
        assert officer is not None
        code = telegram_link.make_link_code(session, officer, by=officer.actor, at=world.clock.now())
    world.chatter(address).commands("start", code)


def _without_waiting_for_the_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def _steady_secrets() -> Iterator[None]:
    """The same keys at every build, so that pictures of it are the same."""
    steady = random.Random(2026)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    lengths = {16: 22, 32: 43}

    def token_urlsafe(size: int = 32) -> str:
        return "".join(steady.choice(letters) for _ in range(lengths.get(size, size)))

    codes = random.Random(2026)
    with mock.patch("secrets.token_urlsafe", token_urlsafe), mock.patch("secrets.choice", codes.choice):
        yield


@contextmanager
def _quick_yaml() -> Iterator[None]:
    """The same parser in C: two hundred records are read in a second."""
    with mock.patch.object(yaml, "SafeLoader", getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        yield


@contextmanager
def _cheap_passwords() -> Iterator[None]:
    """Hashes that take no time: nobody's password is protected by them."""
    cost = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
    with mock.patch.multiple(PasswordHasher, **cost):
        yield
