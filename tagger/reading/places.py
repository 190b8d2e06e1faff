"""Places: where in its file a character of an extracted text stood (page 3, paragraph 12, sheet 附表 row 7)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tagger.errors import TaggerError


class Place(NamedTuple):
    """From character `start` of the extracted text on, up to the next place, the text stood at `label`."""

    start: int
    label: str


def place_at(places: Sequence[Place], offset: int) -> str | None:
    """The label of the place that `offset` lies in; None before the first and where there are none."""
    index = bisect_right(places, offset, key=lambda place: place.start)
    return places[index - 1].label if index else None


class Extracted(NamedTuple):
    """The text of a file, the places in it in rising order, and the encoding where the file is itself text.

    `reports` is where each report begins, in a file of several.
    """

    text: str
    places: tuple[Place, ...] = ()
    encoding: str | None = None
    reports: tuple[int, ...] = ()


def too_long(name: str, limit: int) -> TaggerError:
    """The error for a file whose text has more than `limit` characters."""
    return TaggerError(f"{name}: the text in it has over {limit:,} characters, the limit of one report; split it")


class TextBuilder:
    """Grows an extracted text block by block, with its places, and refuses to grow beyond `limit` characters."""

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._parts: list[str] = []
        self._places: list[Place] = []
        self._reports: list[int] = []
        self._length = 0

    @property
    def has_reports(self) -> bool:
        """Whether something in it was added as a report of its own."""
        return bool(self._reports)

    def add(self, block: str, label: str | None = None, gap: str = "\n\n", report: bool = False) -> None:
        """Append a block, parted from the one before by `gap`; a blank one is left out. A `report` of its own begins with it.

        An empty line (the default gap) tells the reader that the file itself ends the paragraph there; a single newline
        leaves it to the reader whether the line goes on.
        """
        if not block.strip():
            return
        start = self._length + (len(gap) if self._parts else 0)
        self._length = start + len(block)
        if self._length > self._limit:
            raise too_long(self._name, self._limit)
        self._parts += [gap, block] if self._parts else [block]
        if label is not None and (not self._places or self._places[-1].label != label):
            self._places.append(Place(start, label))
        if report:
            # What stands before the first report is one too.
            self._reports += [0, start] if start and not self._reports else [start]

    def build(self, encoding: str | None = None) -> Extracted:
        """The text so far, and its places."""
        return Extracted("".join(self._parts), tuple(self._places), encoding, tuple(self._reports))
