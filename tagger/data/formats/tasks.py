"""What doccano and Label Studio share: JSON with one item a line, entities as spans and links as relations between them.

Every item carries `document`, `position`, `lines` (how many the document has), `kind`, `topic` or `level` and `opens`, and `header` on a document's first, so that the
file comes back whole; both tools keep such fields beside the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tagger.data.gold import ROLES, GoldEntity, GoldFile, GoldHeading, GoldLine, GoldSentence, Outline
from tagger.data.markup import TODO
from tagger.document import CORE
from tagger.errors import TaggerError

_SEEN = re.compile(rf"(?:{TODO})?[A-Z][A-Z_]+")
RELATIONS = {"METRIC": "metric", "UNIT": "unit"}


def fields(file: GoldFile, position: int, line: GoldLine) -> dict[str, Any]:
    """What an item says beside its text: whose it is, where it stands, what it is."""
    shown: dict[str, Any] = {"document": file.name, "position": position, "lines": len(file.lines)}
    if isinstance(line, GoldHeading):
        shown |= {"kind": "heading", "level": line.level, "opens": line.opens}
    else:
        shown |= {"kind": "sentence", "section": list(line.section), "role": line.role}
        shown |= {"seen": list(line.seen)} if line.seen else {}
    if position == 0:
        shown["header"] = file.header
    return shown


def relations(sentence: GoldSentence) -> Iterator[tuple[int, int, str]]:
    """The links as (VALUE, METRIC or UNIT, name), each by its place among the entities."""
    index = {entity: number for number, entity in enumerate(sentence.entities)}
    for link in sentence.links:
        for end in (link.metric, link.unit):
            if end is not None:
                yield index[link.value], index[end], RELATIONS[end.label]


def check_relation(name: str, label: str) -> None:
    """Raise ValueError where a relation is not named for what it goes to."""
    if RELATIONS.get(label) != name:
        raise ValueError(f"a relation {name!r} goes to a {label}")


def read_seen(content: Any) -> tuple[str, ...]:
    """The added labels that a sentence is looked at for. Raises ValueError where that is no list of labels."""
    if not isinstance(content, list) or not all(isinstance(each, str) and _SEEN.fullmatch(each) for each in content):
        raise ValueError("seen is no list of labels")
    return tuple(content)


def build_entities(
    spans: list[tuple[str, int, int]], pairs: Iterable[tuple[int, int]], text: str, seen: Sequence[str] = ()
) -> tuple[GoldEntity, ...]:
    """Entities with link groups, numbered in the order of the VALUEs, from spans and (VALUE, other) pairs.

    `seen` are the labels beside METRIC, VALUE and UNIT that the sentence is looked at for. Raises ValueError for labels, offsets
    or links that the gold data does not know.
    """
    known = (*CORE, *(each.removeprefix(TODO) for each in seen))
    for label, start, stop in spans:
        if label not in known:
            raise ValueError(f"label {label} is none of {', '.join(known)}")
        if type(start) is not int or type(stop) is not int:
            raise ValueError(f"{label} {start}:{stop} is no range of characters")
    order = sorted(range(len(spans)), key=lambda number: spans[number][1])
    groups: dict[int, list[int]] = {number: [] for number in order}
    values = [number for number in order if spans[number][0] == "VALUE"]
    for group, number in enumerate(values, 1):
        groups[number].append(group)
    taken: set[tuple[int, str]] = set()
    for value, other in pairs:
        if value not in values or spans[other][0] not in RELATIONS:
            raise ValueError("a relation goes from a VALUE to a METRIC or UNIT")
        if (value, spans[other][0]) in taken:
            raise ValueError(f"a VALUE is linked to two {spans[other][0]}s, or to one twice")
        taken.add((value, spans[other][0]))
        groups[other].append(groups[value][0])
    end = 0
    entities = []
    for number in order:
        label, start, stop = spans[number]
        if not end <= start < stop <= len(text):
            raise ValueError(f"{label} {start}:{stop} overlaps, is empty or leaves the text")
        if not groups[number] and label in CORE:
            raise ValueError(f"{label} {text[start:stop]} is linked to no VALUE")
        entities.append(GoldEntity(label, start, stop, tuple(sorted(groups[number]))))
        end = stop
    return tuple(entities)


class Item:
    """One item on its way back: its fields, its text, what was annotated in it."""

    def __init__(
        self,
        shown: dict[str, Any],
        text: str,
        topic: str | None,
        entities: tuple[GoldEntity, ...],
        seen: Sequence[str] = (),
    ) -> None:
        self.shown, self.text, self.topic, self.entities, self.seen = shown, text, topic, entities, tuple(seen)


def assemble(items: Iterable[Item], source: Path) -> list[GoldFile]:
    """Gold files from items in any order. Raises TaggerError naming the document where an item lacks what it needs."""
    documents: dict[str, dict[int, Item]] = {}
    for item in items:
        try:
            document, position = item.shown["document"], item.shown["position"]
        except KeyError as error:
            raise TaggerError(f"{source}: an item lacks the field {error}, so its place is lost: {item.text}") from None
        if (
            not isinstance(document, str)
            or document in ("", "..")
            or Path(document).name != document
            or type(position) is not int
        ):
            raise TaggerError(f"{source}: document is no file name, or position no whole number: {item.text}")
        if position in documents.setdefault(document, {}):
            raise TaggerError(f"{source}: {document} has two items at position {position}: {item.text}")
        if not isinstance(item.text, str):
            raise TaggerError(f"{source}: {document} has an item without text at position {position}")
        documents[document][position] = item
    if not documents:
        raise TaggerError(f"{source}: holds no item; name an export that does")
    for name, placed in documents.items():
        total = max([len(placed), *(item.shown.get("lines", 0) for item in placed.values())])
        if sorted(placed) != list(range(total)):
            missing = next(number for number in range(total + 1) if number not in placed)
            raise TaggerError(f"{source}: {name} lacks the item at position {missing}; export all of it")
    return [_file(name, [placed[number] for number in sorted(placed)], source) for name, placed in documents.items()]


def _file(name: str, items: list[Item], source: Path) -> GoldFile:
    header: dict[str, str] = next((item.shown["header"] for item in items if item.shown.get("header")), {})
    if not isinstance(header, dict) or not all(isinstance(each, str) for pair in header.items() for each in pair):
        raise TaggerError(f"{source}: {name} has a header that is no list of fields")
    outline = Outline()
    lines: list[GoldLine] = []
    for item in items:
        number = len(header) + len(lines) + 1
        if item.shown.get("kind") == "heading":
            opens = item.shown.get("opens")
            level = item.shown.get("level")
            if opens is not None and opens not in ROLES or type(level) is not int or level not in range(7):
                raise TaggerError(f"{source}: {name} has a heading without level, or with an unknown role: {item.text}")
            if item.entities or item.seen or item.topic is not None:
                raise TaggerError(f"{source}: {name} has a heading with a topic or entities: {item.text}")
            heading = GoldHeading(number, item.text, item.shown["level"], opens)
            outline.enter(heading)
            lines.append(heading)
        elif item.shown.get("kind", "sentence") != "sentence":
            raise TaggerError(f"{source}: {name} has an item that is neither heading nor sentence: {item.text}")
        elif not isinstance(item.topic, str) or not item.topic:
            raise TaggerError(f"{source}: {name} has a sentence without a topic: {item.text}")
        else:
            placed = (outline.section, outline.role, item.seen)
            lines.append(GoldSentence(number, item.text, item.topic, item.entities, *placed))
    return GoldFile(source.parent / f"{name}.tagged", header, tuple(lines))


def load_json(text: str, source: Path, number: int = 1) -> Any:
    """Parse JSON; raises TaggerError naming file and line."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TaggerError(f"{source}:{number}: is not JSON ({error})") from None
