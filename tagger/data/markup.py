"""The authoring markup of the guideline (data/GUIDELINES.md §5): one heading or sentence a line, entities in braces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tagger.data.gold import ROLES, GoldEntity, GoldFile, GoldHeading, GoldLine, GoldSentence, Outline
from tagger.document import CORE, Label
from tagger.errors import TaggerError

_LETTERS: dict[str, Label] = {"M": "METRIC", "V": "VALUE", "U": "UNIT"}
_HEADER = re.compile(r"# ([a-z_]+): (.*)")
_LINE = re.compile(
    r"\[(?:#(?P<level>[0-6])?(?: (?P<role>\w+))?|(?P<topic>[a-z][a-z0-9_]*)(?P<seen>(?: \+(?:todo_)?[A-Z][A-Z_]+)*))\] ?(?P<text>.*)"
)
_ENTITY = re.compile(r"\{(?:([MVU])([1-9][0-9]*(?:,[1-9][0-9]*)*)?|([A-Z][A-Z_]+))\|([^{}|]*)\}")
_STRAY = re.compile(r"[{}|｛｝]")
# Nothing that cannot be seen, or looks like another character: controls, zero-width marks, private use, radicals.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ue000-\uf8ff\u2e80-\u2fdf]"
)


class MarkupError(TaggerError):
    """A line that is not markup. The message names file, line and text."""

    def __init__(self, path: Path | str, number: int, reason: str, line: str) -> None:
        super().__init__(f"{path}:{number}: {reason}: {line}")
        self.number = number
        self.reason = reason
        self.line = line


def read_tagged(path: Path) -> GoldFile:
    """Read one `.tagged` file. Raises MarkupError at the first line that is not markup, TaggerError if unreadable."""
    return parse(read_text(path), path)


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises TaggerError naming the file."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise TaggerError(f"{path}: cannot be read ({error.strerror}); name a file that is there") from None
    except UnicodeDecodeError as error:
        raise TaggerError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None


TODO = "todo_"  # before the id of a topic or label that a person must decide
HEADERS = ("title", "kind", "year", "names", "phenomenon", "source")


def parse(text: str, path: Path, faults: list[MarkupError] | None = None) -> GoldFile:
    """Parse the text of a `.tagged` file.

    Raises MarkupError at the first line that is not markup; with `faults` it is put there, and the others are read.
    """
    header: dict[str, str] = {}
    lines: list[GoldLine] = []
    outline = Outline()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        try:
            match = _HEADER.fullmatch(line)
            if match and not lines:
                _add_header(header, match[1], match[2])
            else:
                lines.append(parse_line(line, number, outline))
        except ValueError as error:
            fault = MarkupError(path, number, str(error), line)
            if faults is None:
                raise fault from None
            faults.append(fault)
    return GoldFile(path, header, tuple(lines))


def _add_header(header: dict[str, str], key: str, value: str) -> None:
    if key not in HEADERS:
        raise ValueError(f"header {key} is none of {', '.join(HEADERS)}")
    if key in header:
        raise ValueError(f"header {key} stands twice")
    header[key] = value


def parse_line(line: str, number: int = 1, outline: Outline | None = None) -> GoldLine:
    """One line of markup; `outline` is moved on by headings and places sentences. Raises ValueError saying what is wrong."""
    outline = outline or Outline()
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError("needs [topic] or [#level] in front")
    text, entities = _parse_text(match["text"])
    seen = tuple(each[1:] for each in (match["seen"] or "").split())
    if not text.strip():
        raise ValueError("has no text")
    if text != text.strip():
        raise ValueError("has space at an end of its text")
    if match["topic"] is not None:
        _check_seen(entities, seen)
        return GoldSentence(number, text, match["topic"], entities, outline.section, outline.role, seen)
    if entities:
        raise ValueError("a heading carries no entities")
    role: Any = match["role"]
    if role is not None and role not in ROLES:
        raise ValueError(f"role {role} is none of {', '.join(ROLES)}")
    heading = GoldHeading(number, text, int(match["level"] or 1), role)
    outline.enter(heading)
    return heading


def _parse_text(marked: str) -> tuple[str, tuple[GoldEntity, ...]]:
    text = ""
    end = 0
    entities: list[GoldEntity] = []
    for match in _ENTITY.finditer(marked):
        text += marked[end : match.start()]
        start = len(text)
        text += match[4]
        end = match.end()
        # §5: the number may be left out where a line has one group.
        groups = () if match[3] else tuple(int(group) for group in (match[2] or "1").split(","))
        if not match[4]:
            raise ValueError(f"empty entity {match[0]}")
        entities.append(GoldEntity(match[3] or _LETTERS[match[1]], start, len(text), groups))
    text += marked[end:]
    if _STRAY.search(text):
        raise ValueError("braces or | that are no entity")
    unseen = _UNSEEN.search(text)
    if unseen:
        raise ValueError(f"holds the character U+{ord(unseen[0]):04X}, which cannot be told by eye")
    _check_groups(text, entities)
    return text, tuple(entities)


def _check_seen(entities: Iterable[GoldEntity], seen: tuple[Label, ...]) -> None:
    """Every label but METRIC, VALUE and UNIT is in a sentence that says it was looked at for it."""
    if len(set(seen)) != len(seen):
        raise ValueError("names a label twice in front")
    for entity in entities:
        if entity.label not in (*CORE, *seen) and TODO + entity.label not in seen:
            raise ValueError(f"has a {entity.label}, but does not say [topic +{entity.label}] in front")


def _check_groups(text: str, entities: Iterable[GoldEntity]) -> None:
    """Every group has one VALUE and at most one METRIC and UNIT; a UNIT has one group, and so has a VALUE."""
    seen: dict[tuple[str, int], GoldEntity] = {}
    for entity in entities:
        if entity.label in ("VALUE", "UNIT") and len(entity.groups) != 1:
            raise ValueError(f"{entity.label} {text[entity.start : entity.end]} has more than one number")
        for group in entity.groups:
            if (entity.label, group) in seen:
                raise ValueError(f"group {group} has two {entity.label}s")
            seen[entity.label, group] = entity
    for label, group in seen:
        if ("VALUE", group) not in seen:
            raise ValueError(f"{label} of group {group} has no VALUE")


def renumber(line: GoldLine) -> GoldLine:
    """The line with its links numbered in the order of their VALUEs, as gold files have them."""
    if isinstance(line, GoldHeading):
        return line
    numbers = {link.group: number for number, link in enumerate(line.links, 1)}
    entities = [each._replace(groups=tuple(sorted(numbers[group] for group in each.groups))) for each in line.entities]
    return replace(line, entities=tuple(entities))


def format_file(file: GoldFile) -> str:
    """The file as markup; `parse` gives it back."""
    return "".join(f"{line}\n" for line in _format_lines(file))


def write_new(files: Iterable[GoldFile], folder: Path) -> None:
    """Write gold files into a folder, all of them or none.

    Raises TaggerError where one is there already, or would not be read back as it is.
    """
    texts = {}
    for file in files:
        path = folder / file.path.name
        texts[path] = format_file(file)
        back = parse(texts[path], path)
        if (back.header, back.lines) != (file.header, file.lines):
            raise TaggerError(
                f"{path}: holds something that the markup cannot say (a break inside a line, a header); mend it"
            )
        if path.exists():
            raise TaggerError(f"{path}: is there already; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")


def _format_lines(file: GoldFile) -> Iterator[str]:
    yield from (f"# {key}: {value}" for key, value in file.header.items())
    yield from map(format_line, file.lines)


def format_line(line: GoldLine) -> str:
    """One line as markup, every entity with its numbers."""
    if isinstance(line, GoldHeading):
        return f"[#{line.level}{' ' + line.opens if line.opens else ''}] {line.text}"
    marked = ""
    end = 0
    for entity in line.entities:
        groups = ",".join(map(str, entity.groups))
        name = entity.label[0] + groups if entity.label in CORE else entity.label
        marked += f"{line.text[end : entity.start]}{{{name}|{line.text[entity.start : entity.end]}}}"
        end = entity.end
    seen = "".join(f" +{label}" for label in line.seen)
    return f"[{line.topic}{seen}] {marked}{line.text[end:]}"
