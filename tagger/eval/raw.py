"""Scores end to end: from the raw file through reader, engine and linker, everything by its place in the original text."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from tagger.data.gold import LABELS, GoldEntity, GoldFile, GoldSentence
from tagger.data.markup import read_text
from tagger.data.source import align, chrome_path, read_chrome
from tagger.document import Entity, TaggedDocument
from tagger.engines import Engine
from tagger.eval.tagging import Counts
from tagger.pipeline import Tagger

Range = tuple[int, int]
Triple = tuple["Range | None", Range, "Range | None"]


@dataclass(slots=True)
class RawScores:
    """Spans by label and triples, each right only with its exact range in the original; topics by gold sentence."""

    labels: dict[str, Counts] = field(default_factory=lambda: {label: Counts() for label in LABELS})
    triple: Counts = field(default_factory=Counts)
    topic: Counts = field(
        default_factory=Counts
    )  # gold sentences whose first character stands in a sentence of their topic

    def __add__(self, other: RawScores) -> RawScores:
        labels: dict[str, Counts] = {label: _sum(self.labels[label], other.labels[label]) for label in LABELS}
        return RawScores(labels, _sum(self.triple, other.triple), _sum(self.topic, other.topic))


def score_raw(engine: Engine, files: Sequence[GoldFile]) -> RawScores:
    """Score an engine on the sources of gold files; files without one are left out. Raises TaggerError for a bad source."""
    tagger = Tagger(engine)
    total = RawScores()
    for file in files:
        if "source" in file.header:
            source = read_text(file.path.parent / file.header["source"])
            total = total + _score(file, source, tagger.tag(source, file.name))
    return total


def _score(file: GoldFile, source: str, found: TaggedDocument) -> RawScores:
    spans: set[tuple[str, int, int]] = set()
    triples: set[Triple] = set()
    topics = right = 0
    topic_at = {
        place: each.topic.id for each in found.sentences for place in range(each.sentence.start, each.sentence.end)
    }
    for line, places in align(file, source, read_chrome(chrome_path(file.path), source)):
        if not isinstance(line, GoldSentence):
            continue
        spans |= {(each.label, *_source(each, places)) for each in line.entities}
        triples |= {
            (
                _source(each.metric, places) if each.metric else None,
                _source(each.value, places),
                _source(each.unit, places) if each.unit else None,
            )
            for each in line.links
        }
        topics += 1
        right += topic_at.get(places[0]) == line.topic
    found_spans = {(each.label, each.start, each.end) for one in found.sentences for each in one.entities}
    found_triples = {
        (_range(each.metric), (each.value.start, each.value.end), _range(each.unit))
        for one in found.sentences
        for each in one.measurements
    }
    labels: dict[str, Counts] = {
        label: _count({each for each in spans if each[0] == label}, {each for each in found_spans if each[0] == label})
        for label in LABELS
    }
    return RawScores(labels, _count(triples, found_triples), Counts(right, topics, topics))


def _source(entity: GoldEntity, places: list[int]) -> Range:
    """Where an entity of a gold line stands in the source; `places` are those of the line's characters."""
    return places[entity.start], places[entity.end - 1] + 1


def _count(gold: Set[object], found: Set[object]) -> Counts:
    return Counts(len(gold & found), len(gold), len(found))


def _range(entity: Entity | None) -> Range | None:
    return (entity.start, entity.end) if entity else None


def _sum(first: Counts, second: Counts) -> Counts:
    return Counts(*(a + b for a, b in zip(first, second, strict=True)))
