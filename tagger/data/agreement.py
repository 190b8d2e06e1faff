"""How far two annotations of one text agree, before anybody adjudicated: strict F1 per label, of links, of segments; κ of topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tagger.data.gold import LABELS, GoldEntity, GoldFile, GoldSentence
from tagger.errors import TaggerError


class Agreement(NamedTuple):
    """Agreement of two annotators. F1 is symmetric: neither is taken for the truth."""

    sentences: int  # those both cut alike
    f1: dict[str, float | None]  # METRIC, VALUE, UNIT, links, segments; None where neither has any
    topic_accuracy: float
    topic_kappa: float
    heading_level: float | None  # share of the headings both have on which the level is the same
    heading_role: float | None


class _Annotation(NamedTuple):
    """One annotation with every place counted from the beginning of the text, blanks left out."""

    text: str
    items: dict[str, set[tuple[object, ...]]]
    topics: dict[tuple[int, int], str]
    headings: dict[tuple[int, int], tuple[int, str | None]]


def compare(pairs: Iterable[tuple[GoldFile, GoldFile]]) -> Agreement:
    """Compare two annotations of the same texts, file by file, and pool them.

    Raises TaggerError where the two do not hold the same text.
    """
    both: Counter[str] = Counter()
    each: Counter[str] = Counter()
    topics: list[tuple[str, str]] = []
    headings: list[tuple[tuple[int, str | None], tuple[int, str | None]]] = []
    for files in list(pairs):
        first, second = (_place(file) for file in files)
        if first.text != second.text:
            at = next((i for i, (a, b) in enumerate(zip(first.text, second.text, strict=False)) if a != b), None)
            at = min(len(first.text), len(second.text)) if at is None else at
            raise TaggerError(
                f"{files[1].path}: differs from {files[0].path} in its text: "
                f"{second.text[at : at + 20]!r} against {first.text[at : at + 20]!r}; mend the one that left the source"
            )
        for name in first.items:
            both[name] += len(first.items[name] & second.items[name])
            each[name] += len(first.items[name]) + len(second.items[name])
        topics += [(first.topics[place], second.topics[place]) for place in first.topics.keys() & second.topics.keys()]
        shared = first.headings.keys() & second.headings.keys()
        headings += [(first.headings[place], second.headings[place]) for place in shared]
    if not topics:
        raise TaggerError(f"{files[0].path} and {files[1].path}: share no sentence; name two annotations of one report")
    return Agreement(
        len(topics),
        {name: 2 * both[name] / each[name] if each[name] else None for name in (*LABELS, "links", "segments")},
        sum(a == b for a, b in topics) / len(topics),
        cohen_kappa(topics),
        sum(a[0] == b[0] for a, b in headings) / len(headings) if headings else None,
        sum(a[1] == b[1] for a, b in headings) / len(headings) if headings else None,
    )


def cohen_kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's κ of two raters (Cohen 1960); 1 where both use one and the same category throughout."""
    total = len(pairs)
    observed = sum(a == b for a, b in pairs) / total
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(first[category] * second[category] for category in first) / total**2
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def _place(file: GoldFile) -> _Annotation:
    text = ""
    items: dict[str, set[tuple[object, ...]]] = {name: set() for name in (*LABELS, "links", "segments")}
    topics: dict[tuple[int, int], str] = {}
    headings: dict[tuple[int, int], tuple[int, str | None]] = {}
    for line in file.lines:
        start = len(text)
        text += "".join(line.text.split())
        place = (start, len(text))
        items["segments"].add((*place, isinstance(line, GoldSentence)))
        if not isinstance(line, GoldSentence):
            headings[place] = (line.level, line.opens)
            continue
        topics[place] = line.topic
        for entity in line.core.entities:
            items[entity.label].add(_range(line, start, entity))
        for link in line.links:
            items["links"].add(
                tuple(_range(line, start, end) if end else None for end in (link.metric, link.value, link.unit))
            )
    return _Annotation(text, items, topics, headings)


def _range(sentence: GoldSentence, start: int, entity: GoldEntity) -> tuple[int, int]:
    """The place of an entity in the text without blanks, `start` being that of its sentence."""
    before, until = ("".join(sentence.text[:edge].split()) for edge in (entity.start, entity.end))
    return start + len(before), start + len(until)
