"""How plausible a topic is for a sentence, by the words of the taxonomy alone, and what is a label by its pattern: for those that no engine
has learnt yet.

The score is the sum of the weights of the keywords found in the sentence, a longer one in place of the shorter ones inside it, with
the items of `covers` as keywords of weight 2; and half of the same for the nearest heading. PLAUSIBLE is what one such item gives.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tagger.data.gold import GoldEntity, GoldSentence
from tagger.taxonomy import LabelEntry, TopicEntry

PLAUSIBLE = 2.0
_COVERED = 2.0  # an item of `covers` counts as a keyword that says much, but does not settle it
_HEADING = 0.5
_BETWEEN = re.compile(r"[、，；。：:,;/（）()\s]+")


def plausibility(entry: TopicEntry, sentence: GoldSentence) -> float:
    """The score of a topic for a sentence; 0 where nothing speaks for it."""
    pattern, weights = _words(entry.covers, tuple(entry.keywords.items()))
    own = _sum(sentence.text, pattern, weights)
    above = _sum(sentence.section[-1], pattern, weights) if sentence.section else 0.0
    return own + _HEADING * above


def suggested(sentence: GoldSentence, labels: Sequence[LabelEntry]) -> list[GoldEntity]:
    """What the patterns of labels find outside of the entities that a sentence has; of two that overlap the first."""
    found: list[GoldEntity] = []
    for label in labels:
        for match in re.finditer(label.pattern, sentence.text) if label.pattern else ():
            taken = (*sentence.entities, *found)
            if match[0] and not any(match.start() < each.end and each.start < match.end() for each in taken):
                found.append(GoldEntity(label.id, match.start(), match.end(), ()))
    return found


def _sum(text: str, pattern: re.Pattern[str], weights: dict[str, float]) -> float:
    return sum(weights[word] for word in set(pattern.findall(text)))


@lru_cache(maxsize=256)
def _words(covers: str, keywords: tuple[tuple[str, float], ...]) -> tuple[re.Pattern[str], dict[str, float]]:
    weights = {word: _COVERED for word in _BETWEEN.split(covers) if len(word) > 1} | dict(keywords)
    words = sorted(weights, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)) or r"(?!)"), weights
