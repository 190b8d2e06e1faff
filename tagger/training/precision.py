"""In which number format to train: bfloat16 autocast where this machine multiplies it faster, float32 elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from tagger.errors import TaggerError

AUTO, BF16, FP32 = "auto", "bf16", "fp32"
_SHAPES = (1600, 512, 2048)  # a batch's feed-forward layer in a small encoder
_ROUNDS = 5
_WORTH = 1.3  # how many times as fast bfloat16 must be: around the products it costs conversions


def find_precision(wish: str) -> str:
    """`bf16` or `fp32` as wished; for `auto` the faster one, measured here. Raises TaggerError for another word."""
    if wish not in (AUTO, BF16, FP32):
        raise TaggerError(f"precision {wish}: is none of {AUTO}, {BF16}, {FP32}; name one of them in the recipe")
    if wish != AUTO:
        return wish
    return BF16 if _measure(torch.float32) > _WORTH * _measure(torch.bfloat16) else FP32


@contextmanager
def autocast(precision: str) -> Iterator[None]:
    """The context in which a forward pass runs in this precision.

    Attention runs as plain matrix products: on a CPU the gradient of the fused form takes many times as long.
    """
    with sdpa_kernel(SDPBackend.MATH), torch.autocast("cpu", torch.bfloat16, enabled=precision == BF16):
        yield


def _measure(dtype: torch.dtype) -> float:
    """The shortest of a few times that one matrix product takes, in seconds."""
    rows, inner, columns = _SHAPES
    left, right = torch.ones(rows, inner, dtype=dtype), torch.ones(inner, columns, dtype=dtype)
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        left @ right
        times.append(time.perf_counter() - start)
    return min(times)
