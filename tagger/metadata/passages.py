"""The parts of a report that speak of it as a whole, without blanks and with half-width forms, mapped to the original."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from tagger.document import Document, Stretch
from tagger.metadata.facts import Evidence, Place
from tagger.reading.characters import BLANK, squeeze

_OPENING = 600  # characters of the body that may speak of the whole report
_LONGEST_NAME = 255  # what file systems allow
_BLANK = re.compile(BLANK)
# Full-width signs become ASCII, dashes of every length one sign.
_SIMPLER: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SIMPLER.update(dict.fromkeys(map(ord, "‐‑‒–—―－━─~～"), "-"))


class Passage(NamedTuple):
    """Normalised text: no blanks but one between digits, lines parted by a line feed; `places` maps to `source`."""

    text: str
    places: list[int]
    source: str
    place: Place

    def evidence(self, start: int, end: int) -> Evidence:
        """The original words of the normalised characters `start:end` (start < end)."""
        first, last = self.places[start], self.places[end - 1] + 1
        return Evidence(self.source[first:last], self.place, first, last)


def make_passage(stretches: Iterable[Stretch], source: str, place: Place) -> Passage:
    """One line per stretch."""
    characters: list[str] = []
    places: list[int] = []
    for stretch in stretches:
        if characters:
            characters.append("\n")
            places.append(places[-1])
        start = len(characters)
        text = stretch.text.translate(_SIMPLER)
        blank = False
        for index, character in enumerate(text):
            if _BLANK.match(character):
                blank = True
                continue
            # "03 2023年" must not become 032023, so a blank between digits stays.
            if blank and character.isdigit() and len(characters) > start and characters[-1].isdigit():
                characters.append(" ")
                places.append(places[-1])
            blank = False
            characters.append(character)
            places.append(stretch.origin(index) if stretch.removed else stretch.start + index)
    return Passage("".join(characters), places, source, place)


def title_passage(document: Document) -> Passage:
    """The lines of the title; a line said again counts once."""
    lines: dict[str, Stretch] = {}
    for heading in document.headings:
        if heading.level == 0:
            lines.setdefault(squeeze(heading.text), heading)
    return make_passage(lines.values(), document.text, "title")


def name_passage(name: str) -> Passage:
    """The last part of a path, without its suffix."""
    start = max(name.rfind("/"), name.rfind("\\")) + 1
    stem = re.sub(r"\.[A-Za-z]{1,5}$", "", name[start:])[:_LONGEST_NAME]
    return make_passage([Stretch(stem, start, start + len(stem))], name, "name")


def opening_passage(document: Document) -> Passage:
    """The first sentences below the title; a heading among them too."""
    body: list[Stretch] = [heading for heading in document.headings[:12] if heading.level > 0]
    body.extend(document.sentences[:24])
    chosen: list[Stretch] = []
    room = _OPENING
    for stretch in sorted(body, key=lambda each: each.start):
        if room <= 0:
            break
        chosen.append(Stretch(stretch.text[:room], stretch.start, stretch.end, stretch.removed))
        room -= len(stretch.text)
    return make_passage(chosen, document.text, "text")


def line_passages(text: str, start: int, end: int) -> list[Passage]:
    """The lines of `text[start:end]`, each by itself."""
    lines = list(re.finditer(r"[^\n\r]+", text[start:end]))
    return [
        make_passage([Stretch(line.group(), start + line.start(), start + line.end())], text, "text") for line in lines
    ]
