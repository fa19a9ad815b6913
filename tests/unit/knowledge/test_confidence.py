"""A confidence is a probability that falls when less speaks for the entry."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from knowledge.engine.judging.confidence import (
    FITTED,
    LAW_FEATURES,
    OF_QUESTION,
    WAYS,
    Calibration,
    CoefficientsError,
    fitted,
    lead,
)
from knowledge.engine.judging.fusion import mixes, standardised

GOOD = {"coverage": 0.9, "tokens": 0.93, "score": 6.0, "lead": 2.0, "length": 2.5}


def clear(**changes: float) -> np.ndarray:
    """The features of an entry that everything speaks for, but for what is changed."""
    of_way = {"meaning": 0.92, "words": 25.0, "tokens": 0.93, "coverage": 0.95}
    measured = [of_way[way.split("_")[0]] for way in WAYS]
    row = dict.fromkeys(OF_QUESTION, 0.0) | {
        "score": 9.0,
        "lead": 4.0,
        "lead_of_first": 4.0,
        "lead_before_third": 5.0,
        "lead_before_fifth": 6.0,
        "margin": 0.12,
        "margin_of_tokens": 0.15,
        "margin_in_other_language": 0.1,
        "agreement": 1.0,
        "length": 2.5,
    }
    row |= changes
    return np.array([[*measured, *[6.0] * len(WAYS), *[0.0] * len(WAYS), *[0.0] * len(WAYS), *row.values()]])


def test_what_all_speaks_for_is_nearly_sure() -> None:
    assert fitted().probabilities(clear())[0] > 0.8


def test_a_question_nearer_to_another_matter_than_to_customs_is_not_answered() -> None:
    far = clear(margin=-0.08, margin_of_tokens=-0.08, margin_in_other_language=-0.08, unknown=0.5)
    assert fitted().probabilities(far)[0] < fitted().probabilities(clear())[0] - 0.1


@pytest.mark.parametrize("less", [{"score": 2.0}, {"tokens": 0.8}])
def test_less_for_an_article_makes_it_less_likely_to_bear_on_the_question(less: dict[str, float]) -> None:
    rows = np.array([[GOOD[name] for name in LAW_FEATURES], [{**GOOD, **less}[name] for name in LAW_FEATURES]])
    whole, lessened = fitted().law_probabilities(rows)
    assert 0 < lessened < whole < 1


@pytest.mark.parametrize("part", ["answer", "law"])
@pytest.mark.parametrize("wrong", [None, {}, {"intercept": 1.0, "weights": {"height": 1.0}}, {"features": ["height"]}])
def test_what_was_fitted_for_other_features_is_refused(part: str, wrong: Any) -> None:
    data = json.loads(FITTED.read_text(encoding="utf-8"))
    with pytest.raises(CoefficientsError):
        Calibration.from_json({**data, part: wrong})


def test_the_first_leads_by_its_distance_to_the_second_and_the_others_are_behind_it() -> None:
    assert lead(np.array([5.0, 3.0, 2.5])).tolist() == [2.0, -2.0, -2.5]
    assert lead(np.array([5.0])).tolist() == [0.0]


def test_no_way_of_measuring_speaks_against_an_entry() -> None:
    assert all(weight >= 0 for mix in mixes().values() for weight in mix.values())


def test_scores_that_are_all_the_same_say_nothing() -> None:
    assert standardised(np.array([2.0, 2.0])).tolist() == [0.0, 0.0]
    assert standardised(np.array([])).tolist() == []
