"""Outlier channels made small before 8-bit quantisation (SmoothQuant, Xiao et al. 2023, arXiv:2211.10438).

A few channels of the feed-forward layers' activations are many times as large as the rest; one scale for all of them would
cost the rest their precision. They are divided here, and their rows of weights multiplied, so that the products stay the same.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from tagger.model.network import TaggerNetwork

LIMIT = 6.0  # of a channel's magnitude

Maxima = dict[str, Tensor]


@contextmanager
def observed(network: TaggerNetwork) -> Iterator[Maxima]:
    """Within it, the largest magnitude of each input channel of the feed-forward layers, by the layer's name."""
    maxima: Maxima = {}

    def watch(name: str) -> Any:
        def look(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            found = inputs[0].detach().abs().flatten(0, -2).amax(0)
            maxima[name] = torch.maximum(maxima[name], found) if name in maxima else found

        return look

    hooks = [layer.register_forward_pre_hook(watch(name)) for name, layer in _layers(network)]
    try:
        yield maxima
    finally:
        for hook in hooks:
            hook.remove()


def smoothed(network: TaggerNetwork, maxima: Maxima) -> TaggerNetwork:
    """A copy of the network that says the same, none of its channels above LIMIT on what was observed."""
    result = copy.deepcopy(network)
    for name, layer in list(_layers(result)):
        parent = result.get_submodule(name.rpartition(".")[0])
        setattr(parent, name.rpartition(".")[2], _Scaled(layer, torch.clamp(maxima[name] / LIMIT, min=1.0)))
    return result.eval()


class _Scaled(nn.Module):
    share: Tensor

    def __init__(self, layer: nn.Linear, scale: Tensor) -> None:
        super().__init__()
        self.layer = layer
        self.register_buffer("share", 1 / scale)
        with torch.no_grad():
            layer.weight.mul_(scale)

    def forward(self, hidden: Tensor) -> Tensor:
        result: Tensor = self.layer(hidden * self.share)
        return result


def _layers(network: TaggerNetwork) -> Iterator[tuple[str, nn.Linear]]:
    width = network.config.intermediate_size
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Linear) and width in (layer.in_features, layer.out_features):
            yield name, layer
