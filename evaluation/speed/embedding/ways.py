"""The ways to run the embedding model that are compared, and the process in which each runs."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bootstrap.settings import PROJECT
from knowledge.engine.model.embedding import Embedded

APART = Path(__file__).parent / "apart"
#: Made by setup.sh of this folder.
PYTHON = PROJECT / ".venv-embedding" / "bin" / "python"
DESK, FP32 = "desk", "fp32"


class WayFailed(Exception):
    """A way cannot be loaded or asked; the message is its error."""


@dataclass(frozen=True)
class Way:
    """``exported``: it runs the exported model, by the Python of .venv-embedding."""

    name: str
    told: str
    exported: bool = False


WAYS = (
    Way(
        DESK,
        "as the desk does it: its own export by ONNX Runtime, in fp32 with an exact word table in four bits",
    ),
    Way(FP32, "torch in fp32, with which the others are compared"),
    Way("bfloat16", "torch in bfloat16, wherever it runs"),
    Way("int8", "torch, whose linear layers have weights of eight bits (torch.ao.quantization.quantize_dynamic)"),
    Way("onnx", "ONNX Runtime in fp32", exported=True),
    Way(
        "onnx-int8",
        "ONNX Runtime with weights of eight bits (quantize_dynamic, a scale for each channel)",
        exported=True,
    ),
    Way("openvino", "OpenVINO in the numbers that it chooses for this processor", exported=True),
    Way("openvino-fp32", "OpenVINO in fp32", exported=True),
)


class Spent(NamedTuple):
    """Milliseconds, counted in the process: those that passed, and those that all of its threads worked."""

    passed: float
    worked: float


class Running:
    """A way that is loaded, in a process of its own; asked by one line of JSON for one."""

    def __init__(self, way: Way, model: str, exported: Path, threads: int, log: Path) -> None:
        """Starts and loads; raises WayFailed."""
        self.way = way
        began = time.perf_counter()
        python = str(PYTHON) if way.exported else sys.executable
        with log.open("a", encoding="utf-8") as errors:
            try:
                self._process = subprocess.Popen(
                    [python, str(APART / "worker.py")],
                    cwd=PROJECT,
                    env=os.environ | {"PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": str(threads)},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    text=True,
                    encoding="utf-8",
                )
            except OSError as error:
                raise WayFailed(f"{python}: {error.strerror}") from error
        try:
            self._ask(do="load", way=way.name, model=model, exported=str(exported), threads=threads)
            self.embed(["xin chào"], "query", vectors=False)
        except WayFailed:
            self.close()
            raise
        #: From the start of the process to its first answer.
        self.load_s = round(time.perf_counter() - began, 2)

    def embed(self, texts: Sequence[str], kind: str, *, vectors: bool = True) -> tuple[Spent, list[Embedded]]:
        """What it took, and one row a text where vectors are wanted; raises WayFailed."""
        answer = self._ask(do="embed", texts=list(texts), kind=kind, vectors=vectors)
        return Spent(answer["ms"], answer["work_ms"]), [_unpacked(*row) for row in answer["rows"]]

    def resident_mb(self) -> float:
        return float(self._ask(do="memory")["rss_mb"])

    def close(self) -> None:
        """It ends by itself when nothing more can be asked."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _ask(self, **order: Any) -> Mapping[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(order, ensure_ascii=False) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise WayFailed(f"its process has ended with code {self._process.wait()}") from error
        line = self._process.stdout.readline()
        if not line:
            raise WayFailed(f"its process has ended with code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise WayFailed(str(answer["error"]))
        return answer


def exported_in(folder: Path, model: str) -> Path:
    """The folder of the exported model, which is exported unless it was; raises WayFailed."""
    if (folder / "model.int8.onnx").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(PYTHON), str(APART / "export.py"), model, str(folder)]
    try:
        environment = os.environ | {"PYTHONPATH": str(PROJECT)}
        ran = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        raise WayFailed(f"{PYTHON.relative_to(PROJECT)}: {error.strerror}") from error
    if ran.returncode:
        raise WayFailed(_last(ran.stderr))
    return folder


def versions() -> dict[str, str]:
    """Of what is in .venv-embedding."""
    names = ("onnxruntime", "openvino", "torch", "sentence-transformers", "transformers")
    asked = (
        f"import json; from importlib import metadata as m; print(json.dumps({{n: m.version(n) for n in {names!r}}}))"
    )
    ran = subprocess.run([str(PYTHON), "-c", asked], capture_output=True, text=True, check=False)
    found: dict[str, str] = json.loads(ran.stdout) if not ran.returncode else {}
    return found


def _last(errors: str) -> str:
    lines: Iterator[str] = (line.strip() for line in reversed(errors.splitlines()))
    return next((line for line in lines if line), "it printed nothing")


def _unpacked(whole: str, tokens: str, ids: str) -> Embedded:
    of_whole: NDArray[np.float32] = np.frombuffer(base64.b64decode(whole), dtype=np.float32)
    of_tokens = np.frombuffer(base64.b64decode(tokens), dtype=np.int8).reshape(-1, len(of_whole))
    return Embedded(of_whole, of_tokens, np.frombuffer(base64.b64decode(ids), dtype=np.int32))
