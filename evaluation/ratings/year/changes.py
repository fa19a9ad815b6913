"""What changes around the cases of a made-up year: units move and close, officers move, are renamed and leave."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from desk.cases.model import EntryKind
from desk.working_time.hours import VIETNAM
from evaluation.ratings.year import tree as trees
from evaluation.ratings.year.asking import Asking
from evaluation.ratings.year.people import MadePerson, Staff
from evaluation.ratings.year.rows import Waiting
from evaluation.ratings.year.size import Size
from evaluation.ratings.year.threads import Life, Threads
from evaluation.ratings.year.tree import Change, Tree

if TYPE_CHECKING:
    from evaluation.ratings.year.making import Lives

#: When, in shares of the whole time; the middle ones lie in the days in which the services ask.
_OF_UNITS = (
    (0.25, "KV01-O1", "KV03"),
    (0.40, "KV91-O2-T1", "KV91-O1"),
    (0.53, "KV03-O2", "KV90"),
    (0.55, "KV05-O3-T2", "KV90-O3"),
    (0.57, "KV02-SG1", "KV05"),
    (0.65, "KV05-O4", None),
    (0.72, "KV90-O1", None),
    (0.80, "KV01-O1", "KV01"),
    (0.85, "KV91", None),
    (0.90, "KV02-SG2", "KV03"),
)
_IN_THE_MORNING = dt.time(10)
_MOVED, _RENAMED, _LEFT = 0.15, 0.08, 0.08


class Changes:
    """Lives that change units and officers, and what that does to open cases."""

    def __init__(
        self,
        connection: Connection,
        lives: Lives,
        waiting: Waiting,
        tree: Tree,
        staff: Staff,
        threads: Threads,
        asking: Asking,
        random: Random,
    ) -> None:
        self._connection = connection
        self._lives = lives
        self._waiting = waiting
        self._tree = tree
        self._staff = staff
        self._threads = threads
        self._asking = asking
        self._random = random
        self.of_units = 0
        self.of_officers = 0

    def plan(self, size: Size, persons: list[MadePerson]) -> None:
        for share, code, to in _OF_UNITS:
            change = Change(size.at(share), code, to)
            self._lives.begin(self._unit(change), change.at)
        officers = list(self._staff.officers)[2:]
        for share, life in ((_MOVED, self._move), (_RENAMED, self._rename), (_LEFT, self._leave)):
            for officer in self._random.sample(officers, max(1, round(share * size.officers))):
                self._lives.begin(life(officer), size.at(self._random.uniform(0.1, 0.95)))
        known = self._random.sample(officers, size.staff)
        # Those who ask most are among them, and somebody who also acts for an enterprise.
        asking = [persons[0], *self._random.sample(persons[1 : len(persons) // 4], size.staff - 1)]
        for officer, person in zip(known, asking, strict=True):
            day = size.at(self._random.uniform(0.2, 0.9)).astimezone(VIETNAM).date()
            # Late in the morning: what was to be asked at eight has been asked by then.
            later = dt.datetime.combine(day, _IN_THE_MORNING, tzinfo=VIETNAM)
            at = size.begin if self._random.random() < 0.5 else later.astimezone(dt.UTC)
            self._lives.begin(self._link(officer, person), at)

    def _unit(self, change: Change) -> Life:
        yield change.at
        with Session(self._connection) as session:
            if change.to is not None:
                self._waiting.write()
                trees.move(session, change.code, change.to, change.at)
            else:
                self._empty(change.code)
                self._waiting.write()
                trees.close(session, change.code, change.at)
            session.flush()
            session.expire_all()
            self._tree.read(session)
            session.commit()
        self._place_anew()
        self.of_units += 1

    def _empty(self, code: str) -> None:
        """Open cases go to the queue of the unit above, with their holders; officers do too."""
        closing = self._tree.below(code)
        above = self._tree.above(code)
        for case in list(self._threads.open.values()):
            if case.unit in closing:
                detail = {"from": case.unit, "to": above}
                holder = case.row["holder_id"]
                if holder is not None:
                    detail |= {"officer_id": holder, "officer": self._staff.officers[holder].name}
                self._threads.put_into(case, above)
                self._threads.enter(case, EntryKind.TRANSFERRED, None, detail)
        for officer in self._staff.officers.values():
            if officer.is_active and officer.unit in closing:
                self._staff.move(officer, above)

    def _place_anew(self) -> None:
        """The paths of open cases' units may be others now; in the store the service has seen to it."""
        for case in self._threads.open.values():
            first, second = self._tree.places[case.unit].steps
            case.row |= {"first_unit_id": first, "second_unit_id": second}

    def _move(self, officer_id: int) -> Life:
        yield self._lives.now
        officer = self._staff.officers[officer_id]
        if officer.is_active:
            self._staff.move(officer, self._random.choice(self._tree.active))
            self._return_cases(officer_id)
            self.of_officers += 1

    def _rename(self, officer_id: int) -> Life:
        yield self._lives.now
        self._staff.rename(self._staff.officers[officer_id])
        self.of_officers += 1

    def _leave(self, officer_id: int) -> Life:
        yield self._lives.now
        self._staff.deactivate(self._staff.officers[officer_id])
        self._return_cases(officer_id)
        self.of_officers += 1

    def _return_cases(self, officer_id: int) -> None:
        for case in list(self._threads.open.values()):
            if case.row["holder_id"] == officer_id and not self._staff.works_for(officer_id, case.unit):
                self._threads.enter(case, EntryKind.RETURNED, None, {"officer_id": officer_id})

    def _link(self, officer_id: int, person: MadePerson) -> Life:
        yield self._lives.now
        self._staff.link(officer_id, person, self._lives.now)
        self._asking.staff_persons.add(person.id)
