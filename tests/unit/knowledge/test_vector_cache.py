"""Only passages that changed are embedded, also after a restart."""

from __future__ import annotations

import os
import random
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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


def test_a_flipped_byte_anywhere_is_noticed_and_never_served(tmp_path: Path) -> None:
    VectorCache(tmp_path, WordEmbedder()).vectors(TEXTS)
    [file] = tmp_path.iterdir()
    whole, draws = file.read_bytes(), random.Random(8)
    wanted = WordEmbedder().queries(TEXTS)
    for place in draws.sample(range(len(whole)), 300):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << draws.randrange(8)
        file.write_bytes(damaged)
        found = VectorCache(tmp_path, WordEmbedder()).vectors(TEXTS)
        assert all(same(*pair) for pair in zip(found, wanted, strict=True)), f"byte {place}"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_file_is_thrown_away_and_said_in_the_log(
    tmp_path: Path, share: float, caplog: pytest.LogCaptureFixture
) -> None:
    VectorCache(tmp_path, WordEmbedder()).vectors(TEXTS)
    [file] = tmp_path.iterdir()
    os.truncate(file, int(file.stat().st_size * share))
    embedder = WordEmbedder()
    VectorCache(tmp_path, embedder).vectors(TEXTS)
    assert len(embedder.embedded) == 2
    assert "made anew" in caplog.text


def test_vectors_of_another_model_under_this_name_are_thrown_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    VectorCache(tmp_path / "other", WordEmbedder("another model")).vectors(TEXTS)
    VectorCache(tmp_path / "own", WordEmbedder()).vectors(TEXTS)
    [foreign], [own] = (tmp_path / "other").iterdir(), (tmp_path / "own").iterdir()
    shutil.copy(foreign, own)
    embedder = WordEmbedder()
    VectorCache(tmp_path / "own", embedder).vectors(TEXTS)
    assert len(embedder.embedded) == 2
    assert "made for" in caplog.text


@contextmanager
def no_more_room() -> Iterator[None]:
    """Every write to a file fails after its first bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_vectors_stay_in_memory_and_nothing_half_is_left(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    cache = VectorCache(tmp_path, embedder)
    with no_more_room():
        found = cache.vectors(TEXTS)
        assert all(same(*pair) for pair in zip(found, WordEmbedder().queries(TEXTS), strict=True))
        cache.more(["phế liệu"])
        cache.vectors([*TEXTS, "phế liệu"])
    assert embedder.embedded == ["tờ khai", "hàng mẫu", "phế liệu"]
    assert list(tmp_path.iterdir()) == []
    cache.vectors([*TEXTS, "phế liệu", "kho"])  # there is room again
    restarted = WordEmbedder()
    VectorCache(tmp_path, restarted).vectors([*TEXTS, "phế liệu", "kho"])
    assert restarted.embedded == []


def test_what_a_dead_process_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    old, fresh = tmp_path / "old.part", tmp_path / "fresh.part"
    for file in (old, fresh):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    VectorCache(tmp_path, WordEmbedder()).vectors(TEXTS)
    assert not old.exists()
    assert fresh.exists()


class _Trap:
    """Leaves a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self._path,)  # type: ignore[return-value]


def test_a_file_that_would_run_something_is_thrown_away_and_nothing_is_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    VectorCache(tmp_path / "kept", WordEmbedder()).vectors(TEXTS)
    [file] = (tmp_path / "kept").iterdir()
    with np.load(file, allow_pickle=False) as stored:
        arrays = dict(stored)
    with file.open("wb") as opened:
        np.savez(opened, **{**arrays, "keys": np.array([_Trap(tmp_path / "ran")] * 2, dtype=object)})
    embedder = WordEmbedder()
    VectorCache(tmp_path / "kept", embedder).vectors(TEXTS)
    assert len(embedder.embedded) == 2
    assert "made anew" in caplog.text
    assert not (tmp_path / "ran").exists()
