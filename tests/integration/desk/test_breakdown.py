"""The report by officer, unit, topic and more over a small history, reckoned on paper, on both databases."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from desk.desk import Desk
from desk.figures.breakdown import files, sight
from desk.figures.breakdown.asked import Asked, By, Only
from desk.figures.breakdown.report import Report, Row, report
from desk.figures.breakdown.requests import marked
from desk.figures.breakdown.words import Words
from desk.figures.period import Period
from desk.guidance import service as guidance
from desk.people import service as people
from desk.people.model import Role
from desk.ratings.model import LeftOut
from desk.store import Store, make_engine
from dialogue.testing import FakeDialogue
from tests.breakdown_fixtures import WEEK, write_the_week
from tests.desk_fixtures import NOON, FakeSearch, FrozenClock, rules_for_tests, shipped_records
from tests.migration_fixtures import PostgresqlServer
from tests.small_tree import officer, unit


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def week(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk whose store has the week, on each database."""
    if request.param == "postgresql":
        with PostgresqlServer(request.getfixturevalue("migrated_postgresql")).dropped() as server:
            yield from _written(server.new("migrated"))
    else:
        path: Path = tmp_path_factory.mktemp("breakdown") / "desk.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield from _written(make_engine(f"sqlite:///{path}"))


def _written(engine: Engine) -> Iterator[Desk]:
    store = Store(engine)
    with store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON)
        write_the_week(session)
        for username, role, code in (("mai", Role.MANAGER, "VN"), ("tam", Role.OFFICER, "VN")):
            people.add_officer(
                session,
                username=username,
                name=username.title(),
                role=role,
                password="a password of tests",
                by="operator",
                at=NOON,
                unit=unit(session, code),
            )
    yield Desk(store, FrozenClock(), FakeSearch(), FakeDialogue(None), rules_for_tests())
    engine.dispose()


def made(desk: Desk, by: str, code: str = "", period: Period = WEEK, **only: str) -> Report:
    with desk.store.reading() as session:
        seen = sight.of_unit(unit(session, code)) if code else sight.whole(session)
        return report(desk, session, Asked(By(by), period, seen, Only(**only)))


def seen_by(desk: Desk, username: str, by: str, code: str = "") -> Report:
    with desk.store.reading() as session:
        seen = sight.of_officer(session, officer(session, username), code)
        assert seen is not None
        return report(desk, session, Asked(By(by), WEEK, seen))


#: asked, answered, judged, mean, about_rule, left_out, enquiries, gaps, cases.
_FIGURES = ("asked", "answered", "judged", "mean", "about_rule", "left_out", "enquiries", "gaps", "cases")
Told = tuple[float | None, ...]


def figures(row: Row) -> Told:
    values = row.now.values()
    return tuple(values[name] for name in _FIGURES)


def told(desk: Desk, shown: Report) -> dict[str, Told]:
    """The figures of all rows by their names in English."""
    words = Words(shown, desk.texts, "en")
    rows = [(words.name(row.key), row) for row in shown.rows]
    rows += [("none", shown.none)] if shown.none is not None else []
    return {name: figures(row) for name, row in [*rows, ("total", shown.total)]}


def about(*figures: float | None) -> Told:
    return tuple(None if each is None else pytest.approx(each) for each in figures)


