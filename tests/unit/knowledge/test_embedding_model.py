"""Questions and passages become unit vectors, each with the prompt that the model was trained with."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from bootstrap.engine import model_name, prepare_model
from bootstrap.settings import read_settings
from knowledge.engine.model.embedding import TOKEN_SCALE, Embedder
from tests.knowledge_fixtures import without_export

pytestmark = pytest.mark.model
TEXTS = ["thời hạn nộp tờ khai", "how long are records kept"]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    settings = read_settings()
    prepare_model(settings)
    return Embedder(model_name(settings))


def test_vectors_have_length_one_and_one_row_a_text(embedder: Embedder) -> None:
    for found in (embedder.queries(TEXTS), embedder.passages(TEXTS)):
        assert len(found) == 2
        for vectors in found:
            assert vectors.whole.shape == (384,)
            assert vectors.whole.dtype == np.float32
            assert np.linalg.norm(vectors.whole) == pytest.approx(1, abs=1e-5)


def test_each_token_of_the_text_has_a_vector_and_prompts_have_none(embedder: Embedder) -> None:
    for [vectors] in (embedder.queries(["tờ khai"]), embedder.passages(["tờ khai"])):
        assert vectors.tokens.shape == (2, 384)
        assert vectors.ids.shape == (2,)
        assert np.linalg.norm(vectors.tokens, axis=1) == pytest.approx([TOKEN_SCALE] * 2, rel=0.05)


def test_a_question_and_a_passage_of_the_same_words_differ(embedder: Embedder) -> None:
    cosine = float(embedder.queries(TEXTS)[0].whole @ embedder.passages(TEXTS)[0].whole)
    assert 0.8 < cosine < 0.999


def test_a_question_asked_again_is_remembered(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = embedder.queries(TEXTS)
    monkeypatch.setattr(embedder, "_embed", None)
    again = embedder.queries([TEXTS[1], TEXTS[0], TEXTS[1]])
    assert [id(one) for one in again] == [id(before[place]) for place in (1, 0, 1)]


def test_threads_may_ask_at_the_same_time(embedder: Embedder) -> None:
    found: list[float] = []

    def ask(number: int) -> None:
        text = f"câu hỏi số {number}"
        found.append(float(embedder.queries([text])[0].whole @ embedder.queries([text])[0].whole))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.allclose(found, [1.0] * 8, atol=1e-5)


def test_a_model_has_an_identity_that_is_not_anothers(embedder: Embedder) -> None:
    assert embedder.identity == Embedder(embedder.name).identity
    assert embedder.identity != Embedder("another").identity


def test_a_model_with_pickled_weights_is_refused(embedder: Embedder, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    whole = Path(embedder.name)
    model = without_export(whole, tmp_path / "model")
    (model / "model.safetensors").unlink()
    torch.save(load_file(whole / "model.safetensors"), model / "pytorch_model.bin")
    with pytest.raises(OSError, match="safetensors"):
        Embedder(model).load()
