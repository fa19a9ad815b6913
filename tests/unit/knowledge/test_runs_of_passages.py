"""Passages of an owner stand in runs; the best of each run, and the nearest of each owner, are found all at once."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.engine.index.runs import Runs

#: Two owners with two runs each: 0 | 1 2 of the first, 3 4 5 | 6 of the second.
RUNS = Runs(np.array([0, 1, 1, 2, 2, 2, 3]), each=2)
SCORES = np.array([0.1, 0.5, 0.7, 0.2, 0.9, 0.9, 0.3])


def test_each_run_has_its_best_score() -> None:
    assert RUNS.best(SCORES).tolist() == [[0.1, 0.7], [0.9, 0.3]]


def test_the_nearest_are_best_first_and_the_earlier_of_equals_comes_first() -> None:
    positions, starts = RUNS.nearest(np.array([1, 0]), [(0, 0)], SCORES, 2)
    assert positions.tolist() == [4, 5, 0]
    assert starts.tolist() == [0, 2]


def test_neighbouring_runs_can_be_looked_at_as_one_and_several_at_once() -> None:
    positions, starts = RUNS.nearest(np.array([0, 1]), [(1, 1), (0, 1)], SCORES, 2)
    assert [found.tolist() for found in np.split(positions, starts[1:])] == [[2, 1], [6], [2, 1], [4, 5]]


def test_of_nothing_there_is_no_best() -> None:
    assert Runs(np.zeros(0, dtype=np.int64), each=2).best(np.zeros(0)).shape == (0, 2)


@pytest.mark.parametrize("run_of", [[0, 2, 1, 3], [0, 0, 2, 3], [0, 1, 2]])
def test_passages_out_of_order_or_an_empty_run_are_refused(run_of: list[int]) -> None:
    with pytest.raises(ValueError, match="runs"):
        Runs(np.array(run_of), each=2)
