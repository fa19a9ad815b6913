"""Fits the confidence of hits on questions with known answers; run as python -m evaluation.retrieval.fit_confidence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from evaluation.retrieval.examples import Asked, examples
from evaluation.retrieval.setting import embedder, shipped_records, var_folder
from knowledge.engine.confidence import COEFFICIENTS, FEATURES, Calibration
from knowledge.engine.vector_cache import VectorCache

#: What part of all questions each source stands for: two in three that come to a desk are covered by its guidance.
SHARES = {"left_out": 0.66, "removed": 0.17, "foreign": 0.17}
_FOLDS = 5
_THRESHOLDS = (0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)


def fit(asked: Sequence[Asked]) -> Calibration:
    """The regression over all hits of these questions, each source weighed by its share."""
    rows = np.concatenate([question.features for question in asked])
    right = np.concatenate([question.right for question in asked])
    weights = np.repeat(question_weights(asked), [len(question.right) for question in asked])
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=1.0, max_iter=2_000)
    model.fit(scaler.transform(rows), right, sample_weight=weights * len(asked))
    slopes = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - slopes @ scaler.mean_)
    return Calibration(intercept, tuple(slopes.tolist()))


def question_weights(asked: Sequence[Asked]) -> NDArray[np.float64]:
    """One weight a question; all sum to 1."""
    sizes = Counter(question.source for question in asked)
    return np.array([SHARES[question.source] / sizes[question.source] for question in asked])


def held_out_confidence(asked: Sequence[Asked]) -> NDArray[np.float64]:
    """The confidence of each question's first hit, by a regression that has not seen its entry."""
    found = np.zeros(len(asked))
    for fold in range(_FOLDS):
        calibration = fit([question for question in asked if question.group % _FOLDS != fold])
        for place, question in enumerate(asked):
            if question.group % _FOLDS == fold:
                found[place] = calibration.probabilities(question.features[:1])[0]
    return found


def report(asked: Sequence[Asked]) -> None:
    """Print what each threshold would answer, from regressions that have not seen the question's entry."""
    confidence, weights = held_out_confidence(asked), question_weights(asked)
    right = np.array([question.right[0] for question in asked])
    sources = np.array([question.source for question in asked])
    print("hit@1 of left-out ways to ask: %.3f" % right[sources == "left_out"].mean())
    print("threshold  answered of left_out / removed / foreign   right among answered")
    for threshold in _THRESHOLDS:
        answered = confidence >= threshold
        shares = "      ".join(f"{answered[sources == source].mean():.3f}" for source in SHARES)
        right_share = (weights * right)[answered].sum() / weights[answered].sum()
        print(f"{threshold:9.2f}  {shares}   {right_share:.3f}")
    print("calibration: mean confidence against share right, by tenths")
    for low in np.arange(0, 1, 0.1):
        among = (confidence >= low) & (confidence < low + 0.1)
        if among.any():
            share = (weights * right)[among].sum() / weights[among].sum()
            print(f"  {low:.1f}-{low + 0.1:.1f}: {confidence[among].mean():.2f} {share:.2f} ({among.sum()} questions)")


def main() -> None:
    model = embedder()
    cache = VectorCache(var_folder() / "index", model)
    asked = list(examples(shipped_records(), model, cache.vectors))
    report(asked)
    calibration = fit(asked)
    weights = {name: round(weight, 4) for name, weight in zip(FEATURES, calibration.weights, strict=True)}
    data = {"intercept": round(calibration.intercept, 4), "weights": weights}
    COEFFICIENTS.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    print(f"written: {COEFFICIENTS.name}")


if __name__ == "__main__":
    main()
