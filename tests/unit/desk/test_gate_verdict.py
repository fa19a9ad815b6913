"""What a change does to golden questions: what stops it, what is only told, and what an override covers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from desk.guidance.gate.verdict import Asked, Ended, Finding, Gate, GateState, compared, kept
from desk.ports import Hit, Trial
from tests.desk_fixtures import NO_IDEA, NOON, SURE, UNSURE

CHANGED, OTHER, THIRD = "changed", "other", "third"


def judged(_: Asked, hits: Sequence[Hit]) -> Ended:
    if hits and hits[0].confidence == SURE:
        return Ended("answered", (hits[0].entry,))
    offered = tuple(hit.entry for hit in hits if hit.confidence == UNSURE)
    return Ended("offered", offered) if offered else Ended("neither")


def hits(confidence: float, *entries: str) -> list[Hit]:
    return [Hit(entry, 1, confidence, confidence) for entry in entries]


def found(entry: str, before: list[Hit], after: list[Hit]) -> tuple[int, list[Finding]]:
    asked = Asked(entry, "vi", "hỏi gì đó")
    right, changes = compared(CHANGED, [asked], [Trial(before, after)], judged)
    return right, [change.finding for change in changes]


@pytest.mark.parametrize(
    ("entry", "before", "after", "finding"),
    [
        (OTHER, hits(SURE, OTHER), hits(SURE, CHANGED), Finding.TAKEN),
        (OTHER, hits(UNSURE, OTHER, CHANGED), hits(SURE, CHANGED), Finding.TAKEN),
        (OTHER, hits(SURE, OTHER), hits(SURE, THIRD), Finding.LOST),
        (OTHER, hits(SURE, OTHER), hits(NO_IDEA, OTHER), Finding.LOST),
        (OTHER, hits(SURE, OTHER), hits(UNSURE, CHANGED), Finding.LOST),
        (OTHER, hits(SURE, OTHER), hits(UNSURE, CHANGED, OTHER), Finding.WEAKER),
        (CHANGED, hits(SURE, CHANGED), hits(SURE, OTHER), Finding.LOST),
        (CHANGED, hits(UNSURE, CHANGED), [], Finding.LOST),
        (OTHER, hits(SURE, OTHER), hits(SURE, OTHER), None),
        (OTHER, hits(UNSURE, OTHER), hits(UNSURE, CHANGED, OTHER), None),
        (CHANGED, hits(UNSURE, CHANGED), hits(SURE, CHANGED), None),
    ],
)
def test_what_ended_rightly_and_what_becomes_of_it(
    entry: str, before: list[Hit], after: list[Hit], finding: Finding | None
) -> None:
    assert found(entry, before, after) == (1, [finding] if finding else [])


@pytest.mark.parametrize("before", [[], hits(SURE, THIRD), hits(UNSURE, CHANGED, OTHER)])
def test_a_question_that_was_not_answered_rightly_before_cannot_be_lost(before: list[Hit]) -> None:
    assert found(OTHER, before, hits(SURE, CHANGED)) == (0, [])


def gate(*texts: str, state: GateState = GateState.STOPPED) -> Gate:
    asked = [Asked(OTHER, "vi", text) for text in texts]
    trials = [Trial(hits(SURE, OTHER), hits(SURE, CHANGED)) for _ in texts]
    right, changes = compared(CHANGED, asked, trials, judged)
    return Gate(state, 3, 7, NOON, len(asked), right, (OTHER,), changes)


def test_what_is_kept_with_a_draft_is_what_was_found() -> None:
    assert kept(gate("một", "hai").as_data()) == gate("một", "hai")
    assert kept(None) is None


def test_an_override_covers_what_was_read_and_less_and_nothing_more() -> None:
    assert gate("một").is_within(gate("một", "hai"))
    assert not gate("một", "ba").is_within(gate("một", "hai"))
    not_run = gate(state=GateState.NOT_RUN)
    assert not_run.is_within(not_run)
    assert not gate("một").is_within(not_run)
    assert not not_run.is_within(gate("một"))


def test_the_seal_tells_one_result_from_another_and_not_the_order_of_it() -> None:
    assert gate("một", "hai").seal() == gate("hai", "một").seal()
    assert len({gate("một").seal(), gate("hai").seal(), gate(state=GateState.NOT_RUN).seal()}) == 3
