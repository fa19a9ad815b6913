"""Every figure of the dashboard, counted a second time in plain Python over all rows of a made-up history."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.answering.outcome import Outcome
from desk.cases.model import Case, CaseEntry, CaseState
from desk.conversations.model import Chat, Conversation
from desk.desk import Rules
from desk.enquiries.model import Enquiry
from desk.figures import gaps, ratings, scope, timeliness, topics, volume
from desk.figures.period import Period, Step
from desk.figures.scope import Scope
from desk.guidance import service as guidance
from desk.guidance.model import GuidanceEntry
from desk.migrations.run import migrate
from desk.people import service as people
from desk.people.model import Role
from desk.ratings.model import Rating, RatingRequest
from desk.store import Store, make_engine
from desk.units.model import Unit
from evaluation.cases.postgresql import own_postgresql
from tests.desk_fixtures import NOON, shipped_records
from tests.figures_fixtures import History
from tests.small_tree import add_units, unit

pytestmark = pytest.mark.thorough

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST, LAST = dt.date(2026, 7, 6), dt.date(2026, 11, 23)
#: The whole history, one that begins and ends within it, a single day, and one with nothing in it.
PERIODS = (
    Period(FIRST, LAST),
    Period(dt.date(2026, 9, 17), dt.date(2026, 10, 15)),
    Period(dt.date(2026, 11, 18), dt.date(2026, 11, 18)),
    Period(dt.date(2026, 1, 1), dt.date(2026, 1, 31)),
)
UNITS = ("VN", "KV02", "CATLAI", "KV03")


@dataclass(frozen=True)
class Rows:
    """All rows that figures are made of."""

    enquiries: list[Any]
    conversations: list[Any]
    cases: list[Any]
    entries: dict[int, list[Any]]
    requests: list[Any]
    stars: dict[int, int]
    groups: dict[str, str]
    paths: dict[int, str]
    channels: dict[str, str]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with the history, on each database."""
    if request.param == "postgresql":
        with own_postgresql() as url:
            yield from _filled(url)
    else:
        path: Path = tmp_path_factory.mktemp("figures") / "desk.sqlite"
        yield from _filled(f"sqlite:///{path}")


def _filled(url: str) -> Iterator[Store]:
    engine = make_engine(url)
    migrate(engine)
    store = Store(engine)
    with store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON)
        add_units(session)
        password = "a password of tests"
        people.add_officer(
            session, username="minh", name="Minh", role=Role.OFFICER, password=password, by="operator", at=NOON
        )
        History(session, ("CATLAI", "VN", "CATLAI-1", "KV03", "LINHTRUNG")).of_days(FIRST, LAST, NOON)
    try:
        yield store
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def rows(history: Store) -> Rows:
    with history.reading() as session:
        entries: dict[int, list[Any]] = {}
        for entry in session.scalars(select(CaseEntry).order_by(CaseEntry.id)):
            entries.setdefault(entry.case_id, []).append(entry)
        chats = {chat.id: chat.channel for chat in session.scalars(select(Chat))}
        conversations = list(session.scalars(select(Conversation)))
        return Rows(
            enquiries=list(session.scalars(select(Enquiry))),
            conversations=conversations,
            cases=list(session.scalars(select(Case))),
            entries=entries,
            requests=list(session.scalars(select(RatingRequest))),
            stars={rating.request_id: rating.stars for rating in session.scalars(select(Rating))},
            groups={entry.id: entry.group for entry in session.scalars(select(GuidanceEntry))},
            paths={each.id: each.path for each in session.scalars(select(Unit))},
            channels={each.id: chats[each.chat_id] for each in conversations},
        )


@pytest.fixture
def session(history: Store) -> Iterator[Session]:
    with history.reading() as session:
        yield session


def is_in(period: Period, moment: dt.datetime | None) -> bool:
    return moment is not None and period.first <= moment.astimezone(HERE).date() <= period.last


def of(session: Session, code: str) -> Scope:
    return Scope((unit(session, code),))


def counted(rows: Rows, period: Period, path: str) -> list[Any]:
    return [c for c in rows.cases if is_in(period, c.opened_at) and rows.paths[c.unit_id].startswith(path)]


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_the_volume_is_what_the_rows_say(session: Session, rows: Rows, period: Period) -> None:
    found = volume.volume(session, period, of(session, "VN"))
    asked = [e for e in rows.enquiries if is_in(period, e.asked_at)]
    with_case = {case.enquiry_id for case in rows.cases}
    assert found.asked == len(asked)
    assert found.by_outcome == Counter(Outcome(e.outcome) for e in asked)
    assert found.without_an_officer == sum(
        e.outcome.startswith("answered") and e.message_id not in with_case for e in asked
    )
    assert volume.grouped(found.enquiries, lambda a: (a.day, a.channel, a.language)) == Counter(
        (e.asked_at.astimezone(HERE).date(), rows.channels[e.conversation_id], e.language) for e in asked
    )
    begun = [c for c in rows.conversations if is_in(period, c.started_at)]
    assert {(b.day, b.channel, b.language): n for b, n in found.conversations.items()} == Counter(
        (c.started_at.astimezone(HERE).date(), rows.channels[c.id], c.language) for c in begun
    )
    assert found.since == min(c.started_at.astimezone(HERE).date() for c in rows.conversations)


