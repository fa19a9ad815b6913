"""Turns texts into vectors with a sentence-transformers model: one for the whole, and one for each of its tokens."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
#: Unit vectors times this, rounded to whole numbers: a quarter of the memory, and no rank was seen to change by it.
TOKEN_SCALE = 127


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


_BATCH = 16
#: About as many passages as the longest entries have.
_FEW = 150
_QUERIES_KEPT = 2_048


class Embedder:
    """A sentence-transformers model, by folder or name, loaded at first use; safe to use from several threads."""

    def __init__(self, model: str | Path, threads: int = 1) -> None:
        """``threads`` is how many cores questions and few passages may use; many passages may use all."""
        self.name = str(model)
        self._threads = threads
        self._model: SentenceTransformer | None = None
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
        import torch

        model = self._loaded()
        torch.set_num_threads(threads)
        prompt = model.prompts.get(kind) or None
        # Not model.encode(): for one question it takes a fifth longer, getting ready for sorting and many devices.
        with torch.inference_mode():
            features = model.preprocess(list(texts), prompt=prompt)
            found = model(features)
            whole: Vectors = found["sentence_embedding"].float().numpy()
            # Normalised here and not by the model, whose half-precision result is off by a thousandth.
            whole /= np.linalg.norm(whole, axis=1, keepdims=True)
            tokens = _tokens(found, skip=_prompt_length(model, prompt))
        return [Embedded(row, *of_text) for row, of_text in zip(whole, tokens, strict=True)]

    def _loaded(self) -> SentenceTransformer:
        if self._model is None:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            # bfloat16 halves the time where the processor has it and leaves the cosines the same to four digits.
            fast = torch.cpu._is_avx512_bf16_supported()
            dtype = torch.bfloat16 if fast else torch.float32
            # Weights that are pickled, and code that comes with a model, would run here: only safetensors are read.
            self._model = SentenceTransformer(
                self.name,
                device="cpu",
                trust_remote_code=False,
                model_kwargs={"dtype": dtype, "use_safetensors": True},
            )
            self._model.train(False)
        return self._model


def _prompt_length(model: SentenceTransformer, prompt: str | None) -> int:
    """How many tokens are before the text: the one that begins every text, and those of the prompt."""
    return len(model.tokenizer((prompt or "").strip())["input_ids"]) - 1


def _tokens(found: Any, skip: int) -> list[tuple[NDArray[np.int8], NDArray[np.int32]]]:
    """Vectors and ids of the tokens of each text, without the first ``skip`` and the one that ends it."""
    import torch

    vectors = found.get("token_embeddings")
    if vectors is None or "input_ids" not in found:
        return [(np.zeros((0, 1), np.int8), np.zeros(0, np.int32)) for _ in range(len(found["sentence_embedding"]))]
    rows = (torch.nn.functional.normalize(vectors.float(), dim=-1) * TOKEN_SCALE).round().to(torch.int8).numpy()
    ids, lengths = found["input_ids"].to(torch.int32).numpy(), found["attention_mask"].sum(1).tolist()
    return [
        (rows[place, skip : length - 1].copy(), ids[place, skip : length - 1].copy())
        for place, length in enumerate(lengths)
    ]
