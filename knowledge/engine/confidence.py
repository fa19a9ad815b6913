"""How likely it is that a found entry answers the question: a logistic regression over cheap features."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.lexical import LexicalIndex, Scores, is_syllable
from knowledge.engine.query import Query
from knowledge.engine.snapshot import Signals, Snapshot

#: Fitted by python -m evaluation.retrieval.fit_confidence, never by hand.
COEFFICIENTS = Path(__file__).with_name("confidence.json")

FEATURES = (
    "score",
    "lead",
    "coverage",
    "meaning",
    "typical_meaning",
    "meaning_in_other_language",
    "agreement",
    "length",
    "unknown",
    "english",
)


class CoefficientsError(ValueError):
    """The file of coefficients does not fit the features of this program."""


def features(query: Query, snapshot: Snapshot, signals: Signals, fused: Scores) -> NDArray[np.float64]:
    """The features of each entry: shape (entries, features), in the order of FEATURES; needs two entries or more."""
    count = len(fused)
    columns = {
        "score": fused,
        "lead": _lead(fused),
        "coverage": signals.coverage,
        "meaning": signals.meaning,
        "typical_meaning": np.full(count, signals.meaning.mean()),
        "meaning_in_other_language": signals.meaning_in_other_language,
        "agreement": _agreement(signals),
        "length": np.full(count, math.log1p(min(query.length, 40))),
        "unknown": np.full(count, _unknown_share(query, snapshot.entry_words)),
        "english": np.full(count, float(query.language == "en")),
    }
    return np.column_stack([columns[name] for name in FEATURES])


def _lead(scores: Scores) -> Scores:
    """How far each is before the best of the others; negative for all but the first."""
    if len(scores) < 2:
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
    return np.mean([way >= way.max() for way in ways], axis=0)


def _unknown_share(query: Query, words: LexicalIndex) -> float:
    """The share of the question's syllables that no guidance has."""
    single = [term for term in query.terms if is_syllable(term)]
    return sum(not words.knows(term) for term in single) / max(1, len(single))


@dataclass(frozen=True)
class Calibration:
    """The fitted regression."""

    intercept: float
    weights: tuple[float, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Calibration:
        """Raises CoefficientsError when the names are not those of FEATURES."""
        intercept, weights = data.get("intercept"), data.get("weights")
        if not isinstance(intercept, float) or not isinstance(weights, dict) or set(weights) != set(FEATURES):
            raise CoefficientsError("confidence.json does not name the features of this program; fit it again")
        return cls(intercept, tuple(float(weights[name]) for name in FEATURES))

    def probabilities(self, of: NDArray[np.float64]) -> Scores:
        """One probability (0 to 1) a row of features."""
        found: Scores = 1 / (1 + np.exp(-np.clip(of @ np.array(self.weights) + self.intercept, -30, 30)))
        return found


@lru_cache(maxsize=1)
def fitted() -> Calibration:
    """The regression that ships with the program."""
    return Calibration.from_json(json.loads(COEFFICIENTS.read_text(encoding="utf-8")))
