"""Scores of an engine on gold sentences: strict spans, linked triples, topics, normalised values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from tagger.data.gold import LABELS, GoldFile, GoldSentence
from tagger.data.iob import encode
from tagger.document import Prediction, Quantity, Sentence, Span
from tagger.engines import Engine
from tagger.extraction import read_quantities
from tagger.extraction.links import link

Range = tuple[int, int]
Triple = tuple["Range | None", Range, "Range | None"]


class Counts(NamedTuple):
    """How many were right, how many there are, how many were found."""

    right: int = 0
    gold: int = 0
    found: int = 0

    @classmethod
    def of(cls, gold: Set[object], found: Set[object]) -> Counts:
        """What two sets have in common."""
        return cls(len(gold & found), len(gold), len(found))

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(self.right + other.right, self.gold + other.gold, self.found + other.found)

    @property
    def f1(self) -> float | None:
        """2PR / (P + R); None where there is nothing to find and nothing was found."""
        return 2 * self.right / (self.gold + self.found) if self.gold + self.found else None


@dataclass(frozen=True, slots=True)
class Scored:
    """One gold sentence with what an engine said of it, and the hand-made readings of its VALUEs by link group."""

    gold: GoldSentence
    prediction: Prediction
    values: Mapping[int, Quantity] | None = None


@dataclass(frozen=True, slots=True)
class TaggingScores:
    """Scores over a set of sentences. Labels and micro are seqeval's strict F1 over IOB2 tags, one a character.

    A label that a taxonomy adds is scored on the sentences that were looked at for it.
    """

    sentences: int
    labels: dict[str, float]
    micro: float
    triple: Counts
    topic_accuracy: float
    topic_f1: dict[str, float]  # of the topics that stand in the gold
    values: Counts  # of the VALUEs found: those whose reading is right in every field; gold is how many were found
    exact: float  # share of sentences on which topic, spans and links are all right

    @property
    def topic_macro_f1(self) -> float:
        return sum(self.topic_f1.values()) / len(self.topic_f1)


def tag_files(
    engine: Engine, files: Sequence[GoldFile], values: Mapping[str, Mapping[tuple[int, int], Quantity]]
) -> list[list[Scored]]:
    """What the engine says of each file's gold sentences; `values` holds the readings of a file, where it has any, by its name."""
    tagged = []
    for file in files:
        predictions = engine.tag(to_sentences(file))
        readings = values.get(file.name)
        scored = []
        for number, (gold, prediction) in enumerate(zip(file.sentences, predictions, strict=True), 1):
            own = {each.group: readings[number, each.group] for each in gold.links} if readings is not None else None
            scored.append(Scored(gold, prediction, own))
        tagged.append(scored)
    return tagged


def to_sentences(file: GoldFile) -> list[Sentence]:
    """The gold sentences as the reader would hand them to an engine; a new section begins a new paragraph."""
    sentences: list[Sentence] = []
    paragraph = 0
    for gold in file.sentences:
        paragraph += bool(sentences) and gold.section != sentences[-1].section
        sentences.append(
            Sentence(gold.text, 0, len(gold.text), section=gold.section, role=gold.role, paragraph=paragraph)
        )
    return sentences


def score(scored: Sequence[Scored]) -> TaggingScores:
    """Score a set of sentences, which may not be empty."""
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    gold_tags = [encode(len(each.gold.text), each.gold.spans) for each in scored]
    found_tags = [encode(len(each.gold.text), judged(each)) for each in scored]
    report = classification_report(gold_tags, found_tags, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
    added = sorted({label for each in scored for label in each.gold.seen})
    triples = [(triples_of(each.gold), found_triples(each)) for each in scored]
    right = sum(len(gold & found) for gold, found in triples)
    values = [_values(each) for each in scored]
    return TaggingScores(
        len(scored),
        {label: float(report[label]["f1-score"]) for label in (*LABELS, *added) if label in report},
        float(report["micro avg"]["f1-score"]),
        Counts(right, sum(len(gold) for gold, _ in triples), sum(len(found) for _, found in triples)),
        sum(each.gold.topic == each.prediction.topic for each in scored) / len(scored),
        _topic_f1([(each.gold.topic, each.prediction.topic) for each in scored]),
        Counts(sum(a for a, _ in values), sum(b for _, b in values), sum(b for _, b in values)),
        sum(map(is_exact, scored)) / len(scored),
    )


def judged(each: Scored) -> list[Span]:
    """The spans found, of labels that the gold sentence was looked at for: of others nobody can say whether they are right."""
    return [span for span in each.prediction.spans if span.label in (*LABELS, *each.gold.seen)]


def is_exact(each: Scored) -> bool:
    """Whether topic, spans and links are all right."""
    spans = {span[:3] for span in each.gold.spans} == {span[:3] for span in judged(each)}
    return spans and each.gold.topic == each.prediction.topic and triples_of(each.gold) == found_triples(each)


def triples_of(gold: GoldSentence) -> set[Triple]:
    """The linked triples of a gold sentence, as ranges."""
    return {(span_range(each.metric), (each.value.start, each.value.end), span_range(each.unit)) for each in gold.links}


def found_triples(each: Scored) -> set[Triple]:
    """The triples that the linker makes of an engine's spans."""
    links = link(each.gold.text, each.prediction.spans)
    return {(span_range(found.metric), (found.value.start, found.value.end), span_range(found.unit)) for found in links}


def span_range(span: Span | object | None) -> Range | None:
    """Where a span or an entity stands."""
    return (span.start, span.end) if span else None  # type: ignore[attr-defined]


def _values(each: Scored) -> tuple[int, int]:
    """Of the VALUEs that were found and have a reading by hand: how many are read alike in every field, and how many there are."""
    if each.values is None:
        return 0, 0
    read = {
        (found.value.start, found.value.end): quantity
        for found, quantity in read_quantities(each.gold.text, each.prediction.spans)
    }
    places = {(link.value.start, link.value.end): each.values[link.group] for link in each.gold.links}
    both = places.keys() & read.keys()
    return sum(places[place] == read[place] for place in both), len(both)


def _topic_f1(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    scores = {}
    for topic in sorted({gold for gold, _ in pairs}):
        right = sum(gold == found == topic for gold, found in pairs)
        scores[topic] = 2 * right / (sum(g == topic for g, _ in pairs) + sum(f == topic for _, f in pairs))
    return scores
