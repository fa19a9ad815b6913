"""Writes a BERT-like sentence-transformers model as ONNX, for by_onnx.py.

Its weights come in blocks of four bits (packed_file.py). The word table, which is most of the model, keeps exactly
these, which ONNX Runtime has an operator for; all else is in numbers of 32 bits.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from knowledge.engine.model.by_onnx import INPUT, OUTPUT
from knowledge.engine.model.embedded import EXPORTED

#: Of ONNX; the oldest that has numbers of four bits.
_OPSET = 21
#: Weights that share a scale, as in the packed file.
_BLOCK = 32
_MOST_TOKENS = 512
#: Weights of fewer bytes stay in the graph.
_LEAST_APART = 4096
_WORDS = "word_embeddings"


def export(folder: Path) -> None:
    """Put the exported model into the folder of the model. Takes half a minute and 2 GiB of memory."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch, _quiet():
        exact, small = (Path(scratch) / f"{name}.onnx" for name in ("exact", "small"))
        export_exact(folder, exact)
        _with_words_of_four_bits(exact, small)
        _with_weights_apart(small, folder / EXPORTED)


def export_exact(folder: Path | str, file: Path) -> None:
    """Write the model in numbers of 32 bits: from the tokens of one text to their vectors, which are not yet pooled."""
    import torch
    from transformers import AutoModel

    # The plain way to reckon attention: its graph is the smallest that torch exports, and the quickest.
    model: Any = AutoModel.from_pretrained(
        str(folder), dtype=torch.float32, use_safetensors=True, trust_remote_code=False, attn_implementation="eager"
    )

    class Hidden(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor) -> Any:
            return self.model(input_ids=input_ids).last_hidden_state

    torch.onnx.export(
        Hidden().train(False),
        (torch.arange(5, 14)[None],),
        str(file),
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_shapes={INPUT: {1: torch.export.Dim("tokens", min=2, max=_MOST_TOKENS)}},
        opset_version=_OPSET,
        dynamo=True,
        verbose=False,
    )


def _with_words_of_four_bits(exact: Path, file: Path) -> None:
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    graph = onnx.load(exact)
    words = {*_of_words(graph.graph)}
    quantizer = MatMulNBitsQuantizer(
        graph,
        bits=4,
        block_size=_BLOCK,
        is_symmetric=True,
        op_types_to_quantize=("Gather",),
        nodes_to_exclude=[node.name for node in graph.graph.node if node.name not in words],
    )
    quantizer.process()
    quantizer.model.save_model_to_file(str(file), False)


def _with_weights_apart(graph: Path, file: Path) -> None:
    """The graph, and beside it its weights: that file is mapped, and of the word table only what is used is read."""
    import onnx

    onnx.save(
        onnx.load(graph), file, save_as_external_data=True, location=f"{file.name}.data", size_threshold=_LEAST_APART
    )


def _of_words(graph: Any) -> Iterator[str]:
    """What looks up the vectors of words; not what looks up positions, whose table is small and has other numbers."""
    return (node.name for node in graph.node if node.op_type == "Gather" and _WORDS in node.input[0])


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what torch and ONNX Runtime say of a model that is exported as it should be."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
