"""A confidence is a probability that falls when less speaks for the entry."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from knowledge.engine.confidence import (
    ANSWER_FEATURES,
    COEFFICIENTS,
    FEATURES,
    SCOPE_FEATURES,
    Calibration,
    CoefficientsError,
    fitted,
)
from knowledge.engine.fusion import mixes, standardised

GOOD = {
    "coverage": 0.9,
    "tokens": 0.93,
    "tokens_of_answer": 0.9,
    "margin": 0.06,
    "margin_of_tokens": 0.08,
    "margin_in_other_language": 0.02,
    "unknown": 0.0,
    "length": 2.5,
    "score": 6.0,
    "lead": 2.0,
    "agreement": 1.0,
}


def confidence(**changes: float) -> float:
    row = np.array([[{**GOOD, **changes}[name] for name in FEATURES]])
    return float(fitted().probabilities(row)[0])


def test_what_all_speaks_for_is_nearly_sure() -> None:
    assert 0.8 < confidence() < 1


@pytest.mark.parametrize(
    "less", [{"coverage": 0.3}, {"unknown": 0.5}, {"score": 1.0}, {"lead": -1.0}, {"agreement": 0.2}]
)
def test_less_for_the_entry_means_less_confidence(less: dict[str, float]) -> None:
    assert confidence(**less) < confidence()


def test_a_question_nearer_to_another_matter_than_to_customs_is_not_answered() -> None:
    assert confidence(margin=-0.05, margin_in_other_language=-0.06, coverage=0.4) < 0.1


@pytest.mark.parametrize("part", ["scope", "answer", "law"])
@pytest.mark.parametrize("wrong", [None, {}, {"intercept": 1.0, "weights": {"height": 1.0}}, {"weights": {}}])
def test_coefficients_of_other_features_are_refused(part: str, wrong: Any) -> None:
    data = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    with pytest.raises(CoefficientsError):
        Calibration.from_json({**data, part: wrong})


def test_a_calibration_survives_its_file() -> None:
    assert Calibration.from_json(json.loads(json.dumps(fitted().as_json()))) == fitted()


def test_both_regressions_know_only_features_of_the_search() -> None:
    assert {*SCOPE_FEATURES, *ANSWER_FEATURES} == set(FEATURES)


def test_no_way_of_measuring_speaks_against_an_entry() -> None:
    assert all(weight >= 0 for mix in mixes().values() for weight in mix.values())


def test_scores_that_are_all_the_same_say_nothing() -> None:
    assert standardised(np.array([2.0, 2.0])).tolist() == [0.0, 0.0]
    assert standardised(np.array([])).tolist() == []
