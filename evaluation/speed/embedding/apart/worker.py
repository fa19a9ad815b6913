"""One way to run the embedding model, in a process of its own: reads one line of JSON and answers with one.

Run as a script by the Python that has the way's libraries. `load` begins; `embed` takes texts and gives milliseconds
that passed and that its threads worked, and vectors; `memory` tells what the process holds.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: As in knowledge/engine/model/embedded.py.
_TOKEN_SCALE = 127
_MOST_TOKENS = 512
#: Of a text the vector of the whole, those of its tokens, and the tokens.
Row = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


class Desk:
    """As the desk does it."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        from knowledge.engine.model.embedding import Embedder

        self.embedder = Embedder(order["model"], threads=order["threads"])
        self.embedder.load()

    def embed(self, texts: Sequence[str], kind: str) -> list[Row]:
        found = self.embedder.queries(texts) if kind == "query" else self.embedder.passages(texts)
        return [(one.whole, one.tokens, one.ids) for one in found]


class Torch:
    """The same model in torch, in numbers of one kind."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        self.torch = torch
        torch.set_num_threads(order["threads"])
        kind = torch.bfloat16 if order["way"] == "bfloat16" else torch.float32
        self.model = SentenceTransformer(
            order["model"], device="cpu", trust_remote_code=False, model_kwargs={"dtype": kind, "use_safetensors": True}
        )
        self.model.train(False)
        if order["way"] == "int8":
            from torch.ao.quantization import quantize_dynamic

            transformer: Any = self.model[0]
            quantised: Any = quantize_dynamic
            transformer.model = quantised(transformer.model, {torch.nn.Linear}, dtype=torch.qint8)
        self.prompts = self.model.prompts
        self.skips = {
            kind: len(self.model.tokenizer((prompt or "").strip())["input_ids"]) - 1
            for kind, prompt in self.prompts.items()
        }

    def embed(self, texts: Sequence[str], kind: str) -> list[Row]:
        with self.torch.inference_mode():
            features = self.model.preprocess(list(texts), prompt=self.prompts[kind])
            found = self.model(features)
            hidden, ids, mask = found["token_embeddings"].float(), found["input_ids"], found["attention_mask"]
        return _brought_together(hidden.numpy(), ids.numpy(), mask.numpy(), self.skips[kind])


class Exported:
    """The exported model, without torch: the tokens are made by the tokenizers package, and pooled here.

    Each text is run alone, as the desk does it (knowledge/engine/model/by_onnx.py).
    """

    def __init__(self, order: Mapping[str, Any]) -> None:
        from tokenizers import Tokenizer

        folder = Path(order["model"])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(_MOST_TOKENS)
        told = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
        self.prompts = told["prompts"]
        self.skips = {kind: len(self.tokenizer.encode(prompt.strip()).ids) - 1 for kind, prompt in self.prompts.items()}
        self.run = _runner(order)

    def embed(self, texts: Sequence[str], kind: str) -> list[Row]:
        found = []
        for text in texts:
            ids = np.array([self.tokenizer.encode(self.prompts[kind] + text).ids], dtype=np.int64)
            found += _brought_together(self.run(ids), ids, np.ones_like(ids), self.skips[kind])
        return found


def _runner(order: Mapping[str, Any]) -> Callable[[NDArray[Any]], NDArray[Any]]:
    way, threads, exported = order["way"], order["threads"], Path(order["exported"])
    file = str(exported / ("model.int8.onnx" if way == "onnx-int8" else "model.onnx"))
    if way.startswith("onnx"):
        import onnxruntime

        from knowledge.engine.model.by_onnx import INPUT, OUTPUT, session_options

        session = onnxruntime.InferenceSession(file, session_options(threads), providers=["CPUExecutionProvider"])
        return lambda ids: session.run([OUTPUT], {INPUT: ids})[0]
    import openvino

    told = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    if way == "openvino-fp32":
        told["INFERENCE_PRECISION_HINT"] = "f32"
    compiled = openvino.Core().compile_model(file, "CPU", told)
    return lambda ids: np.array(compiled({"input_ids": ids})[0], dtype=np.float32)


def _brought_together(hidden: NDArray[Any], ids: NDArray[Any], mask: NDArray[Any], skip: int) -> list[Row]:
    """The mean of each text's tokens as a unit vector, and its tokens as the desk keeps them."""
    weights = mask[:, :, None].astype(np.float32)
    whole = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    whole /= np.linalg.norm(whole, axis=1, keepdims=True)
    rows = hidden / np.maximum(np.linalg.norm(hidden, axis=2, keepdims=True), 1e-12)
    rows = np.rint(rows * _TOKEN_SCALE).astype(np.int8)
    ends = (mask.sum(axis=1) - 1).tolist()
    return [(whole[at], rows[at, skip:end], ids[at, skip:end].astype(np.int32)) for at, end in enumerate(ends)]


def _resident() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise OSError("this system does not tell its VmRSS")


def _packed(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _answer(order: Mapping[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    if order["do"] == "load":
        kinds: dict[str, Callable[[Mapping[str, Any]], Any]] = {
            "desk": Desk,
            "fp32": Torch,
            "bfloat16": Torch,
            "int8": Torch,
        }
        state["way"] = kinds.get(order["way"], Exported)(order)
        return {}
    if order["do"] == "memory":
        return {"rss_mb": _resident()}
    began, worked = time.perf_counter(), time.process_time()
    found = state["way"].embed(order["texts"], order["kind"])
    milliseconds, work = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
    rows = [[_packed(whole.astype(np.float32)), _packed(tokens), _packed(ids)] for whole, tokens, ids in found]
    return {"ms": milliseconds, "work_ms": work, "rows": rows if order["vectors"] else []}


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # what libraries print is no answer
    state: dict[str, Any] = {}
    for line in sys.stdin:
        try:
            answer = _answer(json.loads(line), state)
        except Exception as error:  # noqa: BLE001 - a way that does not work is told of, whatever is wrong with it
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
