"""Lines to paragraphs: hard wraps joined, chrome and page markers and OCR spaces taken out and recorded.

A join never makes a number: where digits stand on both sides of a break, the break stays in the text unless a proven
page marker parted them, and the place is marked for review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from tagger.document import Removed, Stretch
from tagger.reading import spaces
from tagger.reading.characters import BLANK_RUN, NUMERALS, NUMERIC, TERMINATORS
from tagger.reading.chrome import CHROME, PAGE_MARKER, find_chrome, find_inline
from tagger.reading.enumerators import DEPTH, read_enumerator
from tagger.reading.headings import is_title, names_document
from tagger.reading.lines import Line, Wrap, find_wrap, split_lines
from tagger.reading.markers import find_markers
from tagger.reading.roles import names_role

LINE_WRAP = "line_wrap"

# Searched for in lines of any length: each looks back a bounded way, or to the last character that it asks for.
_GOES_ON = re.compile(r"[，、,（(“《〈‘\-—/]$|[^。！？；，、]{6}(?:的|和|与|及|或|在|为|对|将|把|等)$")
_ENDS_IN_DIGIT = re.compile(r"[^。！？；]{6}[0-9０-９.．]$")
_UNIT_HEAD = re.compile("[人例家所份张次元%％个名位户台辆件项条期篇场万亿千百余多]")
_PARTED = re.compile(r"[\u4e00-\u9fff][^。！？；\u4e00-\u9fff]*[0-9０-９.．*＊×xX]$")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_CONTINUES = re.compile(r"[，。、；：！？）)”》’%％‰,;]")
_LATIN = re.compile(r"[A-Za-z]")
_HEADING_LENGTH = 30  # characters: an open line this short may be a heading of its own
_INLINE_STYLES = ("lead", "ordinal")


class Paragraph(NamedTuple):
    """A paragraph: its cleaned text with the map, and where it needs review."""

    stretch: Stretch
    review: tuple[int, ...]  # original positions of what was left in doubt


class Paragraphs(NamedTuple):
    """All paragraphs of a text, and what was dropped between them."""

    items: list[Paragraph]
    dropped: list[Removed]


def find_paragraphs(text: str) -> Paragraphs:
    """Split a decoded text into cleaned paragraphs."""
    lines = split_lines(text)
    wrap = find_wrap(lines)
    chrome = find_chrome(lines)
    markers = find_markers(lines, chrome)
    scanned = sum(spaces.has_spaced_run(line.text) for line in lines if " " in line.text or "\u3000" in line.text) > 0
    indented = _uses_indents(lines, wrap)
    builder = _Builder(text, scanned)
    waiting: list[int] = []  # chrome between the last kept line and this one
    for index, line in enumerate(lines):
        marker = markers.proven.get(index, 0)
        if index in chrome or marker == len(line.text):
            waiting.append(index)
            continue
        gap = [_Gone(lines[i], chrome.get(i, PAGE_MARKER), i in markers.proven) for i in waiting]
        reasons = {gone.reason for gone in gap}
        between = _Between(
            marked=marker > 0 or any(i in markers.proven and i not in chrome for i in waiting),
            doubtful=index in markers.doubtful,
            chrome=CHROME in reasons,
            page=PAGE_MARKER in reasons,
        )
        fits = builder.open and _joins(builder, line, wrap, indented, between)
        builder.add(line, marker, gap, fits, between.doubtful)
        waiting = []
    builder.close()
    builder.drop(_Gone(lines[i], chrome.get(i, PAGE_MARKER), i in markers.proven) for i in waiting)
    return Paragraphs(builder.paragraphs, sorted(builder.dropped))


def _uses_indents(lines: list[Line], wrap: Wrap) -> bool:
    """Whether an indent marks a new paragraph: some lines have one, and most do not where lines are wrapped."""
    indented = sum(line.indent >= 2 for line in lines)
    return indented > 0 and (not wrap.full or indented < 0.6 * len(lines))


class _Gone(NamedTuple):
    """A line that is taken out whole; `proven` says that it is a page number which a run of them proves."""

    line: Line
    reason: str
    proven: bool


class _Between(NamedTuple):
    """What stands between a line and the kept line before it."""

    marked: bool  # a proven page marker, which only stands in running text
    doubtful: bool  # what may be a page marker, unproven
    chrome: bool
    page: bool  # a page number


class _Builder:
    """Grows one paragraph line by line."""

    def __init__(self, text: str, scanned: bool) -> None:
        self.text = text
        self.scanned = scanned
        self.paragraphs: list[Paragraph] = []
        self.dropped: list[Removed] = []
        self.lines: list[Line] = []
        self.has_stop = False  # a sentence has ended in this paragraph
        self._start = 0  # of the paragraph, behind a marker
        self._removed: list[Removed] = []
        self._review: list[int] = []

    @property
    def open(self) -> bool:
        return bool(self.lines)

    @property
    def is_title(self) -> bool:
        """Whether the lines so far are the document's title: nothing joins a title."""
        return not self.paragraphs and names_document(self.lines[-1].text) and is_title(self.lines[-1].text)

    @property
    def may_be_heading(self) -> bool:
        """Whether the lines so far are short enough, and punctuated little enough, for a heading."""
        text = "".join(line.text for line in self.lines)
        if read_enumerator(text):
            return len(text) <= 2 * _HEADING_LENGTH
        return len(text) <= 1.5 * _HEADING_LENGTH and not re.search("[，,]", text)

    def add(self, line: Line, marker: int, gap: list[_Gone], joined: bool, doubtful: bool) -> None:
        """Append a line, less the `marker` characters that a proven page marker takes at its start."""
        start = line.start + marker
        if joined:
            self._bridge(self.lines[-1].end, start, gap, marker > 0)
        else:
            self.close()
            self.drop(gap)
            self._start = start
            if marker:
                self.dropped.append(Removed(line.start, start, PAGE_MARKER))
        if doubtful:
            self._review.append(start)
            if not joined and self.paragraphs:
                last = self.paragraphs.pop()
                self.paragraphs.append(Paragraph(last.stretch, (*last.review, last.stretch.end - 1)))
        self._clean(line, start)
        self.lines.append(line)
        self.has_stop = self.has_stop or any(stop in line.text for stop in TERMINATORS)

    def drop(self, gap: Iterable[_Gone]) -> None:
        """Record chrome that stands between paragraphs."""
        self.dropped.extend(Removed(gone.line.start, gone.line.end, gone.reason) for gone in gap)

    def close(self) -> None:
        if not self.lines:
            return
        start, end = self._start, self.lines[-1].end
        cuts = self._without_joins(sorted(cut for cut in self._removed if cut.end > cut.start))
        while cuts and cuts[0].start <= start:
            first = cuts.pop(0)
            self._drop_edge(first)
            start = self._skip_blanks(max(start, first.end), end)
        while cuts and cuts[-1].end >= end:
            last = cuts.pop()
            self._drop_edge(last)
            end = min(end, last.start)
        if start < end:
            stretch = Stretch(_kept(self.text, start, end, cuts), start, end, tuple(cuts))
            self.paragraphs.append(Paragraph(stretch, tuple(self._review)))
        self.lines, self._removed, self._review, self.has_stop = [], [], [], False

    def _without_joins(self, cuts: list[Removed]) -> list[Removed]:
        """The cuts less those that, one touching the other, would join two digits without a page marker between them."""
        kept: list[Removed] = []
        position = 0
        while position < len(cuts):
            last = position
            while last + 1 < len(cuts) and cuts[last + 1].start == cuts[last].end:
                last += 1
            run = cuts[position : last + 1]
            before, after = self.text[max(run[0].start - 1, 0)], self.text[run[-1].end : run[-1].end + 1]
            joins = before.isdigit() and after.isdigit() and len(run) > 1
            if joins and all(cut.reason != PAGE_MARKER for cut in run):
                self._review.append(run[0].start)
            else:
                kept.extend(run)
            position = last + 1
        return kept

    def _skip_blanks(self, start: int, end: int) -> int:
        blanks = BLANK_RUN.match(self.text, start, end)
        return blanks.end() if blanks else start

    def _drop_edge(self, cut: Removed) -> None:
        if cut.reason != spaces.OCR_SPACE:
            self.dropped.append(cut)

    def _bridge(self, left: int, right: int, gap: list[_Gone], marked: bool) -> None:
        """Take out what stands between two joined lines, unless the join could make a number or a word."""
        proven = marked or any(gone.proven for gone in gap)
        before, after = self.text[left - 1], self.text[right]
        digits = NUMERIC.match(before) and NUMERIC.match(after) and before not in "%％‰"
        if (digits or {before, after} <= NUMERALS) and not proven:
            self._review.append(left)
        elif _LATIN.match(before) and _LATIN.match(after) and not gap and not marked:
            pass  # two words of a Latin text: the break is their space
        elif marked or any(gone.reason == PAGE_MARKER for gone in gap):
            self._removed.append(Removed(left, right, PAGE_MARKER))
        else:
            self._removed.append(Removed(left, right, CHROME if gap else LINE_WRAP))

    def _clean(self, line: Line, start: int) -> None:
        body = line.text[start - line.start :]
        cuts, doubtful = spaces.find_spaces(body, start, self.scanned)
        if doubtful:
            self._review.append(start)
        inline = []
        for first, last in find_inline(self.text, start, line.end):
            before, after = self.text[max(first - 1, 0)], self.text[last : last + 1]
            if first > start and NUMERIC.match(before) and after and NUMERIC.match(after):
                self._review.append(first)  # 3&nbsp;1.5 is no more 31.5 than 3 1.5 is
            else:
                inline.append(Removed(first, last, CHROME))
        cuts = [cut for cut in cuts if not any(a.start <= cut.start and cut.end <= a.end for a in inline)]
        self._removed.extend(cuts)
        self._removed.extend(inline)


