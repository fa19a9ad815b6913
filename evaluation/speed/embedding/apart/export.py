"""Writes the model as ONNX, in numbers of 32 bits and with weights of eight: `export.py MODEL FOLDER`.

Run by the Python of .venv-embedding. What comes out of the model are the vectors of the tokens of one text; they are
brought together outside of it. The desk's own export is another: knowledge/engine/model/exporting.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

from onnxruntime.quantization import QuantType, quantize_dynamic

from knowledge.engine.model.exporting import export_exact


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    whole = folder / "model.onnx"
    export_exact(name, whole)
    quantize_dynamic(str(whole), str(folder / "model.int8.onnx"), weight_type=QuantType.QInt8, per_channel=True)


if __name__ == "__main__":
    main()
