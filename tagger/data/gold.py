"""What annotators say of a report: headings with level and role, sentences with topic, entities and links.

Offsets are characters of the line's own text, the markup taken out.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, Union

from tagger.document import CORE, Label, Role, Span

LABELS = CORE
ROLES: tuple[Role, ...] = ("work", "problem", "plan", "overview")


class GoldEntity(NamedTuple):
    """An annotated span; `groups` are the numbers of the links it takes part in, none for a label that a taxonomy adds."""

    label: Label
    start: int
    end: int
    groups: tuple[int, ...]


class GoldLink(NamedTuple):
    """A VALUE with its METRIC and UNIT; `group` is the number that its entities share, unique within the sentence."""

    group: int
    metric: GoldEntity | None
    value: GoldEntity
    unit: GoldEntity | None


@dataclass(frozen=True, slots=True)
class GoldHeading:
    """A heading. `level` 0 is the title; `opens` is the role that begins here, None where the last one goes on."""

    number: int  # the line in its file, from 1
    text: str
    level: int
    opens: Role | None = None


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """A sentence with its topic and entities, and its place in the outline: headings above it, outermost first.

    METRIC, VALUE and UNIT are annotated in every sentence, a label that a taxonomy adds only in those with it in `seen`.
    """

    number: int  # the line in its file, from 1
    text: str
    topic: str
    entities: tuple[GoldEntity, ...] = ()
    section: tuple[str, ...] = ()
    role: Role = "overview"
    seen: tuple[Label, ...] = ()

    @property
    def links(self) -> tuple[GoldLink, ...]:
        """One link per VALUE, in the order of the text."""
        units = {group: each for each in self.entities if each.label == "UNIT" for group in each.groups}
        metrics = {group: each for each in self.entities if each.label == "METRIC" for group in each.groups}
        return tuple(
            GoldLink(each.groups[0], metrics.get(each.groups[0]), each, units.get(each.groups[0]))
            for each in self.entities
            if each.label == "VALUE"
        )

    @property
    def core(self) -> GoldSentence:
        """The sentence with METRIC, VALUE and UNIT alone, as it is without the labels that a taxonomy adds."""
        return replace(self, entities=tuple(each for each in self.entities if each.label in CORE), seen=())

    @property
    def spans(self) -> list[Span]:
        """The entities in the form that engines give, with score 1."""
        return [Span(each.label, each.start, each.end, 1.0) for each in self.entities]


GoldLine = Union[GoldHeading, GoldSentence]


@dataclass(frozen=True, slots=True)
class GoldFile:
    """One `.tagged` file: header fields (title, kind, year, names …) and lines in the order of the report."""

    path: Path
    header: dict[str, str] = field(default_factory=dict)
    lines: tuple[GoldLine, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".tagged")

    @property
    def sentences(self) -> list[GoldSentence]:
        return [line for line in self.lines if isinstance(line, GoldSentence)]

    @property
    def headings(self) -> list[GoldHeading]:
        return [line for line in self.lines if isinstance(line, GoldHeading)]


class Outline:
    """The section path and role that hold at a line, kept while the headings go by."""

    def __init__(self) -> None:
        self.section: tuple[str, ...] = ()
        self.role: Role = "overview"
        self._levels: tuple[int, ...] = ()

    def enter(self, heading: GoldHeading) -> None:
        """Go under a heading: it closes those of its own level and deeper. A title begins a report and opens no section."""
        if heading.level == 0:
            self.section, self.role, self._levels = (), heading.opens or "overview", ()
            return
        self.role = heading.opens or self.role
        kept = bisect_left(self._levels, heading.level)
        self.section = (*self.section[:kept], heading.text)
        self._levels = (*self._levels[:kept], heading.level)
