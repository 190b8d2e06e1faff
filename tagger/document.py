"""What travels through the house: stretches of text with a map to the original, and what is read off them.

Every offset outside this module's `Stretch` methods is a character position in the original decoded text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Literal, NamedTuple

Role = Literal["work", "problem", "plan", "overview"]
Label = str  # METRIC, VALUE, UNIT, and what the taxonomy adds to them
Bound = Literal["min", "max"]
Change = Literal["up", "down"]
# The labels that are always there: they are linked and read as numbers. Labels that a taxonomy adds are spans and no more.
CORE: tuple[Label, ...] = ("METRIC", "VALUE", "UNIT")


class Removed(NamedTuple):
    """A range of the original that the cleaned text leaves out, and why."""

    start: int
    end: int
    reason: str


@dataclass(slots=True)
class Stretch:
    """A cleaned piece of the original: `text` is `original[start:end]` less the ranges in `removed`.

    `removed` is sorted, does not overlap, and lies strictly inside `start:end`.
    """

    text: str
    start: int
    end: int
    removed: tuple[Removed, ...] = ()

    def origin(self, index: int) -> int:
        """Position in the original of the cleaned character `index` (0 ≤ index < len(text))."""
        position = self.start + index
        for cut in self.removed:
            if cut.start > position:
                break
            position += cut.end - cut.start
        return position

    def index(self, position: int) -> int:
        """The cleaned character that stands at `position` of the original; the inverse of `origin`."""
        return position - self.start - sum(cut.end - cut.start for cut in self.removed if cut.start < position)

    def indices(self, positions: Sequence[int]) -> list[int]:
        """`index` of each of many positions; one pass over `removed`."""
        starts = [cut.start for cut in self.removed]
        gone = list(accumulate((cut.end - cut.start for cut in self.removed), initial=0))
        return [position - self.start - gone[bisect_left(starts, position)] for position in positions]

    def locate(self, start: int, end: int) -> tuple[int, int]:
        """Range in the original of the cleaned characters `start:end` (start < end)."""
        if not self.removed:
            return self.start + start, self.start + end
        return self.origin(start), self.origin(end - 1) + 1

    def split(self, cuts: Iterable[tuple[int, int]]) -> list[Stretch]:
        """The sub-stretches at the cleaned ranges `cuts`, in rising order; one pass over `removed`."""
        if not self.removed:
            return [Stretch(self.text[a:b], self.start + a, self.start + b) for a, b in cuts]
        # keys[k]: the cleaned index at which removed[k] stands, i.e. how much text is kept before it.
        keys: list[int] = []
        shifts: list[int] = [0]
        for cut in self.removed:
            keys.append(cut.start - self.start - shifts[-1])
            shifts.append(shifts[-1] + cut.end - cut.start)
        pieces = []
        for a, b in cuts:
            first = bisect_right(keys, a)
            last = bisect_right(keys, b - 1)
            pieces.append(
                Stretch(
                    self.text[a:b],
                    self.start + a + shifts[first],
                    self.start + b + shifts[last],
                    self.removed[first:last],
                )
            )
        return pieces


@dataclass(slots=True)
class Heading(Stretch):
    """A line or lead that names what follows. `level` 0 is the title; 1 is a top section."""

    level: int = 1
    role: Role | None = None


@dataclass(slots=True)
class Sentence(Stretch):
    """A sentence with its place in the outline: the texts of the headings above it, outermost first."""

    section: tuple[str, ...] = ()
    role: Role = "work"
    paragraph: int = 0  # sentences of one paragraph share its number
    needs_review: bool = False


class Span(NamedTuple):
    """An entity found by an engine; `start:end` are offsets into the sentence's cleaned text."""

    label: Label
    start: int
    end: int
    score: float


@dataclass(slots=True)
class Prediction:
    """What an engine says of one sentence: topic id, score in 0..1, spans sorted and not overlapping."""

    topic: str
    topic_score: float
    spans: list[Span]
    needs_review: bool = False  # the engine is in doubt, by a threshold of its own


class Link(NamedTuple):
    """One VALUE with its METRIC and UNIT, either of which may be missing."""

    metric: Span | None
    value: Span
    unit: Span | None


@dataclass(slots=True)
class Quantity:
    """What a VALUE and its UNIT say as numbers. All of number … rank are None where the text masks or garbles them."""

    number: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    ratio: tuple[Decimal, Decimal] | None = None
    rank: int | None = None
    unit_normalized: str | None = None
    approximate: bool = False
    bound: Bound | None = None
    change: Change | None = None
    masked: bool = False

    @property
    def unread(self) -> bool:
        """Whether nothing could be read off a value that is not masked."""
        readings = (self.number, self.low, self.ratio, self.rank)
        return not self.masked and all(reading is None for reading in readings)


class Entity(NamedTuple):
    """An entity as users see it: `start:end` are offsets into the original."""

    label: Label
    start: int
    end: int
    text: str
    score: float


@dataclass(slots=True)
class Measurement:
    """One VALUE of the report, with the metric it measures, its unit, and what they say as numbers."""

    metric: Entity | None
    value: Entity
    unit: Entity | None
    quantity: Quantity


class Topic(NamedTuple):
    """The topic given to a sentence."""

    id: str
    name: str
    score: float


@dataclass(slots=True)
class TaggedSentence:
    """A sentence with everything said of it; the row of every output format. Offsets are into the original."""

    index: int
    sentence: Sentence
    topic: Topic
    entities: list[Entity]
    measurements: list[Measurement]

    @property
    def text(self) -> str:
        return self.sentence.text

    @property
    def needs_review(self) -> bool:
        """Whether a person should look: the reader was in doubt, or a value that nothing masks says no number."""
        return self.sentence.needs_review or any(each.quantity.unread for each in self.measurements)


@dataclass(slots=True)
class Document:
    """A report as read: the decoded original, its sentences and headings, and what was dropped outside of them."""

    name: str
    text: str
    encoding: str | None
    sentences: list[Sentence]
    headings: list[Heading]
    dropped: list[Removed]


@dataclass(slots=True)
class TaggedDocument:
    """A report with everything said of its sentences, and which engine and taxonomy said it."""

    source: Document
    sentences: list[TaggedSentence]
    engine: str
    taxonomy_version: str
    taxonomy_hash: str
    sha256: str | None = None
