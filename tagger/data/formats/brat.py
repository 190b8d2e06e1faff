"""brat standoff (Stenetorp et al. 2012): NAME.txt with one line a sentence or heading, NAME.ann with what is said of it.

Text-bound METRIC, VALUE, UNIT and labels that a taxonomy adds; relations Metric and Unit from the VALUE; a text-bound Sentence or Heading over each line
with its topic, level, role and the added labels it is looked at for as attributes; the header as a note.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tagger.data.formats import tasks
from tagger.data.gold import GoldFile, GoldHeading
from tagger.data.markup import read_text
from tagger.errors import TaggerError

LOST = (
    "the numbers of links (they are numbered anew, in the order of the VALUEs)",
    "readings of values and lists of chrome, which stay in files of their own",
)
_TEXT_BOUND = re.compile(r"(T\d+)\t(\w+) (\d+) (\d+)\t(.*)")
_RELATION = re.compile(r"R\d+\t(Metric|Unit) Arg1:(T\d+) Arg2:(T\d+)\t?")
_ATTRIBUTE = re.compile(r"A\d+\t(\w+) (T\d+) (\S+)")
_NOTE = re.compile(r"#\d+\tAnnotatorNotes (T\d+)\t(.*)")


def write(files: list[GoldFile], out: Path) -> None:
    """Write NAME.txt and NAME.ann for each file into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    if len({file.name for file in files}) < len(files):
        raise TaggerError(f"{out}: two of the files have one name; give them names of their own")
    for file in files:
        (out / f"{file.name}.txt").write_text("".join(f"{line.text}\n" for line in file.lines), encoding="utf-8")
        (out / f"{file.name}.ann").write_text("".join(f"{row}\n" for row in _rows(file)), encoding="utf-8")


def _rows(file: GoldFile) -> list[str]:
    spans: list[str] = []
    relations: list[str] = []
    attributes: list[str] = []
    start = 0
    for line in file.lines:
        kind = "Heading" if isinstance(line, GoldHeading) else "Sentence"
        spans.append(f"T{len(spans) + 1}\t{kind} {start} {start + len(line.text)}\t{line.text}")
        whole = f"T{len(spans)}"
        if isinstance(line, GoldHeading):
            said = [("Level", str(line.level)), *([("Opens", line.opens)] if line.opens else [])]
        else:
            said = [("Topic", line.topic), *([("Seen", ",".join(line.seen))] if line.seen else [])]
            first = len(spans) + 1
            for entity in line.entities:
                place = f"{start + entity.start} {start + entity.end}"
                spans.append(f"T{len(spans) + 1}\t{entity.label} {place}\t{line.text[entity.start : entity.end]}")
            for value, other, name in tasks.relations(line):
                ends = f"Arg1:T{first + value} Arg2:T{first + other}"
                relations.append(f"R{len(relations) + 1}\t{name.title()} {ends}")
        attributes += [
            f"A{len(attributes) + place}\t{name} {whole} {value}" for place, (name, value) in enumerate(said, 1)
        ]
        start += len(line.text) + 1
    note = [f"#1\tAnnotatorNotes T1\t{json.dumps(file.header, ensure_ascii=False)}"] if file.header and spans else []
    return [*spans, *relations, *attributes, *note]


def read(path: Path) -> list[GoldFile]:
    """Read a folder of .txt and .ann, or one .ann. Raises TaggerError naming file and line."""
    annotations = sorted(path.glob("*.ann")) if path.is_dir() else [path]
    for each in path.glob("*.txt") if path.is_dir() else ():
        if not each.with_suffix(".ann").exists():
            raise TaggerError(f"{each}: has no .ann beside it; add one, or take the file out")
    if not annotations:
        raise TaggerError(f"{path}: holds no .ann file")
    return [file for each in annotations for file in _read_one(each)]


