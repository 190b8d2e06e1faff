"""The same phrase, two treatments: pairs of places for a person to compare. A pair is a question, not a fault."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.similarity import fold

_REACH = 12  # how far beyond a METRIC's edges a longer one is looked for
_QUANTITY = re.compile(
    r"(?P<number>[\d０-９]+(?:\.\d+)?[余多]?万?|[两三四五六七八九十]+)(?P<unit>个|家|名|人次|人|份|例|次|张|所|场|件|期|台|支|项|户|处)"
)


class Place(NamedTuple):
    """A sentence in its file."""

    file: GoldFile
    sentence: GoldSentence

    def __str__(self) -> str:
        return f"{self.file.path}:{self.sentence.number}"


class Pair(NamedTuple):
    """Two places that treat one phrase differently, and how each does."""

    kind: str
    first: Place
    second: Place
    first_treatment: str
    second_treatment: str


def inconsistent_pairs(files: Sequence[GoldFile]) -> list[Pair]:
    """Pairs of one phrase and two treatments: METRIC edges, counts annotated or not, topics of one sentence."""
    places = [Place(file, sentence) for file in files for sentence in file.sentences]
    return [*_metric_edges(places), *_counts(places), *_topics(places)]


def _metric_edges(places: Sequence[Place]) -> Iterator[Pair]:
    """A METRIC that stands inside a longer stretch which is a METRIC elsewhere: the text is the same, the edges are not."""
    known: dict[str, Place] = {}
    for place in places:
        for entity in place.sentence.core.entities:
            if entity.label == "METRIC":
                known.setdefault(place.sentence.text[entity.start : entity.end], place)
    for place in places:
        text = place.sentence.text
        taken = sorted((entity.start, entity.end) for entity in place.sentence.core.entities)
        for entity in place.sentence.core.entities:
            if entity.label != "METRIC":
                continue
            # The longer stretch may not run into the neighbouring entities.
            floor = max((end for _, end in taken if end <= entity.start), default=0)
            ceiling = min((start for start, _ in taken if start >= entity.end), default=len(text))
            written = text[entity.start : entity.end]
            for start in range(max(floor, entity.start - _REACH), entity.start + 1):
                for end in range(entity.end, min(ceiling, entity.end + _REACH) + 1):
                    longer = text[start:end]
                    if end - start > len(written) and longer in known:
                        yield Pair("METRIC edges", place, known[longer], written, longer)


def _counts(places: Sequence[Place]) -> Iterator[Pair]:
    """A number with a unit that is annotated in one place and bare in another, with the same words around it."""
    annotated: dict[tuple[str, str, str], Place] = {}
    bare: defaultdict[tuple[str, str, str], list[tuple[Place, str]]] = defaultdict(list)
    for place in places:
        text = place.sentence.text
        covered = [(entity.start, entity.end) for entity in place.sentence.core.entities]
        for match in _QUANTITY.finditer(text):
            key = (text[max(0, match.start() - 2) : match.start()], match["unit"], text[match.end() : match.end() + 2])
            if any(start < match.end() and match.start() < end for start, end in covered):
                if (match.start(), match.end("number")) in covered:
                    annotated.setdefault(key, place)
            else:
                bare[key].append((place, match[0]))
    for key, others in bare.items():
        if key in annotated:
            yield from (
                Pair("count annotated or not", annotated[key], place, "annotated", f"{written} is not")
                for place, written in others
            )


def _topics(places: Sequence[Place]) -> Iterator[Pair]:
    """One sentence, numbers folded, under two topics."""
    seen: dict[str, Place] = {}
    for place in places:
        other = seen.setdefault(fold(place.sentence.text), place)
        if other.sentence.topic != place.sentence.topic:
            yield Pair("topic", other, place, other.sentence.topic, place.sentence.topic)
