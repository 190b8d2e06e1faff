"""An exported graph with its weights, and the inputs they are multiplied with, in 8 bits.

The ranges of the inputs are measured once, on sample sentences, and stand in the graph: a sentence is tagged the same way
whatever else is in its batch. (Jacob et al. 2018, arXiv:1712.05877.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from tagger.model.inputs import Batch

_ROWS = 16  # fewer are no embedding worth shrinking
_BYTE = 255
# Processors without instructions for it add two products of bytes in 16 bits: weights of 7 bits cannot overflow them, and so
# the model says the same on all of them.
_LARGEST_WEIGHT = 63
_LARGEST_ROW = 127
_MICROSOFT = "com.microsoft"


class Range(NamedTuple):
    """The least and the largest value of a tensor; 0 lies between them."""

    low: float
    high: float


def measure_ranges(model: ModelProto, batches: Iterable[Batch]) -> dict[str, Range]:
    """The range of each input of a product with weights, by its name, over all characters of the batches."""
    import onnxruntime

    names = list(dict.fromkeys(node.input[0] for node in _products(model)))
    watched = ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    ranges = dict.fromkeys(names, Range(0.0, 0.0))
    for batch in batches:
        seen = batch.attention_mask.astype(bool)
        for name, value in zip(names, session.run(names, batch._asdict()), strict=True):
            own = value[seen]
            low, high = ranges[name]
            ranges[name] = Range(min(low, float(own.min())), max(high, float(own.max())))
    return ranges


def quantize(model: ModelProto, ranges: dict[str, Range]) -> None:
    """Change the graph in place: products with weights in 8 bits, per output channel; embeddings per row.

    With one scale for all embeddings the rare large row would cost the others their precision. The topic head, a
    thousandth of the work, stays as it is.
    """
    graph = model.graph
    _quantize_embeddings(graph)
    tables = {each.name: each for each in graph.initializer}
    products = {node.output[0]: node for node in _products(model)}
    biases = {
        product: node for node in graph.node if node.op_type == "Add" for product in node.input if product in products
    }
    added: set[str] = set()
    nodes: list[NodeProto] = []
    for node in graph.node:
        if node.output[0] not in products:
            if not any(node is each for each in biases.values()):
                nodes.append(node)
            continue
        (source, name), add = node.input, biases[node.output[0]]
        if source not in added:
            scale, zero = _affine(ranges[source])
            graph.initializer.extend([_tensor(f"{source}_scale", scale), _tensor(f"{source}_zero", zero)])
            nodes.append(
                helper.make_node("QuantizeLinear", [source, f"{source}_scale", f"{source}_zero"], [f"{source}_bytes"])
            )
            added.add(source)
        weights = numpy_helper.to_array(tables[name])
        scales = np.maximum(np.abs(weights).max(axis=0) / _LARGEST_WEIGHT, np.finfo(np.float32).tiny)
        graph.initializer.remove(tables[name])
        graph.initializer.extend(
            [
                _tensor(f"{name}_bytes", np.rint(weights / scales).astype(np.int8)),
                _tensor(f"{name}_scale", scales.astype(np.float32)),
            ]
        )
        bias = next(each for each in add.input if each in tables)
        inputs = [
            f"{source}_bytes",
            f"{name}_bytes",
            f"{source}_scale",
            f"{name}_scale",
            f"{source}_zero",
            "",  # weights lie around 0
            bias,
        ]
        nodes.append(helper.make_node("MatMulIntegerToFloat", inputs, [add.output[0]], domain=_MICROSOFT))
    del graph.node[:]
    graph.node.extend(nodes)
    if all(each.domain != _MICROSOFT for each in model.opset_import):
        model.opset_import.append(helper.make_opsetid(_MICROSOFT, 1))


def _products(model: ModelProto) -> list[NodeProto]:
    """The products of the encoder and the tag head with their weights."""
    weights = {each.name for each in model.graph.initializer}
    return [node for node in model.graph.node if node.op_type == "MatMul" and node.input[1] in weights]


def _affine(own: Range) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Scale and zero point with which a range fills a byte."""
    scale = max((own.high - own.low) / _BYTE, float(np.finfo(np.float32).tiny))
    return np.array(scale, np.float32), np.array(np.clip(round(-own.low / scale), 0, _BYTE), np.uint8)


def _tensor(name: str, values: NDArray[Any]) -> TensorProto:
    return numpy_helper.from_array(values, name)


def _quantize_embeddings(graph: onnx.GraphProto) -> None:
    """Every large table that rows are gathered from becomes 8-bit rows and a scale for each."""
    tables = {each.name: each for each in graph.initializer}
    nodes = []
    for node in graph.node:
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or len(table.dims) != 2 or table.dims[0] < _ROWS:
            nodes.append(node)
            continue
        values = numpy_helper.to_array(table)
        scale = np.maximum(np.abs(values).max(axis=1, keepdims=True) / _LARGEST_ROW, np.finfo(np.float32).tiny)
        graph.initializer.remove(table)
        graph.initializer.extend(
            [
                _tensor(f"{table.name}_rows", np.rint(values / scale).astype(np.int8)),
                _tensor(f"{table.name}_scale", scale.astype(np.float32)),
            ]
        )
        (result,), ids = node.output, node.input[1]
        nodes += [
            helper.make_node("Gather", [f"{table.name}_rows", ids], [f"{result}_rows"], axis=0),
            helper.make_node("Cast", [f"{result}_rows"], [f"{result}_float"], to=TensorProto.FLOAT),
            helper.make_node("Gather", [f"{table.name}_scale", ids], [f"{result}_scale"], axis=0),
            helper.make_node("Mul", [f"{result}_float", f"{result}_scale"], [result]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
