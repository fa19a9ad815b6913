"""Groups of questions are measured against the entries that answer them, on a set that is the same each time."""

from __future__ import annotations

import pytest

from evaluation.gaps.material import FITTED, MEASURED, Mixed, mixed
from evaluation.gaps.measuring import LookedAt, figures, grouped, looked_at
from knowledge.testing import FakeGuidanceSearch
from tests.knowledge_fixtures import Publications


def test_a_thousand_mixed_questions_with_those_that_no_entry_answers_alone() -> None:
    some = mixed(MEASURED, 1_000)
    assert len(some) == 1_000
    assert some == mixed(MEASURED, 1_000)
    alone = [one.group for one in some if one.group.startswith("alone ")]
    assert len(alone) == len(set(alone)) == 100
    assert {one.group for one in mixed(FITTED, 50, about=["dossier_import"]) if " " not in one.group} <= {
        "dossier_import"
    }


def test_questions_are_grouped_one_after_another() -> None:
    found = [LookedAt([], []), LookedAt([0], [0.9]), LookedAt([1, 0], [0.9, 0.1]), LookedAt([2], [0.2])]
    assert grouped(found, 0.6) == [0, 0, 1, 2]
    assert grouped(found, 0.4) == [0, 0, 0, 1]


def test_questions_with_the_same_words_are_held_against_each_other() -> None:
    search = FakeGuidanceSearch(Publications.of().corpus)
    questions = [Mixed("giữ chứng từ mấy năm", "a"), Mixed("rượu", "b"), Mixed("giu chung tu may nam", "a")]
    found = list(looked_at(search, questions))
    assert (found[2].places[0], found[2].likeness[0]) == (0, 1)
    assert grouped(found) == [0, 1, 0]


def test_figures_tell_how_well_groups_fit() -> None:
    questions = [Mixed("", group) for group in ("a", "a", "b", "alone 1")]
    perfect = figures(questions, [0, 0, 1, 2])
    assert (perfect.purity, perfect.v_measure, perfect.adjusted_rand, perfect.stand_alone) == (1, 1, 1, 1)
    assert (perfect.groups, perfect.several, perfect.true_groups) == (3, 1, 3)
    worse = figures(questions, [0, 0, 0, 0])
    assert (worse.purity, worse.stand_alone, worse.completeness) == (0.5, 0, pytest.approx(1))
