"""How the database reads the lists of very many cases: by an index in the order of the page, never all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from desk.cases import listing, searching
from desk.cases.listing import EVERYTHING, Narrowing, View
from desk.people import service as people
from desk.people.model import Officer
from desk.store import Store, make_engine
from evaluation.console.material import PEOPLE, fill
from tests.desk_fixtures import CONTENT, NOON

pytestmark = pytest.mark.thorough

CASES = 20_000
NARROWED = (EVERYTHING, Narrowing(urgency="perishable"), Narrowing(topic="tax", language="en", channel="web"))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, _cheap_password_hashes: None) -> Iterator[Session]:
    store = Store(make_engine(f"sqlite:///{tmp_path_factory.mktemp('many') / 'desk.sqlite'}"))
    fill(store, CONTENT, CASES, NOON)
    with store.reading() as session:
        yield session
    store.engine.dispose()


@pytest.fixture(params=sorted(PEOPLE))
def officer(session: Session, request: pytest.FixtureRequest) -> Officer:
    """Somebody in an office, in a region, and at the top of the tree."""
    found = people.by_username(session, request.param)
    assert found is not None
    return found


def plans_of(session: Session, read: Callable[[], Any]) -> list[tuple[str, str]]:
    """Each statement about cases that was run, with how SQLite goes about it."""
    told: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        told.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    connection = session.connection()
    return [
        (statement, "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)))
        for statement, values in told
        if "FROM cases" in statement
    ]


def reads_all(plan: str) -> list[str]:
    """The steps that go through a whole table; the index of drafts holds nothing else."""
    steps = [step for step in plan.splitlines() if step.startswith(("SCAN cases", "SCAN case_words"))]
    return [step for step in steps if "ix_cases_drafted_due" not in step]


@pytest.mark.parametrize("narrowing", NARROWED, ids=["all", "urgency", "several"])
@pytest.mark.parametrize("view", list(View))
def test_a_page_of_a_view_is_read_in_the_order_of_an_index(
    session: Session, officer: Officer, view: View, narrowing: Narrowing
) -> None:
    def two_pages() -> None:
        first = listing.page(session, officer, view, NOON, limit=20, narrowing=narrowing)
        if first.after is not None:
            listing.page(session, officer, view, NOON, limit=20, narrowing=narrowing, after=first.after)

    if view not in listing.views_of(officer):
        return
    for statement, plan in plans_of(session, two_pages):
        assert reads_all(plan) == [], statement
        assert "TEMP B-TREE" not in plan, f"{statement}\n{plan}"


@pytest.mark.parametrize("narrowing", NARROWED, ids=["all", "urgency", "several"])
def test_the_counts_read_no_whole_table(session: Session, officer: Officer, narrowing: Narrowing) -> None:
    ((statement, plan),) = plans_of(session, lambda: listing.counts(session, officer, NOON, narrowing))
    assert reads_all(plan) == [], statement


@pytest.mark.parametrize("words", ["tờ khai", "hải quan", "2026-00777", "logis", "xyzzy", "nguoi12@example.vn"])
def test_a_search_reads_no_whole_table(session: Session, officer: Officer, words: str) -> None:
    for statement, plan in plans_of(session, lambda: searching.search(session, officer, words, limit=20)):
        # Who sees every case goes through the newest for a common word, by their ids, until a page is full.
        newest_first = officer.username == "department" and "TEMP B-TREE" not in plan
        assert reads_all(plan) in ([], ["SCAN cases"] if newest_first else []), f"{statement}\n{plan}"


@pytest.mark.parametrize("view", [View.UNIT, View.AT_RISK, View.OVERDUE, View.RESOLVED])
def test_page_after_page_holds_every_case_of_a_view_once(session: Session, officer: Officer, view: View) -> None:
    narrowing, found, after = Narrowing(urgency="perishable"), list[int](), None
    while True:
        page = listing.page(session, officer, view, NOON, limit=50, narrowing=narrowing, after=after)
        found += [case.id for case in page.rows]
        if page.after is None:
            break
        after = page.after
    assert len(found) == len(set(found))
    counted = listing.counts(session, officer, NOON, narrowing)[view]
    assert min(len(found), listing.COUNTED) == counted


def test_there_are_cases_in_every_view(session: Session) -> None:
    department = people.by_username(session, "department")
    assert department is not None
    assert all(listing.counts(session, department, NOON).values())
