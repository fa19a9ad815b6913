"""Only passages that changed are embedded, also after a restart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.engine.model.embedding import Embedded
from knowledge.engine.model.vector_cache import VectorCache
from tests.knowledge_fixtures import WordEmbedder

TEXTS = ["tờ khai", "hàng mẫu", "tờ khai"]


def same(one: Embedded, other: Embedded) -> bool:
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in ("whole", "tokens", "ids"))


def test_each_text_is_embedded_once(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    cache = VectorCache(tmp_path, embedder)
    cache.vectors(TEXTS)
    cache.vectors([*TEXTS, "phế liệu"])
    assert embedder.embedded == ["tờ khai", "hàng mẫu", "phế liệu"]


def test_vectors_come_in_the_order_of_the_texts(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    for found, wanted in zip(VectorCache(tmp_path, embedder).vectors(TEXTS), embedder.queries(TEXTS), strict=True):
        assert same(found, wanted)


def test_a_restart_embeds_nothing_again(tmp_path: Path) -> None:
    VectorCache(tmp_path, WordEmbedder()).vectors(TEXTS)
    restarted = WordEmbedder()
    vectors = VectorCache(tmp_path, restarted).vectors(TEXTS)
    assert restarted.embedded == []
    assert all(same(*pair) for pair in zip(vectors, restarted.queries(TEXTS), strict=True))


def test_another_model_has_vectors_of_its_own(tmp_path: Path) -> None:
    VectorCache(tmp_path, WordEmbedder("words")).vectors(TEXTS)
    other = WordEmbedder("other words")
    VectorCache(tmp_path, other).vectors(TEXTS)
    assert len(other.embedded) == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"no archive at all"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    VectorCache(tmp_path, WordEmbedder()).vectors(TEXTS)
    [file] = tmp_path.iterdir()
    file.write_bytes(content)
    embedder = WordEmbedder()
    VectorCache(tmp_path, embedder).vectors(TEXTS)
    assert len(embedder.embedded) == 2
    again = WordEmbedder()
    VectorCache(tmp_path, again).vectors(TEXTS)
    assert again.embedded == []


def test_what_is_long_out_of_use_is_forgotten(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    cache = VectorCache(tmp_path, embedder)
    cache.vectors([f"văn bản {number}" for number in range(10)])
    cache.vectors(["mới"])
    cache.vectors(["văn bản 1", "mới"])
    assert embedder.embedded[-2:] == ["mới", "văn bản 1"]
