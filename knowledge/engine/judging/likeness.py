"""How likely it is that two texts ask the same: from their words and meaning, and from the guidance that both are near.

Two questions in other words, or in the two languages, are seldom near to each other; but both are near to the same
entries, and far from the same others, also where none of them answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desk.guidance.record import Language
from knowledge.engine.index.lexical import Scores
from knowledge.engine.index.products import inner_products
from knowledge.engine.judging.confidence import CoefficientsError
from knowledge.engine.model.embedding import TOKEN_SCALE, Embedded

#: Fitted by python -m evaluation.fitting.fit_likeness, never by hand; another embedding model needs it run again.
FITTED = Path(__file__).with_name("likeness.json")

#: Cosine of the wholes; mean cosine of each text's tokens to the nearest of the other, the greater and the smaller;
#: whether both are in one language; how far they are near to the same entries, and likely answered by the same.
FEATURES = ("whole", "tokens_of_one", "tokens_of_other", "same_language", "same_entries", "same_answer")
#: Entries so many standard deviations nearer than most are those that a text is near to.
_NEAR = 1.0
#: Of so many others, the likest so far, it is asked which entries answer them.
ANSWERS_ASKED = 20


@dataclass(frozen=True)
class Profile:
    """One text: its vectors, the weight of each of its tokens, and how it stands to the entries of the guidance.

    ``near`` is a vector of unit length with one number an entry, all 0 where nothing is published.
    """

    language: Language
    embedded: Embedded
    weights: Scores
    near: Scores

    @classmethod
    def of(cls, language: Language, embedded: Embedded, weights: Scores, nearness: Scores) -> Profile:
        """``nearness`` is a cosine for each entry, ``weights`` one for each token."""
        return cls(language, embedded, weights, _standing_out(nearness))


def features(one: Profile, other: Profile, same_answer: float = 0.0) -> NDArray[np.float64]:
    """The features of two texts, in the order of FEATURES; ``same_answer`` is the probability that one entry is it."""
    tokens = _tokens(one, other)
    return np.array(
        [
            float(one.embedded.whole @ other.embedded.whole),
            max(tokens),
            min(tokens),
            float(one.language == other.language),
            float(one.near @ other.near),
            same_answer,
        ]
    )


def same_answer(of_one: Mapping[str, float], of_other: Mapping[str, float]) -> float:
    """The probability that the same entry answers both, from those with which each entry answers either."""
    return sum(probability * of_other.get(entry, 0.0) for entry, probability in of_one.items())


def _standing_out(nearness: Scores) -> Scores:
    spread = float(nearness.std()) if nearness.size else 0.0
    if spread == 0:
        return np.zeros_like(nearness)
    found: Scores = np.maximum((nearness - nearness.mean()) / spread - _NEAR, 0)
    length = float(np.linalg.norm(found))
    return found / length if length else found


def _tokens(one: Profile, other: Profile) -> tuple[float, float]:
    """The weighted mean cosine of the tokens of each to the nearest of the other; 0 where one has none."""
    if not len(one.weights) or not len(other.weights):
        return 0.0, 0.0
    products = inner_products(one.embedded.tokens, other.embedded.tokens) / TOKEN_SCALE**2
    return (
        float(one.weights @ products.max(axis=1) / one.weights.sum()),
        float(other.weights @ products.max(axis=0) / other.weights.sum()),
    )


@dataclass(frozen=True)
class LikenessRegression:
    """A logistic regression over FEATURES."""

    intercept: float
    weights: Mapping[str, float]

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> LikenessRegression:
        """Raises CoefficientsError when the file was fitted for other features."""
        match data:
            case {"intercept": float(intercept), "weights": dict(weights)} if tuple(weights) == FEATURES:
                return cls(intercept, weights)
        raise CoefficientsError(f"{FITTED.name} does not name the features of this program; fit it again")

    def probabilities(self, rows: NDArray[np.float64]) -> Scores:
        """One probability (0 to 1) a row of ``features``."""
        weights = np.array([self.weights[name] for name in FEATURES])
        found: Scores = 1 / (1 + np.exp(-np.clip(rows @ weights + self.intercept, -30, 30)))
        return found


def likenesses(
    one: Profile, others: Sequence[Profile], same_answer: Callable[[int], float], regression: LikenessRegression
) -> Scores:
    """The likeness of each of the others, 0 to 1; ``same_answer`` tells that feature of the other at a place.

    It takes its time, so that it is asked of the likest only; with the others it would be hardly more than nothing.
    """
    rows = np.array([features(one, other) for other in others])
    for place in np.argsort(-regression.probabilities(rows), kind="stable")[:ANSWERS_ASKED].tolist():
        rows[place, FEATURES.index("same_answer")] = same_answer(place)
    return regression.probabilities(rows)


@lru_cache(maxsize=1)
def fitted_likeness() -> LikenessRegression:
    """What ships with the program."""
    return LikenessRegression.from_json(json.loads(FITTED.read_text(encoding="utf-8")))
