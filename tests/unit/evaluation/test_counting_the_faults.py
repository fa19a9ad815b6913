"""What is wrong at the end of a run is counted anew, for the desk goes on while it is counted; what is wrong stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from evaluation.faults import counting
from evaluation.faults.reconcile import Findings

BETWEEN_TWO_READINGS = "chat 7: arrived beyond what the store knows: 'Bạn đánh giá thế nào về lần hỗ trợ này?'"


class Counts:
    """Finds this many doubles, count by count, and the last for ever."""

    def __init__(self, *doubles: int) -> None:
        self._doubles = list(doubles)
        self.looks = 0

    async def look_back(self) -> None:
        self.looks += 1

    def find(self, _url: str, _emulator: Any, _crowds: Sequence[Any]) -> Findings:
        found = Findings()
        found.doubled += [BETWEEN_TWO_READINGS] * self._doubles[min(self.looks, len(self._doubles)) - 1]
        return found


async def counted(monkeypatch: pytest.MonkeyPatch, counts: Counts) -> Findings:
    monkeypatch.setattr(counting, "AGAIN_AFTER", 0.0)
    monkeypatch.setattr(counting, "find", counts.find)
    emulator: Any = None
    crowd: Any = counts
    return await counting.count("sqlite://", emulator, [crowd])


async def test_what_arrived_between_two_readings_is_not_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counts(1, 0)
    found = await counted(monkeypatch, counts)
    assert (found.doubled, found.counted["times counted"]) == ([], 2)
    assert counts.looks == 2


async def test_what_stays_wrong_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counts(2, 1)
    assert (await counted(monkeypatch, counts)).doubled == [BETWEEN_TWO_READINGS]
    assert counts.looks == counting.COUNTS


async def test_where_nothing_is_wrong_it_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counts(0)
    await counted(monkeypatch, counts)
    assert counts.looks == 1
