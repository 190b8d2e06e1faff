"""Character classes that the reading steps share."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

# Characters that carry nothing: whitespace (all that str.isspace knows), zero-width marks, soft hyphen, Ctrl-Z.
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\x1a"
BLANK = rf"[\s{INVISIBLE}]"
BLANK_RUN = re.compile(rf"{BLANK}+")

TERMINATORS = "。！？；!?;"
CLOSERS = "”’\"'』」）)》】］]〉"
ENDS_SENTENCE = re.compile(rf"[{TERMINATORS}][{re.escape(CLOSERS)}]*$")

# Han ideographs, with 〇 and the compatibility block.
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
DIGITS = "0-9０-９"
# What can stand for a number, or for a piece of one.
NUMERIC = re.compile(rf"[{DIGITS}.．,*＊×xX%％‰]")
# Chinese numerals too make another number when they are joined: 二十⏎三所.
NUMERALS = frozenset("一二两三四五六七八九十百千万亿零〇")


def width(text: str) -> int:
    """Columns that `text` takes in a fixed-width font: 2 for a wide character (Unicode UAX #11), 1 for others."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def squeeze(text: str) -> str:
    """`text` without its blanks: two lines are the same line when their squeezed texts are equal."""
    return BLANK_RUN.sub("", text)
