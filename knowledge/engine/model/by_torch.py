"""Runs any sentence-transformers model, by folder or name: by torch, which takes seconds and much memory to load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from transformers.utils import logging

from knowledge.engine.model.embedded import TOKEN_SCALE, Embedded, Vectors


class ByTorch:
    """Implements Runtime."""

    def __init__(self, name: str) -> None:
        """Raises OSError or ValueError when there is none of that name."""
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        # bfloat16 halves the time where the processor has it and leaves the cosines the same to four digits.
        fast = torch.cpu._is_avx512_bf16_supported()
        dtype = torch.bfloat16 if fast else torch.float32
        # Weights that are pickled, and code that comes with a model, would run here: only safetensors are read.
        self._model = SentenceTransformer(
            name,
            device="cpu",
            trust_remote_code=False,
            model_kwargs={"dtype": dtype, "use_safetensors": True},
        )
        self._model.train(False)

    def embed(self, texts: Sequence[str], kind: str, threads: int) -> list[Embedded]:
        """One row a text."""
        torch.set_num_threads(threads)
        prompt = self._model.prompts.get(kind) or None
        # Not model.encode(): for one question it takes a fifth longer, getting ready for sorting and many devices.
        with torch.inference_mode():
            features = self._model.preprocess(list(texts), prompt=prompt)
            found = self._model(features)
            whole: Vectors = found["sentence_embedding"].float().numpy()
            # Normalised here and not by the model, whose half-precision result is off by a thousandth.
            whole /= np.linalg.norm(whole, axis=1, keepdims=True)
            tokens = _tokens(found, skip=_prompt_length(self._model, prompt))
        return [Embedded(row, *of_text) for row, of_text in zip(whole, tokens, strict=True)]


def _prompt_length(model: SentenceTransformer, prompt: str | None) -> int:
    """How many tokens are before the text: the one that begins every text, and those of the prompt."""
    return len(model.tokenizer((prompt or "").strip())["input_ids"]) - 1


def _tokens(found: Any, skip: int) -> list[tuple[NDArray[np.int8], NDArray[np.int32]]]:
    """Vectors and ids of the tokens of each text, without the first ``skip`` and the one that ends it."""
    vectors = found.get("token_embeddings")
    if vectors is None or "input_ids" not in found:
        return [(np.zeros((0, 1), np.int8), np.zeros(0, np.int32)) for _ in range(len(found["sentence_embedding"]))]
    rows = (torch.nn.functional.normalize(vectors.float(), dim=-1) * TOKEN_SCALE).round().to(torch.int8).numpy()
    ids, lengths = found["input_ids"].to(torch.int32).numpy(), found["attention_mask"].sum(1).tolist()
    return [
        (rows[place, skip : length - 1].copy(), ids[place, skip : length - 1].copy())
        for place, length in enumerate(lengths)
    ]
