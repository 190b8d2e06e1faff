"""The rule engine: a grammar for quantities, boundaries for metrics, weighted keywords for topics. No training."""

from __future__ import annotations

from collections.abc import Iterable

from tagger.document import Prediction, Sentence, Span
from tagger.rules.metrics import metric_span
from tagger.rules.quantities import find_quantities
from tagger.rules.topics import TopicScorer
from tagger.taxonomy import Taxonomy

# Scores are the engine's precision per label on reports it had not been written against; see eval/README.md.
_SCORES = {"METRIC": 0.95, "VALUE": 0.99, "UNIT": 0.99}


class RulesEngine:
    """The baseline behind the engine protocol."""

    name = "rules"

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._topics = TopicScorer(taxonomy)

    def tag(self, sentences: Iterable[Sentence]) -> list[Prediction]:
        """One prediction per sentence, in order."""
        predictions = []
        paragraph: tuple[int, tuple[str, ...]] | None = None
        topic: str | None = None
        for sentence in sentences:
            if (sentence.paragraph, sentence.section) != paragraph:
                paragraph, topic = (sentence.paragraph, sentence.section), None
            topic, score = self._topics.score(sentence.text, sentence.section, topic)
            predictions.append(Prediction(topic, score, find_spans(sentence.text)))
        return predictions


def find_spans(text: str) -> list[Span]:
    """METRIC, VALUE and UNIT spans of a sentence, sorted, not overlapping."""
    quantities = find_quantities(text)
    spans: list[Span] = []
    floor = 0
    for index, quantity in enumerate(quantities):
        ceiling = quantities[index + 1].start if index + 1 < len(quantities) else len(text)
        metric = metric_span(text, quantity, floor, ceiling, alone=not spans)
        if metric and metric[0] < quantity.start:
            spans.append(Span("METRIC", *metric, _SCORES["METRIC"]))
        spans.append(Span("VALUE", quantity.start, quantity.end, _SCORES["VALUE"]))
        floor = quantity.unit_end
        if quantity.unit_end > quantity.end:
            spans.append(Span("UNIT", quantity.end, quantity.unit_end, _SCORES["UNIT"]))
        if metric and metric[0] >= quantity.unit_end:
            spans.append(Span("METRIC", *metric, _SCORES["METRIC"]))
            floor = metric[1]
    return spans
