"""Everything that can be wrong with the gold data and seen by a program: form, taxonomy, source, guideline, duplicates, leaks.

Nothing of `tagger.reading` is used: the gold data judges it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from tagger.data import challenge
from tagger.data.adjudication import check_adjudication, is_annotated_twice
from tagger.data.consistency import Pair, inconsistent_pairs
from tagger.data.corpus import PARTS, is_gold_folder, strangers, tagged_paths
from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.guideline import violations
from tagger.data.layout import stranger
from tagger.data.layout import strangers as strangers_in
from tagger.data.markup import MarkupError, format_file, parse, read_text
from tagger.data.similarity import NearDuplicate, find_near_duplicates, fold, grams
from tagger.data.source import align, chrome_path, read_chrome
from tagger.data.values import read_values, values_path
from tagger.errors import TaggerError
from tagger.taxonomy import Taxonomy

NEAR_DUPLICATES_ALLOWED = 0.05
_LEAK_SHARE = 0.8  # of a test sentence's 5-grams in one training sentence
_LEAK_LENGTH = 20  # shorter sentences are alike by nature: 现将有关情况报告如下


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
    broken: int = 0  # files of which some lines could not be read


def check(path: Path, taxonomy: Taxonomy) -> Report:
    """Check one file by itself, or a folder; of a gold folder also the layout, and the parts against each other.

    Raises TaggerError where there is nothing to check.
    """
    report = Report()
    path = path.resolve().relative_to(Path.cwd()) if path.resolve().is_relative_to(Path.cwd()) else path.resolve()
    for each in tagged_paths(path):
        broken: list[MarkupError] = []
        try:
            text = read_text(each)
            file = parse(text, each, broken)
        except TaggerError as error:
            report.faults.append(Fault("file", str(error)))
            continue
        report.faults += [Fault("markup", str(error)) for error in broken]
        report.files.append(file)
        # What goes with a file is not judged by a file that could not be read whole.
        report.faults += check_file(file, taxonomy, beside=not broken)
        if not broken and text != format_file(file):
            wrong = "is not written as the markup is (byte-order mark, line ends, spaces, last line)"
            report.faults.append(Fault("form", f"{each}: {wrong}"))
        report.broken += bool(broken)
    report.pairs = inconsistent_pairs(report.files)
    if is_gold_folder(path):
        _check_parts(path, report)
    return report


def _check_parts(root: Path, report: Report) -> None:
    """The faults that show only when all of the gold data is seen."""
    parts = {part: [file for file in report.files if file.path.parent.name == part] for part in PARTS}
    report.faults += [Fault("layout", f"{root / part}: is missing") for part in PARTS if not (root / part).is_dir()]
    for path in strangers(root):
        message = (
            f"{path}: has no place in the gold data; parts hold NAME.tagged and what goes with it, raw/ annotations"
        )
        report.faults.append(Fault("layout", message))
    for file in parts["seeds"]:
        if "source" not in file.header:
            report.faults.append(Fault("source", f"{file.path}: names no source; a seed is checked against its report"))
    _check_duplicates(report, parts["authored"], parts["seeds"])
    report.faults += _leaks(parts)
    for part in ("seeds", "challenge"):
        report.faults += [Fault("values", m) for file in parts[part] for m in _missing_values(file)]
    if not report.broken:
        for part, files in parts.items():
            chosen = [file for file in files if part != "authored" or is_annotated_twice(file)]
            report.faults += [Fault("adjudication", m) for m in check_adjudication(root / part, chosen)]
    if parts["challenge"]:
        message_or_none = challenge.check_frozen(root / "challenge")
        report.faults += [Fault("frozen", message_or_none)] if message_or_none else []


def check_file(file: GoldFile, taxonomy: Taxonomy, beside: bool = True) -> Iterator[Fault]:
    """The faults that one file shows by itself; with `beside` also those of its source and its readings."""
    if beside and not file.sentences:
        yield Fault("file", f"{file.path}: holds no sentence")
    if "source" not in file.header and file.path.with_suffix(".txt").exists():
        yield Fault("source", f"{file.path}: does not name {file.name}.txt beside it as its source")
    names = file.header.get("names", "").split()
    for sentence in file.sentences:
        place = f"{file.path}:{sentence.number}"
        for each in strangers_in(sentence, taxonomy):
            kind = "topic" if each == sentence.topic else "label"
            yield Fault(kind, f"{place}: {stranger(each, file.path)}: {sentence.text}")
        for message in violations(sentence, names):
            yield Fault("guideline", f"{place}: {message}: {sentence.text}")
    if beside and "source" in file.header:
        try:
            source = read_text(file.path.parent / file.header["source"])
            align(file, source, read_chrome(chrome_path(file.path), source))
        except TaggerError as error:
            yield Fault("source", str(error))
    if beside and values_path(file.path).exists():
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
    """Test sentences that stand, numbers and punctuation aside, in text that a protocol trains on.

    Compared with whole training files, headings and all, so that a sentence cut in two is seen too. A seed is a test for
    the other four.
    """
    holders: dict[str, list[Path]] = {}
    for file in (*parts["authored"], *parts["seeds"]):
        for gram in grams(_bare("".join(line.text for line in file.lines), file)):
            holders.setdefault(gram, []).append(file.path)
    for file in (*parts["seeds"], *parts["challenge"]):
        for sentence in file.sentences:
            bare = _bare(sentence.text, file)
            if len(bare) < _LEAK_LENGTH:
                continue
            own = grams(bare)
            shared = Counter(path for gram in own for path in holders.get(gram, ()) if path != file.path)
            if shared and shared.most_common(1)[0][1] > _LEAK_SHARE * len(own):
                where, count = shared.most_common(1)[0]
                place = f"{file.path}:{sentence.number}: {count / len(own):.0%} of it in {where}"
                yield Fault("leak", f"{place}, which is trained on: {sentence.text}")
    names = [file.name for files in parts.values() for file in files]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault("leak", f"{name}.tagged: stands in two parts of the gold data; keep it in one")


def _bare(text: str, file: GoldFile) -> str:
    """The folded text in one width, without punctuation."""
    folded = fold(normalize("NFKC", text), file.header.get("names", "").split())
    return "".join(character for character in folded if character.isalnum())
