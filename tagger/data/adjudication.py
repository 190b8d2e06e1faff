"""The adjudication log: every line on which gold and the two raw annotations do not all agree, with the reason for the gold.

A part annotated twice has its raw annotations in `raw/PART/first` and `raw/PART/second`, and the log in `PART/adjudication.jsonl`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.markup import format_line, parse_line, read_tagged, read_text, renumber
from tagger.errors import TaggerError

LOG = "adjudication.jsonl"
ANNOTATORS = ("first", "second")
ANNOTATED = (*ANNOTATORS, "gold")


class Difference(NamedTuple):
    """A stretch of lines that the two annotators and the gold do not treat alike, as markup."""

    file: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    gold: tuple[str, ...]


def raw_folder(part: Path, annotator: str) -> Path:
    """Where the raw annotation of a part by one annotator lies."""
    return part.parent / "raw" / part.name / annotator


def is_annotated_twice(file: GoldFile) -> bool:
    """Whether raw annotations of the file are there. Of the authored text only some files are annotated twice."""
    return _raw_path(file.path.parent, ANNOTATORS[0], file).exists()


def differences(part: Path, gold: GoldFile) -> list[Difference]:
    """The stretches of one file on which the three differ. Raises TaggerError where a raw annotation is missing."""
    raw = [_lines(read_tagged(_raw_path(part, each, gold))) for each in ANNOTATORS]
    lines = _lines(gold)
    # Gold lines that a raw annotation has word for word are anchors; between anchors common to both lie the differences.
    anchors = [_anchors(lines, each) for each in raw]
    found = []
    last: tuple[int, ...] = (-1, -1, -1)
    for number in [*sorted(anchors[0].keys() & anchors[1].keys()), len(lines)]:
        here = (number, *(each.get(number, len(its)) for each, its in zip(anchors, raw, strict=True)))
        gap = [its[a + 1 : b] for its, a, b in zip((lines, *raw), last, here, strict=True)]
        # Lines cut alike are decided one by one, those cut differently together.
        alike = len({tuple(map(_unmarked, lines)) for lines in gap}) == 1
        for its in zip(*gap, strict=True) if alike else [gap]:
            stretch = [(each,) for each in its] if alike else [tuple(each) for each in its]
            if any(stretch) and len(set(stretch)) > 1:
                found.append(Difference(gold.name, stretch[1], stretch[2], stretch[0]))
        last = here
    return found


def _lines(file: GoldFile) -> list[str]:
    """The lines as markup, links numbered in the order of the VALUEs: numbers are names, not a difference.

    Labels that a taxonomy added later were not annotated twice, and are left out.
    """
    return [format_line(renumber(line.core if isinstance(line, GoldSentence) else line)) for line in file.lines]


def _unmarked(line: str) -> str:
    return parse_line(line).text


def _anchors(gold: Sequence[str], raw: Sequence[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, gold, raw, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _raw_path(part: Path, annotator: str, gold: GoldFile) -> Path:
    return raw_folder(part, annotator) / f"{gold.name}.tagged"


def check_adjudication(part: Path, files: Sequence[GoldFile]) -> Iterator[str]:
    """What is wrong with the log of a part: a difference that it lacks, an entry that is no difference, one without reason."""
    if not files and not (part / LOG).exists():
        return
    try:
        logged = {_key(entry): entry for entry in read_log(part)}
        wanted = {tuple(each): each for file in files for each in differences(part, file)}
    except TaggerError as error:
        yield str(error)
        return
    names = {file.name for file in files}
    for annotator in ANNOTATORS:
        for path in sorted(raw_folder(part, annotator).glob("*.tagged")):
            if path.name.removesuffix(".tagged") not in names:
                yield f"{path}: has no other annotation or no gold file that goes with it"
    for key, entry in logged.items():
        if key not in wanted:
            yield f"{part / LOG}: an entry on {entry['file']} is no difference any more: {'; '.join(entry['gold'])}"
        elif not entry["reason"].strip():
            yield f"{part / LOG}: an entry on {entry['file']} has no reason: {'; '.join(entry['gold'])}"
    for key, difference in wanted.items():
        if key not in logged:
            yield f"{part / LOG}: lacks the decision on {difference.file}: {'; '.join(difference.gold)}"


def read_log(part: Path) -> list[dict[str, Any]]:
    """The entries of the log: file, first, second, gold (lists of lines), reason. Raises TaggerError where malformed."""
    entries = []
    for number, line in enumerate(read_text(part / LOG).splitlines(), 1):
        try:
            entry = json.loads(line)
            if not _is_entry(entry):
                raise ValueError(
                    "needs the keys file, first, second, gold, reason and no other: texts and lists of lines"
                )
        except ValueError as error:
            raise TaggerError(f"{part / LOG}:{number}: {error}: {line}") from None
        entries.append(entry)
    return entries


def carry(part: Path, files: Sequence[GoldFile], entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The log of a part whose topic marks have changed: each difference that is left, with the reason it had.

    A difference lies where it lay, or in a part of it: lines that are alike now are no difference any more. Raises TaggerError
    where one has no entry to take its reason from.
    """
    logged: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        logged.setdefault(entry["file"], []).append(entry)
    names = {file.name for file in files}
    carried = [entry for entry in entries if entry["file"] not in names]
    for file in files:
        rest = logged.get(file.name, [])
        left: list[tuple[int, dict[str, Any]]] = []
        for difference in differences(part, file):
            place = next((at for at, entry in enumerate(rest) if _holds(entry, difference)), None)
            if place is None:
                raise TaggerError(
                    f"{part / LOG}: has no decision on {file.name}: {'; '.join(difference.gold)}; run tagger data check and mend it"
                )
            fields = {name: list(getattr(difference, name)) for name in ANNOTATED}
            left.append((place, {"file": file.name, **fields, "reason": rest[place]["reason"]}))
        carried += [entry for _, entry in sorted(left, key=lambda pair: pair[0])]
    order = {name: number for number, name in enumerate(logged)}
    return sorted(carried, key=lambda entry: order[entry["file"]])


def _holds(entry: dict[str, Any], difference: Difference) -> bool:
    """Whether an entry, made under other topics, is about these lines; the texts tell, topics aside."""
    for name in ANNOTATED:
        wanted = [_without_topic(line) for line in getattr(difference, name)]
        has = [_without_topic(line) for line in entry[name]]
        if not any(has[at : at + len(wanted)] == wanted for at in range(len(has) - len(wanted) + 1)):
            return False
    return True


def _without_topic(line: str) -> str:
    return line if line.startswith("[#") else line.partition("] ")[2]


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or set(entry) != {"file", "reason", *ANNOTATED}:
        return False
    lists = [entry[name] for name in ANNOTATED]
    texts = [entry["file"], entry["reason"]]
    texts += [line for each in lists if isinstance(each, list) for line in each]
    return all(isinstance(each, list) for each in lists) and all(isinstance(text, str) for text in texts)


def _key(entry: dict[str, Any]) -> tuple[object, ...]:
    return (entry["file"], *(tuple(entry[name]) for name in ANNOTATED))
