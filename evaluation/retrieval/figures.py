"""The figures of a measurement: how high right entries stand, how questions ended, how honest confidence is.

Shares lie between 0 and 1. A figure with an interval is {"mean", "low", "high"}.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from desk.answering.outcome import Outcome
from desk.yaml_file import read_yaml
from evaluation.measures.intervals import interval, paired_interval
from evaluation.measures.ranks import hit, ndcg, reciprocal_rank
from evaluation.measures.reliability import brier, calibration_error, reliability
from evaluation.measures.risk import area, curve, sweep
from evaluation.questions.keyboard import Typing
from evaluation.questions.sets import EXPECTED, FOLDER, Expected
from evaluation.retrieval.answers import ENDINGS
from evaluation.retrieval.trials import AS_WRITTEN, DEPTH, ENGLISH, Trial, Trials

ACCEPTABLE = FOLDER / "acceptable.yml"
Acceptable = Mapping[Expected, frozenset[Outcome]]


def read_acceptable(path: Path = ACCEPTABLE) -> Acceptable:
    """The outcomes with which a question on the border may end; raises KeyError or ValueError on a bad file."""
    data = read_yaml(path)
    return {expected: frozenset(map(Outcome, data[expected]["outcomes"])) for expected in EXPECTED}


def all_figures(trials: Trials, acceptable: Acceptable) -> dict[str, Any]:
    """Every figure, by set of questions and way of typing."""
    return {
        "golden": {way: golden(of) for way, of in trials.golden.items() if of},
        "typing": differences(trials.golden),
        "outside": {way: ended(of) for way, of in trials.outside.items() if of},
        "borderline": {way: borderline(of, acceptable) for way, of in trials.borderline.items() if of},
        "confidence": {way: confidence(of) for way, of in pools(trials).items() if of},
    }


def golden(trials: Sequence[Trial]) -> dict[str, Any]:
    """Figures of questions that an entry answers."""
    times = [trial.milliseconds for trial in trials]
    return {
        "questions": len(trials),
        **{name: interval(values).as_data() for name, values in _values(trials).items()},
        **{f"{name}_share": round(count / len(trials), 4) for name, count in _endings(trials).items()},
        "precision": _precision(trials),
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
    }


def differences(trials: Mapping[str, Sequence[Trial]]) -> dict[str, Any]:
    """What each way of typing loses against the same questions with their diacritics: paired intervals."""
    accented = _values(trials[Typing.ACCENTED])
    return {
        way: {name: paired_interval(values, accented[name]).as_data() for name, values in _values(of).items()}
        for way, of in trials.items()
        if of and way not in (Typing.ACCENTED, ENGLISH)
    }


def ended(trials: Sequence[Trial]) -> dict[str, int]:
    """How many questions ended each way; of those that no entry answers, every answer is a wrong one."""
    return {"questions": len(trials), **_endings(trials)}


def borderline(trials: Sequence[Trial], acceptable: Acceptable) -> dict[str, Any]:
    """How many on the border were answered, and how many ended as they may, whole and by what they are."""
    groups = {one: [trial for trial in trials if trial.question.expected == one] for one in EXPECTED}
    return {
        **_bordering(trials, acceptable),
        **{expected: _bordering(of, acceptable) for expected, of in groups.items() if of},
    }


def is_acceptable(trial: Trial, acceptable: Acceptable) -> bool:
    """Whether a question on the border ended as it may."""
    expected = trial.question.expected
    return expected is not None and trial.shown.outcome in acceptable[expected]


def pools(trials: Trials) -> dict[str, list[Trial]]:
    """Golden and outside questions together, each once: what confidence is judged on, by way of typing."""
    golden, outside = trials.golden, trials.outside
    return {
        AS_WRITTEN: [*golden[Typing.ACCENTED], *golden[ENGLISH], *outside[AS_WRITTEN]],
        Typing.UNACCENTED.value: [*golden[Typing.UNACCENTED], *outside[Typing.UNACCENTED]],
    }


def confidence(trials: Sequence[Trial]) -> dict[str, Any]:
    """How honest the confidence of the first hit is; of an outside question no hit is right."""
    sure, right = [trial.confidence for trial in trials], [trial.right for trial in trials]
    table, even = reliability(sure, right), reliability(sure, right, equal="mass")
    points = curve(sure, right)
    return {
        "questions": len(trials),
        "brier": round(brier(sure, right), 4),
        "calibration_error": round(calibration_error(table), 4),
        "calibration_error_equal_mass": round(calibration_error(even), 4),
        "aurc": round(area(points), 4),
        "reliability": [
            {**asdict(of), "confidence": round(of.confidence, 4), "right": round(of.right, 4)} for of in table
        ],
        "risk_coverage": [point.as_data() for point in points],
        "sweep": [point.as_data() for point in sweep(sure, right)],
    }


def _values(trials: Sequence[Trial]) -> dict[str, list[float]]:
    return {
        **{f"hit@{depth}": [hit(trial.rank, depth) for trial in trials] for depth in (1, 3, 5, 10)},
        "mrr@10": [reciprocal_rank(trial.rank, DEPTH) for trial in trials],
        "ndcg@10": [ndcg([found.entry for found in trial.hits], trial.right_entries, DEPTH) for trial in trials],
    }


def _endings(trials: Sequence[Trial]) -> dict[str, int]:
    counted = Counter(trial.ending for trial in trials)
    return {name: counted[name] for name in ENDINGS}


def _precision(trials: Sequence[Trial]) -> float | None:
    counted = Counter(trial.ending for trial in trials)
    answered = counted["answered_right"] + counted["wrong_shown"]
    return round(counted["answered_right"] / answered, 4) if answered else None


def _bordering(trials: Sequence[Trial], acceptable: Acceptable) -> dict[str, int]:
    return {
        "questions": len(trials),
        "answered": sum(trial.shown.outcome.family == "answered" for trial in trials),
        "acceptable": sum(is_acceptable(trial, acceptable) for trial in trials),
    }
