"""Fits the confidence of hits on questions with known answers; run as python -m evaluation.retrieval.fit_confidence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bootstrap.settings import read_settings
from evaluation.retrieval.examples import Asked, examples
from evaluation.retrieval.setting import embedder, shipped_records, vector_cache
from knowledge.engine.confidence import (
    ANSWER_FEATURES,
    COEFFICIENTS,
    FEATURES,
    SCOPE_FEATURES,
    Calibration,
    Regression,
)

#: What part of all questions each source stands for: most that come to a desk are covered by its guidance.
SHARES = {"left_out": 0.60, "removed": 0.15, "not_covered": 0.10, "outside": 0.15}
_FOLDS = 5
_THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8)


def fit(asked: Sequence[Asked]) -> Calibration:
    """Fit both regressions, each source weighed by its share."""
    weights = question_weights(asked)
    first = np.stack([question.features[0] for question in asked])
    of_customs = np.array([question.source != "outside" for question in asked])
    scope = _regression(first, of_customs, weights, SCOPE_FEATURES, 0.3)
    hits = [len(question.right) if inside else 0 for question, inside in zip(asked, of_customs, strict=True)]
    rows = np.concatenate([question.features for question in asked if question.source != "outside"])
    right = np.concatenate([question.right for question in asked if question.source != "outside"])
    return Calibration(scope, _regression(rows, right, np.repeat(weights, hits), ANSWER_FEATURES, 1.0))


def _regression(
    rows: NDArray[np.float64],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    names: Sequence[str],
    freedom: float,
) -> Regression:
    scaler = StandardScaler()
    scaled = scaler.fit_transform(rows[:, [FEATURES.index(name) for name in names]])
    model = LogisticRegression(C=freedom, max_iter=2_000)
    model.fit(scaled, labels, sample_weight=weights * len(weights) / weights.sum())
    slopes = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - slopes @ scaler.mean_)
    return Regression(intercept, dict(zip(names, slopes.tolist(), strict=True)))


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
    print(f"hit@1 of left-out ways to ask: {right[sources == 'left_out'].mean():.3f}")
    print(f"threshold  answered of {' / '.join(SHARES)}   right among answered")
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
    settings = read_settings()
    model = embedder(settings)
    asked = list(examples(shipped_records(settings), model, vector_cache(settings, model).vectors))
    report(asked)
    COEFFICIENTS.write_text(json.dumps(fit(asked).as_json(), indent=2) + "\n", encoding="utf-8")
    print(f"written: {COEFFICIENTS.name}")


if __name__ == "__main__":
    main()
