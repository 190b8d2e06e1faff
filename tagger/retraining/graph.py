"""Another topic head in the 8-bit ONNX of a model; the encoder and the tag head stay bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from torch import nn

from tagger.errors import TaggerError

_LARGEST = 127


def replace_head(path: Path, head: nn.Sequential, out: Path) -> None:
    """Write the ONNX of `path` to `out` with the linear layers of `head`, their weights in 8 bits per output channel.

    Raises TaggerError where the graph is not one that `tagger export` writes.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(path))
    layers = {f"topic.{name}": layer for name, layer in head.named_children() if isinstance(layer, nn.Linear)}
    for name, layer in layers.items():
        weight = layer.weight.detach().numpy().T  # (in, out), as the graph multiplies
        scale = np.maximum(np.abs(weight).max(axis=0) / _LARGEST, np.finfo(np.float32).tiny).astype(np.float32)
        values = {
            "_quantized": np.rint(weight / scale).astype(np.int8),
            "_scale": scale,
            "_zero_point": np.zeros(len(scale), np.int8),
            ".bias": layer.bias.detach().numpy(),
        }
        for end, value in values.items():
            # Quantisation puts words of its own between the name of a weight and what it adds to it.
            found = [each for each in model.graph.initializer if each.name.startswith(name) and each.name.endswith(end)]
            if len(found) != 1:
                raise TaggerError(f"{path}: is no 8-bit network that tagger export has written; export the model again")
            found[0].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), found[0].name))
    output = next(each for each in model.graph.output if each.name == "topic_logits")
    output.type.tensor_type.shape.dim[-1].dim_value = layer.out_features
    onnx.save(model, str(out))
