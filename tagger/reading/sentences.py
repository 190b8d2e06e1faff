"""Paragraphs to sentences: the longest stretch between terminators, closing quotes and brackets included."""

from __future__ import annotations

import re

from tagger.document import Stretch
from tagger.reading.characters import BLANK, CLOSERS, TERMINATORS

# The semicolon of &nbsp; ends no sentence, nor does a question mark that hides a digit (1？3人).
_ENTITY = "".join(f"(?<!&{name})" for name in ("nbsp", "ensp", "emsp", "#160", "lt", "gt", "amp", "quot"))
_STOP = re.compile(rf"(?:[。！；!]|{_ENTITY};|(?<!\d)[？?]|[？?](?!\d))[{TERMINATORS}]*[{re.escape(CLOSERS)}]*")
_LEADING = re.compile(rf"{BLANK}*")
_TRAILING = re.compile(rf"{BLANK}+\Z")
_BARE = re.compile(rf"[{TERMINATORS}{re.escape(CLOSERS)}\s]*")


def split_sentences(paragraph: Stretch) -> list[Stretch]:
    """The sentences of a paragraph, in order; nothing but blanks is lost between them."""
    text = paragraph.text
    cuts: list[tuple[int, int]] = []
    start = 0
    for stop in _STOP.finditer(text):
        _append(text, cuts, start, stop.end())
        start = stop.end()
    _append(text, cuts, start, len(text))
    return paragraph.split(cuts)


def _append(text: str, cuts: list[tuple[int, int]], start: int, end: int) -> None:
    start = _LEADING.match(text, start, end).end()  # type: ignore[union-attr]
    end -= len(text[start:end]) - len(_TRAILING.sub("", text[start:end]))
    if start >= end:
        return
    if cuts and _BARE.fullmatch(text, start, end):
        cuts[-1] = (cuts[-1][0], end)  # a stray terminator belongs to the sentence before it
    else:
        cuts.append((start, end))
