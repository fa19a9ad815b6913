"""Cases: the database keeps their invariants, and of two officers exactly one gets a case."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.cases import permissions, queries
from desk.cases import service as cases
from desk.cases.model import Case, CaseEntry, CaseHold, CaseState
from desk.conversations.model import Message
from desk.people import service as people
from desk.people.model import Officer
from desk.store import Store, make_engine
from tests.desk_fixtures import NOON, Chatter, World


@pytest.fixture(autouse=True)
def _a_case_waits(lan: Chatter) -> None:
    lan.writes("nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("send_as_is")


def the_case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def officer(session: Session, username: str = "minh") -> Officer:
    found = people.by_username(session, username)
    assert found is not None
    return found


def a_message(session: Session) -> Message:
    return session.scalars(select(Message).order_by(Message.order_no.desc())).first() or pytest.fail("no message")


def refused(act: Callable[..., Any], *args: Any) -> str:
    with pytest.raises(permissions.CaseRefused) as refusal:
        act(*args)
    return refusal.value.reason


def answered(session: Session) -> tuple[Case, Officer]:
    case, minh = the_case(session), officer(session)
    cases.claim(session, case, minh, NOON)
    cases.reply(session, case, minh, "Cần giấy phép.", a_message(session), NOON)
    return case, minh


def test_two_open_holds_of_one_case_are_impossible(store: Store) -> None:
    with store.writing() as session:
        first, second = (
            CaseHold(case_id=the_case(session).id, officer_id=officer(session, username).id, began_at=NOON)
            for username in ("minh", "binh")
        )
        session.add(first)
        session.flush()
        session.add(second)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


@pytest.mark.parametrize(
    "entry", [{"kind": "replied", "text": "x"}, {"kind": "claimed"}, {"kind": "person_wrote"}, {"kind": "deleted"}]
)
def test_an_entry_without_its_officer_or_its_words_is_impossible(store: Store, entry: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(CaseEntry(case_id=the_case(session).id, at=NOON, **entry))


def test_a_message_enters_a_thread_once(store: Store) -> None:
    with store.writing() as session:
        case, minh = answered(session)
        with pytest.raises(IntegrityError), session.begin_nested():
            cases.reply(session, case, minh, "Cần giấy phép.", a_message(session), NOON)


def test_the_thread_is_in_the_order_in_which_things_happened(store: Store) -> None:
    with store.writing() as session:
        case, minh = answered(session)
        cases.give_back(session, case, minh, NOON)
        cases.claim(session, case, officer(session, "binh"), NOON)
        cases.resolve(session, case, officer(session, "binh"), NOON)
    with store.reading() as session:
        kinds = ["opened", "claimed", "replied", "returned", "claimed", "resolved"]
        assert [entry.kind for entry in the_case(session).entries] == kinds
        audit = session.scalars(select(AuditEntry).where(AuditEntry.subject == "2026-00001").order_by(AuditEntry.id))
        assert [(entry.act, entry.actor) for entry in audit] == [
            ("case.opened", "person"),
            ("case.claimed", "officer:minh"),
            ("case.replied", "officer:minh"),
            ("case.returned", "officer:minh"),
            ("case.claimed", "officer:binh"),
            ("case.resolved", "officer:binh"),
        ]


def test_claiming_what_one_holds_already_changes_nothing(store: Store) -> None:
    with store.writing() as session:
        for _ in range(2):
            cases.claim(session, the_case(session), officer(session), NOON)
        assert [entry.kind for entry in the_case(session).entries] == ["opened", "claimed"]


def test_what_a_state_does_not_allow_is_refused(store: Store) -> None:
    with store.writing() as session:
        case, minh, binh = the_case(session), officer(session), officer(session, "binh")
        assert refused(cases.give_back, session, case, minh, NOON) == "officer.claim_first"
        assert refused(cases.resolve, session, case, minh, NOON) == "officer.claim_first"
        cases.claim(session, case, minh, NOON)
        assert refused(cases.claim, session, case, binh, NOON) == "officer.held_by_another"
        assert refused(cases.resolve, session, case, minh, NOON) == "officer.answer_first"
        cases.reply(session, case, minh, "Cần giấy phép.", a_message(session), NOON)
        cases.resolve(session, case, minh, NOON)
        for act in (cases.claim, cases.give_back, cases.resolve):
            assert refused(act, session, case, minh, NOON) == "officer.resolved_already"
        assert refused(cases.person_wrote, session, case, a_message(session), NOON) == "officer.resolved_already"
        assert case.state is CaseState.RESOLVED


def test_a_refused_claim_leaves_no_trace(store: Store) -> None:
    with store.writing() as session:
        cases.claim(session, the_case(session), officer(session), NOON)
    with store.writing() as session:
        refused(cases.claim, session, the_case(session), officer(session, "binh"), NOON)
    with store.reading() as session:
        assert len(session.scalars(select(CaseHold)).all()) == 1
        assert [entry.kind for entry in the_case(session).entries] == ["opened", "claimed"]


def test_of_two_officers_who_claim_at_once_exactly_one_wins(store: Store) -> None:
    for _ in range(5):
        start = threading.Barrier(2)
        outcomes: list[str] = []

        def claim(username: str, start: threading.Barrier = start, outcomes: list[str] = outcomes) -> None:
            own = Store(make_engine(store.engine.url.render_as_string()))
            start.wait()
            try:
                with own.writing() as session:
                    cases.claim(session, the_case(session), officer(session, username), NOON)
                outcomes.append("won")
            except permissions.CaseRefused as lost:
                outcomes.append(lost.reason)
            own.engine.dispose()

        threads = [threading.Thread(target=claim, args=(username,)) for username in ("minh", "binh")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["officer.held_by_another", "won"]
        with store.writing() as session:
            holder = the_case(session).holder
            assert holder is not None
            cases.give_back(session, the_case(session), holder, NOON)


def test_cases_are_found_by_their_number_their_link_and_their_state(world: World, store: Store) -> None:
    with store.reading() as session:
        case = the_case(session)
        assert queries.by_number(session, " 2026-00001 ") is case
        assert queries.by_key(session, case.key) is case
        assert len(case.key) == 22
        assert queries.by_key(session, "forged") is None
        assert queries.in_state(session, CaseState.WAITING) == [case]
        assert queries.in_state(session, CaseState.RESOLVED) == []


def test_cases_in_a_state_come_with_the_one_that_is_due_first(world: World, store: Store, an: Chatter) -> None:
    an.writes("xuất khẩu gỗ lạ thì sao")
    an.taps("ask_officer")
    an.taps("add_details")
    for words in ("", "", "", "urgent", ""):
        an.writes(words) if words else an.taps("form_skip")
    with store.reading() as session:
        waiting = queries.in_state(session, CaseState.WAITING)
        assert [case.urgency for case in waiting] == ["urgent", "not_urgent"]
        assert waiting[0].due_at < waiting[1].due_at
