"""Topics by weighted keywords. The sentence decides; the headings above it and the sentence before only tip the balance."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tagger.taxonomy import Taxonomy

# How much the nearest heading and those above it count beside the sentence's own words.
_NEAREST, _OUTER = 0.55, 0.3
_HEADING_CAP = 4.0
# Where the sentence's own words weigh less than this, the sentence before it counts so much.
_SILENT, _PREVIOUS = 4.0, 1.6
_REPEAT = 0.35  # a second keyword of the same topic adds less than the first
_TEMPERATURE = 1.4
_DEFAULT_TOPIC = "overview"

# The guideline's order where two topics fit (§2): the first of these wins a near tie by what it leads here.
_PRECEDENCE = {"health_poverty": 1.3, "tcm": 1.3, "maternal_child": 0.6, "disease_control": 0.4, "supervision": 0.4}
# A sentence before the first heading is about everything, unless its words insist.
_OPENING = 1.5


class TopicScorer:
    """Scores sentences against a taxonomy's keywords.

    Keywords are looked up by their first two characters at each position, longest first, so that a text costs time in
    proportion to its length, not to the number of keywords.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.ids = [entry.id for entry in taxonomy.topics]
        self._default = self.ids.index(_DEFAULT_TOPIC) if _DEFAULT_TOPIC in self.ids else len(self.ids) - 1
        table: dict[str, dict[str, list[tuple[int, float]]]] = {}
        for index, entry in enumerate(taxonomy.topics):
            for word, weight in entry.keywords.items():
                table.setdefault(word[:2], {}).setdefault(word, []).append((index, weight))
        self._table = {head: sorted(words.items(), key=lambda item: -len(item[0])) for head, words in table.items()}
        self._bonus = [_PRECEDENCE.get(topic, 0.0) for topic in self.ids]
        self._headings: dict[str, list[float]] = {}

    def score(self, text: str, section: Sequence[str], previous: str | None = None) -> tuple[str, float]:
        """The topic of a sentence under the headings `section` (outermost first), and its share of the belief, 0..1.

        `previous` is the topic of the sentence before it in the same paragraph.
        """
        scores = self.weigh(text, section, previous)
        if not section:
            scores[self._default] += _OPENING
        best = max(scores)
        if best <= 0:
            return self.ids[self._default], 1 / len(self.ids)
        top = 0
        for index, value in enumerate(scores):
            value += self._bonus[index] if value >= 2 else 0
            scores[index] = value
            if value > scores[top]:
                top = index
        total = sum(math.exp((value - scores[top]) / _TEMPERATURE) for value in scores)
        return self.ids[top], 1 / total

    def weigh(self, text: str, section: Sequence[str], previous: str | None = None) -> list[float]:
        """What the keywords of each topic weigh in a sentence, its headings and the sentence before it."""
        scores = self._sum(text)
        own = max(scores)
        weight = 1.0 if own < 2 else 0.7
        if previous is not None and own < _SILENT:
            scores[self.ids.index(previous)] += _PREVIOUS
        for position, heading in enumerate(reversed(section)):
            share = (_NEAREST if position == 0 else _OUTER / position) * weight
            for index, value in enumerate(self._heading(heading)):
                scores[index] += share * min(value, _HEADING_CAP)
        return scores

    def _heading(self, heading: str) -> list[float]:
        known = self._headings.get(heading)
        if known is None:
            if len(self._headings) > 10_000:
                self._headings.clear()
            known = self._headings[heading] = self._sum(heading)
        return known

    def _sum(self, text: str) -> list[float]:
        scores = [0.0] * len(self.ids)
        seen: set[str] = set()
        position, last = 0, len(text) - 1
        table = self._table
        while position < last:
            words = table.get(text[position : position + 2])
            if words is not None:
                for word, entries in words:
                    if text.startswith(word, position):
                        if word not in seen:
                            seen.add(word)
                            for index, weight in entries:
                                scores[index] += weight if scores[index] < weight else weight * _REPEAT
                        position += len(word) - 1
                        break
                else:
                    position += 1
                    continue
            position += 1
        return scores
