"""Keeps the vectors of passages on disk, so that a restart embeds only what changed."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from knowledge.engine.model.embedding import Embedded, Embedder

#: Vectors of texts that went out of use are kept up to this multiple of those in use: edits are often undone.
_SURPLUS = 2
#: Of a small collection so many are kept at any rate; and so many files of few texts are not yet made one.
_FEW = 1_000
_MOST_PARTS = 200

log = logging.getLogger(__name__)


class VectorCache:
    """Passages by the hash of their text, in files of one model and collection: one of many, and later ones of few.

    May be used by several threads; each text is then embedded at least once.
    """

    def __init__(self, folder: Path, embedder: Embedder, collection: str = "guidance") -> None:
        """``collection`` keeps what changes often apart from what is large."""
        self._folder = folder
        self._collection = collection
        self._name = f"{collection}-{embedder.identity}"
        self._embedder = embedder
        self._known: dict[str, Embedded] = {}
        self._parts = 0
        self._read = False
        self._lock = threading.Lock()

    def vectors(self, texts: Sequence[str]) -> list[Embedded]:
        """The vectors of all passages, one a text; only what is new is embedded, and what is long unused forgotten."""
        if not texts:
            return []
        wanted = {text_hash(text): text for text in texts}
        found, is_new = self._found(wanted)
        with self._lock:
            if len(self._known) > _SURPLUS * len(wanted):
                self._known = {key: self._known[key] for key in wanted}
                is_new = True
            if is_new or self._parts:
                self._write_all()
        return [found[text_hash(text)] for text in texts]

    def more(self, texts: Sequence[str]) -> list[Embedded]:
        """The vectors of some passages beside those in use, one a text; quickly, whatever else is kept."""
        found, is_new = self._found({text_hash(text): text for text in texts})
        if is_new:
            with self._lock:
                self._parts += 1
                self._write(f"{self._name}.{self._parts:04}.npz", found)
        return [found[text_hash(text)] for text in texts]

    def is_untidy(self, in_use: int) -> bool:
        """Whether ``vectors`` of all passages in use, so many, had better be asked for once more."""
        return self._parts >= _MOST_PARTS or len(self._known) > _SURPLUS * max(in_use, _FEW)

    def _found(self, wanted: Mapping[str, str]) -> tuple[dict[str, Embedded], bool]:
        """The vectors of texts by their hashes, and whether one of them is new."""
        with self._lock:
            self._read_once()
            found = {key: self._known[key] for key in wanted if key in self._known}
        fresh = [key for key in wanted if key not in found]
        if fresh:
            new = dict(zip(fresh, self._embedder.passages([wanted[key] for key in fresh]), strict=True))
            with self._lock:
                self._known.update(new)
            found |= new
        return found, bool(fresh)

    def _read_once(self) -> None:
        if self._read:
            return
        self._read = True
        parts = sorted(self._folder.glob(f"{self._name}.*.npz"))
        self._parts = int(parts[-1].name.split(".")[-2]) if parts else 0
        for file in (self._folder / f"{self._name}.npz", *parts):
            self._known |= _read_file(file)

    def _write_all(self) -> None:
        self._write(f"{self._name}.npz", self._known)
        self._parts = 0
        for other in self._folder.glob(f"{self._collection}-*.npz"):
            if other.name != f"{self._name}.npz":
                other.unlink(missing_ok=True)  # parts that are now in the whole, or of a model no longer in use

    def _write(self, name: str, known: Mapping[str, Embedded]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        rows = list(known.values())
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as scratch:
            np.savez(
                scratch,
                keys=np.array(list(known)),
                wholes=np.stack([row.whole for row in rows]),
                lengths=np.array([len(row.ids) for row in rows]),
                tokens=np.concatenate([row.tokens for row in rows]),
                ids=np.concatenate([row.ids for row in rows]),
            )
        os.replace(scratch.name, self._folder / name)


def _read_file(file: Path) -> dict[str, Embedded]:
    try:
        with file.open("rb") as opened, np.load(opened) as stored:
            ends = np.cumsum(stored["lengths"])[:-1]
            rows = zip(stored["wholes"], np.split(stored["tokens"], ends), np.split(stored["ids"], ends), strict=True)
            return {key: Embedded(*row) for key, row in zip(stored["keys"].tolist(), rows, strict=True)}
    except FileNotFoundError:
        return {}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        log.warning("The stored vectors in %s cannot be read; they are made anew.", file.name)
        return {}


def text_hash(text: str) -> str:
    """By which the vectors of a text are kept."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
