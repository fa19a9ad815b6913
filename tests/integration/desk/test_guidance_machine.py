"""Whatever is written, reviewed, scheduled, corrected, retired and loaded in whatever order, and whenever it is asked:

the desk answers for a day only with a published text that holds on that day. Hypothesis makes up the sequences; the
search knows nothing of days and goes on proposing what has been withdrawn.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from desk.answering.question import Question
from desk.desk import Desk, Rules
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.drafts import service as drafts
from desk.guidance.drafts.opening import open_edit, propose_retirement
from desk.guidance.drafts.standing import is_out_of_date, open_of
from desk.guidance.model import DraftState, GuidanceDraft, GuidanceVersion
from desk.guidance.permissions import GuidanceRefused
from desk.guidance.record import GuidanceRecord
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.store import Store, make_engine
from dialogue.testing import FakeDialogue
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, ActsOfTheDesk, FakeSearch, FrozenClock, a_record

ENTRY = "fines"
#: So few days that texts begin and end on the same ones: around the changes of law, and around today.
DAYS = tuple(
    dt.date.fromisoformat(day)
    for day in (
        *("2020-12-10", "2026-01-31", "2026-02-01", "2026-06-30", "2026-07-01"),
        *("2026-11-22", "2026-11-23", "2026-11-24", "2027-02-28", "2027-03-01"),
    )
)
DAY = st.sampled_from(DAYS)
LAST = st.none() | DAY


class GuidanceOverDays(RuleBasedStateMachine):
    """One entry in the hands of two curators, the loader of what ships, and the calendar."""

    engine: ClassVar[Engine]
    template: ClassVar[Path]
    desk_rules: ClassVar[Rules]

    @initialize()
    def begin(self) -> None:
        self.engine.dispose()
        shutil.copy(self.template, Path(self.engine.url.database or ""))
        self.store, self.clock, self.search = Store(self.engine), FrozenClock(NOON), FakeSearch()
        self.desk = Desk(self.store, self.clock, self.search, FakeDialogue(ActsOfTheDesk()), self.desk_rules)
        self.search.finds(ENTRY, version=1)  # for ever the first version, withdrawn or not
        self.texts = self.asked = 0
        self.loaded = self._text(dt.date(2026, 7, 1))
        self._load()

    def _text(self, first: dt.date, to: dt.date | None = None) -> GuidanceRecord:
        """A text like no other, so that what is said tells which version it comes from."""
        self.texts += 1
        words = f"Nguyên văn số {self.texts}."
        end = str(max(first, to)) if to is not None else None
        return a_record(
            ENTRY, answer={"vi": words, "en": words}, documents=None, in_force={"from": str(first), "to": end},
            not_stated=["fee", "documents"],
        )  # fmt: skip

    def _load(self, *earlier: GuidanceRecord) -> None:
        with self.store.writing() as session:
            guidance.load_shipped(session, [self.loaded], at=self.clock.now(), earlier=earlier)

    def _officers(self, session: Session) -> tuple[Officer, Officer]:
        found = {officer.username: officer for officer in session.scalars(select(Officer))}
        return found["hoa"], found["mai"]

    @rule(first=DAY, to=LAST, corrects=st.booleans(), over=st.none() | st.integers(1, 6))
    def publish(self, first: dt.date, to: dt.date | None, corrects: bool, over: int | None) -> None:
        text = self._text(first, to)
        with self.store.writing() as session:
            guidance.publish(
                session, text, origin=guidance.CURATOR, by="officer:hoa", at=self.clock.now(), over=over,
                corrects=corrects,
            )  # fmt: skip

    @rule(last=LAST)
    def withdraw(self, last: dt.date | None) -> None:
        with self.store.writing() as session, contextlib.suppress(guidance.NotPublished):
            guidance.withdraw(session, ENTRY, by="officer:hoa", reason="sai", at=self.clock.now(), last_day=last)

    @rule(first=DAY, to=LAST, retires=st.booleans(), approves=st.sampled_from((True, True, False)))
    def take_the_next_step_with_a_draft(
        self, first: dt.date, to: dt.date | None, retires: bool, approves: bool
    ) -> None:
        """One curator writes or proposes to retire, another reviews; what is refused leaves things as they are."""
        with self.store.writing() as session, contextlib.suppress(GuidanceRefused, guidance.NotPublished):
            draft = open_of(session, ENTRY)
            if draft is not None and draft.state == DraftState.IN_REVIEW:
                self._review(session, draft, approves)
            elif draft is None and retires:
                propose_retirement(session, ENTRY, self._officers(session)[0], "hết áp dụng", self.clock.now())
            else:
                self._write(session, draft, self._text(first, to).as_json())

    def _write(self, session: Session, draft: GuidanceDraft | None, content: dict[str, Any]) -> None:
        (hoa, _), at = self._officers(session), self.clock.now()
        draft = draft or open_edit(session, ENTRY, hoa, at)
        if is_out_of_date(session, draft):
            drafts.bring_up_to_date(session, draft, hoa, (), revision=draft.revision, at=at)
        drafts.save(session, draft, hoa, content, reason="luật mới", revision=draft.revision, at=at)
        drafts.submit(session, draft, hoa, self.desk_rules.instruments, revision=draft.revision, at=at)

    def _review(self, session: Session, draft: GuidanceDraft, approves: bool) -> None:
        (_, mai), at = self._officers(session), self.clock.now()
        if approves and not is_out_of_date(session, draft):
            drafts.approve(session, draft, mai, self.desk_rules.instruments, revision=draft.revision, at=at)
        else:
            drafts.return_to_author(session, draft, mai, "chưa đủ", at)

    @rule(first=DAY)
    def ship_another_text(self, first: dt.date) -> None:
        self.loaded = self._text(first)
        self._load()

    @rule(first=DAY, to=DAY)
    def ship_a_text_of_earlier_days(self, first: dt.date, to: dt.date) -> None:
        before = self._served_by_others()
        self._load(self._text(first, to))
        assert before.items() <= self._served_by_others().items(), "an earlier text took somebody's days"

    @rule(days=st.sampled_from((1, 100)))
    def time_goes_by(self, days: int) -> None:
        self.clock.advance(days=days)

    @invariant()
    def for_each_day_a_published_text_of_that_day_answers_or_none(self) -> None:
        with self.store.reading() as session:
            by_words = {v.content["answer"]["vi"]: v for v in versions.all_of(session, ENTRY)}
            held = versions.held(by_words.values())
        # A few days after each act, others each time: between them all are asked about again and again.
        self.asked += 1
        for day in DAYS[self.asked % 3 :: 3]:
            question = Question("hải quan phạt bao nhiêu?", "vi", day, today=self.desk.today())
            (answer,) = self.desk.answering.answer_each(question, "e1")
            said = answer.utterance.as_text()
            told = [version for words, version in by_words.items() if words in said]
            expected = [one.version.number for one in held if one.holds_on(day)]
            assert [version.number for version in told] == expected, day
            assert all(_may_be_told(version, day) for version in told), day

    def _served_by_others(self) -> dict[dt.date, int]:
        """Who answered for which day, shipped texts of earlier days aside."""
        with self.store.reading() as session:
            found = {day: versions.in_force(session, ENTRY, day) for day in DAYS}
        return {day: version.number for day, version in found.items() if version is not None and not version.is_earlier}


def _may_be_told(version: GuidanceVersion, day: dt.date) -> bool:
    ends = [last for last in (version.in_force_to, version.last_day) if last is not None]
    return version.withdrawn_at is None and version.in_force_from <= day and all(day <= last for last in ends)


def test_only_what_is_published_and_in_force_on_the_asked_day_is_told(
    store_template: Path, tmp_path: Path, rules: Rules
) -> None:
    template = tmp_path / "two_curators.sqlite"
    shutil.copy(store_template, template)
    prepared = make_engine(f"sqlite:///{template}")
    with Store(prepared).writing() as session:
        people.add_officer(
            session, username="mai", name="Mai", role=Role.CURATOR, password=PASSWORD, by="operator", at=NOON
        )
    prepared.dispose()
    engine = make_engine(f"sqlite:///{tmp_path / 'machine.sqlite'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    GuidanceOverDays.engine, GuidanceOverDays.template, GuidanceOverDays.desk_rules = engine, template, rules
    quick = settings(
        max_examples=12, stateful_step_count=12, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(GuidanceOverDays, settings=quick)
    engine.dispose()
