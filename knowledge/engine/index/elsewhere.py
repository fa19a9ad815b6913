"""Matters that people bring to a customs desk by mistake, against which a question is compared as well."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from desk.guidance.record import LANGUAGES
from knowledge.engine.index.late import LateIndex
from knowledge.engine.model.embedding import Embedded
from knowledge.engine.writing.text import normalise

_DATA = Path(__file__).with_name("elsewhere.json")
#: So many of the nearest matters are compared token by token.
_NEAREST = 30


class Elsewhere:
    """The matters as the embedding model sees them; immutable after it is made."""

    def __init__(self, vectors: Sequence[Embedded]) -> None:
        """``vectors`` are those of ``matters``."""
        self._wholes = np.stack([vector.whole for vector in vectors])
        self._tokens = LateIndex(vectors)

    def nearest(self, query: Embedded) -> tuple[float, float]:
        """The cosine to the nearest matter, of the whole and token by token."""
        cosines = self._wholes @ query.whole
        near = np.argsort(-cosines)[:_NEAREST]
        return float(cosines[near[0]]), float(self._tokens.scores(query, near).max())


@lru_cache(maxsize=1)
def matters() -> list[str]:
    """Each matter in a few everyday words, in either language, as it is embedded."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    return [normalise(text) for language in LANGUAGES for text in data[language]]
