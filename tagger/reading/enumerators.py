"""The marks that head an item of an outline: 一、 （一） 1. (1) ① 第一， 一是 # — as styles, with the number they give.

The number is never trusted: reports skip and repeat it, and mix （一） with (2).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CJK = "一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_VALUES = {character: value for value, character in enumerate(_CJK, 1)}


class Enumerator(NamedTuple):
    """An item mark at the start of a text: its style, its number (0 if none), the length it takes."""

    style: str
    value: int
    length: int


# (style, canonical depth, pattern). The depth is what the style usually means when nothing else tells.
_STYLES: tuple[tuple[str, int, str], ...] = (
    ("markdown", 1, r"\#{1,6}\s+"),
    ("part", 1, rf"第(?P<part>[{_CJK}]{{1,3}})(?:章|节|部分|篇)[、，:：\s]*"),
    (
        "cjk",
        2,
        rf"(?P<cjk>[{_CJK}]{{1,3}})(?:、(?![{_CJK}]{{1,3}}(?:级|类|季度|月|线|期|、))|．|\.(?!\d)|[:：]|\s+(?=\S))",
    ),
    ("bracket_cjk", 3, rf"[（(]\s?(?P<bracket_cjk>[{_CJK}]{{1,3}})\s?[)）][、.．，:：]?"),
    (
        "ordinal",
        3,
        rf"(?:第(?P<ordinal>[{_CJK}])(?=[，,、:：]))[，,、:：]|(?:首先|其次|再次|最后)[，,](?=[^，。]{{2,14}}。)",
    ),
    ("arabic_dot", 4, r"(?P<arabic_dot>\d{1,2})(?:．|\.(?!\d))"),
    ("arabic", 4, r"(?P<arabic>\d{1,2})、"),
    ("bracket_arabic", 5, r"[（(]\s?(?P<bracket_arabic>\d{1,2})\s?[)）][、.．]?"),
    ("half_bracket", 5, r"(?P<half_bracket>\d{1,2})[)）]"),
    ("circled", 6, rf"(?P<circled>[{_CIRCLED}])"),
    ("lead", 7, rf"(?P<lead>[{_CJK}]{{1,2}})(?:是|要(?=[^求点素]))[:：，]?|(?P<lead_ye>[{_CJK}])、?是"),
)
_ENUMERATOR = re.compile("|".join(f"(?P<_{style}>{pattern})" for style, _, pattern in _STYLES))
_LINE_STYLES = frozenset({"cjk", "part", *(f"markdown{count}" for count in range(1, 7))})
DEPTH = {style: depth for style, depth, _ in _STYLES} | {"section": 2, "plain": 3, "inline": 8}
# The marks of Markdown say their depth themselves, above all others.
DEPTH |= {f"markdown{count}": count - 6 for count in range(1, 7)}


def read_enumerator(text: str, inline: bool = False) -> Enumerator | None:
    """The enumerator that `text` begins with, if any; `inline` says that `text` does not begin its line."""
    match = _ENUMERATOR.match(text)
    if match is None:
        return None
    style = next(name[1:] for name, value in match.groupdict().items() if name[0] == "_" and value is not None)
    if style == "markdown":
        style += str(match.group().count("#"))
    if inline and style in _LINE_STYLES:
        return None  # 三、四级手术占比 inside a paragraph is no third section
    groups = match.groupdict()
    number = groups.get(style) or groups.get(f"{style}_ye") or ""
    return Enumerator(style, _value(number), match.end())


def _value(number: str) -> int:
    if not number:
        return 0
    if number.isdecimal():
        return int(number)
    if number in _CIRCLED:
        return _CIRCLED.index(number) + 1
    tens, ten, units = number.rpartition("十")
    if ten:
        return 10 * _VALUES.get(tens, 1) + _VALUES.get(units, 0)
    return _VALUES.get(number[-1], 0)
