"""Every figure of the report of ratings, counted a second time from the raw rows of a made-up season."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from desk.store import make_engine
from evaluation.ratings.breaking import BREAKS
from evaluation.ratings.comparing import Question, Second
from evaluation.ratings.recount.counting import BY
from evaluation.ratings.recount.credit import differences
from evaluation.ratings.run import break_it, check, second_of
from evaluation.ratings.year.making import make
from evaluation.ratings.year.size import SHORT
from tests.desk_fixtures import CONTENT

pytestmark = pytest.mark.thorough

#: A period with one before it, and a month.
HALF = (dt.date(2026, 9, 28), dt.date(2026, 11, 22))
MONTH = (dt.date(2026, 10, 1), dt.date(2026, 10, 31))
#: A region that won offices, one that was closed, an office and a team that moved.
UNITS = ("KV03", "KV91", "KV02-SG1", "KV05-O3-T2", "VN")


@dataclass(frozen=True)
class Season:
    engine: Engine
    second: Second


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    engine = _made(tmp_path_factory.mktemp("season"))
    yield Season(engine, second_of(engine, CONTENT))
    engine.dispose()


def _made(folder: Path) -> Engine:
    engine = make_engine(f"sqlite:///{folder}/desk.sqlite")
    make(engine, CONTENT, SHORT)
    return engine


def test_a_season_is_the_same_for_the_same_seed(season: Season, tmp_path: Path) -> None:
    engine = _made(tmp_path)

    assert second_of(engine, CONTENT).recount.raw == season.second.recount.raw
    engine.dispose()


def test_parts_and_marks_in_the_store_are_those_found_anew(season: Season) -> None:
    recount = season.second.recount

    assert differences(recount.credit, recount.raw) == []
    assert {request.left_out for request in recount.credit.requests.values()} == {None, "staff", "same_enterprise"}
    assert any(len(request.parts) > 1 for request in recount.credit.requests.values())


@pytest.mark.parametrize("days", [HALF, MONTH], ids=["half", "month"])
def test_every_figure_of_everything_is_the_same(season: Season, days: tuple[dt.date, dt.date]) -> None:
    outcome = check(season.engine, season.second, [Question(by, *days) for by in BY], runs=0).outcome

    assert outcome.wrong == []
    assert outcome.checked > 1_000


def test_every_figure_of_a_unit_is_the_same(season: Season) -> None:
    questions = [Question(by, *HALF, unit) for unit in UNITS for by in ("officer", "office", "topic", "week")]

    assert check(season.engine, season.second, questions, runs=0).outcome.wrong == []


def test_every_figure_of_one_matter_is_the_same(season: Season) -> None:
    matters = ((("topic", "tax"),), (("channel", "web"), ("language", "vi")))
    questions = [Question(by, *HALF, unit, only) for only in matters for unit in (None, "KV03") for by in BY[1::3]]

    assert check(season.engine, season.second, questions, runs=0).outcome.wrong == []


def test_a_count_that_is_broken_on_purpose_is_noticed(season: Season) -> None:
    questions = [Question(by, *HALF) for by in ("officer", "region", "entry", "month")]

    found = break_it(season.engine, season.second.recount, CONTENT, questions)

    assert set(found) == set(BREAKS)
    assert [name for name, differing in found.items() if not differing] == []
