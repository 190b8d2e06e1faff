"""Counts of the gold data, as a table and as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tagger.data.gold import GoldFile
from tagger.extraction.numbers import is_masked
from tagger.taxonomy import Taxonomy

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Counts(NamedTuple):
    """What a set of gold files holds."""

    files: int
    headings: int
    sentences: int
    characters: int
    values: int
    masked: int
    units: int
    metrics: int
    topics: Counter[str]
    values_by_topic: Counter[str]


def count(files: Iterable[GoldFile]) -> Counts:
    """Count files, lines and entities. A METRIC that owns several VALUEs counts once."""
    files = list(files)
    labels: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    values: Counter[str] = Counter()
    characters = masked = 0
    for file in files:
        for sentence in file.sentences:
            characters += len(sentence.text)
            topics[sentence.topic] += 1
            for entity in sentence.entities:
                labels[entity.label] += 1
                if entity.label == "VALUE":
                    values[sentence.topic] += 1
                    masked += is_masked(sentence.text[entity.start : entity.end])
    headings = sum(len(file.headings) for file in files)
    return Counts(
        len(files),
        headings,
        sum(topics.values()),
        characters,
        labels["VALUE"],
        masked,
        labels["UNIT"],
        labels["METRIC"],
        topics,
        values,
    )


def draw(parts: dict[str, Counts], taxonomy: Taxonomy, out: Path) -> None:
    """Draw sentences and VALUEs per topic and part into an SVG or PNG. Needs matplotlib (the [eval] extra)."""
    figure = _figure(parts, taxonomy)
    # Text stays text: the reader's own fonts show the Chinese names, whatever fonts are installed here.
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "tagger", "font.family": "sans-serif"}):
        figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)


def _figure(parts: dict[str, Counts], taxonomy: Taxonomy) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 7), layout="constrained")
    panels: Sequence[tuple[str, str]] = (("sentences", "topics"), ("VALUEs", "values_by_topic"))
    ids = [entry.id for entry in taxonomy.topics]
    axes = figure.subplots(1, len(panels), sharey=True)
    for axis, (title, field) in zip(axes, panels, strict=True):
        left = [0] * len(ids)
        for part, counts in parts.items():
            widths = [getattr(counts, field)[topic] for topic in ids]
            axis.barh(ids, widths, left=left, label=part)
            left = [a + b for a, b in zip(left, widths, strict=True)]
        for place, total in enumerate(left):
            axis.text(total, place, f" {total}", va="center", fontsize=8)
        axis.set_title(title)
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(x=0.08)
    axes[0].invert_yaxis()
    axes[0].legend(loc="lower right", frameon=False)
    figure.suptitle(f"Gold data per topic, taxonomy {taxonomy.version}")
    return figure
