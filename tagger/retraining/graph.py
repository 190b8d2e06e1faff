"""Another topic head, and heads of new labels, in the 8-bit ONNX of a model; the encoder and what was there stay bit for bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import nn

from tagger.errors import TaggerError
from tagger.model.network import INNER, REACH, LabelHead

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


def add_label(path: Path, head: LabelHead, out: Path) -> None:
    """Write the ONNX of `path` to `out` with the two tags of one more label behind those that it has, in full precision.

    Raises TaggerError where the graph is not one that `tagger export` writes.
    """
    import numpy as np
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    last = next((node for node in graph.node if "tag_logits" in node.output), None)
    if last is None or not any(_STATES in node.output for node in graph.node):
        raise TaggerError(f"{path}: is no network that this version of tagger export writes; export the model again")
    name = f"added_{len(graph.node)}"  # another for every label
    last.output[:] = [f"{name}_before" if each == "tag_logits" else each for each in last.output]
    assert head.near.bias is not None
    tensors = {
        "near": head.near.weight,
        "near_bias": head.near.bias,
        "weight": head.out.weight.T.contiguous(),
        "bias": head.out.bias,
    }
    arrays = {each: value.detach().numpy() for each, value in tensors.items()} | {
        "one": np.array(1, np.int64),
        "axis": np.array([2], np.int64),
    }
    graph.initializer.extend(numpy_helper.from_array(value, f"{name}_{each}") for each, value in arrays.items())

    def add(kind: str, inputs: list[str], result: str, **attributes: Any) -> str:
        graph.node.append(helper.make_node(kind, inputs, [result], **attributes))
        return result

    # The sentence's own characters, as `TaggerNetwork.encode` has them.
    first = add("Sub", [f"{name}_one", "token_type_ids"], f"{name}_first")
    own = add("Mul", ["attention_mask", first], f"{name}_own")
    own = add(
        "Cast", [add("Unsqueeze", [own, f"{name}_axis"], f"{name}_wide")], f"{name}_mask", to=onnx.TensorProto.FLOAT
    )
    inner = add("Transpose", [add("Mul", [_STATES, own], f"{name}_inner")], f"{name}_turned", perm=[0, 2, 1])
    side = REACH // 2
    near = add(
        "Conv", [inner, f"{name}_near", f"{name}_near_bias"], f"{name}_conv", kernel_shape=[REACH], pads=[side, side]
    )
    near = add("Transpose", [add("Relu", [near], f"{name}_relu")], f"{name}_back", perm=[0, 2, 1])
    logits = add("Add", [add("MatMul", [near, f"{name}_weight"], f"{name}_product"), f"{name}_bias"], f"{name}_logits")
    add("Concat", [f"{name}_before", logits], "tag_logits", axis=2)
    onnx.save(model, str(out))
