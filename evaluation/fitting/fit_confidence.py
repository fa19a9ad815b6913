"""Fits the confidence of hits on questions with known answers, and chooses the thresholds of the desk by it.

Run as python -m evaluation.fitting.fit_confidence, after fit_fusion.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bootstrap.settings import Settings, read_settings
from evaluation.fitting.examples import Asked, examples
from evaluation.fitting.law_examples import LawAsked, law_examples
from evaluation.measures.reliability import brier, calibration_error, reliability
from evaluation.measures.risk import RiskPoint, lowest_threshold, sweep
from evaluation.retrieval.setting import embedder, shipped_records, vector_cache
from knowledge.engine.judging.confidence import FEATURES, FITTED, LAW_FEATURES, Calibration
from knowledge.engine.judging.forest import Forest

#: What part of the fit each source of examples has: most questions that come to a desk are covered by its guidance.
#: Letters and headlines of portals ("portal") have a share of their own beside near misses of the same forms: else the
#: form of a question alone would speak against it.
SHARES = {"covered": 0.30, "portal": 0.25, "left_out": 0.13, "removed": 0.10, "not_covered": 0.10, "outside": 0.12}
#: What part of a desk's questions those written like people's stand for, by which the threshold is chosen.
ASKED = {"covered": 0.35, "portal": 0.35, "not_covered": 0.15, "outside": 0.15}
#: So many of a hundred answers to them may be wrong. Most of those are near misses: the entry is about the matter that
#: is asked about and does not tell the detail, which the person sees, with the way to an officer under it.
TOLERATED = 0.09
#: What sounds like one's own file or a complaint is for an officer, unless an entry is as sure as this. Of such
#: messages in tests/unit/desk/recognition.jsonl one in two hundred had one; of questions that only sounded so ten of
#: fourteen did, and the right one.
DESPITE_MATTER = 0.9
#: Below this probability an entry is not worth a button: in seven of eight cases the person would be led astray.
CLARIFY = 0.12
#: An article that more likely than not bears on the question is worth reading.
RELATED_LAW = 0.5
_FOLDS = 5
_THRESHOLDS = tuple(round(step / 100, 2) for step in range(5, 100))
_LAW_DEPTH = 3

Rows = NDArray[np.float64]


def fit(asked: Sequence[Asked]) -> Forest:
    """Fit whether an entry answers, each source of examples weighed by its share."""
    weights = question_weights(asked, SHARES)
    rows = np.concatenate([question.features for question in asked])
    right = np.concatenate([right_of(question) for question in asked])
    repeated = np.repeat(weights, [len(question.features) for question in asked])
    model = HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=60, l2_regularization=2.0, random_state=0
    )
    model.fit(rows, right, sample_weight=repeated / repeated.mean())
    return forest_of(model)


def right_of(question: Asked) -> NDArray[np.bool_]:
    """Which of the judged entries was right."""
    return question.right[: len(question.features)]


def forest_of(model: HistGradientBoostingClassifier) -> Forest:
    """The fitted trees as the engine reads them."""
    trees = []
    for [predictor] in model._predictors:
        nodes = []
        for place, node in enumerate(predictor.nodes):
            leaf = bool(node["is_leaf"])
            left, right = (place, place) if leaf else (int(node["left"]), int(node["right"]))
            threshold = 0.0 if leaf else float(node["num_threshold"])
            value = round(float(node["value"]), 5) if leaf else 0.0
            nodes.append((int(node["feature_idx"]), threshold, left, right, value))
        trees.append(nodes)
    return Forest.of(FEATURES, float(model._baseline_prediction.ravel()[0]), trees)


def fit_law(asked: Sequence[LawAsked]) -> dict[str, object]:
    """Fit whether an article bears on a question; half of the weight is on questions that no article answers."""
    sizes = Counter(question.covered for question in asked)
    rows = np.concatenate([question.features[:_LAW_DEPTH] for question in asked])
    right = np.concatenate([question.right[:_LAW_DEPTH] for question in asked])
    weights = np.repeat(
        [1 / sizes[question.covered] for question in asked], [len(question.right[:_LAW_DEPTH]) for question in asked]
    )
    scaler = StandardScaler()
    model = LogisticRegression(max_iter=2_000)
    model.fit(scaler.fit_transform(rows), right, sample_weight=weights / weights.mean())
    slopes = model.coef_[0] / scaler.scale_
    return {
        "intercept": round(float(model.intercept_[0] - slopes @ scaler.mean_), 4),
        "weights": {name: round(float(slope), 4) for name, slope in zip(LAW_FEATURES, slopes, strict=True)},
    }


def question_weights(asked: Sequence[Asked], shares: Mapping[str, float]) -> Rows:
    """One weight a question, 0 where its source has no share; all sum to 1."""
    sizes = Counter(question.source for question in asked)
    return np.array([shares.get(question.source, 0.0) / sizes[question.source] for question in asked])


def held_out(asked: Sequence[Asked]) -> tuple[Rows, NDArray[np.bool_]]:
    """The confidence of each question's likeliest entry and whether it is right, by trees that have not seen it."""
    confidence, right = np.zeros(len(asked)), np.zeros(len(asked), dtype=bool)
    for fold in range(_FOLDS):
        forest = fit([question for question in asked if question.group % _FOLDS != fold])
        for place, question in enumerate(asked):
            if question.group % _FOLDS == fold:
                found = forest.probabilities(question.features)
                confidence[place] = found.max()
                right[place] = right_of(question)[found.argmax()]
    return confidence, right


