"""The likeness is fitted on pairs of what people wrote, beside guidance with and without their entries."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from desk.vietnamese import fold
from evaluation.fitting.fit_likeness import fit, measure
from evaluation.fitting.likeness_pairs import FOLDS, Setting, hastily_typed, pairs, settings
from evaluation.questions.sets import Question
from knowledge.engine.judging.likeness import FEATURES, LikenessRegression
from tests.knowledge_fixtures import WordEmbedder, records


def questions() -> list[Question]:
    """Some of the ways to ask of each record, as if people had written them."""
    return [
        Question(f"{record.id}-{language}-{number}", language, text, record.id)
        for record in records()
        for language in ("vi", "en")
        for number, text in enumerate(record.questions[language])
    ]


def all_settings(tmp_path: Path) -> list[Setting]:
    return list(settings(records(), questions(), WordEmbedder(), tmp_path))


def test_each_question_is_asked_beside_guidance_with_its_entry_and_without(tmp_path: Path) -> None:
    whole, *folds = all_settings(tmp_path)
    assert (whole.covered, len(whole.questions), len(folds)) == (True, len(questions()), FOLDS)
    assert sum(len(fold.questions) for fold in folds) == len(questions())
    for fold_ in folds:
        entries = {entry for entry, _ in fold_.alike.snapshot.guidance.entries}
        assert entries.isdisjoint(question.entry for question in fold_.questions)


def test_pairs_ask_the_same_where_one_entry_answers_both(tmp_path: Path) -> None:
    whole = all_settings(tmp_path)[0]
    found = pairs(whole, {record.id: record.group for record in records()}, asked=4)
    assert found.rows.shape == (len(found.same), len(FEATURES))
    assert 0 < found.same.sum() < len(found.same)
    assert np.isfinite(found.rows).all()
    regression = LikenessRegression.from_json(fit([found]))
    assert 0 <= regression.probabilities(found.rows).min() <= regression.probabilities(found.rows).max() <= 1


def test_what_a_case_is_shown_is_counted_by_threshold(tmp_path: Path) -> None:
    counts = measure(all_settings(tmp_path)[0], asked=3)
    assert counts["asked", 0.5] == 3
    assert counts["right", 0.3] <= counts["shown", 0.3] <= 15
    assert counts["shown", 0.9] <= counts["shown", 0.3]


def test_some_vietnamese_questions_are_typed_without_diacritics_and_no_english_one() -> None:
    chance = random.Random(1)
    vietnamese = Question("a", "vi", "tờ khai", "x")
    typed = {hastily_typed(vietnamese, chance) for _ in range(50)}
    assert typed == {"tờ khai", fold("tờ khai")}
    assert {hastily_typed(Question("b", "en", "the declaration", "x"), chance) for _ in range(50)} == {
        "the declaration"
    }
