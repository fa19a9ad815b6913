"""Products of rows of whole numbers are exact, whichever way the machine takes."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper

from knowledge.engine.index import products
from knowledge.engine.index.products import inner_products


@pytest.mark.parametrize("fast", [True, False])
def test_products_are_exact_by_either_way(fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not fast:
        monkeypatch.setattr(products, "_bytes_are_exact", lambda: False)
    rows = np.random.default_rng(2).integers(-127, 128, size=(70, 384), dtype=np.int8)
    rows[0], rows[1] = 127, -127
    found = inner_products(rows[:5], rows)
    assert (found == rows[:5].astype(np.int64) @ rows.T.astype(np.int64)).all()
    assert found[0, :2].tolist() == [127**2 * 384, -(127**2) * 384]


def test_a_way_that_gives_something_else_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "_of_bytes", lambda few, many: np.minimum(few.astype(np.int32) @ many.T, 32_767))
    products._bytes_are_exact.cache_clear()
    try:
        assert not products._bytes_are_exact()
    finally:
        products._bytes_are_exact.cache_clear()


def test_rows_may_be_none() -> None:
    rows = np.ones((3, 384), dtype=np.int8)
    assert inner_products(rows[:0], rows).shape == (0, 3)
    assert inner_products(rows, rows[:0]).shape == (3, 0)


def test_the_graph_is_what_it_is_said_to_be() -> None:
    many = helper.make_tensor_value_info("many", TensorProto.UINT8, ["n", "k"])
    few = helper.make_tensor_value_info("few", TensorProto.INT8, ["k", "m"])
    found = helper.make_tensor_value_info("products", TensorProto.INT32, ["n", "m"])
    product = helper.make_node("MatMulInteger", ["many", "few", "zero"], ["products"])
    zero = helper.make_tensor("zero", TensorProto.UINT8, [], [128])
    graph = helper.make_graph([product], "products", [many, few], [found], [zero])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    assert model.SerializeToString() == products._GRAPH
