"""Where sentences went: old topics on the left, new ones on the right, a ribbon between for every pair (Sankey 1898), as inline SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape

from tagger.retraining.comparison import Comparison

_WIDTH, _HEIGHT, _LABEL, _BAR, _GAP = 960, 640, 230, 10, 8


def draw(comparison: Comparison) -> str:
    """The picture; ribbons that the migration accounts for are pale, the others, which moved, stand out."""
    flow = comparison.flow
    if not flow:
        return ""
    old = [entry for entry in comparison.old.topics if any(pair[0] == entry.id for pair in flow)]
    new = [entry for entry in comparison.new.topics if any(pair[1] == entry.id for pair in flow)]
    scale = (_HEIGHT - _GAP * max(len(old), len(new))) / flow.total()
    left = _stack([entry.id for entry in old], Counter(dict(_sums(flow, 0))), scale)
    right = _stack([entry.id for entry in new], Counter(dict(_sums(flow, 1))), scale)
    names = {0: {each.id: each.name for each in old}, 1: {each.id: each.name for each in new}}
    parts = [*_ribbons(comparison, left, right, scale, names[0], names[1])]
    for side, places in ((0, left), (1, right)):
        x = _LABEL if side == 0 else _WIDTH - _LABEL - _BAR
        sums = dict(_sums(flow, side))
        for topic, top in places.items():
            height = max(1.0, sums[topic] * scale)
            text, anchor = (x - 6, "end") if side == 0 else (x + _BAR + 6, "start")
            parts.append(f'<rect x="{x}" y="{top:.1f}" width="{_BAR}" height="{height:.1f}" fill="#667380"/>')
            parts.append(
                f'<text x="{text}" y="{top + height / 2 + 4:.1f}" text-anchor="{anchor}" font-size="12">'
                f"{escape(names[side][topic])} {sums[topic]}</text>"
            )
    return (
        f'<div class="scroll"><svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="flow of sentences from old to new topics">{"".join(parts)}</svg></div>'
    )


def _sums(flow: Mapping[tuple[str, str], int], side: int) -> Iterator[tuple[str, int]]:
    """Each topic of a side with its number of sentences."""
    for topic in dict.fromkeys(pair[side] for pair in flow):
        yield topic, sum(count for pair, count in flow.items() if pair[side] == topic)


def _stack(topics: list[str], sums: Mapping[str, int], scale: float) -> dict[str, float]:
    """Where each topic's bar begins, from above."""
    places = {}
    top = 0.0
    for topic in topics:
        places[topic] = top
        top += sums[topic] * scale + _GAP
    return places


def _ribbons(
    comparison: Comparison,
    left: Mapping[str, float],
    right: Mapping[str, float],
    scale: float,
    old: Mapping[str, str],
    new: Mapping[str, str],
) -> Iterator[str]:
    begins, ends = dict(left), dict(right)
    start, stop = _LABEL + _BAR, _WIDTH - _LABEL - _BAR
    middle = (start + stop) / 2
    drawn = []
    for a in left:
        for b in right:
            count = comparison.flow[a, b]
            if not count:
                continue
            height = count * scale
            y1, y2 = begins[a], ends[b]
            begins[a] += height
            ends[b] += height
            expected = comparison.is_expected(a, b)
            colour = "#b8cfe6" if expected else "#e08a3c"
            drawn.append(
                (
                    not expected,
                    f'<path d="M{start},{y1:.1f} C{middle:.0f},{y1:.1f} {middle:.0f},{y2:.1f} {stop},{y2:.1f} V{y2 + height:.1f} '
                    f'C{middle:.0f},{y2 + height:.1f} {middle:.0f},{y1 + height:.1f} {start},{y1 + height:.1f} Z" '
                    f'fill="{colour}" opacity=".75"><title>{escape(old[a])} → {escape(new[b])}: {count} 句</title></path>',
                )
            )
    # What moved is drawn over what stayed.
    for _, path in sorted(drawn, key=lambda each: each[0]):
        yield path
