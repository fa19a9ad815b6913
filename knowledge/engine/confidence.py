"""How likely it is that a found entry answers the question: logistic regressions over cheap features."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.lexical import LexicalIndex, Scores, is_syllable
from knowledge.engine.query import Query
from knowledge.engine.snapshot import Signals, Snapshot

#: Fitted by python -m evaluation.retrieval.fit_confidence, never by hand; cosines differ between models, so another
#: embedding model needs it run again.
COEFFICIENTS = Path(__file__).with_name("confidence.json")

#: Which features tell whether a question is one for customs at all, ...
SCOPE_FEATURES = ("coverage", "margin", "margin_in_other_language", "unknown")
#: ... and, if it is, whether this entry answers it.
ANSWER_FEATURES = (*SCOPE_FEATURES, "score", "lead", "agreement")
FEATURES = ANSWER_FEATURES


class CoefficientsError(ValueError):
    """The file of coefficients does not fit the features of this program."""


def features(query: Query, snapshot: Snapshot, signals: Signals, fused: Scores) -> NDArray[np.float64]:
    """The features of each entry: shape (entries, features), in the order of FEATURES."""
    columns = {
        "score": fused,
        "lead": _lead(fused),
        "coverage": signals.coverage,
        "margin": signals.meaning - signals.meaning_elsewhere,
        "margin_in_other_language": signals.meaning_in_other_language - signals.meaning_elsewhere,
        "agreement": _agreement(signals),
        "unknown": np.full(len(fused), _unknown_share(query, snapshot.entry_words)),
    }
    return np.column_stack([columns[name] for name in FEATURES])


def _lead(scores: Scores) -> Scores:
    """How far each is before the best of the others; negative for all but the first."""
    if len(scores) == 1:
        return np.zeros_like(scores)
    second, first = np.partition(scores, -2)[-2:]
    leads: Scores = np.where(scores == first, scores - second, scores - first)
    return leads


def _agreement(signals: Signals) -> Scores:
    """The share of the ways of measuring that put the entry first."""
    ways = (
        signals.words_in_entry,
        signals.words_in_answer,
        signals.meaning,
        signals.meaning_of_answer,
        signals.meaning_in_other_language,
    )
    first: Scores = np.mean([way >= way.max() for way in ways], axis=0)
    return first


def _unknown_share(query: Query, words: LexicalIndex) -> float:
    """The share of the question's syllables that no guidance has."""
    single = [term for term in query.terms if is_syllable(term)]
    return sum(not words.knows(term) for term in single) / max(1, len(single))


@dataclass(frozen=True)
class Regression:
    """A logistic regression over some of the features."""

    intercept: float
    weights: Mapping[str, float]

    @classmethod
    def from_json(cls, data: object, names: Sequence[str]) -> Regression:
        """Raises CoefficientsError when the weights are not those of these features."""
        match data:
            case {"intercept": float(intercept), "weights": dict(weights)} if set(weights) == set(names):
                return cls(intercept, {name: float(weight) for name, weight in weights.items()})
        raise CoefficientsError(f"{COEFFICIENTS.name} does not name the features of this program; fit it again")

    def probabilities(self, of: NDArray[np.float64]) -> Scores:
        """One probability (0 to 1) a row of features."""
        weights = np.array([self.weights.get(name, 0.0) for name in FEATURES])
        found: Scores = 1 / (1 + np.exp(-np.clip(of @ weights + self.intercept, -30, 30)))
        return found


@dataclass(frozen=True)
class Calibration:
    """Two questions in a row: is this one for customs at all, and if so, does this entry answer it?"""

    scope: Regression
    answer: Regression

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Calibration:
        """Raises CoefficientsError when the file was fitted for other features."""
        return cls(
            Regression.from_json(data.get("scope"), SCOPE_FEATURES),
            Regression.from_json(data.get("answer"), ANSWER_FEATURES),
        )

    def as_json(self) -> dict[str, object]:
        return {
            name: {
                "intercept": round(regression.intercept, 4),
                "weights": {feature: round(weight, 4) for feature, weight in regression.weights.items()},
            }
            for name, regression in (("scope", self.scope), ("answer", self.answer))
        }

    def probabilities(self, of: NDArray[np.float64]) -> Scores:
        """One probability (0 to 1) a row of features; the first row is of the best entry and decides the scope."""
        return self.scope.probabilities(of[:1]) * self.answer.probabilities(of)


@lru_cache(maxsize=1)
def fitted() -> Calibration:
    """The calibration that ships with the program."""
    return Calibration.from_json(json.loads(COEFFICIENTS.read_text(encoding="utf-8")))
