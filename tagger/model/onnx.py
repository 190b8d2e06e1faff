"""Export: the trained network as ONNX, in full precision and with 8-bit weights."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tagger.model.network import TaggerNetwork

OPSET = 17
_ROWS = 16  # fewer are no embedding worth shrinking
_LARGEST = 127


def export(network: TaggerNetwork, path: Path) -> None:
    """Write the network in full precision; every axis of the inputs but the number of dimensions is free."""
    network.eval()
    sample = tuple(torch.ones(2, 8, dtype=torch.long) for _ in range(3))
    axes = {0: "windows", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            sample,
            str(path),
            input_names=["input_ids", "token_type_ids", "attention_mask"],
            output_names=["tag_logits", "topic_logits"],
            dynamic_axes={
                **dict.fromkeys(("input_ids", "token_type_ids", "attention_mask", "tag_logits"), axes),
                "topic_logits": {0: "windows"},
            },
            opset_version=OPSET,
            dynamo=False,
        )


def quantize(path: Path, out: Path) -> None:
    """Write the network with 8-bit weights.

    Matrix products are quantised per output channel, their inputs as they come (dynamic quantisation); embeddings per
    row: with one scale for all of them the rare large row would cost the others their precision.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(str(path))
    _quantize_embeddings(model.graph)
    onnx.save(model, str(out))
    quantize_dynamic(str(out), str(out), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"])


def _quantize_embeddings(graph: Any) -> None:
    """Every large table that rows are gathered from becomes 8-bit rows and a scale for each."""
    from onnx import TensorProto, helper, numpy_helper

    tables = {each.name: each for each in graph.initializer}
    nodes = []
    for node in graph.node:
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or len(table.dims) != 2 or table.dims[0] < _ROWS:
            nodes.append(node)
            continue
        values = numpy_helper.to_array(table)
        scale = np.maximum(np.abs(values).max(axis=1, keepdims=True) / _LARGEST, np.finfo(np.float32).tiny)
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(np.rint(values / scale).astype(np.int8), f"{table.name}_rows"))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{table.name}_scale"))
        (result,), ids = node.output, node.input[1]
        nodes += [
            helper.make_node("Gather", [f"{table.name}_rows", ids], [f"{result}_rows"], axis=0),
            helper.make_node("Cast", [f"{result}_rows"], [f"{result}_float"], to=TensorProto.FLOAT),
            helper.make_node("Gather", [f"{table.name}_scale", ids], [f"{result}_scale"], axis=0),
            helper.make_node("Mul", [f"{result}_float", f"{result}_scale"], [result]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
