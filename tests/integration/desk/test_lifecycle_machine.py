"""Whatever is edited, approved, scheduled, retired or taken back in whatever order: only what was approved is served.

Hypothesis makes up sequences of acts, allowed and refused ones, and of moments; after each act the text that is served
on each day around an amendment is compared with what a plain list of approvals says.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, event, select

from clock.due import publish_scheduled_guidance
from desk.desk import Desk, Rules
from desk.guidance import versions
from desk.guidance.drafts import moments as schedule
from desk.guidance.drafts import opening as draft_opening
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts import standing as draft_standing
from desk.guidance.gate import service as gates
from desk.guidance.model import DraftState, GuidanceDraft
from desk.guidance.permissions import GuidanceRefused
from desk.law.instruments import Instruments
from desk.store import Store, make_engine
from dialogue.testing import FakeDialogue
from tests.curator_fixtures import add_curators, named
from tests.desk_fixtures import NOON, ActsOfTheDesk, FakeSearch, FrozenClock

ENTRY = "dossier_import"
#: The days around the beginning of Law 11/2026, and the first day of the entry as it ships.
DAYS = (dt.date(2015, 1, 1), dt.date(2026, 11, 23), dt.date(2027, 2, 28), dt.date(2027, 3, 1), dt.date(2027, 6, 1))
DAY = st.sampled_from(DAYS)


@dataclass
class Served:
    """A text that was approved, and the days that it was to hold for."""

    words: str
    from_: dt.date
    to: dt.date | None = None


class Lifecycle(RuleBasedStateMachine):
    template: ClassVar[Path]
    folder: ClassVar[Path]
    rules_of_the_desk: ClassVar[Rules]
    #: How many drafts were carried out in all: a machine that never gets so far shows nothing.
    carried_out: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        path = self.folder / "desk.sqlite"
        for leftover in self.folder.iterdir():
            leftover.unlink()
        shutil.copy(self.template, path)
        self.engine: Engine = make_engine(f"sqlite:///{path}")
        event.listen(self.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        acts, self.clock = ActsOfTheDesk(), FrozenClock()
        store = Store(self.engine)
        self.desk = Desk(store, self.clock, FakeSearch(), FakeDialogue(acts), self.rules_of_the_desk)
        acts.desk, self.written = self.desk, 0
        with store.writing() as session:
            add_curators(session)
            first = versions.newest(session, ENTRY)
            assert first is not None
            self.served = [Served(first.record.answer.vi, first.in_force_from)]

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()

    @rule(begins=DAY, corrects=st.booleans())
    def edit(self, begins: dt.date, corrects: bool) -> None:
        self.written += 1
        words = f"Lời thứ {self.written}."
        with self.desk.store.writing() as session:
            hoa, at = named(session, "hoa"), self.clock.now()
            try:
                draft = draft_standing.open_of(session, ENTRY) or draft_opening.open_edit(session, ENTRY, hoa, at)
                changed = {"answer": {"vi": words, "en": "x"}, "in_force": {"from": str(begins), "to": None}}
                content = {**draft.content, **changed}
                revision = draft.revision
                drafts.save(session, draft, hoa, content, reason="Vì.", revision=revision, at=at, corrects=corrects)
                drafts.submit(session, draft, hoa, self.law, revision=draft.revision, at=at)
            except GuidanceRefused:
                session.rollback()

    @rule(last=DAY)
    def propose_to_retire(self, last: dt.date) -> None:
        with self.desk.store.writing() as session:
            try:
                hoa, at = named(session, "hoa"), self.clock.now()
                draft_opening.propose_retirement(session, ENTRY, hoa, "Hết.", at, last_day=last)
            except GuidanceRefused:
                session.rollback()

    @rule(days=st.integers(1, 40) | st.none())
    def plan(self, days: int | None) -> None:
        with self.desk.store.writing() as session:
            draft, mai, at = draft_standing.open_of(session, ENTRY), named(session, "mai"), self.clock.now()
            if draft is None:
                return
            moment = at + dt.timedelta(days=days) if days is not None else None
            try:
                schedule.plan(session, draft, mai, moment, revision=draft.revision, at=at)
            except GuidanceRefused:
                session.rollback()

    @rule()
    def approve(self) -> None:
        with self.desk.store.reading() as session:
            waiting = draft_standing.open_of(session, ENTRY)
        if waiting is None:
            return
        gates.run(self.desk, waiting.id)
        with self.desk.store.writing() as session:
            draft = draft_standing.by_id(session, waiting.id)
            assert draft is not None
            try:
                mai, at = named(session, "mai"), self.clock.now()
                drafts.approve(session, draft, mai, self.law, revision=draft.revision, at=at)
            except GuidanceRefused:
                session.rollback()
                return
            if draft.state == DraftState.PUBLISHED:
                self._was_published(draft)

    @rule(by_author=st.booleans())
    def take_back(self, by_author: bool) -> None:
        with self.desk.store.writing() as session:
            draft, at = draft_standing.open_of(session, ENTRY), self.clock.now()
            if draft is None:
                return
            try:
                if by_author:
                    drafts.take_back(session, draft, named(session, "hoa"), at)
                else:
                    drafts.return_to_author(session, draft, named(session, "mai"), "Sửa.", at)
            except GuidanceRefused:
                session.rollback()

    @rule(days=st.integers(0, 30))
    def time_passes(self, days: int) -> None:
        self.clock.advance(days=days)
        with self.desk.store.reading() as session:
            draft = draft_standing.open_of(session, ENTRY)
        publish_scheduled_guidance(self.desk)
        publish_scheduled_guidance(self.desk)  # a second clock
        if draft is not None and draft.state == DraftState.SCHEDULED and (draft.publish_at or NOON) <= self.clock.now():
            with self.desk.store.reading() as session:
                now = session.scalars(select(GuidanceDraft).where(GuidanceDraft.id == draft.id)).one()
            assert now.state == DraftState.PUBLISHED
            self._was_published(now)

    @invariant()
    def only_what_was_approved_is_served(self) -> None:
        if not hasattr(self, "served"):
            return
        with self.desk.store.reading() as session:
            found = [versions.in_force(session, ENTRY, day) for day in DAYS]
        told = [version.record.answer.vi if version is not None else None for version in found]
        assert told == [self._expected(day) for day in DAYS]

    @property
    def law(self) -> Instruments:
        return self.desk.rules.instruments

    def _was_published(self, draft: GuidanceDraft) -> None:
        Lifecycle.carried_out += 1
        if draft.kind == "retire":
            last = draft.last_day
            assert last is not None
            self.served = [one for one in self.served if one.from_ <= last]
            for one in self.served:
                one.to = min(last, one.to or last)
            return
        begins = dt.date.fromisoformat(draft.content["in_force"]["from"])
        *others, base = self.served or [Served("", begins)]
        keeps_base = not draft.corrects and base.from_ < begins
        kept = [*others, base] if keeps_base and self.served else others
        new = Served(draft.content["answer"]["vi"], begins)
        self.served = [*(one for one in kept if one.from_ != begins), new]

    def _expected(self, day: dt.date) -> str | None:
        begun = [one for one in self.served if one.from_ <= day]
        newest = max(begun, key=lambda one: one.from_, default=None)
        return newest.words if newest is not None and (newest.to is None or day <= newest.to) else None


@pytest.mark.timeout(240)
def test_no_sequence_of_acts_serves_a_text_that_was_not_approved_for_the_day(
    store_template: Path, tmp_path: Path, rules: Rules
) -> None:
    Lifecycle.template, Lifecycle.folder, Lifecycle.rules_of_the_desk = store_template, tmp_path, rules
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Lifecycle.carried_out > 5