@pytest.mark.parametrize("code", UNITS)
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_cases_are_those_of_the_units(session: Session, rows: Rows, period: Period, code: str) -> None:
    found = volume.volume(session, period, of(session, code))
    cases = counted(rows, period, unit(session, code).path)
    assert {(b.day, b.channel, b.language): n for b, n in found.cases.items()} == Counter(
        (c.opened_at.astimezone(HERE).date(), rows.channels[c.conversation_id], c.language) for c in cases
    )


@pytest.mark.parametrize("step", list(Step))
def test_steps_sum_to_the_whole(session: Session, rows: Rows, step: Step) -> None:
    period = PERIODS[1]
    found = volume.volume(session, period, of(session, "VN"))
    by_step = volume.over_time(found.enquiries, step)
    for bucket in period.buckets(step):
        days = [e.asked_at.astimezone(HERE).date() for e in rows.enquiries]
        begins = volume.bucket_of(bucket.first, step)
        assert by_step[begins] == sum(bucket.first <= day <= bucket.last for day in days)
    assert sum(by_step.values()) == found.asked


@pytest.mark.parametrize("code", UNITS)
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_ratings_are_what_the_rows_say(session: Session, rows: Rows, period: Period, code: str) -> None:
    within = unit(session, code)
    found = ratings.ratings(session, period, Scope((within,)))
    units = {case.id: rows.paths[case.unit_id] for case in rows.cases}
    asked = [r for r in rows.requests if is_in(period, r.asked_at)]
    alone = [r for r in asked if r.case_id is None]
    of_cases = [r for r in asked if r.case_id is not None and units[r.case_id].startswith(within.path)]
    for figures, requests in ((found.conversations, alone), (found.cases, of_cases), (found.all, alone + of_cases)):
        stars = [rows.stars[r.id] for r in requests if r.id in rows.stars]
        assert (figures.asked, figures.answered) == (len(requests), len(stars))
        assert figures.counts == tuple(stars.count(level) for level in range(1, 6))
        assert figures.response_rate == (len(stars) / len(requests) if requests else None)
        assert figures.mean == (pytest.approx(statistics.mean(stars)) if stars else None)
        assert figures.share_satisfied == (sum(s > 3 for s in stars) / len(stars) if stars else None)
    parts = found.of_parts(Scope((within,)).parts(session))
    assert sum(part.asked for part in parts.values()) == len(of_cases)


def working(agenda: Any, spans: list[tuple[dt.datetime, dt.datetime]]) -> float:
    """Hours of working time in spans, window by window of every day."""
    total = dt.timedelta()
    for start, end in spans:
        day = start.astimezone(HERE).date()
        while day <= end.astimezone(HERE).date():
            for opens, closes in agenda.on(day):
                total += max(dt.timedelta(), min(closes, end) - max(opens, start))
            day += dt.timedelta(days=1)
    return total / dt.timedelta(hours=1)


