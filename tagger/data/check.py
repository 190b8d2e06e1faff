"""Everything that can be wrong with the gold data and seen by a program: form, taxonomy, source, guideline, duplicates, leaks.

Nothing of `tagger.reading` is used: the gold data judges it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tagger.data import challenge
from tagger.data.adjudication import check_adjudication, is_annotated_twice
from tagger.data.consistency import Pair, inconsistent_pairs
from tagger.data.corpus import PARTS, tagged_paths
from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.guideline import violations
from tagger.data.markup import MarkupError, parse, read_text
from tagger.data.similarity import NearDuplicate, find_near_duplicates, fold
from tagger.data.source import align, chrome_path, read_chrome
from tagger.data.values import read_values, values_path
from tagger.errors import TaggerError
from tagger.taxonomy import Taxonomy

NEAR_DUPLICATES_ALLOWED = 0.05
_LEAK_SHARE = 0.8  # of a test sentence's 5-grams in one training sentence
_LEAK_LENGTH = 15  # shorter sentences are alike by nature: 现将有关情况报告如下


class Fault(NamedTuple):
    """Something to mend; the message is one line that says where and what."""

    kind: str
    message: str


@dataclass
class Report:
    """What a check found. Faults must be mended; pairs and near-duplicates are for a person to look at."""

    files: list[GoldFile] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    near_duplicates: list[str] = field(default_factory=list)
    authored: int = 0  # sentences among which near-duplicates were counted


def check(path: Path, taxonomy: Taxonomy) -> Report:
    """Check one file, or a folder: each file by itself, then all of them together, and the parts against each other.

    Raises TaggerError where there is nothing to check.
    """
    report = Report()
    for each in tagged_paths(path):
        try:
            report.files.append(_read_all(each, report))
        except TaggerError as error:
            report.faults.append(Fault("file", str(error)))
    topics = {entry.id for entry in taxonomy.topics}
    for file in report.files:
        report.faults += check_file(file, topics)
    report.pairs = inconsistent_pairs(report.files)
    parts = {part: [file for file in report.files if file.path.parent.name == part] for part in PARTS}
    _check_duplicates(report, parts["authored"], parts["seeds"])
    report.faults += _leaks(parts)
    for part in ("seeds", "challenge"):
        if parts[part]:
            folder = parts[part][0].path.parent
            report.faults += [Fault("values", m) for file in parts[part] for m in _missing_values(file)]
            report.faults += [Fault("adjudication", m) for m in check_adjudication(folder, parts[part])]
    twice = [file for file in parts["authored"] if is_annotated_twice(file)]
    if twice:
        report.faults += [Fault("adjudication", m) for m in check_adjudication(twice[0].path.parent, twice)]
    if parts["challenge"]:
        message = challenge.check_frozen(parts["challenge"][0].path.parent)
        report.faults += [Fault("frozen", message)] if message else []
    return report


def _read_all(path: Path, report: Report) -> GoldFile:
    """Read a file; lines that are not markup become faults, the others are still checked."""
    text = read_text(path)
    lines = text.splitlines()
    while True:
        try:
            return parse("\n".join(lines), path)
        except MarkupError as error:
            report.faults.append(Fault("markup", str(error)))
            # A header line that nothing else reads holds its place, so that the numbers of the others stay right.
            lines[error.number - 1] = f"[overview] {error.number}"


def check_file(file: GoldFile, topics: set[str]) -> Iterator[Fault]:
    """The faults that one file shows by itself."""
    for sentence in file.sentences:
        place = f"{file.path}:{sentence.number}"
        if sentence.topic not in topics:
            yield Fault("topic", f"{place}: {sentence.topic} is no topic of the taxonomy: {sentence.text}")
        for message in violations(sentence):
            yield Fault("guideline", f"{place}: {message}: {sentence.text}")
    if "source" in file.header:
        try:
            source = read_text(file.path.parent / file.header["source"])
            align(file, source, read_chrome(chrome_path(file.path), source))
        except TaggerError as error:
            yield Fault("source", str(error))
    if values_path(file.path).exists():
        try:
            read_values(file)
        except TaggerError as error:
            yield Fault("values", str(error))


def _missing_values(file: GoldFile) -> Iterator[str]:
    if any(sentence.links for sentence in file.sentences) and not values_path(file.path).exists():
        yield f"{values_path(file.path)}: is missing; every VALUE of this part needs its reading"


class _Folded(NamedTuple):
    file: GoldFile
    sentence: GoldSentence
    text: str


def _fold(files: Sequence[GoldFile]) -> list[_Folded]:
    folded = []
    for file in files:
        names = file.header.get("names", "").split()
        folded += [_Folded(file, each, fold(each.text, names)) for each in file.sentences]
    return folded


def _check_duplicates(report: Report, authored: Sequence[GoldFile], seeds: Sequence[GoldFile]) -> None:
    """Count the authored sentences that are like another one, or like a sentence of a seed."""
    sentences = _fold([*authored, *seeds])
    report.authored = sum(len(file.sentences) for file in authored)
    found = find_near_duplicates([each.text for each in sentences], range(report.authored))
    report.near_duplicates = [_say(each, sentences) for each in found]
    if len(found) > NEAR_DUPLICATES_ALLOWED * report.authored:
        share = len(found) / report.authored
        report.faults.append(
            Fault(
                "near-duplicates",
                f"{authored[0].path.parent}: {len(found)} of {report.authored} sentences ({share:.1%}) share over half of "
                f"their 5-grams with another; at most {NEAR_DUPLICATES_ALLOWED:.0%} may: reword them (--list shows them)",
            )
        )


def _say(found: NearDuplicate, sentences: Sequence[_Folded]) -> str:
    one, other = sentences[found.number], sentences[found.other]
    return (
        f"{one.file.path}:{one.sentence.number}: {found.share:.0%} of it in {other.file.path}:{other.sentence.number}: "
        f"{one.sentence.text}"
    )


def _leaks(parts: dict[str, list[GoldFile]]) -> Iterator[Fault]:
    """Test sentences that stand, numbers folded, in text that a protocol trains on."""
    for test, train in (("seeds", ["authored"]), ("challenge", ["authored", "seeds"])):
        tested = _fold(parts[test])
        sentences = tested + _fold([file for part in train for file in parts[part]])
        # Only the training side can leak: the test side is not compared with itself.
        candidates = [number for number, each in enumerate(tested) if len(each.text) >= _LEAK_LENGTH]
        found = find_near_duplicates([each.text for each in sentences], candidates, _LEAK_SHARE, len(tested))
        yield from (Fault("leak", f"{_say(each, sentences)} ({test} against what it is trained on)") for each in found)
    names = [file.name for files in parts.values() for file in files]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault("leak", f"{name}.tagged: stands in two parts of the gold data; keep it in one")
