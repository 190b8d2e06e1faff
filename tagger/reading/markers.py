"""Page markers that a document site puts into the text, in mid-sentence and even inside a number.

`培训乡村医生23⏎5、6人次` is 236 people and the marker of page 5, or 23 and an item 5, or something else. A marker is taken
out only where the file proves it: by a run of markers, each in mid-sentence, that rises by one from page to page.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from tagger.reading.chrome import PAGE_MARKER, is_page_number
from tagger.reading.lines import Line

_NUMBERED = re.compile(r"(\d{1,3})(?:[、．]|\.(?!\d))\s*(?=\S)")
_BARE = re.compile(r"(\d{1,3})[、．.]?")
_NUMBER = re.compile(r"\d+")
_ITEM = re.compile(r"(\d{1,3})[、.．]")
_OUTLINE = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[，、章节部]"
)
_MIN_OPEN = 15  # characters: a shorter open line is more likely a heading than the start of a sentence
_FULL_STOP = re.compile("[。！？；]")


class Markers(NamedTuple):
    """Lines that begin with a page marker: `proven` gives the marker's length in characters; `doubtful` ones stay."""

    proven: dict[int, int]
    doubtful: set[int]


class _Candidate(NamedTuple):
    line: int
    value: int
    length: int
    open: bool  # the line before stops in mid-sentence
    bare: bool  # the marker has the line to itself


def find_markers(lines: list[Line], chrome: dict[int, str]) -> Markers:
    """Find the page markers among lines that are not chrome, and which decorated page numbers are proven by a run."""
    candidates = _candidates(lines, chrome)
    # stops[i]: full stops in the lines before line i, to ask whether a sentence ends between two markers.
    stops = [0]
    for line in lines:
        stops.append(stops[-1] + len(_FULL_STOP.findall(line.text)))
    proven: dict[int, int] = {}
    open_ones = [position for position, candidate in enumerate(candidates) if candidate.open]
    for here, there in pairwise(open_ones):
        if _begins_list(candidates, here):
            continue
        chain = _chain(candidates, here, there)
        if chain and stops[candidates[there].line] > stops[candidates[here].line]:
            for candidate in chain:
                proven[candidate.line] = candidate.length
    doubtful = {c.line for c in candidates if c.open and c.line not in proven and not _is_list_item(lines, c)}
    _prove_page_numbers(lines, chrome, proven)
    return Markers(proven, doubtful)


def _candidates(lines: list[Line], chrome: dict[int, str]) -> list[_Candidate]:
    found = []
    previous: Line | None = None
    for index, line in enumerate(lines):
        if index in chrome:
            continue
        bare = _BARE.fullmatch(line.text) if len(line.text) <= 4 else None
        match = bare or _NUMBERED.match(line.text)
        if match:
            is_open = previous is not None and _in_mid_sentence(previous)
            found.append(_Candidate(index, int(match.group(1)), match.end(), is_open, bare is not None))
        if not bare:
            previous = line
    return found


def _in_mid_sentence(line: Line) -> bool:
    text = line.text
    if not line.open or text[-1] in "：:":
        return False
    if _OUTLINE.match(text) and not re.search("[，。]", text):
        return False
    return len(text) >= _MIN_OPEN or bool(re.search(r"[，、,\d]$", text))


def _chain(candidates: list[_Candidate], here: int, there: int) -> list[_Candidate]:
    """The candidates from `here` to `there` if their values rise by one, those between at paragraph ends included."""
    first, last = candidates[here], candidates[there]
    if last.value <= first.value or last.bare != first.bare:
        return []
    between = candidates[here + 1 : there]
    chain = [first]
    for value in range(first.value + 1, last.value):
        matching = [candidate for candidate in between if candidate.value == value and candidate.bare == first.bare]
        if len(matching) != 1 or matching[0].line < chain[-1].line:
            return []
        chain.append(matching[0])
    return [*chain, last]


def _begins_list(candidates: list[_Candidate], position: int) -> bool:
    """Whether the numbering that leads here begins where items do, 1、 at the start of a paragraph, not in mid-sentence."""
    while position and candidates[position - 1].value == candidates[position].value - 1:
        position -= 1
    return not candidates[position].open


def _is_list_item(lines: list[Line], candidate: _Candidate) -> bool:
    """Whether the number goes on (or opens) a list whose items have no full stops."""
    before = lines[candidate.line - 1]
    if before.text[-1].isdigit() and lines[candidate.line].text[candidate.length : candidate.length + 1].isdigit():
        return False
    item = _ITEM.match(before.text)
    return candidate.value == 1 or bool(item and int(item.group(1)) == candidate.value - 1)


def _prove_page_numbers(lines: list[Line], chrome: dict[int, str], proven: dict[int, int]) -> None:
    """Decorated page numbers (- 3 -) are chrome anyway; a run that rises by one lets them part even a number."""
    pages = []
    for index, reason in chrome.items():
        if reason == PAGE_MARKER and is_page_number(lines[index]):
            number = _NUMBER.search(lines[index].text)
            if number:
                pages.append((index, int(number.group())))
    pages.sort()
    for (first, low), (second, high) in pairwise(pages):
        if high == low + 1:
            proven[first] = len(lines[first].text)
            proven[second] = len(lines[second].text)
