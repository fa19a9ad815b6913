"""Fits how likely two questions ask the same, and measures what a case would be shown at each threshold.

Run as python -m evaluation.fitting.fit_likeness: fitted on the questions of the fit, measured on the golden ones.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from bootstrap.settings import read_settings
from evaluation.fitting.likeness_pairs import Pairs, Setting, covered_questions, hastily_typed, pairs, settings
from evaluation.questions.sets import CALIBRATION, FORMAL, GOLDEN, PORTAL
from evaluation.retrieval.setting import embedder, shipped_records
from knowledge.engine.judging.likeness import FEATURES, FITTED, fitted_likeness

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
#: A case is shown at most so many others.
SHOWN = 5
_PAIRS_ASKED = 600
_CASES_ASKED = 200
#: So many questions wait as cases at the same time as the one that is asked about.
_WAITING = 200


def fit(some: Sequence[Pairs]) -> dict[str, object]:
    """The regression as its file holds it."""
    rows = np.vstack([one.rows for one in some])
    model = LogisticRegression(C=30, max_iter=20_000).fit(rows, np.concatenate([one.same for one in some]))
    weights = {name: round(float(weight), 4) for name, weight in zip(FEATURES, model.coef_[0], strict=True)}
    return {"intercept": round(float(model.intercept_[0]), 4), "weights": weights}


def measure(setting: Setting, asked: int, seed: int = 5) -> Counter[tuple[str, float]]:
    """What so many cases would be shown of those that wait, counted by threshold."""
    chance = random.Random(seed)
    counts: Counter[tuple[str, float]] = Counter()
    for question in chance.sample(list(setting.questions), min(asked, len(setting.questions))):
        others = [one for one in setting.questions if one.text != question.text]
        same = [one for one in others if one.entry == question.entry]
        different = [one for one in others if one.entry != question.entry]
        pool = [*same, *chance.sample(different, min(_WAITING, len(different)))]
        text = hastily_typed(question, chance)
        likeness = np.array(setting.alike.likeness(text, [one.text for one in pool]))
        nearest = np.argsort(-likeness, kind="stable")[:SHOWN]
        for threshold in THRESHOLDS:
            shown = [place for place in nearest.tolist() if likeness[place] >= threshold]
            right = [place for place in shown if pool[place].entry == question.entry]
            crossed = [place for place in right if pool[place].language != question.language]
            counts["asked", threshold] += 1
            counts["same", threshold] += min(len(same), SHOWN)
            counts["shown", threshold] += len(shown)
            counts["right", threshold] += len(right)
            counts["crossed", threshold] += len(crossed)
            counts["helped", threshold] += bool(right)
    return counts


def _tell(name: str, counts: Counter[tuple[str, float]]) -> None:
    print(
        f"{name}: threshold | shown a case | of those right | of the same found | cases helped | right across languages"
    )
    for threshold in THRESHOLDS:
        asked, shown = counts["asked", threshold], counts["shown", threshold]
        right = counts["right", threshold]
        print(
            f"  {threshold} | {shown / asked:.2f} | {right / max(1, shown):.3f} | "
            f"{right / max(1, counts['same', threshold]):.3f} | {counts['helped', threshold] / asked:.3f} | "
            f"{counts['crossed', threshold] / max(1, right):.3f}"
        )


def main() -> None:
    setting, records = read_settings(), shipped_records(read_settings())
    model, index = embedder(setting), setting.var_dir / "index"
    topics = {record.id: record.group for record in records}
    known = covered_questions(CALIBRATION, FORMAL, PORTAL)
    some = [
        pairs(one, topics, _PAIRS_ASKED if one.covered else _PAIRS_ASKED // 4)
        for one in settings(records, known, model, index)
    ]
    FITTED.write_text(json.dumps(fit(some), indent=1) + "\n", encoding="utf-8")
    fitted_likeness.cache_clear()
    counts: dict[bool, Counter[tuple[str, float]]] = {True: Counter(), False: Counter()}
    for one in settings(records, covered_questions(GOLDEN), model, index):
        counts[one.covered] += measure(one, _CASES_ASKED if one.covered else _CASES_ASKED // 4)
    _tell("the guidance answers them", counts[True])
    _tell("the guidance does not answer them", counts[False])


if __name__ == "__main__":
    main()
