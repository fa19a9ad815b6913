"""What happens to one case: a life that is told moment by moment, and changes the case's row and thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator
from random import Random
from typing import Any

from desk.cases.model import CaseEntry, EntryKind
from desk.cases.promises.deadlines import Deadline, Deadlines
from desk.cases.thread import pending_draft, standing_of
from desk.working_time.hours import VIETNAM
from evaluation.ratings.year.people import MadeOfficer, Staff
from evaluation.ratings.year.rows import MadeCase, Waiting, minutes
from evaluation.ratings.year.tree import Tree

#: Yields the moment at which it goes on, and returns at its end.
Life = Generator[dt.datetime, None, Any]
_DAY = 24 * 60
_WORDS = {EntryKind.ASKED: "Xin gửi thêm tờ khai.", EntryKind.PERSON_WROTE: "Đây ạ.", EntryKind.REOPENED: None}
_OPENING, _CLOSING, _FRIDAY = dt.time(7, 30), dt.time(17), 4


class Threads:
    """Writes entries, and keeps the rows of cases in step with them. ``now`` tells the moment."""

    def __init__(
        self,
        waiting: Waiting,
        tree: Tree,
        staff: Staff,
        deadlines: Deadlines,
        random: Random,
        entries: list[str],
        now: Callable[[], dt.datetime],
    ) -> None:
        self._waiting = waiting
        self._tree = tree
        self._staff = staff
        self._deadlines = deadlines
        self._random = random
        self._entries = entries
        self._now = now
        self.open: dict[int, MadeCase] = {}

    def enter(
        self, case: MadeCase, kind: EntryKind, officer: int | None = None, detail: dict[str, Any] | None = None
    ) -> None:
        """One more entry, by which the case may change its state and holder."""
        text = _WORDS.get(kind, "Theo hướng dẫn.") if kind is not EntryKind.OPENED else None
        row = {"id": self._waiting.next_id("entry"), "case_id": case.row["id"], "kind": kind.value, "text": text}
        row |= {"officer_id": officer, "detail": detail or {}, "message_order": None, "at": self._now()}
        self._waiting.entries.append(row)
        case.thread.append(CaseEntry(**row))
        standing = standing_of(case.thread)
        draft = pending_draft(case.thread) if standing.holder_id is not None else None
        case.row |= {"state": standing.state.value, "holder_id": standing.holder_id, "touched_at": self._now()}
        case.row["drafted_by_id"] = draft.officer_id if draft is not None else None
        if case.is_open:
            self.open[case.row["id"]] = case
        else:
            self.open.pop(case.row["id"], None)
        self._waiting.touched_case(case)

    def put_into(self, case: MadeCase, code: str) -> None:
        """The case lies in another unit."""
        place = self._tree.places[code]
        case.unit = code
        case.row |= {"unit_id": place.id, "unit_found_by": "transfer"}
        case.row["first_unit_id"], case.row["second_unit_id"] = place.steps

    def work(self, case: MadeCase) -> Life:
        """From waiting to resolved; returns whether it came to that."""
        random = self._random
        self._hold(case)
        for _ in range(random.choices((0, 1, 2, 3), (62, 25, 10, 3))[0]):
            yield self.office(150)
            self._pass_on(case)
            yield self.office(60)
            self._hold(case)
        if random.random() < 0.08:
            yield self.office(200)
            self._let_go(case)
            yield self.office(100)
            self._hold(case)
        if random.random() < 0.22 and not (yield from self._ask(case)):
            return False
        if random.random() < 0.05:
            self._hold(case)
            self.enter(case, EntryKind.NOTED, case.row["holder_id"])
        if random.random() < 0.04:
            return False
        if random.random() < 0.985:
            yield from self._answer(case)
        if random.random() < 0.04:
            return False
        yield self.office(45)
        self._hold(case)
        case.row["resolved_at"] = self._now()
        self.enter(case, EntryKind.RESOLVED, case.row["holder_id"])
        return True

    def _answer(self, case: MadeCase) -> Life:
        random = self._random
        yield from self._reply(case)
        while random.random() < 0.18:
            yield self.any_time(400)
            self._person_wrote(case)
            if random.random() < 0.3:
                yield self.office(30)
                self._hold(case)
                self._pass_on(case)
            yield self.office(200)
            yield from self._reply(case)

    def reopen(self, case: MadeCase) -> None:
        case.row |= {"resolved_at": None}
        self._set_deadline(case, self._deadlines.of(case.row["urgency"], self._tree.units[case.unit], self._now()))
        self.enter(case, EntryKind.REOPENED)

    def _hold(self, case: MadeCase) -> None:
        if case.row["holder_id"] is None:
            self.enter(case, EntryKind.CLAIMED, self._somebody(case.unit).id)

    def _somebody(self, code: str, *, heads: bool = False) -> MadeOfficer:
        there = self._staff.of(code, heads=heads)
        return self._random.choice(there)

    def _pass_on(self, case: MadeCase) -> None:
        """To a colleague of the same unit, to another unit, or to somebody there."""
        random = self._random
        how = random.random()
        to = case.unit if how < 0.3 else random.choice(self._tree.active)
        detail: dict[str, Any] = {"from": case.unit, "to": to}
        colleague = self._somebody(to)
        if how < 0.6:
            if colleague.id == case.row["holder_id"]:
                return
            detail |= {"officer_id": colleague.id, "officer": colleague.name}
        elif to == case.unit:
            return
        passing = case.row["holder_id"] or self._somebody(case.unit).id
        self.put_into(case, to)
        self.enter(case, EntryKind.TRANSFERRED, passing, detail)

    def _let_go(self, case: MadeCase) -> None:
        self._hold(case)
        how, holder = self._random.random(), case.row["holder_id"]
        if how < 0.4:
            self.enter(case, EntryKind.RETURNED, holder)
        elif how < 0.7:
            self.enter(case, EntryKind.RETURNED_UNTOUCHED, None, {"officer_id": holder})
        else:
            head = self._somebody(case.unit, heads=True)
            if head.id != holder:
                self.enter(case, EntryKind.TAKEN_OVER, head.id)

    def _ask(self, case: MadeCase) -> Life:
        """A question to the enterprise, at times a second one; returns whether it answered."""
        random = self._random
        yield self.office(60)
        for _ in range(2 if random.random() < 0.2 else 1):
            self._hold(case)
            case.row["paused_at"] = case.row["paused_at"] or self._now()
            self.enter(case, EntryKind.ASKED, case.row["holder_id"])
            yield self.office(100)
        fate = random.random()
        if fate < 0.08:
            return False
        if fate < 0.2:  # answered without waiting any longer
            return True
        yield self.any_time(900)
        self._person_wrote(case)
        yield self.office(30)
        return True

    def _reply(self, case: MadeCase) -> Life:
        random = self._random
        yield self.office(random.choice((10, 60, 300)))
        self._hold(case)
        if random.random() < 0.18:
            self.enter(case, EntryKind.DRAFTED, case.row["holder_id"], self._quoted())
            yield self.office(60)
            if pending_draft(case.thread) is not None and random.random() < 0.25:
                self.enter(case, EntryKind.DRAFT_RETURNED, self._somebody(case.unit, heads=True).id)
                yield self.office(60)
                self._hold(case)
                self.enter(case, EntryKind.DRAFTED, case.row["holder_id"], self._quoted())
                yield self.office(60)
            draft = pending_draft(case.thread)
            if draft is not None:
                case.row["paused_at"] = None
                head = self._somebody(case.unit, heads=True)
                detail = {**(draft.detail or {}), "drafted_by": draft.officer_id}
                self.enter(case, EntryKind.REPLIED, head.id, detail)
                return
            self._hold(case)
        case.row["paused_at"] = None
        self.enter(case, EntryKind.REPLIED, case.row["holder_id"], self._quoted())

    def _quoted(self) -> dict[str, Any]:
        if self._random.random() > 0.4:
            return {}
        some = self._random.sample(self._entries, self._random.choice((1, 1, 2)))
        return {"quoted": [{"entry": entry, "version": 1} for entry in some]}

    def _person_wrote(self, case: MadeCase) -> None:
        unit, urgency = self._tree.units[case.unit], case.row["urgency"]
        if case.row["paused_at"] is not None:
            deadline = Deadline(case.row["at_risk_at"], case.row["due_at"])
            paused_at = case.row["paused_at"]
            self._set_deadline(
                case, self._deadlines.after_pause(deadline, unit, paused_at, self._now(), urgency=urgency)
            )
        elif case.row["state"] == "answered":
            self._set_deadline(case, self._deadlines.of(urgency, unit, self._now()))
        self.enter(case, EntryKind.PERSON_WROTE)

    def _set_deadline(self, case: MadeCase, deadline: Deadline) -> None:
        case.row |= {"at_risk_at": deadline.at_risk_at, "due_at": deadline.due_at, "paused_at": None}

    def any_time(self, mean: float) -> dt.datetime:
        """Some minutes later, on average so many, whatever the hour."""
        return self._now() + minutes(min(self._random.expovariate(1 / mean), 12 * _DAY))

    def office(self, mean: float) -> dt.datetime:
        """Some minutes later, on average so many; mostly not at night and not at the weekend."""
        at = self.any_time(mean)
        here = at.astimezone(VIETNAM)
        if (_OPENING <= here.time() < _CLOSING and here.weekday() <= _FRIDAY) or self._random.random() < 0.1:
            return at
        day = here.date() + dt.timedelta(days=0 if here.time() < _OPENING else 1)
        while day.weekday() > _FRIDAY:
            day += dt.timedelta(days=1)
        opened = dt.datetime.combine(day, _OPENING, tzinfo=VIETNAM).astimezone(dt.UTC)
        return opened + minutes(self._random.uniform(0, 200))
