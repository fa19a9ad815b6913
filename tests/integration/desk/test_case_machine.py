"""Whatever officers, enterprises, couriers and the clock do in whatever order: nothing is lost, doubled or left lying.

Hypothesis makes up sequences of acts, allowed and refused ones; after each act the whole store is looked at.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from clock.due import DUE_WORK
from desk.cases import escalation, permissions
from desk.cases.model import OPEN_STATES, Case, CaseEntry, CaseHold, CaseState, EntryKind
from desk.cases.officers import desk as officer_desk
from desk.cases.persons import desk as person_desk
from desk.cases.thread import standing_of
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Message
from desk.deliveries import claiming, in_hand
from desk.deliveries import service as deliveries
from desk.deliveries.model import Delivery
from desk.desk import Desk, Rules
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.store import Store, make_engine
from desk.units import service as units
from desk.units.model import Unit
from dialogue.testing import FakeDialogue
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, ActsOfTheDesk, FakeSearch, FrozenClock

pytestmark = pytest.mark.thorough

OFFICERS = ("minh", "binh", "chi", "dung")
UNITS = ("VN", "KV1", "KV2")
ACTS = ("claim", "give_back", "take_over", "transfer", "note", "reply", "ask", "resolve")
#: The kinds of entries whose message goes to the person.
TO_THE_PERSON = (EntryKind.REPLIED, EntryKind.ASKED)
#: So few cases that acts meet.
CASES = 3

CASE = st.integers(0, CASES - 1)
OFFICER, UNIT = st.sampled_from(OFFICERS), st.sampled_from(UNITS)

Act = Callable[[Desk, Session, Case, Officer], object]


def add_units_and_heads(session: Session) -> None:
    """Two regions below the department; chi is head of the department, dung an officer of the first region."""
    top = units.department(session)
    for code in UNITS[1:]:
        unit = Unit(code=code, kind="region", parent_id=top.id, path="", name_vi=f"Chi cục {code}", name_en=code)
        unit.path = f"{top.path}{code}."  # until it has its id
        session.add(unit)
        session.flush()
        unit.path = f"{top.path}{unit.id}."
    first = session.scalars(select(Unit).where(Unit.code == UNITS[1])).one()
    for username, role, unit in (("chi", Role.HEAD, top), ("dung", Role.OFFICER, first)):
        people.add_officer(
            session, username=username, name=username.title(), role=role, password=PASSWORD, by="t", at=NOON, unit=unit
        )


class CaseMachine(RuleBasedStateMachine):
    template: ClassVar[Path]
    folder: ClassVar[Path]
    rules_of_desk: ClassVar[Rules]
    runs: ClassVar[count[int]] = count()

    def __init__(self) -> None:
        super().__init__()
        path = self.folder / f"{next(self.runs)}.sqlite"
        shutil.copy(self.template, path)
        self.path = path
        self.engine: Engine = make_engine(f"sqlite:///{path}")
        event.listen(self.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        self.store, self.clock, acts = Store(self.engine), FrozenClock(), ActsOfTheDesk()
        self.desk = Desk(self.store, self.clock, FakeSearch(), FakeDialogue(acts), self.rules_of_desk)
        acts.desk = self.desk
        with self.store.writing() as session:
            add_units_and_heads(session)
        self.words = count(1)
        self.written: Counter[str] = Counter()  # what the persons wrote, that must be found
        self.sent: Counter[int] = Counter()  # message orders that a courier put before the person

    def teardown(self) -> None:
        self.engine.dispose()
        self.path.unlink()

    # The person

    @initialize()
    def three_ask(self) -> None:
        for _ in range(CASES):
            self._asks()

    def _asks(self) -> None:
        text = f"câu hỏi {next(self.words)}"
        with self.store.writing() as session:
            incoming = Incoming("telegram", f"chat {text}", Kind.TEXT, text=text)
            chat = conversations.chat_of(session, incoming, self.desk.now())
            conversation = conversations.current(session, chat, text, self.desk.now())
            message = conversations.person_said(session, conversation, text, None, self.desk.now())
            for _ in range(2):  # the button pressed twice
                escalation.open_for(self.desk, session, conversation, message, {})
        self.written[text] += 1

    @rule(which=CASE)
    def writes(self, which: int) -> None:
        text = f"bổ sung {next(self.words)}"
        with self.store.writing() as session:
            case = self._case(session, which)
            message = conversations.person_said(session, case.conversation, text, None, self.desk.now())
            person_desk.go_on(self.desk, session, case, message)
        self.written[text] += 1

    @rule(which=CASE)
    def opens_again(self, which: int) -> None:
        try:
            with self.store.writing() as session:
                person_desk.reopen(self.desk, session, self._case(session, which))
        except permissions.CaseRefused:
            pass

    # Officers. Each act has a rule for somebody, allowed or not, and one for whoever holds the case.

    @rule(
        which=CASE,
        who=OFFICER,
        act=st.sampled_from(ACTS),
        to=UNIT,
    )
    def somebody_acts(self, which: int, who: str, act: str, to: str) -> None:
        self._try(which, who, getattr(self, f"_{act}")(to))

    @rule(which=CASE, who=OFFICER)
    def somebody_claims(self, which: int, who: str) -> None:
        self._try(which, who, officer_desk.claim)

    @rule(which=CASE)
    def the_head_takes_over(self, which: int) -> None:
        self._try(which, "chi", self._take_over(""))

    @rule(which=CASE)
    def the_holder_returns(self, which: int) -> None:
        self._by_the_holder(which, self._give_back(""))

    @rule(which=CASE, to=UNIT)
    def the_holder_transfers(self, which: int, to: str) -> None:
        self._by_the_holder(which, self._transfer(to))

    @rule(which=CASE)
    def the_holder_asks(self, which: int) -> None:
        self._by_the_holder(which, self._ask(""))

    @rule(which=CASE, resolving=st.booleans())
    def the_holder_replies(self, which: int, resolving: bool) -> None:
        self._by_the_holder(which, self._reply(""))
        if resolving:
            self._by_the_holder(which, officer_desk.resolve)

    def _by_the_holder(self, which: int, act: Act) -> None:
        with self.store.reading() as session:
            holder = self._case(session, which).holder
        if holder is not None:
            self._try(which, holder.username, act)

    def _claim(self, _to: str) -> Act:
        return officer_desk.claim

    def _give_back(self, _to: str) -> Act:
        return officer_desk.give_back

    def _resolve(self, _to: str) -> Act:
        return officer_desk.resolve

    def _take_over(self, _to: str) -> Act:
        return officer_desk.take_over

    def _note(self, _to: str) -> Act:
        text = f"nội bộ {next(self.words)}"
        return lambda desk, session, case, officer: officer_desk.note(desk, session, case, officer, text)

    def _transfer(self, to: str) -> Act:
        def transfer(desk: Desk, session: Session, case: Case, officer: Officer) -> None:
            unit = units.by_code(session, to)
            assert unit is not None
            officer_desk.transfer(desk, session, case, officer, unit, "thuộc địa bàn")

        return transfer

    def _reply(self, _to: str) -> Act:
        text = f"trả lời {next(self.words)}"

        def reply_twice(desk: Desk, session: Session, case: Case, officer: Officer) -> None:
            for _ in range(2):  # the button pressed twice
                officer_desk.reply(desk, session, case, officer, text)

        return reply_twice

    def _ask(self, _to: str) -> Act:
        text = f"hỏi lại {next(self.words)}"
        return lambda desk, session, case, officer: officer_desk.ask(desk, session, case, officer, text)

    # Couriers and the clock

    @rule(fate=st.sampled_from(["delivered", "later", "never", "cut off", "dropped"]))
    def carries(self, fate: str) -> None:
        with self.store.writing() as session:
            delivery = claiming.claim_next(session, "telegram", self.desk.now())
        if delivery is None or fate == "dropped":
            return
        with self.store.writing() as session:
            if fate == "later":
                deliveries.failed_for_now(session, delivery.id, "429", self.desk.now())
                return
            if fate == "never":
                deliveries.failed_for_good(session, delivery.id, "blocked")
                return
            self.sent[delivery.message_order] += 1
            if fate == "cut off":
                deliveries.cut_off(session, delivery.id, "no answer")
            else:
                deliveries.delivered(session, delivery.id, self.desk.now())

    @rule(hours=st.sampled_from([1, 30, 400]))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(hours=hours)
        with self.store.writing() as session:
            in_hand.settle_lost(session, "telegram", self.desk.now())

    @rule()
    def the_clock_ticks(self) -> None:
        for work in DUE_WORK:
            work(self.desk)

    # What is true whatever happened

    @invariant()
    def every_word_of_a_person_is_in_exactly_one_case(self) -> None:
        with self.store.reading() as session:
            asked = Counter(session.scalars(select(Case.question)))
            added = select(CaseEntry.text).where(CaseEntry.kind == EntryKind.PERSON_WROTE)
            in_cases = asked + Counter(text for text in session.scalars(added) if text)
            messages = Counter(session.scalars(select(Message.text).where(Message.author == "person")))
        assert in_cases == self.written
        assert messages == self.written

    @invariant()
    def every_reply_is_on_its_way_once_and_is_sent_once_at_most(self) -> None:
        with self.store.reading() as session:
            replies = session.scalars(select(CaseEntry).where(CaseEntry.kind.in_(TO_THE_PERSON))).all()
            carried = Counter(session.scalars(select(Delivery.message_order)))
            said = session.scalar(select(func.count(Message.order_no)).where(Message.author == "officer"))
        assert [carried[entry.message_order or 0] for entry in replies] == [1] * len(replies)
        assert said == len(replies)
        assert max(self.sent.values(), default=0) <= 1

    @invariant()
    def every_open_case_has_a_due_time_and_a_holder_or_a_unit_in_which_it_waits(self) -> None:
        with self.store.reading() as session:
            open_holds = session.scalars(select(CaseHold).where(CaseHold.ended_at.is_(None)))
            holds = {hold.case_id: hold.officer_id for hold in open_holds}
            for case in session.scalars(select(Case)):
                standing = standing_of(case.entries)
                assert (case.state, case.holder_id) == (standing.state, standing.holder_id)
                assert holds.get(case.id) == case.holder_id
                assert case.opened_at < case.at_risk_at <= case.due_at
                if case.state in OPEN_STATES:
                    assert case.unit.active
                    assert (case.state is CaseState.WAITING) == (case.holder_id is None)
                assert (case.resolved_at is None) == (case.state in OPEN_STATES)

    def _case(self, session: Session, which: int) -> Case:
        found = session.scalars(select(Case).order_by(Case.id)).all()
        return found[which % len(found)]

    def _try(self, which: int, who: str, act: Act) -> None:
        """Do it as a door would: in a transaction of its own, which a refusal rolls back."""
        try:
            with self.store.writing() as session:
                officer = people.by_username(session, who)
                assert officer is not None
                act(self.desk, session, self._case(session, which), officer)
        except permissions.CaseRefused:
            pass


@pytest.mark.timeout(120)
def test_no_sequence_of_acts_loses_doubles_or_leaves_anything(
    store_template: Path, rules: Rules, tmp_path_factory: pytest.TempPathFactory
) -> None:
    CaseMachine.template, CaseMachine.rules_of_desk = store_template, rules
    CaseMachine.folder = tmp_path_factory.mktemp("machines")
    run_state_machine_as_test(
        CaseMachine,
        settings=settings(
            max_examples=30,
            stateful_step_count=60,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
