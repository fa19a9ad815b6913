"""How many machines and bots so many enterprises need, reckoned from what one machine can do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.speed.capacity import Measured, NotMeasured, need, page, read, served_by_one

ONE = Measured(a_second=20.0, cores=2, rss_mb=2_000)


def test_a_machine_is_used_to_half_at_the_worst() -> None:
    found = need(55_000, ONE)
    assert (round(found.mean, 2), round(found.peak, 1)) == (5.73, 28.6)
    assert found.machines == 3
    assert found.all_machines == 6


def test_what_one_machine_serves_needs_one() -> None:
    assert need(served_by_one(ONE), ONE).all_machines == 1
    assert need(served_by_one(ONE) + 100, ONE).machines == 2


def test_beyond_the_rate_of_one_bot_more_are_needed_and_messages_wait() -> None:
    few, many = need(40_000, ONE), need(550_000, ONE)
    assert (few.bots, few.behind, few.waits_after(600)) == (1, 0.0, 0.0)
    assert many.bots == 12
    assert many.waits_after(30) == pytest.approx(many.sent - 30)


@pytest.mark.parametrize(
    "told", ["", "[]", '{"throughput": 20.0}', '{"throughput": 20, "cores": 2, "rss_mb": 9, "short": true}']
)
def test_without_a_whole_measurement_nothing_is_reckoned(told: str, tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    file.write_text(told, encoding="utf-8")
    with pytest.raises(NotMeasured, match="make bench"):
        read(file)


def test_the_page_says_what_was_measured(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    file.write_text(json.dumps({"throughput": 20, "cores": 2, "rss_mb": 2_000, "short": False}), encoding="utf-8")
    told = page(read(file), 40)
    assert "20.0 replies a second" in told
    assert "| 55,000 | 165,000 | 5.7 | 28.6 | 34.4 | 3 | 6 | 2 |" in told
    assert "| 55,000 | 6 | 240 USD | 0.052 USD |" in told
