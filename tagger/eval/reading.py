"""Scores of the reader on raw files: sentences and headings by their place in the original, heading level and section role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.markup import read_text
from tagger.data.source import align, chrome_path, read_chrome
from tagger.eval.tagging import Counts
from tagger.reading import read

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReadingScores:
    """F1 by exact boundaries; level and role as shares of what was found."""

    sentences: Counts
    headings: Counts
    level: float | None
    role: float | None


def score_reading(files: Sequence[GoldFile]) -> ReadingScores | None:
    """Score the reader on the files that name their source; None where none does. Raises TaggerError for a bad source."""
    sentences, headings = Counts(), Counts()
    levels: list[bool] = []
    roles: list[bool] = []
    for file in files:
        if "source" not in file.header:
            continue
        source = read_text(file.path.parent / file.header["source"])
        gold_sentences, gold_headings = gold_places(file, source)
        document = read(source)
        found_sentences = {(each.start, each.end): each.role for each in document.sentences}
        found_headings = {(each.start, each.end): each.level for each in document.headings}
        sentences = sentences.plus(Counts.of(gold_sentences.keys(), found_sentences.keys()))
        headings = headings.plus(Counts.of(gold_headings.keys(), found_headings.keys()))
        roles += [found_sentences[p] == gold_sentences[p].role for p in found_sentences.keys() & gold_sentences.keys()]
        levels += [found_headings[p] == gold_headings[p] for p in found_headings.keys() & gold_headings.keys()]
    if not sentences.gold:
        return None
    return ReadingScores(sentences, headings, _share(levels), _share(roles))


def gold_places(file: GoldFile, source: str) -> tuple[dict[Place, GoldSentence], dict[Place, int]]:
    """Where the gold sentences and headings stand in the source; headings with their level."""
    sentences: dict[Place, GoldSentence] = {}
    headings: dict[Place, int] = {}
    for line, places in align(file, source, read_chrome(chrome_path(file.path), source)):
        place = (places[0], places[-1] + 1)
        if isinstance(line, GoldSentence):
            sentences[place] = line
        else:
            headings[place] = line.level
    return sentences, headings


def _share(right: list[bool]) -> float | None:
    return sum(right) / len(right) if right else None
