"""The whole measurement over a desk with fakes, and its report for programs and for people."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from desk.answering.outcome import Outcome
from evaluation.questions.keyboard import Typing
from evaluation.retrieval.figures import read_acceptable
from evaluation.retrieval.gate import Limit, read_limits
from evaluation.retrieval.plots import BOTTOM, LEFT, RIGHT, TOP, Plot, Series
from evaluation.retrieval.report import Report
from evaluation.retrieval.trials import AS_WRITTEN, ENGLISH, Trials, try_all
from tests.desk_fixtures import World
from tests.evaluation_fixtures import SETS, trial


@pytest.fixture
def trials(world: World) -> Trials:
    world.search.finds()
    world.search.finds("dossier_import", "channels", about="hồ sơ nhập")
    world.search.finds("channels", "dossier_import", about="ho so")
    world.search.finds("channels", about="phở")
    return try_all(world.desk, SETS)


def report(trials: Trials, *limits: Limit) -> Report:
    return Report.of(trials, read_acceptable(), limits)


def test_vietnamese_is_asked_in_every_way_and_english_in_one(world: World, trials: Trials) -> None:
    assert list(trials.golden) == [*Typing, ENGLISH]
    assert [one.text for one in trials.golden["telex"]] == ["hoof sow nhaapj khaaur"]
    assert [one.text for one in trials.golden[ENGLISH]] == ["papers for imports"]
    assert [one.text for one in trials.outside[AS_WRITTEN]] == ["nấu phở", "cook soup"]
    assert [one.text for one in trials.outside["unaccented"]] == ["nau pho"]


def test_what_the_desk_showed_is_kept_beside_what_was_found(trials: Trials) -> None:
    (accented,), (unaccented,) = trials.golden["accented"], trials.golden["unaccented"]
    assert (accented.rank, accented.ending) == (1, "answered_right")
    assert (unaccented.rank, unaccented.ending) == (2, "wrong_shown")
    assert trials.outside[AS_WRITTEN][0].ending == "wrong_shown"
    assert trials.borderline[AS_WRITTEN][0].shown.outcome is Outcome.UNANSWERABLE_NOT_COVERED


def test_a_missed_limit_is_told(trials: Trials) -> None:
    of = report(
        trials,
        Limit(figure="golden.accented.hit@1", at_least=1, reason="r"),
        Limit(figure="golden.unaccented.hit@1", at_least=1, reason="r"),
    )
    assert of.missed() == ["golden.unaccented.hit@1 is 0, wanted at least 1"]
    assert "MISSED golden.unaccented.hit@1" in of.as_text()
    assert "all limits met" in report(trials).as_text()


def test_the_limits_of_the_project_name_figures_that_are_measured(trials: Trials) -> None:
    assert len(report(trials, *read_limits()).held) == len(read_limits())


def test_the_worst_misses_come_first() -> None:
    sure, surer = trial("b", 0.7, Outcome.ANSWERED, id="sure"), trial("b", 0.9, Outcome.ANSWERED, id="surer")
    second, nowhere = trial("ba", 0.2, id="second"), trial("b", 0.1, id="nowhere")
    golden = {typing.value: [trial("a", 0.9, Outcome.ANSWERED)] * 4 for typing in Typing} | {ENGLISH: []}
    of = report(Trials({**golden, "accented": [second, sure, nowhere, surer]}, {AS_WRITTEN: [], "unaccented": []}, {}))
    assert [miss["id"] for miss in of.misses] == ["surer", "sure", "nowhere", "second"]
    assert of.misses[0]["candidates"] == [{"entry": "b", "confidence": 0.9}]


def test_the_report_is_written_for_programs_and_as_a_page(trials: Trials, tmp_path: Path) -> None:
    report(trials, *read_limits()).write(tmp_path / "reports")
    data = json.loads((tmp_path / "reports" / "evaluation.json").read_text(encoding="utf-8"))
    assert data["figures"]["golden"]["accented"]["hit@1"]["mean"] == 1
    assert {miss["id"] for miss in data["misses"]} >= {"import-vi", "outside"}
    page = (tmp_path / "reports" / "evaluation.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert "ho so nhap khau" in page
    assert not re.search(r"(?:src|href)=|url\(|@import", page), "the page needs nothing else"


def test_a_question_cannot_put_markup_into_the_page(world: World) -> None:
    world.search.finds("channels", about="tàu vũ trụ")
    page = report(try_all(world.desk, SETS)).as_page()
    assert "&lt;b&gt;tàu vũ trụ&lt;/b&gt;" in page


def test_a_plot_places_values_between_its_ticks() -> None:
    series = Series("s", [(0.5, 0.5), (2.0, -1.0)])
    plot = Plot("t", "x", "y", (0, 1), (0, 1), [series])
    assert (plot.x(0), plot.x(1), plot.y(0), plot.y(1)) == (LEFT, RIGHT, BOTTOM, TOP)
    assert plot.path(series) == f"{(LEFT + RIGHT) / 2},{(TOP + BOTTOM) / 2} {RIGHT},{BOTTOM}"