def spans_until(case: Any, entries: list[Any], end: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """From the opening to ``end``, without what lies between a question of an officer and the person's words."""
    cuts = [case.opened_at]
    for entry in entries:
        ends_a_pause = len(cuts) % 2 == 0 and entry.kind in ("person_wrote", "replied")
        if entry.at < end and ((entry.kind == "asked" and len(cuts) % 2) or ends_a_pause):
            cuts.append(entry.at)
    if len(cuts) % 2:
        cuts.append(end)
    return list(zip(cuts[::2], cuts[1::2], strict=True))


@pytest.mark.parametrize("code", UNITS)
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_times_are_what_the_threads_say(session: Session, rows: Rows, rules: Rules, period: Period, code: str) -> None:
    within = unit(session, code)
    found = timeliness.Times(timeliness.case_times(session, period, Scope((within,)), rules.deadlines, NOON))
    answers, ends, kept, judged = [], [], 0, 0
    cases = counted(rows, period, within.path)
    for case in cases:
        promise = rules.deadlines.promise(case.urgency)
        agenda = rules.deadlines.calendar.agenda(session.get_one(Unit, case.unit_id), duty=promise.duty)
        entries = rows.entries[case.id]
        replied = [entry.at for entry in entries if entry.kind == "replied"]
        promised = promise.answered_within / dt.timedelta(hours=1)
        took = working(agenda, spans_until(case, entries, replied[0] if replied else NOON))
        if replied:
            answers.append(took)
        judged += bool(replied) or took > promised
        kept += bool(replied) and took <= promised
        if case.state == CaseState.RESOLVED:
            ends.append(working(agenda, spans_until(case, entries, case.resolved_at)))
    assert (found.opened, found.answered, found.ended) == (len(cases), len(answers), len(ends))
    assert (found.judged, found.kept) == (judged, kept)
    assert found.unfinished == sum(c.state in ("waiting", "claimed", "needs_information", "answered") for c in cases)
    for hours, told in ((answers, found.to_answer), (ends, found.to_end)):
        if len(hours) > 1:
            tenths = statistics.quantiles(hours, n=10, method="inclusive")
            assert told(0.5) == pytest.approx(statistics.median(hours))
            assert told(0.9) == pytest.approx(tenths[8])
    parts = timeliness.of_parts(found.cases, Scope((within,)).parts(session))
    assert sum(part.opened for part in parts.values()) == len(cases)


@pytest.mark.parametrize("code", UNITS)
def test_overdue_is_what_waits_past_its_due_time(session: Session, rows: Rows, code: str) -> None:
    within = unit(session, code)
    expected = Counter(
        rows.paths[case.unit_id]
        for case in rows.cases
        if case.state in ("waiting", "claimed") and case.due_at <= NOON and case.paused_at is None
        if rows.paths[case.unit_id].startswith(within.path)
    )
    assert timeliness.overdue_now(session, Scope((within,)), NOON) == expected


def about(enquiry: Any) -> str | None:
    return enquiry.entry or next((found["entry"] for found in enquiry.candidates), None)


@pytest.mark.parametrize("code", UNITS)
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_topics_are_what_the_rows_say(session: Session, rows: Rows, period: Period, code: str) -> None:
    within = unit(session, code)
    found = topics.topics(session, period, Scope((within,)))
    with_case = {case.enquiry_id for case in rows.cases}
    asked = [e for e in rows.enquiries if is_in(period, e.asked_at)]
    cases = counted(rows, period, within.path)
    for entry, count in found.by_entry.items():
        same = [e for e in asked if about(e) == entry]
        assert (count.asked, count.answered, count.escalated) == (
            len(same),
            sum(e.outcome.startswith("answered") for e in same),
            sum(e.message_id in with_case for e in same),
        )
    assert set(found.by_entry) == {about(e) for e in asked} - {None}
    by_group = Counter(rows.groups.get(about(e) or "") for e in asked)
    assert {group: n.asked for group, n in found.by_group.items() if n.asked} == by_group
    assert {group: n.cases for group, n in found.by_group.items() if n.cases} == Counter(c.topic for c in cases)
    orders = [count.asked for count in found.by_entry.values()]
    assert orders == sorted(orders, reverse=True)


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_gaps_are_what_the_rows_say(session: Session, rows: Rows, rules: Rules, period: Period) -> None:
    found = gaps.gaps(session, period, rules.texts, "vi", limit=50)
    missing = [
        e
        for e in rows.enquiries
        if is_in(period, e.asked_at) and e.outcome in ("unanswerable_not_covered", "unanswerable_out_of_scope")
    ]
    assert {gap.entry: gap.asked for gap in found} == Counter(map(about, missing))
    assert [gap.asked for gap in found] == sorted((gap.asked for gap in found), reverse=True)
    shown = " ".join(example.text for gap in found for example in gap.examples)
    for word in ("0312345678", "Hoa Mai", "0912", "Lan Nguyen"):
        assert word not in shown
    assert all(example.text for gap in found for example in gap.examples)


def test_a_scope_of_two_units_counts_both(session: Session, rows: Rows) -> None:
    both = Scope((unit(session, "CATLAI"), unit(session, "KV03")))
    paths = tuple(each.path for each in both.units)
    found = volume.volume(session, PERIODS[0], both)
    cases = [c for c in rows.cases if is_in(PERIODS[0], c.opened_at) and rows.paths[c.unit_id].startswith(paths)]
    assert sum(found.cases.values()) == len(cases)


def test_the_history_has_enough_of_everything(session: Session, rows: Rows) -> None:
    """So that nothing above compares empty lists only."""
    assert len(rows.enquiries) > 400
    assert len(rows.cases) > 60
    assert len(rows.stars) > 60
    everything = scope.whole(session)
    assert everything.is_everything
    assert len(everything.parts(session)) == 3
