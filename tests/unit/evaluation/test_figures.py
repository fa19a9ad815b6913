"""The figures of our own questions, on a few trials worked out by hand."""

from __future__ import annotations

import pytest

from desk.answering.outcome import Outcome
from evaluation.questions.keyboard import Typing
from evaluation.questions.sets import EXPECTED
from evaluation.retrieval.figures import borderline, confidence, differences, ended, golden, pools, read_acceptable
from evaluation.retrieval.trials import AS_WRITTEN, ENGLISH, Trials
from tests.evaluation_fixtures import trial

RIGHT = trial("ab", 0.9, Outcome.ANSWERED)
WRONG = trial("ba", 0.8, Outcome.ANSWERED)
OFFERED = trial("ba", 0.4, Outcome.CLARIFY_ENTRIES, offered="ba")
LOST = trial("bcd", 0.1)


def test_golden_figures_are_shares_of_all_questions() -> None:
    of = golden([RIGHT, WRONG, OFFERED, LOST])
    assert (of["questions"], of["hit@1"]["mean"], of["hit@3"]["mean"]) == (4, 0.25, 0.75)
    assert of["mrr@10"]["mean"] == 0.5
    assert (of["answered_right_share"], of["wrong_shown_share"], of["offered_share"]) == (0.25, 0.25, 0.25)
    assert (of["passed_on_share"], of["precision"]) == (0.25, 0.5)
    assert (of["p50_ms"], of["p95_ms"]) == (4, 4)


def test_nothing_answered_has_no_precision() -> None:
    assert golden([LOST])["precision"] is None


def test_a_way_of_typing_is_held_against_the_same_questions_with_diacritics() -> None:
    trials = {typing.value: [RIGHT, OFFERED] for typing in Typing}
    lost = differences({**trials, Typing.TELEX: [LOST, OFFERED], ENGLISH: [RIGHT]})
    assert lost.keys() == {"unaccented", "telex", "vni", "mixed"}
    assert lost["telex"]["hit@1"]["mean"] == -0.5
    assert lost["unaccented"]["hit@1"] == {"mean": 0, "low": 0, "high": 0}


def test_any_answer_to_an_outside_question_is_wrong() -> None:
    outside = [trial("ab", 0.9, Outcome.ANSWERED, wanted=None), trial("ab", 0.2, wanted=None)]
    of = ended(outside)
    assert (of["questions"], of["wrong_shown"], of["answered_right"], of["passed_on"]) == (2, 1, 0, 1)


def test_the_border_is_counted_by_what_the_question_is() -> None:
    trials = [
        trial("a", 0.1, Outcome.UNANSWERABLE_PERSONAL, wanted=None, expected="personal"),
        trial("a", 0.1, Outcome.UNANSWERABLE_NOT_COVERED, wanted=None, expected="personal"),
        trial("a", 0.9, Outcome.ANSWERED, wanted=None, expected="advice"),
        trial("a", 0.4, Outcome.CLARIFY_ENTRIES, wanted=None, expected="advice", offered="a"),
    ]
    of = borderline(trials, read_acceptable())
    assert (of["questions"], of["answered"], of["acceptable"]) == (4, 1, 2)
    assert of["personal"] == {"questions": 2, "answered": 0, "acceptable": 1}
    assert of["advice"] == {"questions": 2, "answered": 1, "acceptable": 1}
    assert "request" not in of


def test_every_kind_of_border_question_has_acceptable_outcomes_and_an_answer_is_none() -> None:
    acceptable = read_acceptable()
    assert set(acceptable) == set(EXPECTED)
    for outcomes in acceptable.values():
        assert outcomes
        assert not {outcome for outcome in outcomes if outcome.family in ("answered", "error")}


def test_confidence_is_judged_on_golden_and_outside_questions_together() -> None:
    trials = Trials(
        golden={typing.value: [RIGHT] for typing in Typing} | {ENGLISH: [WRONG]},
        outside={AS_WRITTEN: [trial("a", 0.6, wanted=None)], Typing.UNACCENTED.value: []},
        borderline={},
    )
    together = pools(trials)
    assert [len(of) for of in together.values()] == [3, 1]
    of = confidence(together[AS_WRITTEN])
    assert of["questions"] == 3
    assert of["brier"] == pytest.approx((0.1**2 + 0.8**2 + 0.6**2) / 3, abs=1e-4)
    assert of["risk_coverage"][0] == {"threshold": 0.9, "coverage": 0.3333, "wrong": 0, "risk": 0}
    assert sum(row["count"] for row in of["reliability"]) == 3
