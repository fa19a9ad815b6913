"""Of a model of many languages the pieces of other scripts go, and the rows of the rest go with them."""

from __future__ import annotations

import numpy as np

from knowledge.engine.model.packed_file import PackedModel, Pieces, Shape
from knowledge.engine.model.vocabulary import in_our_scripts

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
OURS = ["▁", "▁hải", "quan", "\u0301", "12", "▁%", "。", "μ", "▁Ω", "²"]
OTHERS = ["▁налог", "关税", "a型", "세관", "ภาษี", "ั", "١٢", "ωδή", "かな"]


def a_model(pieces: list[str]) -> PackedModel:
    """Every row of the word table has its piece's number; two rows more than pieces, as the package has some."""
    rows = np.repeat(np.arange(len(pieces) + 2, dtype=np.float32), 3)
    scored = [(piece, -float(number)) for number, piece in enumerate(pieces)]
    shape = Shape(3, 1, 1, 4, len(pieces) + 2, 8, 1, 1e-5)
    return PackedModel(shape, Pieces(scored, 0, 2, 1, 3, {}), {"emb.word": rows, "other": np.ones(2, np.float32)})


def test_what_neither_language_is_written_with_goes() -> None:
    mixed = [*SPECIAL, *(piece for pair in zip(OTHERS, OURS, strict=False) for piece in pair), *OURS[len(OTHERS) :]]
    whole = a_model(mixed)
    fewer = in_our_scripts(whole)
    assert [piece for piece, _ in fewer.pieces.scored] == [piece for piece in mixed if piece not in OTHERS]
    assert fewer.shape.vocabulary == len(fewer.pieces.scored)
    assert fewer.tensors["other"] is whole.tensors["other"]


def test_each_piece_keeps_its_score_and_its_row() -> None:
    before = [OTHERS[0], *SPECIAL, OTHERS[1], *OURS]
    whole = a_model(before)
    whole = PackedModel(whole.shape, Pieces(whole.pieces.scored, 1, 3, 2, 4, {"a": "b"}), whole.tensors)
    fewer = in_our_scripts(whole)
    rows = fewer.tensors["emb.word"].reshape(-1, 3)
    for (piece, score), row in zip(fewer.pieces.scored, rows, strict=True):
        assert before[int(row[0])] == piece
        assert score == -row[0]
    named = [fewer.pieces.scored[number][0] for number in (fewer.pieces.bos, fewer.pieces.pad, fewer.pieces.eos)]
    assert named == ["<s>", "<pad>", "</s>"]
    assert fewer.pieces.scored[fewer.pieces.unk][0] == "<unk>"
    assert fewer.pieces.character_map == {"a": "b"}
