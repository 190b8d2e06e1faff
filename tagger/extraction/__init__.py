"""Extraction: an engine's spans to measurements, linked and normalised. Nothing here knows which engine ran."""

from __future__ import annotations

from tagger.document import Entity, Link, Measurement, Quantity, Sentence, Span
from tagger.extraction.links import link
from tagger.extraction.modifiers import find_bound, find_change, find_excess, is_approximate
from tagger.extraction.numbers import read_round, read_value
from tagger.extraction.units import normalize_unit

__all__ = ["extract", "read_quantities", "read_quantity"]

_LIST_MARKS = frozenset({"、", "和", "与", "及", "以及", "，", ","})
_CONTEXT = 16  # characters around a VALUE in which a modifier can stand


def extract(sentence: Sentence, spans: list[Span]) -> tuple[list[Entity], list[Measurement]]:
    """The entities of a sentence with their places in the original, and one measurement per VALUE."""
    places = sentence.split([(span.start, span.end) for span in spans])  # as `locate`, of all of them at once
    entities = {
        span: Entity(span.label, place.start, place.end, place.text, span.score)
        for span, place in zip(spans, places, strict=True)
    }
    measurements = [
        Measurement(
            entities[found.metric] if found.metric else None,
            entities[found.value],
            entities[found.unit] if found.unit else None,
            quantity,
        )
        for found, quantity in read_quantities(sentence.text, spans)
    ]
    return list(entities.values()), measurements


def read_quantities(text: str, spans: list[Span]) -> list[tuple[Link, Quantity]]:
    """The links among the spans of `text`, each with what its VALUE says. `spans` are sorted and do not overlap."""
    read: list[tuple[Link, Quantity]] = []
    for found in link(text, spans):
        quantity = read_quantity(text, found)
        if read and quantity.change is None and _in_list(text, read[-1][0], found):
            quantity.change = read[-1][1].change
        read.append((found, quantity))
    return read


def read_quantity(text: str, found: Link) -> Quantity:
    """What a linked VALUE says as numbers, with the modifiers around it in `text`."""
    value = found.value
    end = found.unit.end if found.unit else value.end
    before = text[max(0, value.start - _CONTEXT) : value.start]
    after = text[end : end + _CONTEXT]
    quantity = read_value(text[value.start : value.end])
    if found.unit:
        quantity.unit_normalized = normalize_unit(text[found.unit.start : found.unit.end])
    quantity.approximate = quantity.approximate or is_approximate(before, after)
    if quantity.approximate or before.endswith("上"):
        estimate = read_round(text[value.start : value.end])
        if estimate is not None:
            quantity.number, quantity.approximate = estimate, True
    quantity.bound = quantity.bound or find_bound(before, after)
    quantity.change = find_change(before, text[value.start : value.end])
    if quantity.bound is None and quantity.change is None:
        wide = text[max(0, value.start - 2 * _CONTEXT) : value.start]
        quantity.bound, quantity.change = find_excess(wide, quantity.unit_normalized)
    return quantity


def _in_list(text: str, first: Link, second: Link) -> bool:
    """Whether two values stand side by side under one metric (分别下降15.9%、13.3%): a change said of one is said of both."""
    end = first.unit.end if first.unit else first.value.end
    return first.metric is second.metric is not None and text[end : second.value.start] in _LIST_MARKS
