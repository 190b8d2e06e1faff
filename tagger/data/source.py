"""Gold lines against the report they were read off: only white space and listed chrome may be missing.

A gold line is the report's own text less its blanks, so each of its characters has a place in the source. This is found here
by comparing characters, without `tagger.reading`, which is judged by it.
"""

from __future__ import annotations

import json
from pathlib import Path

from tagger.data.gold import GoldFile, GoldLine
from tagger.data.markup import read_text
from tagger.errors import TaggerError

_SHOWN = 20  # characters of context in a message


def chrome_path(tagged: Path) -> Path:
    """Where the list of a report's page chrome lies: JSON lines with start, end and text."""
    return tagged.with_name(tagged.name.removesuffix(".tagged") + ".chrome.jsonl")


def read_chrome(path: Path, source: str) -> list[tuple[int, int]]:
    """The ranges of `source` that are chrome, in order; none where the list is missing.

    Raises TaggerError naming file and line where a range does not hold the text that it names, or overlaps.
    """
    if not path.exists():
        return []
    ranges: list[tuple[int, int]] = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        try:
            record = json.loads(line)
            start, end, text = record["start"], record["end"], record["text"]
            if source[start:end] != text:
                raise ValueError(f"the source has {source[start:end]!r} there")
            if start >= end or (ranges and start < ranges[-1][1]):
                raise ValueError("is empty, or overlaps the one before")
        except (ValueError, KeyError, TypeError) as error:
            reason = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            raise TaggerError(f"{path}:{number}: {reason}: {line}") from None
        ranges.append((start, end))
    return ranges


def align(file: GoldFile, source: str, chrome: list[tuple[int, int]]) -> list[tuple[GoldLine, list[int]]]:
    """Each gold line with the place in `source` of each of its characters; a blank has that of the character before it.

    Raises TaggerError naming file, line and both texts at the first character that differs, and where text is left over.
    """
    dropped = bytearray(len(source))
    for start, end in chrome:
        dropped[start:end] = b"\1" * (end - start)
    kept = [place for place, character in enumerate(source) if not character.isspace() and not dropped[place]]
    aligned: list[tuple[GoldLine, list[int]]] = []
    position = 0
    for line in file.lines:
        places: list[int] = []
        for index, character in enumerate(line.text):
            if character.isspace():
                places.append(places[-1])
                continue
            if position == len(kept) or source[kept[position]] != character:
                found = "".join(source[place] for place in kept[position : position + _SHOWN]) or "its end"
                raise TaggerError(
                    f"{file.path}:{line.number}: the source goes on {found!r}, the line {line.text[index : index + _SHOWN]!r}; "
                    f"mend the line or list what is chrome in {chrome_path(file.path).name}: {line.text}"
                )
            places.append(kept[position])
            position += 1
        aligned.append((line, places))
    if position < len(kept):
        rest = "".join(source[place] for place in kept[position : position + _SHOWN])
        raise TaggerError(f"{file.path}: ends before its source, which goes on {rest!r} at character {kept[position]}")
    return aligned
