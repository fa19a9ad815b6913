"""Writes the model as ONNX, in numbers of 32 bits and with weights of eight: `export.py MODEL FOLDER`.

Run by the Python of .venv-embedding. What comes out of the model are the vectors of its tokens; they are brought
together outside of it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel

_MOST_TOKENS = 512


class Hidden(torch.nn.Module):
    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
        return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    model = AutoModel.from_pretrained(name, dtype=torch.float32, use_safetensors=True, trust_remote_code=False)
    model.train(False)
    ids = torch.randint(5, 1000, (2, 9))
    shape = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", max=_MOST_TOKENS)}
    whole = folder / "model.onnx"
    torch.onnx.export(
        Hidden(model),
        (ids, torch.ones_like(ids)),
        str(whole),
        input_names=["input_ids", "attention_mask"],
        output_names=["hidden"],
        dynamic_shapes={"input_ids": shape, "attention_mask": shape},
        dynamo=True,
    )
    quantize_dynamic(str(whole), str(folder / "model.int8.onnx"), weight_type=QuantType.QInt8, per_channel=True)


if __name__ == "__main__":
    main()
