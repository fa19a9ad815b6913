"""Fits how the ways of measuring are mixed, on questions put to indexes in which they are not.

Run as python -m evaluation.fitting.fit_fusion; what finds the candidates is set by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from bootstrap.settings import read_settings
from evaluation.fitting.examples import ROUNDS, left_out
from evaluation.fitting.law_examples import law_examples
from evaluation.retrieval.setting import embedder, shipped_records, vector_cache
from knowledge.engine.judging.fusion import WEIGHTS, mixes
from knowledge.engine.judging.ranking import Ranking

_FOLDS = 5
#: Keeps weights small where the examples do not speak for them.
_RIDGE = 0.003

#: The standardised ways of measuring of one question's candidates, and the place of the right one.
Example = tuple[NDArray[np.float64], int]


def example(ranking: Ranking, right: NDArray[np.bool_], ways: Sequence[str]) -> Example | None:
    """None where the right one is not among the candidates: no mix could put it first."""
    if not right.any():
        return None
    return np.column_stack([ranking.standardised[way] for way in ways]), int(right.argmax())


def fit(examples: Sequence[Example], ways: Sequence[str]) -> dict[str, float]:
    """The weights, none below 0, that give the right candidates the greatest likelihood among all."""
    longest = max(len(rows) for rows, _ in examples)
    table = np.full((len(examples), longest, len(ways)), np.nan)
    for place, (rows, _) in enumerate(examples):
        table[place, : len(rows)] = rows
    there = ~np.isnan(table[:, :, 0])
    table = np.nan_to_num(table)
    right = np.array([place for _, place in examples])
    at = np.arange(len(examples))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = np.where(there, table @ weights, -np.inf)
        total = logsumexp(scores, axis=1)
        likely = np.exp(scores - total[:, None])
        value = float((total - scores[at, right]).mean() + _RIDGE * weights @ weights)
        slope = (np.einsum("ec,ecw->ew", likely, table) - table[at, right]).mean(axis=0) + 2 * _RIDGE * weights
        return value, slope

    found = minimize(loss, np.full(len(ways), 0.3), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(ways))
    return {way: round(float(weight), 3) for way, weight in zip(ways, found.x, strict=True)}


def hit_at_1(examples: Sequence[Example | None], weights: Mapping[str, float]) -> float:
    """The share of all questions whose right candidate comes first."""
    by = np.array(list(weights.values()))
    return float(np.mean([one is not None and int((one[0] @ by).argmax()) == one[1] for one in examples]))


def fit_held_out(examples: Sequence[Example | None], groups: Sequence[int], ways: Sequence[str]) -> float:
    """The share put first by weights that have not seen the question's entry."""
    hits = []
    for fold in range(_FOLDS):
        known = [one for one, group in zip(examples, groups, strict=True) if one is not None and group % _FOLDS != fold]
        weights = fit(known, ways)
        asked = [one for one, group in zip(examples, groups, strict=True) if group % _FOLDS == fold]
        hits += [hit_at_1(asked, weights)] * len(asked)
    return float(np.mean(hits))


def _fit_mix(name: str, examples: Sequence[Example | None], groups: Sequence[int]) -> dict[str, float]:
    ways = list(mixes()[name])
    weights = fit([one for one in examples if one is not None], ways)
    found = sum(one is not None for one in examples) / len(examples)
    print(f"{name}: {len(examples)} questions, found {found:.3f}, first before {hit_at_1(examples, mixes()[name]):.3f}")
    print(f"  first {hit_at_1(examples, weights):.3f}, held out {fit_held_out(examples, groups, ways):.3f}  {weights}")
    return weights


def main() -> None:
    settings = read_settings()
    model, records = embedder(settings), shipped_records(settings)
    embed = vector_cache(settings, model).vectors
    embed_law = vector_cache(settings, model, "law-examples").vectors
    mix = {name: dict(weights) for name, weights in mixes().items()}
    asked = [one for turn in range(ROUNDS) for one in left_out(records, turn, model, embed)]
    found = [example(one.ranking, one.right, list(mix["guidance"])) for one in asked]
    mix["guidance"] = _fit_mix("guidance", found, [one.group for one in asked])
    law = [one for one in law_examples(records, model, embed_law) if one.covered]
    for name, language in (("law", "vi"), ("law_in_other_language", "en")):
        of = [one for one in law if one.question.language == language]
        found = [example(one.ranking, one.right, list(mix[name])) for one in of]
        mix[name] = _fit_mix(name, found, list(range(len(of))))
    WEIGHTS.write_text(json.dumps(mix, indent=2) + "\n", encoding="utf-8")
    print(f"written: {WEIGHTS.name}")


if __name__ == "__main__":
    main()