def _read_one(path: Path) -> list[GoldFile]:
    text = read_text(path.with_suffix(".txt"))
    spans: dict[str, tuple[str, int, int]] = {}
    pairs: list[tuple[str, str, str, str]] = []
    said: dict[str, dict[str, str]] = {}
    header: dict[str, str] = {}
    for number, row in enumerate(read_text(path).splitlines(), 1):
        if match := _TEXT_BOUND.fullmatch(row):
            if match[1] in spans:
                raise TaggerError(f"{path}:{number}: {match[1]} stands twice: {row}")
            spans[match[1]] = (match[2], int(match[3]), int(match[4]))
            if text[int(match[3]) : int(match[4])] != match[5]:
                raise TaggerError(f"{path}:{number}: the text there is {text[int(match[3]) : int(match[4])]!r}: {row}")
        elif match := _RELATION.fullmatch(row):
            pairs.append((match[2], match[3], match[1].lower(), row))
        elif match := _ATTRIBUTE.fullmatch(row):
            if match[1] not in ("Topic", "Seen", "Level", "Opens") or match[1] in said.setdefault(match[2], {}):
                raise TaggerError(f"{path}:{number}: an attribute that is not ours, or stands twice: {row}")
            said[match[2]][match[1]] = match[3]
        elif match := _NOTE.fullmatch(row):
            if match[1] != "T1" or header:
                raise TaggerError(f"{path}:{number}: a note that is not the header of the file: {row}")
            header = tasks.load_json(match[2], path, number)
        else:
            raise TaggerError(f"{path}:{number}: is no text-bound, relation, attribute or note of ours: {row}")
    items = []
    used: set[str] = set()
    wholes = sorted((place[1], place[2], name) for name, place in spans.items() if place[0] in ("Sentence", "Heading"))
    for position, (start, end, name) in enumerate(wholes):
        inside = [each for each, (label, a, b) in spans.items() if each != name and start <= a and b <= end]
        index = {each: place for place, each in enumerate(inside)}
        marks = [(spans[each][0], spans[each][1] - start, spans[each][2] - start) for each in inside]
        own = [pair for pair in pairs if pair[0] in index and pair[1] in index]
        linked = [(index[a], index[b]) for a, b, _, _ in own]
        used.update([name, *inside, *(row for *_, row in own)])
        about = said.get(name, {})
        shown: dict[str, Any] = {"document": path.stem, "position": position, "header": header}
        if spans[name][0] == "Heading":
            level = about.get("Level", "")
            shown |= {
                "kind": "heading",
                "level": int(level) if level and level in "0123456" else None,
                "opens": about.get("Opens"),
            }
        try:
            for _, other, kind, _ in own:
                tasks.check_relation(kind, spans[other][0])
            seen = tasks.read_seen(about["Seen"].split(",") if "Seen" in about else [])
            entities = tasks.build_entities(marks, linked, text[start:end], seen)
        except ValueError as error:
            raise TaggerError(f"{path}: {error}: {text[start:end]}") from None
        if spans[name][0] == "Sentence" and about.keys() - {"Topic", "Seen"}:
            raise TaggerError(f"{path}: a sentence has an attribute of headings: {text[start:end]}")
        items.append(tasks.Item(shown, text[start:end], about.get("Topic"), entities, seen))
    _check_used(path, text, spans, wholes, [row for *_, row in pairs], used, said)
    return tasks.assemble(items, path)


def _check_used(
    path: Path,
    text: str,
    spans: dict[str, tuple[str, int, int]],
    wholes: list[tuple[int, int, str]],
    relations: list[str],
    used: set[str],
    said: dict[str, dict[str, str]],
) -> None:
    """Raise TaggerError where something of the two files would be left behind."""
    position = 0
    for start, end, _ in [*wholes, (len(text), len(text), "")]:
        if start < position or text[position:start].strip():
            raise TaggerError(
                f"{path}: no one Sentence or Heading holds the text {text[position:start].strip()[:40]!r}"
            )
        position = end
    for name in [*spans, *relations]:
        if name not in used:
            raise TaggerError(f"{path}: lies in no Sentence, or reaches over two: {name} {spans.get(name, '')}")
    for name in said:
        if name not in spans or spans[name][0] not in ("Sentence", "Heading"):
            raise TaggerError(f"{path}: an attribute of {name}, which is no Sentence or Heading")
