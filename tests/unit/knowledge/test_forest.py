"""A forest adds up what its trees say of a row."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from evaluation.fitting.fit_confidence import forest_of
from knowledge.engine.judging.confidence import FEATURES
from knowledge.engine.judging.forest import Forest

#: height <= 2: -1, else weight <= 5: 0.5, else 2
TREE = [(0, 2.0, 1, 2, 0.0), (0, 0.0, 1, 1, -1.0), (1, 5.0, 3, 4, 0.0), (0, 0.0, 3, 3, 0.5), (0, 0.0, 4, 4, 2.0)]


def test_each_row_falls_into_the_leaf_that_its_features_lead_to() -> None:
    forest = Forest.of(("height", "weight"), 0.0, [TREE])
    found = forest.probabilities(np.array([[2.0, 9.0], [3.0, 5.0], [3.0, 6.0]]))
    assert np.log(found / (1 - found)) == pytest.approx([-1.0, 0.5, 2.0])


def test_trees_and_the_baseline_add_up() -> None:
    forest = Forest.of(("height", "weight"), 0.25, [TREE, TREE, [(0, 0.0, 0, 0, 1.0)]])
    found = forest.probabilities(np.array([[3.0, 6.0]]))
    assert np.log(found / (1 - found)) == pytest.approx([0.25 + 2 + 2 + 1])


def test_the_fitted_trees_say_what_the_library_says() -> None:
    random = np.random.default_rng(5)
    rows = random.normal(size=(400, len(FEATURES)))
    right = rows[:, 0] + rows[:, 3] * rows[:, 7] > 0
    model = HistGradientBoostingClassifier(max_iter=20, random_state=0).fit(rows, right)
    assert forest_of(model).probabilities(rows) == pytest.approx(model.predict_proba(rows)[:, 1], abs=1e-3)


@pytest.mark.parametrize(
    "data", [{}, {"features": [], "baseline": 0.0, "trees": []}, {"features": ["a"], "trees": [[]]}]
)
def test_other_data_is_no_forest(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no forest"):
        Forest.from_json(data)
