"""Each token of a question looks for the nearest token of a passage, and rare tokens count for more."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.engine.index.late import LateIndex
from knowledge.engine.model.embedding import TOKEN_SCALE, Embedded

COMMON, RARE, OTHER = 1, 2, 3


def embedded(*ids: int) -> Embedded:
    """A text of these tokens, each with a direction of its own."""
    tokens = np.zeros((len(ids), 4), dtype=np.int8)
    tokens[np.arange(len(ids)), list(ids)] = TOKEN_SCALE
    return Embedded(np.ones(4, dtype=np.float32) / 2, tokens, np.array(ids, dtype=np.int32))


ALL = np.arange(3)


def test_a_passage_with_every_token_of_the_question_scores_one() -> None:
    index = LateIndex([embedded(COMMON, RARE), embedded(COMMON), embedded(OTHER)])
    scores = index.scores(embedded(RARE, COMMON), ALL)
    assert scores[0] == pytest.approx(1)
    assert 0 < scores[1] < 0.5  # it has only the common one
    assert scores[2] == pytest.approx(0)


def test_only_the_named_passages_are_measured() -> None:
    index = LateIndex([embedded(COMMON), embedded(RARE), embedded(OTHER)])
    assert index.scores(embedded(OTHER), np.array([2, 0])) == pytest.approx([1, 0])


def test_without_vectors_of_tokens_nothing_is_near() -> None:
    index = LateIndex([embedded(), embedded(COMMON)])
    assert index.scores(embedded(COMMON), np.arange(2)) == pytest.approx([0, 1])
    assert index.scores(embedded(), np.arange(2)) == pytest.approx([0, 0])
