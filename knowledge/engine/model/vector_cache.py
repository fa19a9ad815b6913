"""Keeps the vectors of passages on disk, so that a restart embeds only what changed."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
import threading
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.engine.model.embedding import Embedded, Embedder

#: Vectors of texts that went out of use are kept up to this multiple of those in use: edits are often undone.
_SURPLUS = 2
#: Of a small collection so many are kept at any rate; and so many files of few texts are not yet made one.
_FEW = 1_000
_MOST_PARTS = 200
#: A file that is still being written after so many seconds was left by a process that died.
_DROPPED_AFTER = 3_600

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
            self._known |= _read_file(file, self._name)
        _clear_away(self._folder)

    def _write_all(self) -> None:
        if not self._write(f"{self._name}.npz", self._known):
            return
        self._parts = 0
        for other in self._folder.glob(f"{self._collection}-*.npz"):
            if other.name != f"{self._name}.npz":
                other.unlink(missing_ok=True)  # parts that are now in the whole, or of a model no longer in use

    def _write(self, name: str, known: Mapping[str, Embedded]) -> bool:
        """Keep vectors in a file; where the disk takes none they stay in memory, and the search does without it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write_file(self._folder / name, known)
        except OSError as error:
            log.warning("The vectors cannot be kept in %s: %s; a restart makes them again.", name, error.strerror)
            return False
        return True

    def _write_file(self, file: Path, known: Mapping[str, Embedded]) -> None:
        rows = list(known.values())
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as scratch:
            try:
                names, keys = np.array(self._name), np.array(list(known))
                np.savez(scratch, allow_pickle=False, made_for=names, keys=keys, **packed(rows))
                scratch.flush()
                os.replace(scratch.name, file)
            except BaseException:
                Path(scratch.name).unlink(missing_ok=True)
                raise


def _read_file(file: Path, made_for: str) -> dict[str, Embedded]:
    """The vectors of a file; none of one that is damaged or another's, which is thrown away."""
    try:
        return _vectors_in(file, made_for)
    except FileNotFoundError:
        return {}
    except Exception as error:  # noqa: BLE001 bytes that are anything raise anything, and none of it may stop a start
        log.warning("The stored vectors in %s are of no use (%s); they are made anew.", file.name, error)
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
        return {}


def _vectors_in(file: Path, made_for: str) -> dict[str, Embedded]:
    """Raises whatever a file raises that is not whole, or not made for this model and collection."""
    with file.open("rb") as opened:
        with zipfile.ZipFile(opened) as package:
            if damaged := package.testzip():  # reads every byte and compares its checksum
                raise ValueError(f"{damaged} is damaged")
        opened.seek(0)
        with np.load(opened, allow_pickle=False) as stored:
            # Files of a version before this one do not say for what they were made; their name does.
            told = str(stored["made_for"]) if "made_for" in stored else made_for
            if told != made_for:
                raise ValueError(f"they were made for {told}")
            return dict(zip(stored["keys"].tolist(), unpacked(stored), strict=True))


def packed(rows: Sequence[Embedded]) -> dict[str, NDArray[Any]]:
    """Vectors as a few plain arrays, for a file without pickle; there is one at least."""
    return {
        "wholes": np.stack([row.whole for row in rows]),
        "lengths": np.array([len(row.ids) for row in rows]),
        "tokens": np.concatenate([row.tokens for row in rows]),
        "ids": np.concatenate([row.ids for row in rows]),
    }


def unpacked(arrays: Mapping[str, NDArray[Any]]) -> list[Embedded]:
    """What ``packed`` has packed; raises KeyError or ValueError where it is not whole."""
    lengths, tokens, ids = arrays["lengths"], arrays["tokens"], arrays["ids"]
    if not len(tokens) == len(ids) == lengths.sum():
        raise ValueError("tokens are missing")
    ends = np.cumsum(lengths)[:-1]
    rows = zip(arrays["wholes"], np.split(tokens, ends), np.split(ids, ends), strict=True)
    return [Embedded(*row) for row in rows]


def _clear_away(folder: Path) -> None:
    """Files that were left half-written, which only take up the disk."""
    for file in folder.glob("*.part"):
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime > _DROPPED_AFTER:
                file.unlink()


def text_hash(text: str) -> str:
    """By which the vectors of a text are kept."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
