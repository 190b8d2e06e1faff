"""Automatic numbers of Word paragraphs: 一、 （一） 1. live in numbering.xml, not in the text.

ECMA-376 part 1, 17.9: a paragraph names a numbering instance and a level, itself or through its style; the instance
points to an abstract definition whose levels give format, start and pattern ("%1.%2"). Instances of one definition
count together unless they restart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from xml.etree.ElementTree import Element

_LEVELS = 9
_CLOSED = "、，：。．）】》"  # a number that ends so needs no blank before the text
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"))
_ROMAN_UNITS = ((9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def local(element: Element) -> str:
    """The name of an element without its namespace: the strict and the usual documents differ only in that."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element | None, name: str = "val") -> str | None:
    """An attribute by its name without namespace."""
    if element is not None:
        for key, value in element.attrib.items():
            if key.rpartition("}")[2] == name:
                return value
    return None


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of names without namespaces."""
    for name in path:
        element = next((each for each in element if local(each) == name), None) if element is not None else None
    return element


class Level(NamedTuple):
    """One level of a definition; `restart` is the level (from 1) whose numbers start it anew, 0 for none."""

    start: int
    form: str
    pattern: str
    suffix: str
    restart: int | None
    legal: bool
    style: str | None


_PLAIN = Level(1, "none", "", "nothing", None, False, None)


class Numbering:
    """Gives each numbered paragraph, asked in document order, its number as text."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._styles = {attribute(each, "styleId") or "": each for each in styles or () if local(each) == "style"}
        self._default = next(
            (
                style
                for style, element in self._styles.items()
                if attribute(element, "type") == "paragraph" and attribute(element, "default") in ("1", "true", "on")
            ),
            None,
        )
        self._abstract: dict[str, Element] = {}
        self._instances: dict[str, Element] = {}
        for each in numbering if numbering is not None else ():
            if local(each) == "abstractNum":
                self._abstract[attribute(each, "abstractNumId") or ""] = each
            elif local(each) == "num":
                self._instances[attribute(each, "numId") or ""] = each
        self._levels: dict[str, tuple[str, list[Level]] | None] = {}
        self._counts: dict[str, list[int | None]] = {}

    def style_names(self, properties: Element | None) -> Iterator[str]:
        """The names of a paragraph's style and of those it is based on."""
        for style in self._chain(properties):
            yield attribute(child(style, "name")) or ""

    def label(self, properties: Element | None) -> str:
        """The number of the next paragraph, with the blank that parts it from the text; "" where it has none."""
        instance, index = self._find(properties)
        if instance is None or (found := self._definition(instance)) is None:
            return ""
        abstract, levels = found
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        count = counts[index]
        counts[index] = levels[index].start if count is None else count + 1
        for deeper in range(index + 1, _LEVELS):
            restart = levels[deeper].restart
            if restart is None or index < restart:
                counts[deeper] = None
        for above in range(index):
            if counts[above] is None:
                counts[above] = levels[above].start
        text = _write(levels, index, counts)
        if not text or text[-1] in _CLOSED or levels[index].suffix == "nothing" and not text[-1].isalnum():
            return text
        return f"{text} "

    def _chain(self, properties: Element | None) -> Iterator[Element]:
        seen = set()
        style = attribute(child(properties, "pStyle")) or self._default
        while style and style not in seen and style in self._styles:
            seen.add(style)
            yield self._styles[style]
            style = attribute(child(self._styles[style], "basedOn"))

    def _find(self, properties: Element | None) -> tuple[str | None, int]:
        """Numbering instance (None for none) and level of a paragraph: its own, else its style's."""
        own = child(properties, "numPr")
        instance, level = attribute(child(own, "numId")), attribute(child(own, "ilvl"))
        if instance is None:
            for style in self._chain(properties):
                its = child(style, "pPr", "numPr")
                if its is None:
                    continue
                level = level or attribute(child(its, "ilvl"))
                instance = attribute(child(its, "numId"))
                if instance is not None:
                    level = level or self._level_of_style(instance, attribute(style, "styleId"))
                    break
        if instance in (None, "0"):
            return None, 0
        index = int(level) if level and level.isdecimal() else 0
        return instance, min(index, _LEVELS - 1)

    def _level_of_style(self, instance: str, style: str | None) -> str | None:
        found = self._definition(instance)
        levels = found[1] if found else []
        return next((str(index) for index, level in enumerate(levels) if style and level.style == style), None)

    def _definition(self, instance: str) -> tuple[str, list[Level]] | None:
        """Identifier of the abstract definition of an instance, and its levels with the instance's own changes."""
        if instance not in self._levels:
            self._levels[instance] = self._read(instance)
        return self._levels[instance]

    def _read(self, instance: str) -> tuple[str, list[Level]] | None:
        element = self._instances.get(instance)
        abstract = attribute(child(element, "abstractNumId"))
        for _ in range(_LEVELS):  # a definition may stand in the list style that it names
            link = attribute(child(self._abstract.get(abstract or ""), "numStyleLink"))
            if link is None:
                break
            number = attribute(child(self._styles.get(link), "pPr", "numPr", "numId"))
            abstract = attribute(child(self._instances.get(number or ""), "abstractNumId"))
        if element is None or abstract is None or abstract not in self._abstract:
            return None
        levels = [_PLAIN] * _LEVELS
        _put(levels, self._abstract[abstract])
        for override in element:
            if local(override) != "lvlOverride":
                continue
            _put(levels, override)
            start = _number(attribute(child(override, "startOverride")))
            index = _number(attribute(override, "ilvl"))
            if start is not None and index is not None and index < _LEVELS:
                levels[index] = levels[index]._replace(start=start)
                # The first paragraph of this instance begins the level anew.
                self._counts.setdefault(abstract, [None] * _LEVELS)[index] = None
        return abstract, levels


