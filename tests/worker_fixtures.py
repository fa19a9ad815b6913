"""Processes that take work, as far as the store knows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from desk.desk import Desk
from desk.store import Store
from desk.workers import service as workers
from desk.workers.model import Worker
from tests.desk_fixtures import NOON, World


def lives(store: Store, name: str, beats: int = 1, process: str = "bot") -> None:
    """A process gives a sign of life."""
    with store.writing() as session:
        workers.beat(
            session,
            Worker(
                id=name, process=process, instance=f"elsewhere/{name}/1", beats=beats, started_at=NOON, seen_at=NOON
            ),
        )


def dies(store: Store, name: str) -> None:
    """The others have found out that a process is dead."""
    with store.writing() as session:
        workers.leave(session, name)


def desk_of(world: World, name: str) -> Desk:
    """The desk as one of several processes has it."""
    lives(world.store, name)
    return replace(world.desk, worker=name)


class Told:
    """Stands for who works on what was stored: takes nothing up, and is told that there is something."""

    def __init__(self, told: Callable[[], object] = lambda: None) -> None:
        self._told = told

    def claim_within(self, _: Session) -> None:
        return None

    def taken_up(self, _: None) -> None:
        self._told()