def as_json(forest: Forest, law: dict[str, object]) -> str:
    """The file of what was fitted, a tree a line."""
    columns = (forest.feature, forest.threshold, forest.left, forest.right, forest.value)
    trees = [
        [[int(f), float(t), int(le), int(r), float(v)] for f, t, le, r, v in zip(*tree, strict=True)]
        for tree in zip(*columns, strict=True)
    ]
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
    head = f'{{"law": {json.dumps(law)},\n"answer": {{"features": {json.dumps(list(FEATURES))},\n'
    return f'{head}"baseline": {forest.baseline!r},\n"trees": [\n{lines}\n]}}}}\n'


def choose(confidence: Rows, right: NDArray[np.bool_], weights: Rows) -> RiskPoint:
    """The lowest threshold that keeps to what is tolerated."""
    points = sweep(confidence.tolist(), right.tolist(), weights.tolist(), _THRESHOLDS)
    point = lowest_threshold(points, TOLERATED)
    if point is None:
        raise SystemExit("No threshold keeps to the tolerated share of wrong answers.")
    return point


def write_thresholds(path: Path, point: RiskPoint, figures: str) -> None:
    path.write_text(
        f"""\
# How sure the desk must be. A confidence is the calibrated probability (0 to 1) that an entry answers the question.
# Written by `python -m evaluation.fitting.fit_confidence` with the figures that justify it, on held-out examples:
{figures}
# The lowest threshold at which at most {TOLERATED:.0%} of the answers to questions like people's are wrong
# ({_parts()}): {point.coverage:.0%} of them are answered, {1 - point.risk:.0%} of those rightly;
# {point.wrong:.1%} of all get a wrong answer, most of them one on the right matter that does not tell the detail.
# More: docs/evaluation.md.

# Needed by the best entry to be shown as the answer.
answer: {point.threshold}

# Needed by the best entry to be shown although the text sounds like one's own file or a complaint: an officer's matter.
despite_matter: {DESPITE_MATTER}

# Needed by an entry to be offered as one of two to four ("did you mean ...?"); with none, the desk says that it
# does not know and offers an officer.
clarify: {CLARIFY}

# Needed by an article of the law to be shown as related reading beside such an answer; never as an answer.
related_law: {RELATED_LAW}
""",
        encoding="utf-8",
    )


def _parts() -> str:
    return ", ".join(f"{share:.0%} {source}" for source, share in ASKED.items())


def report(asked: Sequence[Asked], confidence: Rows, right: NDArray[np.bool_]) -> str:
    """What thresholds would do, as lines of a comment."""
    weights = question_weights(asked, ASKED)
    sources = np.array([question.source for question in asked])
    error = calibration_error(reliability(confidence.tolist(), right.tolist(), "mass"))
    lines = [
        f"right entry first, of left-out ways to ask: {right[sources == 'left_out'].mean():.3f}",
        f"Brier score {brier(confidence.tolist(), right.tolist()):.3f}, expected calibration error {error:.3f}",
        f"threshold: answered of {' / '.join(SHARES)}; of questions like people's: wrong of all; right of answered",
    ]
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        answered = confidence >= threshold
        shares = " / ".join(f"{answered[sources == source].mean():.2f}" for source in SHARES)
        wrong = (weights * ~right)[answered].sum()
        lines.append(f"{threshold}: {shares}; {wrong:.3f}; {1 - wrong / weights[answered].sum():.3f}")
    return "\n".join(f"#   {line}" for line in lines)


def main(settings: Settings | None = None) -> None:
    settings = settings or read_settings()
    model, records = embedder(settings), shipped_records(settings)
    asked = list(examples(records, model, vector_cache(settings, model).vectors))
    # Of Vietnamese questions only: to the words of another language every article is farther, the right ones too.
    law = law_examples(records, model, vector_cache(settings, model, "law-examples").vectors)
    law_fitted = fit_law([one for one in law if one.question.language == "vi"])
    confidence, right = held_out(asked)
    figures = report(asked, confidence, right)
    print(figures)
    FITTED.write_text(as_json(fit(asked), law_fitted), encoding="utf-8")
    Calibration.from_json(json.loads(FITTED.read_text(encoding="utf-8")))
    point = choose(confidence, right, question_weights(asked, ASKED))
    write_thresholds(settings.content_dir / "answering.yml", point, figures)
    print(f"written: {FITTED.name}, answering.yml with {point}")


if __name__ == "__main__":
    main()
