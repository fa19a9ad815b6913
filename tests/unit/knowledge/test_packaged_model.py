"""The default model is the one in the package: the same tokens and, to a thousandth or two, the same vectors."""

from __future__ import annotations

import json
import struct
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bootstrap.settings import read_settings
from knowledge.engine.model import packaged_model
from knowledge.engine.model.embedded import EXPORTED
from knowledge.engine.model.embedding import Embedder
from knowledge.engine.model.packaged_model import default_model_path, make_default_model
from knowledge.engine.model.packed_file import PackedFileError, dequantise, read_packed_file
from tests.desk_fixtures import PROJECT
from tests.knowledge_fixtures import without_export

#: Sentences with the token ids and vectors that the package's own engine gives for them.
REFERENCE = json.loads((PROJECT / "tests" / "data" / "e5_small_vectors.json").read_text(encoding="utf-8"))
#: The least cosine to these vectors.
NEAR = 0.999


@pytest.fixture(scope="module")
def folder() -> Path:
    return make_default_model(default_model_path(read_settings().var_dir))


@pytest.fixture(scope="module")
def pieces() -> list[str]:
    """Of the package, by the number that it gives them."""
    return [piece for piece, _ in read_packed_file(packaged_model._data_file()).pieces.scored]


@pytest.fixture(scope="module")
def embedder(folder: Path) -> Embedder:
    return Embedder(folder)


@pytest.fixture(scope="module")
def by_torch(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return Embedder(without_export(folder, tmp_path_factory.mktemp("model") / "original"))


@pytest.mark.model
@pytest.mark.parametrize("expected", REFERENCE, ids=lambda expected: expected["text"][:20])
@pytest.mark.parametrize("runtime", ["onnx", "torch"])
def test_vectors_agree_with_the_package(
    runtime: str, embedder: Embedder, by_torch: Embedder, expected: dict[str, Any]
) -> None:
    embedder = {"onnx": embedder, "torch": by_torch}[runtime]
    embed = embedder.queries if expected["prompt"] == "query" else embedder.passages
    [embedded] = embed([expected["text"]])
    assert float(embedded.whole @ np.array(expected["vector"])) >= NEAR


@pytest.mark.model
@pytest.mark.parametrize("expected", REFERENCE, ids=lambda expected: expected["text"][:20])
def test_tokens_agree_with_the_package(folder: Path, pieces: list[str], expected: dict[str, Any]) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokens = tokenizer.encode(f"{expected['prompt']}: {expected['text']}").tokens
    assert tokens == [pieces[number] for number in expected["ids"]]


@pytest.mark.model
def test_no_letter_of_either_language_is_unknown(folder: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    bases = (
        "a",
        "ă",
        "â",
        "b",
        "c",
        "d",
        "đ",
        "e",
        "ê",
        "g",
        "i",
        "k",
        "o",
        "ô",
        "ơ",
        "u",
        "ư",
        "y",
        "f",
        "j",
        "w",
        "z",
    )
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    letters = {unicodedata.normalize("NFC", base + tone) for base in bases for tone in tones}
    written = " ".join(
        [*letters, *(letter.upper() for letter in letters), "0123456789 .,;:!?%°±×²³½€$₫µ“”–…/()[]&@#*+=<>"]
    )
    assert "<unk>" not in tokenizer.encode(written, add_special_tokens=False).tokens


@pytest.mark.model
def test_a_second_making_changes_nothing(folder: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
    make_default_model(folder)
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*")} == before


@pytest.mark.model
def test_the_folder_holds_safetensors_that_everybody_may_read_and_nothing_pickled(folder: Path) -> None:
    names = {file.name for file in folder.rglob("*") if file.is_file()}
    assert "model.safetensors" in names
    assert not [name for name in names if name.endswith((".bin", ".pt", ".pkl"))]
    assert {EXPORTED, f"{EXPORTED}.data"} <= names
    assert all(file.stat().st_mode & 0o444 == 0o444 for file in folder.rglob("*"))


@pytest.fixture
def quick_model(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Makes a model of one small file, and notes where; what is asked is how the folder comes into place."""
    made: list[Path] = []

    def write(_: object, folder: Path) -> None:
        folder.mkdir()
        (folder / "weights").write_text("weights")
        made.append(folder)

    monkeypatch.setattr(packaged_model, "_write_model_apart", write)
    return made


def test_a_model_of_an_older_recipe_is_made_anew(tmp_path: Path, quick_model: list[Path]) -> None:
    target = tmp_path / "models" / "small"
    make_default_model(target)
    (target / "made-from.json").write_text("another recipe")
    make_default_model(target)
    make_default_model(target)
    assert len(quick_model) == 2
    assert sorted(file.name for file in target.iterdir()) == ["made-from.json", "weights"]


def test_nothing_is_left_behind_when_the_making_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(packaged_model, "_write_model_apart", fail)
    with pytest.raises(OSError, match="no space"):
        make_default_model(tmp_path / "small")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_another_process_put_in_place_meanwhile_is_taken(
    tmp_path: Path, quick_model: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "small"
    put = packaged_model._put_in_place

    def put_late(made: Path, target: Path, mark: str) -> None:
        if len(quick_model) == 1:
            make_default_model(target)
            monkeypatch.setattr(Path, "exists", lambda path: path != target)
        put(made, target, mark)

    monkeypatch.setattr(packaged_model, "_put_in_place", put_late)
    assert make_default_model(target) == target
    assert (target / "weights").is_file()


def test_a_block_is_a_scale_and_two_rows_of_halves() -> None:
    halves = [(low | high << 4) for low, high in zip(range(16), reversed(range(16)), strict=True)]
    block = np.frombuffer(struct.pack("<e16B", 0.5, *halves), dtype=np.uint8)
    expected = [(value - 8) * 0.5 for value in [*range(16), *reversed(range(16))]]
    assert dequantise(block).tolist() == expected


@pytest.mark.parametrize("content", [b"", b"GGUF" + bytes(64), b"E5S1" + bytes(10), b"E5S1" + bytes(200)])
def test_another_format_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    with pytest.raises(PackedFileError):
        read_packed_file(path)
