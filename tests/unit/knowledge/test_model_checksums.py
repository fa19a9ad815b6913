"""A model whose files are damaged is not served, but made anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.engine.model import packaged_model
from knowledge.engine.model.checksums import is_whole
from knowledge.engine.model.packaged_model import make_default_model


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of one file, made as the real one is."""

    def write(_: object, folder: Path) -> None:
        folder.mkdir()
        (folder / "weights").write_bytes(bytes(range(256)) * 40)

    monkeypatch.setattr(packaged_model, "_write_model_apart", write)
    return make_default_model(tmp_path / "models" / "small")


def test_a_flipped_byte_in_the_weights_makes_the_model_anew(made: Path, caplog: pytest.LogCaptureFixture) -> None:
    weights = made / "weights"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    make_default_model(made)
    assert weights.read_bytes() == whole
    assert "damaged" in caplog.text


def test_a_missing_file_makes_the_model_anew(made: Path) -> None:
    (made / "weights").unlink()
    make_default_model(made)
    assert (made / "weights").exists()


def test_a_whole_model_stays_as_it_is(made: Path) -> None:
    before = (made / "weights").stat()
    assert make_default_model(made) == made
    assert (made / "weights").stat() == before


def test_a_model_from_before_checksums_is_taken_as_it_is_and_watched_from_then_on(made: Path) -> None:
    kept = made.parent / f"{made.name}.sha256.json"
    kept.unlink()
    assert is_whole(made)
    assert set(json.loads(kept.read_text())) == {"weights", "made-from.json"}
    (made / "weights").write_bytes(b"other")
    assert not is_whole(made)
