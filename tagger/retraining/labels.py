"""Gold sentences in the words of the new taxonomy, whatever taxonomy they are labelled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from tagger.data.gold import GoldFile, GoldSentence
from tagger.errors import TaggerError
from tagger.retraining.relation import Relation
from tagger.taxonomy import Taxonomy

_BREAKS = re.compile("[、，；;,]")
_HEAVY = 3.0  # a keyword of this weight settles a sentence by itself


class Labelled(NamedTuple):
    """A sentence and the new topics that it may have; several where its topic is split and nobody has looked at it since."""

    sentence: GoldSentence
    topics: tuple[str, ...]


def labelled(files: Sequence[GoldFile], relation: Relation) -> Iterator[Labelled]:
    """The sentences of gold files. Raises TaggerError at a topic that neither taxonomy has."""
    for file in files:
        for sentence in file.sentences:
            topics = relation.labels(sentence.topic)
            if not topics:
                raise TaggerError(
                    f"{file.path}:{sentence.number}: topic {sentence.topic} is of neither taxonomy; bring the data up to date with "
                    "tagger taxonomy migrate"
                )
            yield Labelled(sentence, topics)


def settled(files: Sequence[GoldFile], relation: Relation) -> list[GoldFile]:
    """The files with new topics, without the sentences whose topic is not settled. Raises TaggerError as `labelled` does."""
    changed = []
    for file in files:
        known = {one.sentence.number: one.topics for one in labelled([file], relation)}
        lines = [
            replace(line, topic=known[line.number][0]) if isinstance(line, GoldSentence) else line
            for line in file.lines
            if not isinstance(line, GoldSentence) or len(known[line.number]) == 1
        ]
        changed.append(replace(file, lines=tuple(lines)))
    return changed


def descriptions(taxonomy: Taxonomy, relation: Relation) -> Iterator[Labelled]:
    """What the taxonomy itself says of the topics that the old head cannot tell: the phrases of `covers`, the heaviest keywords."""
    for entry in taxonomy.topics:
        if entry.id in relation.untrained:
            heavy = (word for word, weight in entry.keywords.items() if weight >= _HEAVY)
            phrases = (each.strip() for each in _BREAKS.split(entry.covers))
            for text in dict.fromkeys(each for each in (entry.name, *phrases, *heavy) if each):
                yield Labelled(GoldSentence(0, text, entry.id), (entry.id,))