_TOTAL = about(5, 4, 3, 11 / 3, 2, 1, 8, 1, 5)
EXPECTED: dict[str, dict[str, Told]] = {
    "officer": {
        "Thu Lê": about(1.5, 1.5, 1.5, 14 / 3, 0.5, 0, None, None, 2),
        "Dung": about(0.5, 0.5, 0.5, 4, 0.5, 0, None, None, 1),
        "Nam": about(0, 0, 0, None, 0, 1, None, None, 2),
        "none": about(3, 2, 1, 4, 1, 0, None, None, 1),
        "total": about(5, 4, 3, 13 / 3, 2, 1, None, None, 5),
    },
    "team": {
        "Procedures Team 1": about(0, 0, 0, None, 0, 0, None, None, 1),
        "none": about(5, 4, 3, 11 / 3, 2, 1, None, None, 4),
        "total": about(5, 4, 3, 11 / 3, 2, 1, None, None, 5),
    },
    "office": {
        "Cat Lai Port Customs": about(1.5, 1.5, 1.5, 4, 0.5, 0, None, None, 3),
        "Linh Trung EPZ Customs": about(0, 0, 0, None, 0, 1, None, None, 1),
        "none": about(3.5, 2.5, 1.5, 10 / 3, 1.5, 0, None, None, 2),
        "total": about(5, 4, 3, 11 / 3, 2, 1, None, None, 5),
    },
    "region": {
        "Regional Customs Sub-Department II": about(1.5, 1.5, 1.5, 4, 0.5, 1, None, None, 4),
        "Regional Customs Sub-Department III": about(0.5, 0.5, 0.5, 2, 0.5, 0, None, None, 1),
        "none": about(3, 2, 1, 4, 1, 0, None, None, 1),
        "total": about(5, 4, 3, 11 / 3, 2, 1, None, None, 5),
    },
    "topic": {
        "Declarations, documents and customs procedures": about(2, 2, 2, 4.5, 0, 1, 5, 0, 2),
        "Taxes, fees, exemptions and refunds": about(2, 2, 1, 2, 2, 0, 0, 0, 2),
        "none": about(1, 0, 0, None, 0, 0, 3, 1, 1),
        "total": _TOTAL,
    },
    "entry": {
        "Title of channels": about(2, 2, 2, 4.5, 0, 1, 3, 0, 2),
        "Title of fee_rates": about(2, 2, 1, 2, 2, 0, 2, 0, 1),
        "gone_entry": about(0, 0, 0, None, 0, 0, 1, 0, 1),
        "none": about(1, 0, 0, None, 0, 0, 2, 1, 1),
        "total": _TOTAL,
    },
    "channel": {
        "Telegram": about(3, 3, 2, 4.5, 1, 1, 5, 0, 3),
        "Web": about(2, 1, 1, 2, 1, 0, 3, 1, 2),
        "total": _TOTAL,
    },
    "language": {
        "Vietnamese": about(3, 3, 2, 4.5, 1, 1, 6, 0, 4),
        "English": about(2, 1, 1, 2, 1, 0, 2, 1, 1),
        "total": _TOTAL,
    },
    "day": {
        "9 November 2026": about(2, 2, 2, 3.5, 1, 0, 2, 0, 2),
        "10 November 2026": about(1, 1, 1, 4, 0, 0, 2, 0, 1),
        "11 November 2026": about(1, 0, 0, None, 0, 1, 1, 1, 0),
        "12 November 2026": about(0, 0, 0, None, 0, 0, 1, 0, 1),
        "13 November 2026": about(0, 0, 0, None, 0, 0, 1, 0, 1),
        "14 November 2026": about(0, 0, 0, None, 0, 0, 0, 0, 0),
        "15 November 2026": about(1, 1, 0, None, 1, 0, 1, 0, 0),
        "total": _TOTAL,
    },
    "week": {"9 November 2026 – 15 November 2026": _TOTAL, "total": _TOTAL},
    "month": {"Nov 2026": _TOTAL, "total": _TOTAL},
}


@pytest.mark.parametrize("by", list(By))
def test_every_row_is_what_was_reckoned_on_paper(week: Desk, by: By) -> None:
    assert told(week, made(week, by)) == EXPECTED[by]


def test_the_other_figures_of_all_cases_and_enquiries(week: Desk) -> None:
    shown = made(week, "topic")
    values = shown.total.now.values()
    expected = {
        "response_rate": 0.8,
        "stars_2": 1,
        "stars_4": 1,
        "stars_5": 1,
        "mean_low": None,
        "satisfied": 2 / 3,
        "satisfied_high": None,
        "without_officer": 2 / 8,
        "answered_cases": 3,
        "to_answer_p50": 2,
        "to_answer_p90": 2,
        "ended": 3,
        "to_end_p50": 4.5,
        "to_end_p90": 4.5 + 0.8 * 12,
        "on_time": 0.6,
        "on_time_low": None,
        "overdue": 1,
        "once_and_done": 0,  # from A a later case goes on, B took two replies, C was opened again
    }
    assert {name: values[name] for name in expected} == pytest.approx(expected)


def test_a_row_stands_beside_itself_in_the_week_before(week: Desk) -> None:
    shown = made(week, "office")
    (catlai,) = [row for row in shown.rows if shown.names.code(row.key) == "CATLAI"]
    assert catlai.before is not None
    before = catlai.before.values()
    assert [before[name] for name in ("asked", "judged", "mean", "cases", "once_and_done")] == [1, 1, 3, 1, 1]
    assert shown.total.before is not None
    assert shown.total.before.values()["enquiries"] is None
    of_days = made(week, "day")
    assert [row.before.values()["cases"] for row in of_days.rows if row.before] == [1, 0, 0, 0, 0, 0, 0]


