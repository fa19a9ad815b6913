"""A line through samples tells what grows."""

from __future__ import annotations

import pytest

from evaluation.faults.trend import means, trend


def test_what_grows_by_ten_an_hour_has_that_slope() -> None:
    found = trend([(at, 100 + 10 * at / 3600) for at in range(0, 3600, 60)])

    assert found.slope == pytest.approx(10)
    assert found.share_an_hour == pytest.approx(10 / found.mean)
    assert found.low == pytest.approx(10)


def test_what_goes_up_and_down_may_be_flat() -> None:
    found = trend([(at, 100 + (at // 60 % 2)) for at in range(0, 3600, 60)])

    assert found.low < 0 < found.high


def test_what_came_to_rest_is_told_from_what_still_grows() -> None:
    assert means([(at, min(at, 4.0)) for at in range(10)], 5) == [0.5, 2.5, 4.0, 4.0, 4.0]
