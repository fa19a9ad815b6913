"""The part of a many-language model's vocabulary that people who write Vietnamese or English ever use."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np

from knowledge.engine.model.packed_file import PackedModel, Pieces

#: The table that has one row a piece.
_WORDS = "emb.word"
#: Of letters, marks and numbers, by the first word of their Unicode names; other characters belong to no script.
_OURS = ("LATIN", "COMBINING", "DIGIT", "SUPERSCRIPT", "SUBSCRIPT", "VULGAR", "MODIFIER")
_OF_SCRIPTS = frozenset("LMN")
#: Units and angles are written with single letters of it.
_SINGLY = "GREEK"


def in_our_scripts(packed: PackedModel) -> PackedModel:
    """The model without the pieces of scripts that neither language is written in.

    A text without such letters has the same pieces, and so the same vectors; of others these letters are unknown. Half
    of the word table and of the tokenizer's tree go, which are most of what the model takes in memory.
    """
    pieces = packed.pieces
    special = {pieces.bos, pieces.eos, pieces.pad, pieces.unk}
    kept = [place for place, (piece, _) in enumerate(pieces.scored) if place in special or _is_ours(piece)]
    number = {place: new for new, place in enumerate(kept)}
    rows = packed.tensors[_WORDS].reshape(packed.shape.vocabulary, packed.shape.hidden)
    fewer = Pieces(
        scored=[pieces.scored[place] for place in kept],
        bos=number[pieces.bos],
        eos=number[pieces.eos],
        pad=number[pieces.pad],
        unk=number[pieces.unk],
        character_map=pieces.character_map,
    )
    words = np.ascontiguousarray(rows[kept]).reshape(-1)
    shape = replace(packed.shape, vocabulary=len(kept))
    return PackedModel(shape, fewer, {**packed.tensors, _WORDS: words})


def _is_ours(piece: str) -> bool:
    letters = [character for character in piece if unicodedata.category(character)[0] in _OF_SCRIPTS]
    scripts = [unicodedata.name(letter, "").split(" ")[0] for letter in letters]
    return all(script in _OURS for script in scripts) or (len(piece.strip("▁")) == 1 and scripts == [_SINGLY])
