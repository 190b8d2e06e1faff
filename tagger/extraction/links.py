"""Which METRIC and UNIT a VALUE belongs to, read off where the spans stand. Any engine's spans are linked the same way."""

from __future__ import annotations

import re

from tagger.document import Link, Span

# What may stand between a quantity and the noun or predicate after it that it counts: 70%以上用于民生.
_AFTER_GAP = re.compile(r"(?:以上|以下|左右|以内)?的?(?:已经?|正在|均|全部|为|实行|分别)*")
# A value without a metric of its own shares that of the value before it only this near, and within one statement.
_SHARE_DISTANCE = 40
_COMPARISON = re.compile("同比|环比|[高低]于|超过|[较比].{0,8}(?:提高|上升|增|下降|减|降低)")
_STATEMENT_END = re.compile("[。；;]")


def link(text: str, spans: list[Span]) -> list[Link]:
    """One Link per VALUE, in order. `spans` are sorted and do not overlap; offsets are into `text`."""
    values = [span for span in spans if span.label == "VALUE"]
    units = {span.start: span for span in spans if span.label == "UNIT"}
    metrics = [span for span in spans if span.label == "METRIC"]
    links: list[Link] = []
    cursor = 0  # first metric not yet behind the value at hand
    previous_end = 0
    taken_after: Span | None = None  # the metric that the value before took from behind it
    for value in values:
        unit = units.get(value.end)
        end = unit.end if unit else value.end
        before: Span | None = None
        while cursor < len(metrics) and metrics[cursor].end <= value.start:
            if metrics[cursor].start >= previous_end and metrics[cursor] is not taken_after:
                before = metrics[cursor]
            cursor += 1
        taken_after = None
        metric = before
        if metric is None and cursor < len(metrics):
            after = metrics[cursor]
            if _AFTER_GAP.fullmatch(text, end, after.start) or _only_values(values, units, end, after.start):
                metric = taken_after = after
        if metric is None and links and links[-1].metric is not None:
            gap = text[previous_end : value.start]
            if len(gap) <= _SHARE_DISTANCE and not _STATEMENT_END.search(gap):
                metric = _ranked(text, links) if text[value.start] in "第前" else links[-1].metric
        links.append(Link(metric, value, unit))
        previous_end = end
    return links


def _ranked(text: str, links: list[Link]) -> Span | None:
    """What a rank without a name of its own ranks: the last level, not the change said of it since."""
    for earlier in reversed(links):
        metric = earlier.metric
        counted = (
            metric is not None and metric.start > earlier.value.start
        )  # 在11个县（市、区）中排名第二: 县 is not ranked
        if metric and not counted and not _COMPARISON.search(text, metric.start, metric.end):
            return metric
    return links[-1].metric


def _only_values(values: list[Span], units: dict[int, Span], start: int, end: int) -> bool:
    """Whether quantities alone fill `start:end`: 两批45名医务人员 counts the staff twice."""
    position = start
    for value in values:
        if value.start == position:
            unit = units.get(value.end)
            position = unit.end if unit else value.end
    return start < position == end
