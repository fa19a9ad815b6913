"""From a desk without units to one with them and back: states, holders, urgencies and roles stay what they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session

from desk.cases import permissions
from desk.cases import service as cases
from desk.cases.model import Case, CaseHold, CaseState, Reminded, Urgency
from desk.cases.officers import desk as officer_desk
from desk.cases.promises.deadlines import Deadline
from desk.cases.thread import Standing, standing_of
from desk.conversations import service as conversations
from desk.conversations.model import Message
from desk.migrations.run import differences, downgrade, migrate
from desk.people.model import Officer, Role
from desk.speech import Utterance
from desk.store import Store
from desk.units.model import Unit
from tests.desk_fixtures import NOON, World
from tests.unit_fixtures import ELSEWHERE, OFFICE, hire, named, unit

pytestmark = pytest.mark.thorough

BEFORE_UNITS = "0003"
MINUTE = dt.timedelta(minutes=1)
#: What happened to a case in the earlier desk, and what it amounts to: state and holder.
EARLIER_THREADS = {
    "waiting": ([("opened", None)], CaseState.WAITING, None),
    "claimed": ([("opened", None), ("claimed", 1)], CaseState.CLAIMED, 1),
    "answered": ([("opened", None), ("claimed", 1), ("replied", 1)], CaseState.ANSWERED, 1),
    "asked on": (
        [("opened", None), ("claimed", 1), ("replied", 1), ("person_wrote", None)],
        *(CaseState.CLAIMED, 1),
    ),
    "returned": ([("opened", None), ("claimed", 1), ("returned", 1)], CaseState.WAITING, None),
    "taken by another": (
        [("opened", None), ("claimed", 1), ("returned", 1), ("claimed", 2), ("replied", 2)],
        *(CaseState.ANSWERED, 2),
    ),
    "resolved": ([("opened", None), ("claimed", 1), ("replied", 1), ("resolved", 1)], CaseState.RESOLVED, None),
}


def earlier_desk(store: Store) -> None:
    """Fill the tables of the earlier desk with an officer of each role and a case for each of EARLIER_THREADS."""
    tables = MetaData()
    tables.reflect(store.engine)

    def add(table: str, **values: object) -> None:
        connection.execute(tables.tables[table].insert().values(**values))

    with store.engine.begin() as connection:
        connection.execute(tables.tables["officers"].delete())
        for number, role in enumerate(("officer", "head", "curator"), start=1):
            add(
                "officers",
                id=number,
                username=role,
                name=role,
                password_hash="-",
                active=True,
                failed_sign_ins=0,
                created_at=NOON,
                role=role,
            )
        add("persons", id="p", created_at=NOON)
        add("chats", id="c", channel="telegram", address="1", person_id="p", created_at=NOON)
        add(
            "conversations",
            id="v",
            chat_id="c",
            language="vi",
            started_at=NOON,
            last_activity_at=NOON,
            beside_case=False,
        )
        urgencies = ("normal", "high", "urgent")
        for number, (name, (thread, _, holder)) in enumerate(EARLIER_THREADS.items(), start=1):
            add("messages", id=name, conversation_id="v", author="person", text=name, at=NOON)
            add(
                "cases",
                id=number,
                number=f"2026-{number:05d}",
                key=name,
                enquiry_id=name,
                question=name,
                conversation_id="v",
                person_id="p",
                language="vi",
                urgency=urgencies[number % 3],
                opened_at=NOON,
                due_at=NOON + 60 * MINUTE,
            )
            for step, (kind, officer) in enumerate(thread):
                text = "lời" if kind in ("replied", "person_wrote") else None
                at = NOON + step * MINUTE
                add("case_entries", case_id=number, kind=kind, officer_id=officer, text=text, at=at)
            if holder is not None:
                add("case_holds", case_id=number, officer_id=holder, began_at=NOON)


@pytest.fixture
def upgraded(store: Store) -> Store:
    downgrade(store.engine, BEFORE_UNITS)
    earlier_desk(store)
    migrate(store.engine)
    return store


def case_named(session: Session, name: str) -> Case:
    return session.scalars(select(Case).where(Case.question == name)).one()


class TestThere:
    def test_models_and_tables_agree(self, upgraded: Store) -> None:
        assert differences(upgraded.engine) == []

    @pytest.mark.parametrize("name", EARLIER_THREADS)
    def test_a_case_stands_where_its_thread_left_it(self, upgraded: Store, name: str) -> None:
        thread, state, holder = EARLIER_THREADS[name]
        with upgraded.reading() as session:
            case = case_named(session, name)
            assert (case.state, case.holder_id) == (state, holder)
            assert standing_of(case.entries) == Standing(state, holder)
            assert [(entry.kind, entry.officer_id) for entry in case.entries] == thread
            assert {str(entry.detail) for entry in case.entries} == {"{}"}
            by_officers = [NOON + step * MINUTE for step, (_, officer) in enumerate(thread) if officer is not None]
            assert case.touched_at == max(by_officers, default=None)
            assert case.resolved_at == (by_officers[-1] if state is CaseState.RESOLVED else None)

    def test_every_case_waits_in_the_departments_queue_with_its_urgency_and_due_time(self, upgraded: Store) -> None:
        with upgraded.reading() as session:
            found = session.scalars(select(Case).order_by(Case.id)).all()
            assert {(case.unit.code, case.unit_found_by, case.reminded) for case in found} == {
                ("VN", "default", Reminded.NOBODY)
            }
            assert [case.urgency for case in found[:3]] == [Urgency.URGENT, Urgency.URGENT, Urgency.NOT_URGENT]
            assert {(case.at_risk_at, case.due_at) for case in found} == {(NOON + 60 * MINUTE,) * 2}

    def test_officers_have_their_roles_in_the_department_and_are_on_duty(self, upgraded: Store) -> None:
        with upgraded.reading() as session:
            for officer in session.scalars(select(Officer)):
                assert [(held.role, held.unit.code) for held in officer.appointments] == [(officer.username, "VN")]
                assert officer.on_duty

    def test_work_goes_on(self, upgraded: Store, world: World) -> None:
        with upgraded.writing() as session:
            officer = named(session, "officer")
            officer_desk.claim(world.desk, session, case_named(session, "returned"), officer)
            officer_desk.reply(world.desk, session, case_named(session, "asked on"), officer, "Trả lời")
            officer_desk.resolve(world.desk, session, case_named(session, "answered"), officer)
            with pytest.raises(permissions.CaseRefused):
                officer_desk.claim(world.desk, session, case_named(session, "taken by another"), officer)

    def test_and_back_again(self, upgraded: Store) -> None:
        downgrade(upgraded.engine, BEFORE_UNITS)
        migrate(upgraded.engine)
        with upgraded.reading() as session:
            for name, (_, state, holder) in EARLIER_THREADS.items():
                assert (name, case_named(session, name).state, case_named(session, name).holder_id) == (
                    *(name, state, holder),
                )


Act = Callable[[World, Session, Case], None]


def transferred_to_a_colleague(world: World, session: Session, case: Case) -> None:
    cases.claim(session, case, named(session, "minh"), NOON)
    there, binh = unit(session, "VN"), named(session, "binh")
    cases.transfer(session, case, named(session, "minh"), there, "Bình rõ hơn", NOON, colleague=binh)


def transferred_to_a_unit(world: World, session: Session, case: Case) -> None:
    cases.claim(session, case, named(session, "minh"), NOON)
    cases.transfer(session, case, named(session, "minh"), unit(session, OFFICE), "Thuộc cảng", NOON)


def taken_over(world: World, session: Session, case: Case) -> None:
    cases.claim(session, case, named(session, "minh"), NOON)
    cases.take_over(session, case, named(session, "dung"), NOON)


def returned_by_the_clock(world: World, session: Session, case: Case) -> None:
    cases.claim(session, case, named(session, "minh"), NOON)
    cases.return_untouched(session, case, NOON)


def returned_by_the_administrator(world: World, session: Session, case: Case) -> None:
    cases.claim(session, case, named(session, "nga"), NOON)
    named(session, "nga").active = False
    cases.return_from(session, named(session, "nga"), by="operator", at=NOON)
    named(session, "nga").active = True


def moved_while_held(world: World, session: Session, case: Case) -> None:
    cases.claim(session, case, named(session, "minh"), NOON)
    cases.move(session, case, unit(session, ELSEWHERE), "Đơn vị đóng", by="operator", at=NOON)


def moved_while_waiting(world: World, session: Session, case: Case) -> None:
    cases.move(session, case, unit(session, ELSEWHERE), "Đơn vị đóng", by="operator", at=NOON)


def drafted_noted_and_reminded(world: World, session: Session, case: Case) -> None:
    minh = named(session, "minh")
    cases.claim(session, case, minh, NOON)
    cases.note(session, case, minh, "Xem lại", NOON)
    cases.draft(session, case, minh, "Dự thảo", NOON)
    cases.remind(session, case, Reminded.OFFICER, NOON)


def said(world: World, session: Session, case: Case) -> Message:
    return conversations.say(session, case.conversation, Utterance.plain("?"), NOON, author="officer")


def needs_information(world: World, session: Session, case: Case) -> None:
    cases.claim(session, case, named(session, "minh"), NOON)
    cases.ask(session, case, named(session, "minh"), "Số tờ khai?", said(world, session, case), NOON)


def resolved(world: World, session: Session, case: Case) -> None:
    minh = named(session, "minh")
    cases.claim(session, case, minh, NOON)
    cases.reply(session, case, minh, "Xong", said(world, session, case), NOON)
    cases.resolve(session, case, minh, NOON)


def reopened(world: World, session: Session, case: Case) -> None:
    resolved(world, session, case)
    cases.reopen(session, case, Deadline(NOON, NOON), NOON)


def closed(world: World, session: Session, case: Case) -> None:
    resolved(world, session, case)
    cases.close(session, case, NOON + cases.REOPENED_WITHIN)


#: What happened in this desk, and what the earlier one makes of it: state and holder.
BACK: dict[Act, tuple[CaseState, str | None]] = {
    transferred_to_a_colleague: (CaseState.CLAIMED, "binh"),
    transferred_to_a_unit: (CaseState.WAITING, None),
    taken_over: (CaseState.CLAIMED, "dung"),
    returned_by_the_clock: (CaseState.WAITING, None),
    returned_by_the_administrator: (CaseState.WAITING, None),
    moved_while_held: (CaseState.CLAIMED, "minh"),
    moved_while_waiting: (CaseState.WAITING, None),
    drafted_noted_and_reminded: (CaseState.CLAIMED, "minh"),
    needs_information: (CaseState.CLAIMED, "minh"),
    resolved: (CaseState.RESOLVED, None),
    reopened: (CaseState.WAITING, None),
    closed: (CaseState.RESOLVED, None),
}


def test_back_what_happened_is_told_in_the_earlier_words(world: World, store: Store) -> None:
    hire(world, "dung", "VN", Role.HEAD)
    hire(world, "nga", "VN")
    for number, act in enumerate(BACK):
        _open_case(world, str(1000 + number), act.__name__)
        with store.writing() as session:
            act(world, session, case_named(session, act.__name__))
    downgrade(store.engine, BEFORE_UNITS)
    tables = MetaData()
    tables.reflect(store.engine)
    with store.engine.connect() as connection:
        kinds = set(connection.execute(select(tables.tables["case_entries"].c.kind)).scalars())
        roles = connection.execute(select(tables.tables["officers"].c.username, tables.tables["officers"].c.role)).all()
    assert kinds <= {"opened", "claimed", "returned", "replied", "person_wrote", "resolved"}
    assert dict(map(tuple, roles)) == {
        "minh": "officer",
        "binh": "officer",
        "nga": "officer",
        "hoa": "curator",
        "dung": "head",
    }
    migrate(store.engine)
    assert differences(store.engine) == []
    with store.reading() as session:
        for act, (state, holder) in BACK.items():
            case = case_named(session, act.__name__)
            assert (act.__name__, case.state, case.holder and case.holder.username) == (act.__name__, state, holder)
            open_holds = select(CaseHold.officer_id).where(CaseHold.case_id == case.id, CaseHold.ended_at.is_(None))
            assert list(session.scalars(open_holds)) == ([case.holder_id] if case.holder_id else [])
        assert [each.code for each in session.scalars(select(Unit))] == ["VN"]


def _open_case(world: World, address: str, question: str) -> None:
    person = world.chatter(address)
    person.writes(question)
    person.taps("ask_officer")
    person.taps("send_as_is")
