"""How likely it is that a found entry answers the question, from everything that was measured of it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.index.guidance_index import GuidanceIndex
from knowledge.engine.index.lexical import Scores, is_syllable
from knowledge.engine.judging.forest import Forest
from knowledge.engine.judging.ranking import Ranking
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.writing.query import Query

#: Fitted by python -m evaluation.fitting.fit_confidence, never by hand; cosines differ between models, so another
#: embedding model needs it run again.
FITTED = Path(__file__).with_name("confidence.json")

#: So many of the ranked entries are judged; the others are too far behind to be right.
JUDGED = 10
#: The ways of measuring of an entry, as ranking.py gives them.
WAYS = (
    "words_in_entry",
    "words_in_question",
    "words_in_answer",
    "meaning_of_question",
    "meaning_of_answer",
    "meaning_in_other_language",
    "coverage",
    "tokens_of_question",
    "tokens_of_answer",
    "tokens_in_other_language",
)
#: Of each way: the measure itself, how it stands among all entries, how far it is behind the best, and its place.
OF_WAYS = tuple(f"{way}{aspect}" for aspect in ("", ".standardised", ".behind", ".place") for way in WAYS)
#: How the entry stands in the mixed order, and the question beside matters that are none of customs'.
OF_QUESTION = (
    "score",
    "lead",
    "lead_of_first",
    "lead_before_third",
    "lead_before_fifth",
    "margin",
    "margin_of_tokens",
    "margin_in_other_language",
    "agreement",
    "unknown",
    "length",
)
FEATURES = (*OF_WAYS, *OF_QUESTION)
#: What tells whether an article of the law bears on a question.
LAW_FEATURES = ("tokens", "score", "lead", "length")


class CoefficientsError(ValueError):
    """The file of what was fitted does not go with the features of this program."""


def features(query: Query, embedded: Embedded, index: GuidanceIndex, ranking: Ranking) -> NDArray[np.float64]:
    """The features of the first ranked entries: shape (at most JUDGED, features), in the order of FEATURES."""
    measured = np.column_stack([ranking.measured[way] for way in WAYS])
    standardised = np.column_stack([ranking.standardised[way] for way in WAYS])
    places = (-measured).argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    scores = ranking.scores
    tokens = np.maximum(ranking.measured["tokens_of_question"], ranking.measured["tokens_of_answer"])
    meaning = np.maximum(ranking.measured["meaning_of_question"], ranking.measured["meaning_of_answer"])
    whole_elsewhere, tokens_elsewhere = index.elsewhere(embedded)
    of_question = {
        "score": scores,
        "lead": lead(scores),
        "lead_of_first": _all(_before(scores, 1), ranking),
        "lead_before_third": _all(_before(scores, 2), ranking),
        "lead_before_fifth": _all(_before(scores, 4), ranking),
        "margin": meaning - whole_elsewhere,
        "margin_of_tokens": tokens - tokens_elsewhere,
        "margin_in_other_language": ranking.measured["tokens_in_other_language"] - tokens_elsewhere,
        "agreement": (places == 0).mean(axis=1),
        "unknown": _all(index.unknown_share(query), ranking),
        "length": _all(_length(query), ranking),
    }
    rows = np.column_stack(
        [measured, standardised, measured.max(axis=0) - measured, places, *(of_question[name] for name in OF_QUESTION)]
    )
    return rows[:JUDGED]


def law_features(query: Query, ranking: Ranking) -> NDArray[np.float64]:
    """The features of each ranked article: shape (articles, features), in the order of LAW_FEATURES."""
    columns = {
        "tokens": ranking.measured["tokens_of_part"],
        "score": ranking.scores,
        "lead": lead(ranking.scores),
        "length": _all(_length(query), ranking),
    }
    return np.column_stack([columns[name] for name in LAW_FEATURES])


def lead(scores: Scores) -> Scores:
    """How far each is before the best of the others; negative for all but the first. ``scores`` fall."""
    if len(scores) < 2:
        return np.zeros_like(scores)
    leads: Scores = scores - scores[0]
    leads[0] = scores[0] - scores[1]
    return leads


def _before(scores: Scores, place: int) -> float:
    """How far the first is before the one at a later place; before the last where there are fewer."""
    return float(scores[0] - scores[min(place, len(scores) - 1)])


def _all(value: float, ranking: Ranking) -> Scores:
    return np.full(ranking.size, value)


def _length(query: Query) -> float:
    """The logarithm of the number of different syllables: of two words hardly anything can be said for sure."""
    return math.log(1 + sum(map(is_syllable, query.terms)))


@dataclass(frozen=True)
class LawRegression:
    """A logistic regression over LAW_FEATURES."""

    intercept: float
    weights: Mapping[str, float]

    def probabilities(self, rows: NDArray[np.float64]) -> Scores:
        weights = np.array([self.weights[name] for name in LAW_FEATURES])
        found: Scores = 1 / (1 + np.exp(-np.clip(rows @ weights + self.intercept, -30, 30)))
        return found


@dataclass(frozen=True)
class Calibration:
    """What was fitted: the probability that an entry answers, and that an article of the law bears on a question."""

    answer: Forest
    law: LawRegression

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Calibration:
        """Raises CoefficientsError when the file was fitted for other features."""
        match data:
            case {
                "answer": {"features": list(names), "baseline": float(), "trees": list()} as answer,
                "law": {"intercept": float(intercept), "weights": dict(weights)},
            } if tuple(names) == FEATURES and set(weights) == set(LAW_FEATURES):
                return cls(Forest.from_json(cast("Mapping[str, object]", answer)), LawRegression(intercept, weights))
        raise CoefficientsError(f"{FITTED.name} does not name the features of this program; fit it again")

    def probabilities(self, rows: NDArray[np.float64]) -> Scores:
        """The probability (0 to 1) that each entry answers; ``rows`` are those of ``features``."""
        return self.answer.probabilities(rows)

    def law_probabilities(self, rows: NDArray[np.float64]) -> Scores:
        """The probability (0 to 1) that each article bears on the question; ``rows`` are those of ``law_features``."""
        return self.law.probabilities(rows)


@lru_cache(maxsize=1)
def fitted() -> Calibration:
    """What ships with the program."""
    return Calibration.from_json(json.loads(FITTED.read_text(encoding="utf-8")))
