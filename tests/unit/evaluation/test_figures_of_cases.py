"""The report on cases: the worst of several is at the top, and what must never be is said."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from evaluation.cases import run
from evaluation.cases.broadcast import Broadcast
from evaluation.cases.claims import Claims
from evaluation.cases.moved_clock import until_noon
from evaluation.cases.replies import Replies

CLAIMS = Claims(run.CASES, run.OFFICERS, 10, run.CASES, 20, 20, 3, 0, 9.0, 5.0, 9.0)
NEWS = Broadcast(1_000, 980, 0, 20, 10, 10, 0, 40, 2, 60.0)
REPLIES = Replies(200, 200, 150.0, 250.0, 400.0, 0)


def test_the_worse_of_two_databases_and_the_replies_beside_news_are_at_the_top() -> None:
    fewer = dataclasses.replace(CLAIMS, claimed_once=999)
    beside = dataclasses.replace(REPLIES, p50_ms=170.0)
    figures = run.report({"sqlite": CLAIMS, "postgresql": fewer}, NEWS, REPLIES, beside)
    assert (figures["claimed_once"], figures["reply_p50_ms"], figures["reply_alone_p50_ms"]) == (999, 170.0, 150.0)
    assert run.faults_of(figures) == ["1 cases without exactly one holder"]


def test_a_database_that_is_not_here_is_said_and_counts_for_nothing() -> None:
    figures = run.report({"sqlite": CLAIMS, "postgresql": "PostgreSQL does not start here"}, NEWS, REPLIES, REPLIES)
    assert figures["claims"]["postgresql"] == "PostgreSQL does not start here"
    assert run.faults_of(figures) == []


@pytest.mark.parametrize(
    ("news", "replies"),
    [({"doubled": 1}, {}), ({"missed": 1}, {}), ({}, {"arrived": 199})],
    ids=["told twice", "forgotten", "lost"],
)
def test_what_must_never_be_is_a_fault(news: dict[str, int], replies: dict[str, int]) -> None:
    told, lost = dataclasses.replace(NEWS, **news), dataclasses.replace(REPLIES, **replies)
    assert len(run.faults_of(run.report({"sqlite": CLAIMS}, told, REPLIES, lost))) == 1


@pytest.mark.parametrize(("hour", "ahead"), [(0, 5), (5, 0), (6, 23), (23, 6)])
def test_the_clock_is_moved_to_the_next_noon_in_viet_nam(hour: int, ahead: int) -> None:
    assert until_noon(dt.datetime(2026, 11, 23, hour, tzinfo=dt.UTC)) == dt.timedelta(hours=ahead)
