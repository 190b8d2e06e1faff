"""The lines of a report, and whether they were wrapped by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tagger.reading.characters import BLANK, ENDS_SENTENCE, width

_NEWLINE = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_MARGIN = re.compile(rf"{BLANK}*")
_TRAILING = re.compile(rf"{BLANK}+\Z")

# A wrapped file has lines of nearly one width that mostly stop in mid-sentence.
_FULL_SHARE = 0.82
_MAX_COLUMNS = 130
_MIN_COLUMNS = 20


class Line(NamedTuple):
    """A line with something on it: `text` is `original[start:end]`, without the blanks around it."""

    start: int
    end: int
    text: str
    indent: int  # blanks before it, in columns
    blank_before: bool  # at least one empty line stands between this line and the one before
    columns: int

    @property
    def open(self) -> bool:
        """Whether the line stops before its sentence does."""
        return not ENDS_SENTENCE.search(self.text)


class Wrap(NamedTuple):
    """How a file is wrapped: lines of at least `full` columns were broken by the margin; 0 when it is not wrapped."""

    full: int

    def breaks(self, line: Line) -> bool:
        """Whether the margin, not the writer, ended this line."""
        return bool(self.full) and line.columns >= self.full


def split_lines(text: str) -> list[Line]:
    """The lines that are not blank, in order."""
    lines: list[Line] = []
    blank = False
    for start, end in _raw_lines(text):
        first = _MARGIN.match(text, start, end).end()  # type: ignore[union-attr]
        if first == end:
            blank = bool(lines)
            continue
        body = _TRAILING.sub("", text[first:end])
        # Beyond the widest margin the exact width says nothing, and counting it would cost time.
        columns = width(body) if len(body) <= _MAX_COLUMNS else 2 * len(body)
        lines.append(Line(first, first + len(body), body, width(text[start:first]), blank, columns))
        blank = False
    return lines


def _raw_lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for newline in _NEWLINE.finditer(text):
        yield start, newline.start()
        start = newline.end()
    if start < len(text):
        yield start, len(text)


def find_wrap(lines: list[Line]) -> Wrap:
    """Whether the lines were wrapped at a margin, judged by their widths.

    The margin is the 90th percentile of the widths; a wrapped file has most of its lines near it, and most of those open.
    """
    widths = sorted(line.columns for line in lines)
    if len(widths) < 4:
        return Wrap(0)
    margin = widths[int(0.9 * (len(widths) - 1))]
    if not _MIN_COLUMNS <= margin <= _MAX_COLUMNS:
        return Wrap(0)
    full = int(_FULL_SHARE * margin)
    near = [line for line in lines if full <= line.columns <= margin + 4]
    open_near = sum(line.open for line in near)
    if len(near) >= 0.4 * len(lines) and open_near >= 3 and open_near >= 0.6 * len(near):
        return Wrap(full)
    return Wrap(0)
