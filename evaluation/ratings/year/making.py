"""Makes a year of the desk up: lives of conversations, cases, ratings, officers and units, told in the order of time.

Whatever happens is drawn from one seed, and each life goes on at the moments that it names, so that everybody meets the
units and officers as they are then. Rows are written in bulk; for some days the desk's own services ask and rate.
"""

from __future__ import annotations

import datetime as dt
import heapq
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from desk.cases.promises.deadlines import Deadlines
from desk.guidance import service as guidance
from desk.guidance.model import GuidanceEntry
from desk.guidance.record import read_records
from desk.migrations.run import migrate
from desk.ratings.rules import RatingRules
from desk.working_time import exceptions
from desk.working_time.hours import begin_of
from evaluation.ratings.year.asking import Asking
from evaluation.ratings.year.changes import Changes
from evaluation.ratings.year.matters import Matters
from evaluation.ratings.year.people import Staff, add_persons
from evaluation.ratings.year.rows import Waiting
from evaluation.ratings.year.size import NOW, Size
from evaluation.ratings.year.talks import Talks
from evaluation.ratings.year.threads import Life, Threads
from evaluation.ratings.year.tree import Tree, plant

SEED = 20_261_123


@dataclass(frozen=True)
class Made:
    """How much there is, and how many acts the desk's own services did."""

    acts_of_services: int
    unit_changes: int
    officer_changes: int


class Lives:
    """Lives that go on at the moments that they name; ``now`` is the moment of the one that goes on."""

    def __init__(self, begin: dt.datetime) -> None:
        self.now = begin
        self._due: list[tuple[dt.datetime, int, Life]] = []
        self._number = 0

    def begin(self, life: Life, at: dt.datetime | None = None) -> None:
        self._number += 1
        heapq.heappush(self._due, (at or self.now, self._number, life))

    def run(self, until: dt.datetime) -> None:
        while self._due:
            at, _, life = heapq.heappop(self._due)
            if at >= until:
                return
            self.now = max(at, self.now)
            following = next(life, None)
            if following is not None:
                self.begin(life, max(following, self.now))


def make(engine: Engine, content: Path, size: Size, seed: int = SEED) -> Made:
    """Fill a new store. The same size and seed make the same rows."""
    migrate(engine)
    with without_warnings(), engine.begin() as connection:
        random = Random(seed)
        matters = Matters(content, random)
        with Session(connection) as session:
            plant(session, content, size.begin)
            _guide(session, content, size)
            tree = Tree(session)
            added = exceptions.read(session)
            session.commit()
        lives = Lives(size.begin)
        waiting = Waiting(connection)
        staff = Staff(connection, tree, size, random)
        persons = add_persons(connection, size, random)
        served = (begin_of(size.served_from), begin_of(size.served_to))
        rules = RatingRules.read(content / "ratings.yml")
        asking = Asking(waiting, tree, staff, rules, matters.group_of, lambda at: served[0] <= at < served[1])
        deadlines = Deadlines.read(content / "cases.yml").over(added)
        threads = Threads(waiting, tree, staff, deadlines, random, matters.entries, lambda: lives.now)
        talks = Talks(lives, waiting, tree, threads, asking, matters, random, deadlines)
        changes = Changes(connection, lives, waiting, tree, staff, threads, asking, random)
        changes.plan(size, persons)
        talks.plan(size, persons)
        lives.run(NOW)
        waiting.write()
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return Made(asking.by_services, changes.of_units, changes.of_officers)


def _guide(session: Session, content: Path, size: Size) -> None:
    """The guidance that ships, or its entries alone where nobody reads the texts."""
    records = read_records(content / "guidance")
    if size.with_texts:
        guidance.load_shipped(session, records, at=size.begin)
    else:
        session.add_all(GuidanceEntry(id=record.id, group=record.group, created_at=size.begin) for record in records)
    session.flush()


@contextmanager
def without_warnings() -> Iterator[None]:
    """That the calendar does not ship the first of the years is no news in a measurement."""
    log = logging.getLogger("desk.working_time.days")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before
