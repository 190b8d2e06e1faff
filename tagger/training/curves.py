"""The picture of a run: loss and dev scores by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SCORES = ("METRIC", "triple", "topic_macro_f1", "VALUE", "UNIT")


def draw(history: Sequence[dict[str, Any]], out: Path) -> None:
    """Draw the epochs of `epochs.json` into a PNG or SVG; the best epoch is marked."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = [each["epoch"] for each in history]
    left.plot(epochs, [each["loss"] for each in history], marker="o")
    left.set(title="training loss", xlabel="epoch")
    for name in _SCORES:
        right.plot(epochs, [each[name] for each in history], marker="o", label=name)
    best = max(each["epoch"] for each in history if each["best"])
    for axis in (left, right):
        axis.axvline(best, color="grey", linestyle=":", label="best epoch")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.spines[["top", "right"]].set_visible(False)
    right.set(title="dev F1", xlabel="epoch")
    right.legend(frameon=False, loc="lower right")
    figure.savefig(out)
