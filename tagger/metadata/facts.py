"""What is known of a report as a whole, each with the words that say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Place = Literal["title", "name", "text"]
Level = Literal["province", "prefecture", "county", "district", "township"]
PeriodKind = Literal["year", "first_half", "second_half", "quarter", "months"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words a fact was read off: `start:end` are offsets into the original, or into the file name ("name")."""

    text: str
    place: Place
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A normalised value and the words that say it."""

    value: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Region(Fact):
    """The smallest division named; `within` are those named around it, outermost first, as far as the report says."""

    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period(Fact):
    """The time reported on, both days included. `year` is where the year stands when not within the evidence."""

    kind: PeriodKind
    start: date
    end: date
    year: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """Place, time and author of a report; None where the report omits, masks or contradicts it.

    The value of `level` is one of `Level`.
    """

    region: Region | None = None
    level: Fact | None = None
    period: Period | None = None
    issuer: Fact | None = None
