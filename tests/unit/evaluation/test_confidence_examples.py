"""The confidence is fitted on questions put to indexes in which they, or their entries, are not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from desk.guidance.record import LANGUAGES
from desk.vietnamese import fold
from evaluation.fitting.examples import ROUNDS, TURNS, Asked, examples, variants, without
from evaluation.fitting.fit_confidence import SHARES, fit, held_out, question_weights
from evaluation.questions.sets import FITTING, read_questions
from knowledge.engine.judging.confidence import FEATURES
from tests.knowledge_fixtures import WordEmbedder, record, records


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    embedder = WordEmbedder()
    return list(examples(records(), embedder, embedder.passages))


def test_one_way_to_ask_is_left_out_of_its_record_and_asked() -> None:
    whole = record("transit_land")
    left = without(whole, 2)
    said = [fold(text) for text in left.questions.vi + left.questions.en]
    asked = [fold(question.text) for question in variants(whole, 2)]
    assert asked
    assert not set(asked) & set(said)
    assert len(left.questions.vi) == len(whole.questions.vi) - 1
    assert list(variants(whole, ROUNDS)) == []


def test_every_source_gives_examples(asked: list[Asked]) -> None:
    counted = Counter(question.source for question in asked)
    assert counted["left_out"] == sum(
        place % ROUNDS < TURNS
        for one in records()
        for language in LANGUAGES
        for place in range(len(one.questions[language]))
    )
    assert counted["removed"] > 0
    calibrating = sum(counted[source] for source in ("covered", "portal", "not_covered", "outside"))
    assert calibrating == sum(len(read_questions(path)) for path in FITTING)


def test_some_vietnamese_is_asked_without_its_diacritics(asked: list[Asked]) -> None:
    vietnamese = [question.question.text for question in asked if question.question.language == "vi"]
    assert 0.2 < sum(fold(text) == text for text in vietnamese) / len(vietnamese) < 0.6


def test_what_no_entry_answers_is_never_right(asked: list[Asked]) -> None:
    assert {question.source for question in asked if question.right.any()} <= {"left_out", "covered", "portal"}


def test_weights_give_each_source_its_share(asked: list[Asked]) -> None:
    weights = question_weights(asked, SHARES)
    for source, share in SHARES.items():
        assert weights[[question.source == source for question in asked]].sum() == pytest.approx(share)


@pytest.mark.thorough
def test_the_fit_is_surer_of_what_was_right(asked: list[Asked]) -> None:
    chance = np.random.default_rng(7)
    known = asked[0]
    made_up = [
        replace(
            known,
            source=source,
            group=number,
            features=np.column_stack([right, chance.normal(size=(2, len(FEATURES) - 1))]),
            right=np.array(right),
        )
        for number in range(150)
        for source, right in (
            ("covered", [True, False]),
            ("left_out", [True, False]),
            ("removed", [False, False]),
            ("not_covered", [False, False]),
            ("outside", [False, False]),
        )
    ]
    rows = np.zeros((2, len(FEATURES)))
    rows[0, 0] = 1
    sure, unsure = fit(made_up).probabilities(rows)
    assert sure > 0.5 > unsure
    confidence, right = held_out(made_up)
    assert right.sum() == 300
    assert confidence[right].min() > confidence[~right].max()