def _put(levels: list[Level], parent: Element) -> None:
    for element in parent:
        index = _number(attribute(element, "ilvl")) if local(element) == "lvl" else None
        if index is None or index >= _LEVELS:
            continue
        legal = child(element, "isLgl")
        # Formats newer than the standard stand in an AlternateContent; its Fallback is what all programs know.
        form = child(element, "numFmt")
        if form is None:
            form = child(element, "AlternateContent", "Fallback", "numFmt")
        start = _number(attribute(child(element, "start")))
        levels[index] = Level(
            start=0 if start is None else start,
            form=attribute(form) or "decimal",
            pattern=attribute(child(element, "lvlText")) or "",
            suffix=attribute(child(element, "suff")) or "tab",
            restart=_number(attribute(child(element, "lvlRestart"))),
            legal=legal is not None and attribute(legal) not in ("0", "false", "off"),
            style=attribute(child(element, "pStyle")),
        )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def _write(levels: list[Level], index: int, counts: list[int | None]) -> str:
    level = levels[index]
    if level.form == "bullet":
        # The signs of Symbol and Wingdings are private characters that no other font shows.
        return "".join("•" if "\ue000" <= each <= "\uf8ff" else each for each in level.pattern)

    def written(match: re.Match[str]) -> str:
        place = int(match.group(1)) - 1
        form = "decimal" if level.legal else levels[place].form
        return format_number(counts[place] or 0, form)

    return re.sub("%([1-9])", written, level.pattern)


def format_number(number: int, form: str) -> str:
    """A number as Word writes it in a format of ST_NumberFormat; decimal for the formats that reports do not use."""
    if form == "none":
        return ""
    write = _FORMS.get(form)
    return write(number) if write and number > 0 else f"{number}"


def _chinese(number: int, capital: bool = False) -> str:
    from cn2an import an2cn

    return str(an2cn(number, "up" if capital else "low"))


def _roman(number: int) -> str:
    if number > 3999:
        return f"{number}"
    text = ""
    for value, sign in (*_ROMAN, *_ROMAN_UNITS):
        text += sign * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    # Z is followed by AA, BB, … (17.18.59).
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number <= 26 * 20 else f"{number}"


def _cyclic(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


def _enclosed(first: str, count: int = 20) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if number <= count else f"{number}"


_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: f"{number}".translate({ord("0") + i: ord("０") + i for i in range(10)}),
    "decimalFullWidth2": lambda number: f"{number}".translate({ord("0") + i: ord("０") + i for i in range(10)}),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "japaneseCounting",
            "taiwaneseCounting",
            "taiwaneseCountingThousand",
        ),
        _chinese,
    ),
    "ideographDigital": lambda number: f"{number}".translate(
        dict(zip(range(48, 58), "〇一二三四五六七八九", strict=True))
    ),
    "chineseLegalSimplified": lambda number: _chinese(number, capital=True),
    "ideographTraditional": _cyclic(_STEMS),
    "ideographZodiac": _cyclic(_BRANCHES),
    "decimalEnclosedCircle": _enclosed("①"),
    "decimalEnclosedCircleChinese": _enclosed("①"),
    "decimalEnclosedParen": _enclosed("⑴"),
    "decimalEnclosedFullstop": _enclosed("⒈"),
    "ideographEnclosedCircle": _enclosed("㊀", 10),
}
