"""The confidence is fitted on questions put to indexes in which they, or their entries, are not."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from evaluation.retrieval.examples import Asked, examples, typed, variants, without
from evaluation.retrieval.fit_confidence import SHARES, fit, question_weights
from evaluation.retrieval.questions import CALIBRATION, Question, read_questions
from knowledge.engine.confidence import FEATURES
from tests.knowledge_fixtures import WordEmbedder, record, records


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    embedder = WordEmbedder()
    return list(examples(records(), embedder, embedder.passages))


def test_one_way_to_ask_is_left_out_of_its_record_and_asked() -> None:
    whole = record("transit_land")
    left = without(whole, 2)
    for question in variants(whole, 2):
        assert question.text in whole.questions[question.language]
        assert question.text not in left.questions[question.language]
    assert len(left.questions.vi) == len(whole.questions.vi) - 1
    assert list(variants(whole, 99)) == []


def test_vietnamese_is_asked_in_two_ways_of_typing_and_english_in_one() -> None:
    assert list(typed(Question("1", "vi", "hỏi đường", None))) == ["hỏi đường", "hoi duong"]
    assert list(typed(Question("2", "en", "ask", None))) == ["ask"]


def test_every_source_gives_examples(asked: list[Asked]) -> None:
    counted = Counter(question.source for question in asked)
    assert counted["left_out"] == len(records()) * 6 * 3
    assert counted["removed"] > 0
    typed_calibration = sum(len(list(typed(question))) for question in read_questions(CALIBRATION))
    assert counted["not_covered"] + counted["outside"] == typed_calibration


def test_only_ways_to_ask_that_were_left_out_can_be_right(asked: list[Asked]) -> None:
    assert {question.source for question in asked if question.right.any()} == {"left_out"}


def test_weights_give_each_source_its_share(asked: list[Asked]) -> None:
    weights = question_weights(asked)
    for source, share in SHARES.items():
        assert weights[[question.source == source for question in asked]].sum() == pytest.approx(share)


def test_the_fit_is_surer_of_what_was_right() -> None:
    chance = np.random.default_rng(7)
    asked = [
        Asked(source, number, chance.normal(float(source == "left_out"), 0.5, (2, len(FEATURES))), np.array(right))
        for number in range(40)
        for source, right in (
            ("left_out", [True, False]),
            ("removed", [False, False]),
            ("not_covered", [False, False]),
            ("outside", [False, False]),
        )
    ]
    calibration = fit(asked)
    sure, unsure = (
        calibration.probabilities(np.ones((1, len(FEATURES)))),
        calibration.probabilities(np.zeros((1, len(FEATURES)))),
    )
    assert sure[0] > unsure[0]
