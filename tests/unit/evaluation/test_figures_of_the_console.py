"""The report on the officers' lists: the worst page is at the top, ratios compare many with few, faults are said."""

from __future__ import annotations

from evaluation.console import run
from evaluation.console.run import Measured
from evaluation.console.timing import Times

OPENING = Times(3.0, 5.0)


def measured(waiting: float, search: float) -> Measured:
    return Measured({"office: waiting": Times(waiting, waiting + 2), "office: search": Times(search, 30.0)}, OPENING)


def test_the_worst_page_of_all_databases_is_at_the_top() -> None:
    sqlite = {1_000: measured(8.0, 10.0), 100_000: measured(10.0, 15.0)}
    postgresql = {1_000: measured(10.0, 20.0), 100_000: measured(40.0, 22.0)}
    figures = run.report({"sqlite": sqlite, "postgresql": postgresql})
    assert figures["worst_p50_ms"] == 40.0
    assert figures["worst"]["postgresql"] == {"page": "office: waiting", "p50_ms": 40.0}
    assert figures["ratios"]["postgresql"] == {"office: waiting": 4.0, "office: search": 1.1}
    assert figures["databases"]["sqlite"]["100000"]["opening"]["p50_ms"] == 3.0
    assert run.faults_of(figures) == []


def test_a_list_that_takes_too_long_is_a_fault() -> None:
    sizes = {1_000: measured(8.0, 10.0), 100_000: measured(50.1, 15.0)}
    (fault,) = run.faults_of(run.report({"sqlite": sizes}))
    assert "office: waiting on sqlite" in fault


def test_a_database_that_is_not_here_is_said_and_counts_for_nothing() -> None:
    sizes = {1_000: measured(8.0, 10.0), 100_000: measured(9.0, 15.0)}
    figures = run.report({"sqlite": sizes, "postgresql": "PostgreSQL does not start here"})
    assert figures["databases"]["postgresql"] == "PostgreSQL does not start here"
    assert figures["worst_p50_ms"] == 15.0
