"""`make fuzz` in small: every part of it is clean, and each would notice what it is there for."""

from __future__ import annotations

import re
import signal
from itertools import count
from pathlib import Path

import pytest

from desk.imports.files import File
from evaluation.fuzz import documents, slow_patterns
from evaluation.fuzz.elsewhere import LONGEST_WAIT, is_as_it_should_be
from evaluation.fuzz.patterns import Found
from evaluation.fuzz.run import SHORT, Sizes, fuzz, report
from evaluation.fuzz.tally import SLOW, Tally

#: A few of each; the console takes longer than all of these.
FEW = Sizes(updates=300, exchanges=30, services=20, described=1, imports=30, lengths=(50, 2_500))
PARTS = ("updates", "exchanges", "services", "imports")


@pytest.mark.thorough
@pytest.mark.parametrize("part", PARTS)
def test_a_little_of_a_part_is_clean(part: str, tmp_path: Path) -> None:
    _is_clean(fuzz(FEW, 2026, tmp_path, [part]))


# Litestar leaves files of some broken forms to be closed when they are collected.
@pytest.mark.filterwarnings("ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.thorough
@pytest.mark.parametrize("part", [*PARTS, "console", "regular_expressions"])
def test_more_of_a_part_is_clean(part: str, tmp_path: Path) -> None:
    _is_clean(fuzz(SHORT, 7, tmp_path, [part]))


def test_a_pattern_that_takes_ever_longer_is_found() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    found = slow_patterns.tried([Found("here", re.compile(r"(?:a+)+b"), ("fullmatch",))], (50, 2_500))
    assert found.counts["slow"]
    assert signal.getsignal(signal.SIGVTALRM) == before


def test_a_file_whose_reading_never_ends_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST", SLOW + 0.1)
    endless = documents.Way("endless", File("x", b"x"), lambda file: all(True for _ in count()))
    found = documents.brought_in(1, 7, [endless])
    assert (found.counts, found.outcomes) == ({"slow": 1}, {"endless: stopped": 1})


def test_what_is_slow_once_is_the_machine_and_what_is_slow_again_is_a_finding() -> None:
    ticks = iter([0.0, 2 * SLOW, 10.0, 10.1, 20.0, 20.0 + 2 * SLOW, 30.0, 30.0 + 2 * SLOW])
    tally = Tally("here", clock=lambda: next(ticks))
    tally.timed(lambda: None, "once", again=lambda: None)
    assert tally.is_clean
    tally.timed(lambda: None, "always", again=lambda: None)
    assert tally.counts["slow"] == 1


def test_the_report_counts_what_was_found_by_kind() -> None:
    tally = Tally("updates", tried=3)
    tally.crashed(RuntimeError("here"), {"update_id": 1})
    tally.found("server_error", "500", "GET /")
    told = report([tally], {"leaks": 0, "flood_p95_ratio": 1.1}, 7, 1.0)
    assert (told["updates"], told["crashes"], told["server_errors"], told["slow"]) == (3, 1, 1, 0)


@pytest.mark.parametrize(
    ("leaks", "ratio", "expected"),
    [(0, 1.2, True), (1, 1.2, False), (0, LONGEST_WAIT, False), (None, None, True)],
)
def test_a_leak_and_others_who_wait_are_no_success(leaks: int | None, ratio: float | None, expected: bool) -> None:
    assert is_as_it_should_be({"leaks": leaks, "flood_p95_ratio": ratio}) is expected


def _is_clean(tallies: list[Tally]) -> None:
    """But for how long it took: other tests are at the disk as well, and `make fuzz` has the machine for itself."""
    assert tallies
    for tally in tallies:
        assert tally.tried
        assert [finding for finding in tally.findings if finding.kind != "slow"] == []
