"""Turns texts into vectors with a sentence-transformers model: one for the whole, and one for each of its tokens."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from knowledge.engine.model.embedded import TOKEN_SCALE, Embedded, Runtime, Vectors, is_exported

__all__ = ["TOKEN_SCALE", "Embedded", "Embedder", "Vectors"]

_BATCH = 16
#: About as many passages as the longest entries have.
_FEW = 150
_QUERIES_KEPT = 2_048


class Embedder:
    """A sentence-transformers model, by folder or name, loaded at first use; safe to use from several threads.

    A folder that has it exported is run by ONNX Runtime, any other by torch.
    """

    def __init__(self, model: str | Path, threads: int = 1) -> None:
        """``threads`` is how many cores questions and few passages may use; many passages may use all."""
        self.name = str(model)
        self._threads = threads
        self._runtime: Runtime | None = None
        # One at a time: the tokenizer refuses to be used by two threads at once, and cores are few.
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Embedded] = OrderedDict()

    @property
    def identity(self) -> str:
        """Tells models apart whose vectors must not be mixed; a folder's changes when its files do."""
        folder = Path(self.name)
        told = [self.name]
        if folder.is_dir():
            # What is in the folder tells, not where it lies.
            told = []
            files = sorted(file for file in folder.rglob("*") if file.is_file())
            told += [f"{file.relative_to(folder)} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]

    def load(self) -> None:
        """Load the model now; takes seconds. Raises OSError or ValueError when there is none of that name."""
        with self._lock:
            self._loaded()

    def queries(self, texts: Sequence[str]) -> list[Embedded]:
        """The vectors of questions, one a text."""
        with self._lock:
            fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
            found = dict(zip(fresh, self._embed(fresh, "query", self._threads), strict=True)) if fresh else {}
            rows = [found[text] if text in found else self._known[text] for text in texts]
            for text, row in zip(texts, rows, strict=True):
                self._known[text] = row
                self._known.move_to_end(text)
            while len(self._known) > _QUERIES_KEPT:
                self._known.popitem(last=False)
        return rows

    def passages(self, texts: Sequence[str]) -> list[Embedded]:
        """The vectors of passages, one a text."""
        # Texts of like length go together: a batch costs as much as its longest text.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        # Threads that wait for each other on busy cores are far slower than one: it embeds what one publication brings.
        threads = self._threads if len(texts) <= _FEW else os.cpu_count() or 1
        found: dict[int, Embedded] = {}
        for start in range(0, len(texts), _BATCH):
            places = order[start : start + _BATCH]
            # The lock is given back between batches, so that questions do not wait for a whole rebuild.
            with self._lock:
                batch = self._embed([texts[place] for place in places], "passage", threads)
            found.update(zip(places, batch, strict=True))
        return [found[place] for place in range(len(texts))]

    def _embed(self, texts: Sequence[str], kind: str, threads: int) -> list[Embedded]:
        return self._loaded().embed(texts, kind, threads)

    def _loaded(self) -> Runtime:
        # Each brings libraries of its own: only the one that is needed is imported.
        if self._runtime is None:
            folder = Path(self.name)
            if is_exported(folder):
                from knowledge.engine.model.by_onnx import ByOnnx

                self._runtime = ByOnnx(folder, self._threads)
            else:
                from knowledge.engine.model.by_torch import ByTorch

                self._runtime = ByTorch(self.name)
        return self._runtime
