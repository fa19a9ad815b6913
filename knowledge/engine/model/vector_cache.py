"""Keeps the vectors of passages on disk, so that a restart embeds only what changed."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.engine.model.embedding import Embedded, Embedder

#: Vectors of texts that went out of use are kept up to this multiple of those in use: edits are often undone.
_SURPLUS = 2

log = logging.getLogger(__name__)


class VectorCache:
    """Passages by the hash of their text, in one file a model and collection."""

    def __init__(self, folder: Path, embedder: Embedder, collection: str = "guidance") -> None:
        """``collection`` keeps what changes often apart from what is large."""
        self._collection = collection
        self._file = folder / f"{collection}-{embedder.identity}.npz"
        self._embedder = embedder
        self._known: dict[str, Embedded] = {}
        self._read = False

    def vectors(self, texts: Sequence[str]) -> list[Embedded]:
        """The vectors of passages, one a text; only what is new is embedded."""
        if not texts:
            return []
        self._read_once()
        wanted = {_hash(text): text for text in texts}
        fresh = [key for key in wanted if key not in self._known]
        if fresh:
            found = self._embedder.passages([wanted[key] for key in fresh])
            self._known.update(zip(fresh, found, strict=True))
        if len(self._known) > _SURPLUS * len(wanted):
            self._known = {key: self._known[key] for key in wanted}
        if fresh:
            self._write()
        return [self._known[_hash(text)] for text in texts]

    def _read_once(self) -> None:
        if self._read:
            return
        self._read = True
        try:
            with self._file.open("rb") as file, np.load(file) as stored:
                ends = np.cumsum(stored["lengths"])[:-1]
                rows = zip(
                    stored["wholes"], np.split(stored["tokens"], ends), np.split(stored["ids"], ends), strict=True
                )
                self._known = {key: Embedded(*row) for key, row in zip(stored["keys"].tolist(), rows, strict=True)}
        except FileNotFoundError:
            return
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            log.warning("The stored vectors in %s cannot be read; they are made anew.", self._file.name)

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        rows = list(self._known.values())
        with tempfile.NamedTemporaryFile(dir=self._file.parent, suffix=".part", delete=False) as scratch:
            np.savez(
                scratch,
                keys=np.array(list(self._known)),
                wholes=np.stack([row.whole for row in rows]),
                lengths=np.array([len(row.ids) for row in rows]),
                tokens=np.concatenate([row.tokens for row in rows]),
                ids=np.concatenate([row.ids for row in rows]),
            )
        os.replace(scratch.name, self._file)
        for other in self._file.parent.glob(f"{self._collection}-*.npz"):
            if other != self._file:
                other.unlink(missing_ok=True)  # of a model that is no longer in use


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
