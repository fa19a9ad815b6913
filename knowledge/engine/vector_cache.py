"""Keeps the vectors of passages on disk, so that a restart embeds only what changed."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from knowledge.engine.embedding import Embedder, Vectors

#: Vectors of texts that went out of use are kept up to this multiple of those in use: edits are often undone.
_SURPLUS = 2

log = logging.getLogger(__name__)


class VectorCache:
    """Passage vectors by the hash of their text, in one file a model."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._file = folder / f"passages-{embedder.identity}.npz"
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}
        self._read = False

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text; only what is new is embedded."""
        self._read_once()
        wanted = {_hash(text): text for text in texts}
        fresh = [key for key in wanted if key not in self._vectors]
        if fresh:
            found = self._embedder.passages([wanted[key] for key in fresh])
            self._vectors.update(zip(fresh, found, strict=True))
        if len(self._vectors) > _SURPLUS * len(wanted):
            self._vectors = {key: self._vectors[key] for key in wanted}
        if fresh:
            self._write(self._vectors)
        return np.stack([self._vectors[_hash(text)] for text in texts])

    def _read_once(self) -> None:
        if self._read:
            return
        self._read = True
        try:
            with self._file.open("rb") as file, np.load(file) as stored:
                self._vectors = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
        except FileNotFoundError:
            return
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            log.warning("The stored vectors in %s cannot be read; they are made anew.", self._file.name)

    def _write(self, vectors: Mapping[str, Vectors]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._file.parent, suffix=".part", delete=False) as scratch:
            np.savez(scratch, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
        os.replace(scratch.name, self._file)
        for other in self._file.parent.glob("passages-*.npz"):
            if other != self._file:
                other.unlink(missing_ok=True)  # of a model that is no longer in use


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
