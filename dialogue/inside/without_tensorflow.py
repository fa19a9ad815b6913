"""Stands in for TensorFlow, which Rasa imports whatever its pipeline is; run by Rasa's own Python.

The desk's pipeline has no component that computes with it (dialogue/serving.py makes sure of that), and the library
takes half a gigabyte and half of the start. What Rasa's modules name while they are imported is here by its name, and
nothing else: a new release that names more fails at once, and where anything is used, it says so.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

#: By module, what Rasa 3.6.21 derives classes from, annotates with, or imports.
NAMES = {
    "tensorflow": ("SparseTensor", "Tensor", "TensorShape", "TensorSpec"),
    "tensorflow.types": (),
    "tensorflow.types.experimental": ("TensorLike",),
    "tensorflow.keras": (),
    "tensorflow.keras.backend": (),
    "tensorflow.keras.callbacks": ("Callback",),
    "tensorflow.keras.layers": ("AbstractRNNCell", "Dense", "Dropout", "Layer"),
    "tensorflow.keras.metrics": ("Metric",),
    "tensorflow.keras.utils": ("Sequence",),
    "keras": ("Model",),
    "keras.utils": ("tf_utils",),
    "keras.utils.control_flow_util": ("smart_cond",),
}


class Absent:
    """What TensorFlow would have under this name; nothing can be made of it."""

    def __new__(cls, *_: Any, **__: Any) -> Absent:
        raise RuntimeError(f"{cls.__module__}.{cls.__qualname__} is needed, and Rasa runs without TensorFlow here")


def stand_in() -> None:
    """Put the names where they are imported from; to be called before Rasa is imported."""
    for name, attributes in NAMES.items():
        module = ModuleType(name, "A stand-in: Rasa runs without TensorFlow here.")
        module.__path__ = []
        for attribute in attributes:
            setattr(module, attribute, type(attribute, (Absent,), {"__module__": name, "__qualname__": attribute}))
        sys.modules[name] = module
        parent, _, last = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], last, module)
