"""A text as vectors, and what turns texts into them: a runtime, of which there are two (by_onnx.py, by_torch.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
#: Unit vectors times this, rounded to whole numbers: a quarter of the memory, and no rank was seen to change by it.
TOKEN_SCALE = 127
#: The exported model in a model's folder; a name of our own: those of others have an onnx/model.onnx that is not alike.
EXPORTED = "desk.onnx"


@dataclass(frozen=True)
class Embedded:
    """One text as vectors.

    ``whole`` is a unit vector of shape (dimensions,); ``tokens`` has one row a token, of shape (tokens, dimensions),
    each a unit vector times TOKEN_SCALE; ``ids`` names the tokens. Prompt and special tokens are left out, and a model
    that gives no vectors of tokens has none.
    """

    whole: Vectors
    tokens: NDArray[np.int8]
    ids: NDArray[np.int32]


class Runtime(Protocol):
    """A model that is loaded."""

    def embed(self, texts: Sequence[str], kind: str, threads: int) -> list[Embedded]:
        """One row a text, after the model's prompt for texts of this kind; ``threads`` is how many cores it may use."""
        ...


def is_exported(folder: Path) -> bool:
    """Whether a model is there for ONNX Runtime, too."""
    return (folder / EXPORTED).is_file()
