"""Export: the trained network as ONNX, in full precision and with 8-bit weights."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch

from tagger.model.network import TaggerNetwork

OPSET = 17


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
    """Write the network with 8-bit weights, activations quantised as they come (dynamic quantisation)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(str(path), str(out), weight_type=QuantType.QInt8, per_channel=True)