def _is_row(text: str) -> bool:
    """Whether a line is a row of a pasted table: cells parted by tabs or bars."""
    return "\t" in text or text.count("|") >= 2


def _kept(text: str, start: int, end: int, cuts: list[Removed]) -> str:
    parts = []
    for cut in cuts:
        parts.append(text[start : cut.start])
        start = cut.end
    parts.append(text[start:end])
    return "".join(parts)


def _joins(builder: _Builder, line: Line, wrap: Wrap, indented: bool, between: _Between) -> bool:
    """Whether `line` goes on with the paragraph rather than beginning a new one."""
    previous = builder.lines[-1]
    if between.marked:
        return previous.open
    if between.doubtful:
        return bool(NUMERIC.match(previous.text[-1]) and NUMERIC.match(line.text[line.text.find("、") + 1 :] or " "))
    if builder.is_title or between.chrome and not builder.has_stop:
        return False
    if _is_row(line.text) or _is_row(previous.text):
        return False
    cut_short = _ENDS_IN_DIGIT.search(previous.text) and _UNIT_HEAD.match(line.text)
    goes_on = previous.open and bool(
        cut_short or _GOES_ON.search(previous.text) or between.page and not builder.may_be_heading
    )
    enumerator = read_enumerator(line.text)
    parted = _PARTED.search(previous.text) and NUMERIC.match(line.text) and not _YEAR.match(line.text)
    numerals = {previous.text[-1], line.text[0]} <= NUMERALS and not enumerator and len(previous.text) > 2
    if parted or numerals:
        goes_on = True  # digits on both sides: one number or two, they are looked at together
    if enumerator and not (enumerator.style in _INLINE_STYLES and wrap.full):
        return goes_on and wrap.breaks(previous) and DEPTH[enumerator.style] > DEPTH["bracket_cjk"]
    if _CONTINUES.match(line.text):
        return previous.open
    if indented and line.indent >= 2 and line.indent > previous.indent - 2 and not goes_on:
        return False
    if names_role(line.text) and not (previous.open and wrap.breaks(previous)):
        return False
    if not previous.open:
        return wrap.breaks(previous) and not line.blank_before
    if line.blank_before:
        return goes_on or (wrap.breaks(previous) and len(previous.text) > _HEADING_LENGTH // 2 and builder.has_stop)
    if wrap.full:
        # A heading that wraps ends at its first short line; a paragraph ends with a full stop.
        return builder.has_stop or goes_on or wrap.breaks(previous) or not builder.may_be_heading
    if previous.text[-1] in "：:":
        return False
    if goes_on:
        return True
    return builder.has_stop and len(previous.text) > _HEADING_LENGTH or len(previous.text) > 2 * _HEADING_LENGTH
