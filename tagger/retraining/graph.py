"""Another topic head, and rows of new labels, in the 8-bit ONNX of a model; the encoder and the rows of old labels stay bit for bit."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from tagger.errors import TaggerError
from tagger.model.network import INNER

_STATES = f"/bert/encoder/layer.{INNER - 1}/output/LayerNorm/LayerNormalization_output_0"


def replace_head(path: Path, head: nn.Sequential, out: Path) -> None:
    """Write the ONNX of `path` to `out` with the weights of `head`, which stand there in full precision.

    Raises TaggerError where the graph is not one that `tagger export` writes.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(path))
    tensors = {each.name: each for each in model.graph.initializer}
    for name, layer in head.named_children():
        if not isinstance(layer, nn.Linear):
            continue
        for kind, value in layer.named_parameters():
            tensor = tensors.get(f"topic.{name}.{kind}")
            # All but the number of topics must be as it is.
            if tensor is None or list(tensor.dims)[1:] != list(value.shape)[1:]:
                raise TaggerError(
                    f"{path}: is no network that this version of tagger export writes; export the model again"
                )
            tensor.CopyFrom(numpy_helper.from_array(value.detach().numpy(), tensor.name))
    output = next(each for each in model.graph.output if each.name == "topic_logits")
    output.type.tensor_type.shape.dim[-1].dim_value = head[-1].out_features
    onnx.save(model, str(out))


def add_rows(path: Path, rows: nn.Linear, out: Path) -> None:
    """Write the ONNX of `path` to `out` with more tags behind those that it has, in full precision, for states of the inner layer.

    Raises TaggerError where the graph is not one that `tagger export` writes.
    """
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    last = next((node for node in graph.node if "tag_logits" in node.output), None)
    if last is None or not any(_STATES in node.output for node in graph.node):
        raise TaggerError(f"{path}: is no network that this version of tagger export writes; export the model again")
    name = f"added_{len(graph.node)}"
    last.output[:] = [f"{name}_before" if each == "tag_logits" else each for each in last.output]
    weight, bias = (each.detach().numpy() for each in (rows.weight.T.contiguous(), rows.bias))
    graph.initializer.extend(
        [numpy_helper.from_array(weight, f"{name}_weight"), numpy_helper.from_array(bias, f"{name}_bias")]
    )
    graph.node.extend(
        [
            helper.make_node("MatMul", [_STATES, f"{name}_weight"], [f"{name}_product"]),
            helper.make_node("Add", [f"{name}_product", f"{name}_bias"], [f"{name}_logits"]),
            helper.make_node("Concat", [f"{name}_before", f"{name}_logits"], ["tag_logits"], axis=2),
        ]
    )
    onnx.save(model, str(out))
