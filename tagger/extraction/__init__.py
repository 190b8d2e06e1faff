"""Extraction: an engine's spans to measurements, linked and normalised. Nothing here knows which engine ran."""

from __future__ import annotations

from tagger.document import Entity, Link, Measurement, Quantity, Sentence, Span
from tagger.extraction.links import link
from tagger.extraction.modifiers import find_bound, find_change, is_approximate
from tagger.extraction.numbers import read_value
from tagger.extraction.units import normalize_unit

__all__ = ["extract", "read_quantity"]

_CONTEXT = 16  # characters around a VALUE in which a modifier can stand


def extract(sentence: Sentence, spans: list[Span]) -> tuple[list[Entity], list[Measurement]]:
    """The entities of a sentence with their places in the original, and one measurement per VALUE."""
    entities = {span: _entity(sentence, span) for span in spans}
    measurements = [
        Measurement(
            entities[found.metric] if found.metric else None,
            entities[found.value],
            entities[found.unit] if found.unit else None,
            read_quantity(sentence.text, found),
        )
        for found in link(sentence.text, spans)
    ]
    return list(entities.values()), measurements


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
    quantity.bound = quantity.bound or find_bound(before, after)
    quantity.change = find_change(before)
    return quantity


def _entity(sentence: Sentence, span: Span) -> Entity:
    start, end = sentence.locate(span.start, span.end)
    return Entity(span.label, start, end, sentence.text[span.start : span.end], span.score)
