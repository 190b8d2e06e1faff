"""IOB2 tags, one a character: derived from spans here and nowhere else (Ramshaw and Marcus 1995; Tjong Kim Sang 1999)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from tagger.document import Label, Span

OUTSIDE = "O"
TAGS = (OUTSIDE, *(f"{prefix}-{label}" for label in get_args(Label) for prefix in "BI"))


def encode(length: int, spans: Iterable[Span]) -> list[str]:
    """The tags of a text of `length` characters. Raises ValueError where a span is empty, overlaps or leaves the text."""
    tags = [OUTSIDE] * length
    for span in spans:
        if not 0 <= span.start < span.end <= length:
            raise ValueError(f"{span.label} {span.start}:{span.end} is empty or outside a text of {length} characters")
        if any(tag != OUTSIDE for tag in tags[span.start : span.end]):
            raise ValueError(f"{span.label} {span.start}:{span.end} overlaps another span")
        tags[span.start] = f"B-{span.label}"
        tags[span.start + 1 : span.end] = [f"I-{span.label}"] * (span.end - span.start - 1)
    return tags


def decode(tags: Sequence[str]) -> list[Span]:
    """The spans of a well-formed sequence, with score 1. Raises ValueError at an unknown tag or an I without its B."""
    spans: list[Span] = []
    for position, tag in enumerate(tags):
        if tag not in TAGS:
            raise ValueError(f"tag {tag!r} at {position} is none of {', '.join(TAGS)}")
        prefix, _, label = tag.partition("-")
        if prefix == "B":
            spans.append(Span(label, position, position + 1, 1.0))  # type: ignore[arg-type]
        elif prefix == "I":
            if not spans or spans[-1].end != position or spans[-1].label != label:
                raise ValueError(f"tag {tag} at {position} continues no {label}")
            spans[-1] = spans[-1]._replace(end=position + 1)
    return spans
