"""The gold data under new topics: which mark each sentence gets, and the files with no other character changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tagger.data.corpus import PARTS, check_topics
from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.layout import GOLD
from tagger.data.markup import format_line, read_tagged
from tagger.taxonomy import Taxonomy

_MARK = re.compile(r"(\ufeff?)\[[a-z][a-z0-9_]*(?=[] ])")
Targets = Mapping[str, tuple[str, ...]]


class Place(NamedTuple):
    """A line of the gold data: its file, by its path below the gold folder, and its number."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Sources(NamedTuple):
    """The gold files and the raw annotations of a gold folder, by their paths below it."""

    gold: dict[str, GoldFile]
    raw: dict[str, GoldFile]

    def gold_of(self, raw: str) -> GoldFile | None:
        """The gold file that goes with a raw annotation, `raw/PART/ANNOTATOR/NAME.tagged`."""
        _, part, _, name = raw.split("/")
        return self.gold.get(f"{part}/{name}")


def read_sources(data: Path, taxonomy: Taxonomy) -> Sources:
    """All annotated files of a data folder. Raises TaggerError where one is malformed or has a topic that is not of the taxonomy."""
    root = data / GOLD
    patterns = ([f"{part}/*.tagged" for part in PARTS], [f"raw/{part}/*/*.tagged" for part in PARTS])
    read = [
        {path.relative_to(root).as_posix(): read_tagged(path) for each in its for path in sorted(root.glob(each))}
        for its in patterns
    ]
    for files in read:
        check_topics(files.values(), taxonomy, data)
    return Sources(*read)


def raw_twin(raw: GoldFile, gold: GoldFile | None) -> dict[int, int]:
    """For the sentences on whose text and topic a raw annotation agrees with the gold: their lines there."""
    places: dict[tuple[str, int], tuple[int, str]] = {}
    seen: Counter[str] = Counter()
    for sentence in gold.sentences if gold else ():
        places[sentence.text, seen[sentence.text]] = (sentence.number, sentence.topic)
        seen[sentence.text] += 1
    twins: dict[int, int] = {}
    seen.clear()
    for sentence in raw.sentences:
        line, topic = places.get((sentence.text, seen[sentence.text]), (0, ""))
        seen[sentence.text] += 1
        if topic == sentence.topic:
            twins[sentence.number] = line
    return twins


def new_topics(sources: Sources, targets: Targets, answers: Mapping[Place, str]) -> dict[str, dict[int, str]]:
    """The new topic of every sentence, by file and line: the answer, else where the old topic went.

    Raw annotations follow the gold where they agreed with it, so that they agree, and differ, as before.
    """
    topics: dict[str, dict[int, str]] = {}
    for name, file in sources.gold.items():
        topics[name] = {
            each.number: answers.get(Place(name, each.number), targets[each.topic][0]) for each in file.sentences
        }
    for name, file in sources.raw.items():
        gold = sources.gold_of(name)
        twin = raw_twin(file, gold)
        part, own = name.split("/")[1], {}
        for each in file.sentences:
            if each.number in twin and gold is not None:
                own[each.number] = topics[f"{part}/{gold.path.name}"][twin[each.number]]
            else:
                own[each.number] = answers.get(Place(name, each.number), targets[each.topic][0])
        topics[name] = own
    return topics


def remark(text: str, topics: Mapping[int, str]) -> str:
    """The text of a `.tagged` file with the topic marks of these lines, numbered from 1, in place of its own."""
    lines = text.splitlines(keepends=True)
    for number, topic in topics.items():
        lines[number - 1] = _MARK.sub(rf"\1[{topic}", lines[number - 1], count=1)
    return "".join(lines)


def rewrite_lines(text: str, sentences: Mapping[int, GoldSentence]) -> str:
    """The text of a `.tagged` file with these lines, numbered from 1, written anew; their ends stay as they are."""
    lines = text.splitlines(keepends=True)
    for number, sentence in sentences.items():
        old = lines[number - 1]
        mark = "\ufeff" if old.startswith("\ufeff") else ""
        lines[number - 1] = mark + format_line(sentence) + old[len(old.splitlines()[0]) :]
    return "".join(lines)
