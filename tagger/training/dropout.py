"""Dropout (Srivastava et al. 2014) whose masks cost little: torch draws one random number an element, in one thread."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

_LEVELS = 256  # a byte decides over an element


class ByteDropout(nn.Dropout):
    """`nn.Dropout` with eight elements decided by one random word; its share is rounded to 1/256.

    Masks follow torch's seed.
    """

    def forward(self, input: Tensor) -> Tensor:
        """The input, a share of its elements 0 and the others scaled up, in training; as it is otherwise."""
        dropped = round(self.p * _LEVELS)
        if not self.training or not dropped:
            return input
        seed = int(torch.randint(2**62, (1,)))
        words = np.random.SFC64(seed).random_raw(input.numel() // 8 + 1)
        draw = torch.from_numpy(words.view(np.uint8)[: input.numel()]).view(input.shape)
        return input * (draw >= dropped).to(input.dtype).mul_(_LEVELS / (_LEVELS - dropped))


def set_dropout(network: nn.Module, share: float, attention_share: float) -> None:
    """Give every dropout of a network its share: one for attention weights, one for all others."""
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Dropout):
                setattr(module, name, ByteDropout(attention_share if hasattr(module, "query") else share))
