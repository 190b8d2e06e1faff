"""Scores end to end: from the raw file through reader, engine and linker, everything by its place in the original text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tagger.data.gold import LABELS, GoldEntity, GoldFile, GoldSentence
from tagger.data.markup import read_text
from tagger.data.source import align, chrome_path, read_chrome
from tagger.document import TaggedDocument
from tagger.engines import Engine
from tagger.eval.tagging import Counts, Range, Triple, span_range
from tagger.pipeline import Tagger


@dataclass(slots=True)
class RawScores:
    """Spans by label and triples, each right only with its exact range in the original; topics by gold sentence."""

    labels: dict[str, Counts] = field(default_factory=lambda: {label: Counts() for label in LABELS})
    triple: Counts = field(default_factory=Counts)
    topic: Counts = field(
        default_factory=Counts
    )  # gold sentences whose first character stands in a sentence of their topic

    def __add__(self, other: RawScores) -> RawScores:
        labels: dict[str, Counts] = {label: self.labels[label].plus(other.labels[label]) for label in LABELS}
        return RawScores(labels, self.triple.plus(other.triple), self.topic.plus(other.topic))


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
        (span_range(each.metric), (each.value.start, each.value.end), span_range(each.unit))
        for one in found.sentences
        for each in one.measurements
    }
    labels: dict[str, Counts] = {
        label: Counts.of(
            {each for each in spans if each[0] == label}, {each for each in found_spans if each[0] == label}
        )
        for label in LABELS
    }
    return RawScores(labels, Counts.of(triples, found_triples), Counts(right, topics, topics))


def _source(entity: GoldEntity, places: list[int]) -> Range:
    """Where an entity of a gold line stands in the source; `places` are those of the line's characters."""
    return places[entity.start], places[entity.end - 1] + 1
