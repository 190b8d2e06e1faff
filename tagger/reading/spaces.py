"""Blanks inside a line that the writer never typed: OCR spaces between characters, around digits and punctuation.

A blank is taken out only where no reading can change: never between two digits (`3 1.5` must not become 31.5), never
between two Chinese numerals that stand alone, never between Latin words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tagger.document import Removed
from tagger.reading.characters import BLANK, BLANK_RUN, DIGITS, HAN, NUMERALS

OCR_SPACE = "ocr_space"

# Three single characters in a row with blanks between them: nobody writes so (上 半 年), scanners do.
_SPACED_RUN = re.compile(rf"(?:(?<={BLANK})|^)[{HAN}](?:{BLANK}[{HAN}]){{2,}}(?={BLANK}|$|[^{HAN}])")
_HAN = re.compile(rf"[{HAN}]")
_PUNCTUATION = frozenset("，。、；：！？,;:!?（）()《》〈〉“”‘’\"'「」【】[]〔〕…—·%％‰")
_COLUMN_GAP = 3  # blanks: this wide, or a tab, they may be a table's columns
_DIGIT = re.compile(rf"[{DIGITS}]")
_MASK = re.compile(r"[*＊×xX]")
_ENUMERATOR_HEAD = re.compile(
    rf"(?:[一二三四五六七八九十]{{1,3}}|第[一二三四五六七八九十]{{1,3}}[章节部篇]分?|[0-9]{{1,2}}){BLANK}"
)
_INVISIBLE_ONLY = re.compile(r"[^\s]+")


def has_spaced_run(text: str) -> bool:
    """Whether the line shows the mark of a scanner: single characters with blanks between them."""
    return bool(_SPACED_RUN.search(text))


def find_spaces(text: str, offset: int, scanned: bool) -> tuple[list[Removed], bool]:
    """Blanks to take out of one line, as ranges shifted by `offset`; and whether a blank between digits was left in doubt.

    `scanned` says that the file shows spaced runs somewhere.
    """
    runs = list(BLANK_RUN.finditer(text))
    if not runs:
        return [], False
    spaced = [match.span() for match in _SPACED_RUN.finditer(text)]
    head = _ENUMERATOR_HEAD.match(text)
    removed = []
    doubtful = False
    for run in runs:
        start, end = run.span()
        if start == 0 or end == len(text):
            continue
        left, right = text[start - 1], text[end]
        # Zero-width marks are no blanks to a reader, digits on both sides or not.
        invisible = bool(_INVISIBLE_ONLY.fullmatch(run.group()))
        keep_head = head is not None and end == head.end() and not spaced
        if invisible or (not keep_head and _removable(text, start, end, left, right, spaced, scanned)):
            removed.append(Removed(offset + start, offset + end, OCR_SPACE))
        elif end - start == 1 and (_DIGIT.match(left) and _DIGIT.match(right) or {left, right} <= NUMERALS):
            doubtful = True
    return removed, doubtful


def _removable(
    text: str, start: int, end: int, left: str, right: str, spaced: list[tuple[int, int]], scanned: bool
) -> bool:
    left_han, right_han = bool(_HAN.match(left)), bool(_HAN.match(right))
    if left_han and right_han:
        if any(a <= start and end <= b for a, b in spaced):
            return True
        if left in NUMERALS and right in NUMERALS:
            return False
        if "\t" in text[start:end] and not spaced:
            return False
        before, after = _run(text, start - 1, -1), _run(text, end, 1)
        if spaced or scanned:
            return min(before, after) <= 3
        return end - start < _COLUMN_GAP and min(before, after) == 1
    wide = end - start >= _COLUMN_GAP or "\t" in text[start:end]
    if left in _PUNCTUATION or right in _PUNCTUATION:
        # `99. 5` and `3 , 5`: punctuation between digits may belong to a number.
        return not (_numeric_across(text, start, end) or wide and not (spaced or scanned))
    if wide and not (spaced or scanned):
        return False
    left_value = bool(_DIGIT.match(left)) or _is_mask(text, start - 1)
    right_value = bool(_DIGIT.match(right)) or _is_mask(text, end)
    return (left_value and right_han) or (left_han and right_value)


def _is_mask(text: str, index: int) -> bool:
    """Whether the character at `index` is a mask that stands alone, not a letter of a Latin word."""
    if not _MASK.match(text[index]):
        return False
    around: Iterator[str] = (text[i] for i in (index - 1, index + 1) if 0 <= i < len(text))
    return all(not c.isascii() or not c.isalpha() or c in "xX" for c in around)


def _numeric_across(text: str, start: int, end: int) -> bool:
    """Whether digits stand on both sides of the blank, punctuation of numbers aside."""
    left = (
        text[max(0, start - 4) : start].rstrip("，,.．:：")[-1:] if text[start - 1] in ",.．，:：" else text[start - 1]
    )
    right = text[end : end + 2].lstrip("，,.．:：")[:1] if text[end] in ",.．，:：" else text[end]
    return bool(left and right and _DIGIT.match(left) and _DIGIT.match(right))


def _run(text: str, index: int, step: int) -> int:
    """How many ideographs stand in a row from `index` on in the direction of `step`; more than four are four."""
    count = 0
    while count < 4 and 0 <= index < len(text) and _HAN.match(text[index]):
        count, index = count + 1, index + step
    return count
