"""Export: the trained network as an ONNX graph in full precision, its attention one operator of onnxruntime's."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface

from tagger.model.network import TaggerNetwork

OPSET = 17
_FUSED = "tagger_onnx"  # how the attention below is called among those of transformers


def export(network: TaggerNetwork, path: Path) -> None:
    """Write the network in full precision; every axis of the inputs but the number of dimensions is free."""
    network.eval()
    sample = tuple(torch.ones(2, 8, dtype=torch.long) for _ in range(3))
    axes = {0: "windows", 1: "tokens"}
    config = network.bert.config
    usual = config._attn_implementation  # type: ignore[union-attr]
    config._attn_implementation = _FUSED  # type: ignore[union-attr]
    try:
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
    finally:
        config._attn_implementation = usual  # type: ignore[union-attr]


class _MultiHeadAttention(torch.autograd.Function):
    """onnxruntime's MultiHeadAttention, as a node of a traced graph."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, seen: Tensor, heads: int) -> Tensor:
        """Only the shape of what comes out is asked for, (windows, tokens, hidden)."""
        return torch.zeros_like(query)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, seen: Any, heads: int) -> Any:
        """The node of the graph."""
        no_bias = graph.op("prim::Constant")
        no_bias.setType(torch._C.OptionalType.ofTensor())
        out = graph.op("com.microsoft::MultiHeadAttention", query, key, value, no_bias, seen, num_heads_i=heads)
        out.setType(query.type())
        return out


def _attention(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor, **_: Any
) -> tuple[Tensor, None]:
    """The interface of transformers: (windows, heads, tokens, size) each, and a mask (windows, 1, 1, tokens)."""
    heads = int(module.config.num_attention_heads)  # type: ignore[arg-type,union-attr]
    size = int(module.config.hidden_size) // heads  # type: ignore[arg-type,union-attr]
    flat = [each.transpose(1, 2).flatten(2) for each in (query, key, value)]
    out = _MultiHeadAttention.apply(*flat, attention_mask[:, 0, 0].to(torch.int32), heads)  # type: ignore[no-untyped-call]
    return out.unflatten(2, (heads, size)), None


AttentionInterface.register(_FUSED, _attention)