def test_a_month_is_compared_with_a_whole_month_only(week: Desk) -> None:
    whole = made(week, "month", period=Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31)))
    assert whole.rows[-1].before is not None
    cut = made(week, "month", period=Period(dt.date(2026, 10, 20), dt.date(2026, 11, 15)))
    assert [row.before is None for row in cut.rows] == [True, True]


def test_within_a_unit_only_its_parts_count(week: Desk) -> None:
    assert told(week, made(week, "officer", "KV02")) == {
        "Thu Lê": about(1.5, 1.5, 1.5, 14 / 3, 0.5, 0, None, None, 2),
        "Nam": about(0, 0, 0, None, 0, 1, None, None, 2),
        "total": about(1.5, 1.5, 1.5, 14 / 3, 0.5, 1, None, None, 4),
    }
    assert told(week, made(week, "channel", "KV03")) == {
        "Web": about(0.5, 0.5, 0.5, 2, 0.5, 0, None, None, 1),
        "total": about(0.5, 0.5, 0.5, 2, 0.5, 0, None, None, 1),
    }
    assert told(week, made(week, "region", "VN")) == EXPECTED["region"]


def test_filters_narrow_every_population(week: Desk) -> None:
    assert told(week, made(week, "channel", topic="tax"))["total"] == about(2, 2, 1, 2, 2, 0, 0, 0, 2)
    assert told(week, made(week, "topic", channel="web"))["total"] == about(2, 1, 1, 2, 1, 0, 3, 1, 2)
    assert told(week, made(week, "day", language="en"))["total"] == about(2, 1, 1, 2, 1, 0, 2, 1, 1)


def test_what_is_marked_is_told_with_its_reason(week: Desk) -> None:
    with week.store.reading() as session:
        assert marked(session, Asked(By.OFFICE, WEEK, sight.whole(session)), WEEK) == {LeftOut.STAFF: 1}
        elsewhere = sight.of_unit(unit(session, "KV03"))
        assert marked(session, Asked(By.CHANNEL, WEEK, elsewhere), WEEK) == {}


def test_an_officer_sees_by_officer_only_themselves(week: Desk) -> None:
    own = about(1.5, 1.5, 1.5, 14 / 3, 0.5, 0, None, None, 2)
    assert told(week, seen_by(week, "thu", "officer")) == {"Thu Lê": own, "total": own}
    held = about(0, 0, 0, None, 0, 1, None, None, 2)
    assert told(week, seen_by(week, "nam", "officer")) == {"Nam": held, "total": held}
    assert told(week, seen_by(week, "tam", "officer")) == {"total": about(0, 0, 0, None, 0, 0, None, None, 0)}


def test_a_unit_that_an_officer_chooses_leaves_out_their_parts_elsewhere(week: Desk) -> None:
    # nam is an officer of CATLAI: the part in LINHTRUNG is theirs all the same, but not one of CATLAI.
    assert told(week, seen_by(week, "nam", "officer", "CATLAI"))["total"][-1] == pytest.approx(1)


def test_a_head_sees_the_officers_of_their_units_by_name(week: Desk) -> None:
    assert set(told(week, seen_by(week, "hanh", "officer"))) == {"Thu Lê", "Nam", "total"}
    assert set(told(week, seen_by(week, "vinh", "office"))) == {
        "Cat Lai Port Customs",
        "Linh Trung EPZ Customs",
        "total",
    }
    assert told(week, seen_by(week, "mai", "officer")) == EXPECTED["officer"]


def test_an_officer_of_the_department_sees_all_units_but_no_other_officer(week: Desk) -> None:
    assert told(week, seen_by(week, "tam", "region")) == EXPECTED["region"]


def test_a_unit_outside_is_not_seen(week: Desk) -> None:
    with week.store.reading() as session:
        for username, code in (("hanh", "LINHTRUNG"), ("vinh", "KV03"), ("thu", "VN"), ("mai", "NOWHERE")):
            assert sight.of_officer(session, officer(session, username), code) is None


def test_data_and_table_have_every_row_and_figure(week: Desk) -> None:
    words = Words(made(week, "office"), week.texts, "vi")
    data, table = files.data(words), files.table(words)
    rows = list(table.rows)
    assert [row["key"] for row in data["rows"]] == ["CATLAI", "LINHTRUNG"]
    assert [row[2] for row in rows] == ["CATLAI", "LINHTRUNG", None, None]
    names = [column.name for column in table.columns]
    assert dict(zip(names, rows[0], strict=True))["before_mean"] == data["rows"][0]["before"]["mean"] == 3
    assert data["none"]["now"]["asked"] == 3.5
    assert data["total"]["now"]["enquiries"] is None
