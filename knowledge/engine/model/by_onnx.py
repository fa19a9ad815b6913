"""Runs an exported model (exporting.py) by ONNX Runtime: without torch, in a part of its memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge.engine.model.embedded import EXPORTED, TOKEN_SCALE, Embedded, Vectors

INPUT, OUTPUT = "input_ids", "hidden"
#: Of ONNX Runtime's log: errors only.
_ERRORS = 3


class ByOnnx:
    """Implements Runtime. Each text is run alone: its vectors are the same whatever else is embedded with it."""

    def __init__(self, folder: Path, threads: int) -> None:
        """``threads`` is how many cores one text may use. Raises OSError or ValueError when a file is damaged."""
        self._tokenizer = _tokenizer(folder)
        told = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
        self._prompts: dict[str, str] = told["prompts"]
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / EXPORTED), session_options(threads), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # its own kinds of error have nothing in common but this
            raise OSError(f"{EXPORTED} cannot be loaded: {error}") from error

    def embed(self, texts: Sequence[str], kind: str, threads: int) -> list[Embedded]:
        """One row a text; several cores take a text each."""
        prompt = self._prompts.get(kind) or ""
        # How many tokens are before the text: the one that begins every text, and those of the prompt.
        skip = len(self._tokenizer.encode(prompt.strip()).ids) - 1
        ids = [np.array(one.ids, np.int64) for one in self._tokenizer.encode_batch([prompt + text for text in texts])]
        if threads == 1 or len(ids) == 1:
            return [self._embedded(one, skip) for one in ids]
        with ThreadPoolExecutor(threads) as cores:
            return list(cores.map(lambda one: self._embedded(one, skip), ids))

    def _embedded(self, ids: NDArray[np.int64], skip: int) -> Embedded:
        hidden: Vectors = self._session.run([OUTPUT], {INPUT: ids[None]})[0][0]
        whole: Vectors = hidden.mean(axis=0)
        whole /= np.linalg.norm(whole)
        rows = hidden[skip:-1]
        rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return Embedded(whole, np.rint(rows * TOKEN_SCALE).astype(np.int8), ids[skip:-1].astype(np.int32))


def session_options(threads: int) -> Any:
    """How ONNX Runtime runs a graph here."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = _ERRORS
    # Threads that wait by spinning would take the core from those that answer.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # What a long text took is given back, and no plan is kept for each length: neither costs time here.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    # Processors without VNNI lose what overflows sixteen bits where bytes are multiplied (products.py): they get a
    # slower product, and the same numbers.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return options


def _tokenizer(folder: Path) -> Tokenizer:
    try:
        tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # a plain Exception is what it raises
        raise OSError(f"tokenizer.json cannot be loaded: {error}") from error
    told = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    tokenizer.enable_truncation(told["model_max_length"])
    tokenizer.no_padding()
    return tokenizer
