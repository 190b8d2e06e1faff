"""IOB2 tags, one a character: derived from spans here and nowhere else (Ramshaw and Marcus 1995; Tjong Kim Sang 1999)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tagger.document import CORE, Label, Span

OUTSIDE = "O"
_TAG = re.compile(r"O|[BI]-[A-Z][A-Z_]*")


def make_tags(added: Iterable[Label] = ()) -> tuple[str, ...]:
    """The tags of METRIC, VALUE, UNIT and the labels that a taxonomy adds, in the order of a model's outputs."""
    return (OUTSIDE, *(f"{prefix}-{label}" for label in (*CORE, *added) for prefix in "BI"))


TAGS = make_tags()


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
    """The spans of a well-formed sequence, with score 1. Raises ValueError at what is no tag or an I without its B."""
    spans: list[Span] = []
    for position, tag in enumerate(tags):
        if not _TAG.fullmatch(tag):
            raise ValueError(f"tag {tag!r} at {position} is none of {', '.join(TAGS)} or a label that a taxonomy adds")
        prefix, _, label = tag.partition("-")
        if prefix == "B":
            spans.append(Span(label, position, position + 1, 1.0))
        elif prefix == "I":
            if not spans or spans[-1].end != position or spans[-1].label != label:
                raise ValueError(f"tag {tag} at {position} continues no {label}")
            spans[-1] = spans[-1]._replace(end=position + 1)
    return spans
