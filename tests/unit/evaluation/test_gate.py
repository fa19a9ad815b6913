"""Limits on figures: which are met, and what a limit must say."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.retrieval.gate import Limit, hold, read_limits, value_of

FIGURES = {"golden": {"accented": {"hit@1": {"mean": 0.9, "low": 0.8, "high": 0.95}}}, "outside": {"wrong": 3}}


def limit(figure: str = "golden.accented.hit@1", **side: float) -> Limit:
    return Limit(figure=figure, reason="because", **side)


@pytest.mark.parametrize(
    ("of", "is_met"),
    [
        (limit(at_least=0.9), True),
        (limit(at_least=0.91), False),
        (limit("outside.wrong", at_most=3), True),
        (limit("outside.wrong", at_most=2), False),
        (limit("outside.wrong", at_most=0), False),
    ],
)
def test_a_limit_includes_its_end(of: Limit, is_met: bool) -> None:
    (held,) = hold([of], FIGURES)
    assert held.is_met is is_met


def test_what_is_missed_is_said_in_a_sentence() -> None:
    (held,) = hold([limit(at_least=0.95)], FIGURES)
    assert held.sentence() == "golden.accented.hit@1 is 0.9, wanted at least 0.95"


@pytest.mark.parametrize("path", ["golden.telex.hit@1", "golden.accented", "nothing"])
def test_a_limit_on_what_is_not_measured_is_refused(path: str) -> None:
    with pytest.raises(LookupError, match=path):
        value_of(path, FIGURES)


def test_a_limit_has_one_side_and_a_reason(tmp_path: Path) -> None:
    for bad in ("{figure: a, reason: b}", "{figure: a, at_least: 1, at_most: 2, reason: b}", "{figure: a, at_most: 2}"):
        (tmp_path / "gates.yml").write_text(f"- {bad}\n", encoding="utf-8")
        with pytest.raises(ValueError, match=r"limit|reason"):
            read_limits(tmp_path / "gates.yml")


def test_no_figure_has_two_limits_of_one_side() -> None:
    sides = [(limit.figure, limit.at_least is None) for limit in read_limits()]
    assert len(set(sides)) == len(sides)
