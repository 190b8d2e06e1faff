"""In which number format to train: bfloat16 autocast where this machine multiplies it faster, float32 elsewhere."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext

import torch

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


def autocast(precision: str) -> AbstractContextManager[object]:
    """The context in which a forward pass runs in this precision."""
    return torch.autocast("cpu", torch.bfloat16) if precision == BF16 else nullcontext()


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
