"""Another topic head in the 8-bit ONNX of a model; the encoder and the tag head stay bit for bit."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from tagger.errors import TaggerError


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
