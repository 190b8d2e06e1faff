"""Words that tell a topic known from few examples: n-grams and the taxonomy's keywords correct the topic head.

An encoder fine-tuned without a topic has unlearnt much of what tells it; its words have not changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tagger.errors import TaggerError
from tagger.model.decoding import Floats
from tagger.rules.topics import TopicScorer
from tagger.taxonomy import Taxonomy

LEXICON = "lexicon.json"


class Entry(NamedTuple):
    """The log odds of a topic: `head` times those of the topic head, `keywords` times the lead of its keywords, the weights of
    the n-grams, and `bias`.
    """

    head: float
    keywords: float
    bias: float
    weights: Mapping[str, float]


class Lexicon:
    """The entries of those rows of the topic head that are corrected."""

    def __init__(self, entries: Mapping[int, Entry], rows: Sequence[str], taxonomy: Taxonomy) -> None:
        """`rows` are the topics of all rows."""
        self.entries = dict(entries)
        self._topics = [rows[row] for row in self.entries]
        self._keywords = Keywords(taxonomy)

    @classmethod
    def load(cls, path: Path, rows: Sequence[str], taxonomy: Taxonomy) -> Lexicon:
        """Read a file. Raises TaggerError where it is none."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls({int(row): Entry(**entry) for row, entry in content.items()}, rows, taxonomy)
        except (OSError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise TaggerError(f"{path}: is no lexicon ({error}); take the model folder anew") from None

    def save(self, path: Path) -> None:
        """Write the file."""
        content = {str(row): entry._asdict() for row, entry in self.entries.items()}
        path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")

    def correct(self, logits: Floats, texts: Sequence[str], sections: Sequence[str]) -> Floats:
        """Topic logits, (windows, rows), of windows with their section paths, with those of the entries' rows put right."""
        rows = list(self.entries)
        corrected = logits.copy()
        others = _log_sum(np.delete(logits, rows, axis=1))
        heads = margins(logits, rows)
        for window, (text, section) in enumerate(zip(texts, sections, strict=True)):
            found = grams(text, section)
            leads = self._keywords.leads(text, section)
            for place, (row, entry) in enumerate(self.entries.items()):
                odds = entry.head * heads[window, place] + entry.keywords * leads[self._topics[place]] + entry.bias
                odds += sum(entry.weights.get(gram, 0.0) for gram in found) / max(len(found), 1) ** 0.5
                corrected[window, row] = others[window] + odds
        return corrected


class Keywords:
    """How far the keywords of one topic are ahead of those of the others, as the rules weigh them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._scorer = TopicScorer(taxonomy)

    def leads(self, text: str, section: str) -> dict[str, float]:
        """The lead of every topic in a window under its section path."""
        scores = self._scorer.weigh(text, section.split("/") if section else [])
        first, second = sorted(range(len(scores)), key=scores.__getitem__)[-2:][::-1]
        return {
            topic: scores[place] - scores[second if place == first else first]
            for place, topic in enumerate(self._scorer.ids)
        }


def grams(text: str, section: str) -> set[str]:
    """The characters and pairs of characters of a text and of the nearest of its headings."""
    found: set[str] = set()
    for part in (text.lower(), section.rpartition("/")[2].lower()):
        found.update(part)
        found.update(map("".join, pairwise(part)))
    return found


def margins(logits: Floats, rows: Sequence[int]) -> Floats:
    """The log odds that the topic head gives to each of some rows, (windows, rows)."""
    return np.stack([logits[:, row] - _log_sum(np.delete(logits, row, axis=1)) for row in rows], axis=1)


def _log_sum(logits: Floats) -> Floats:
    """log Σ exp over the rows, (windows,)."""
    top = logits.max(axis=1)
    total: Floats = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return total
