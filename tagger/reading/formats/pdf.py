"""PDF: the text layer, page by page, less the heads, feet and page numbers that stand on several pages.

PDFium reads it (pypdfium2; Apache-2.0 or BSD-3-Clause; one prebuilt library without dependencies). It keeps the order in which a page is
written, gives spaced and justified Chinese as lines of running text, knows the Chinese character collections by heart, is tested
against hostile files as part of a browser, and is far faster than pdfminer.six; pypdf was as fast on plain pages but
knows no positions, which telling a page number from a number needs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Any, NamedTuple
from unicodedata import normalize

from tagger.errors import TaggerError
from tagger.reading.characters import ENDS_SENTENCE, squeeze
from tagger.reading.chrome import is_page_number
from tagger.reading.formats.package import damaged
from tagger.reading.formats.streams import check_streams
from tagger.reading.lines import Line
from tagger.reading.places import Extracted, TextBuilder, too_long

_KIND = "PDF"
_MAX_PAGES = 10_000
_EDGE = 2  # lines at the top and at the foot of a page, among which heads, feet and page numbers are looked for
_MIN_PAGES = 3  # on which a line stands again before it is taken for a running one …
_MIN_SHARE = 0.3  # … and share of all pages: heads may change from chapter to chapter, or from left to right pages
_SAME_HEIGHT = 4.0  # points; a running line stands at one height
_COLUMN_GAP = 1.0  # in heights of a character: a wider gap in a line parts two columns of a table

_NEWLINES = "\r\n"
# PDFium marks a hyphen at the end of a line so, and leaves the hyphen itself out.
_HYPHENS = {0x02: "-", 0xFFFE: "-"}
# Programs that print through Skia or Quartz name the radicals that look like characters; here they are the characters.
_RADICALS = {code: normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)} | {
    ord(radical): character
    for radical, character in zip(
        "⺟⺠⺒⺞⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺎⺫⻎⻏⻖",
        "母民巳歺虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟兀目辶阝阝",
        strict=True,
    )
}


class _PageLine(NamedTuple):
    text: str
    height: float  # of its first character above the foot of the page, in points


class _Page(NamedTuple):
    lines: list[_PageLine]
    pictured: bool  # there is a picture on it; not looked for where there is more text than heads and feet


def read_pdf(data: bytes, name: str, limit: int) -> Extracted:
    """Text and places ("page 3") of a PDF, of at most `limit` characters.

    Lines stay as they are printed, parted by a newline; cells of a table are parted by tabs. A running head is kept where it
    stands first if that is the top of the first page; decorated page numbers (— 3 —) stay for the reader to record.
    Raises TaggerError for a file that is damaged, encrypted, or a scan without text.
    """
    import pypdfium2

    check_streams(data, name)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise TaggerError(
                f"{name}: is encrypted with a password; open it with the password and save it without one"
            ) from None
        raise damaged(name, _KIND, error) from None
    try:
        if len(document) > _MAX_PAGES:
            raise TaggerError(f"{name}: has {len(document)} pages, over the limit of {_MAX_PAGES}; split it")
        pages = list(_pages(document, name, limit))
    finally:
        document.close()
    running = _running_lines(pages)
    # The running head that is kept on the first page is no text of that page either.
    marks = {_key(pages, place) for place in running}
    builder = TextBuilder(name, limit)
    said = scanned = 0  # pages with text of their own; pages without, that show a picture or a running line
    for index, page in enumerate(pages):
        places = [(index, position) for position in range(len(page.lines))]
        for place in places:
            if place not in running:
                builder.add(page.lines[place[1]].text, f"page {index + 1}", "\n")
        own = [place for place in places if place not in running and _key(pages, place) not in marks]
        if any(not _is_page_number(squeeze(page.lines[position].text)) for _, position in own):
            said += 1
        elif page.pictured or page.lines and not own:
            scanned += 1
    if not said or 2 * scanned > len(pages):
        raise _textless(name, pages, said)
    return builder.build()


def _textless(name: str, pages: list[_Page], said: int) -> TaggerError:
    """The error for a PDF with text on few of its pages, or on none."""
    if said:
        what = f"text on {said} of them only"
    elif any(page.lines for page in pages):
        what = "no text on them but page numbers, heads or feet"
    else:
        what = "no text"
    if not said and not any(page.pictured for page in pages):
        return TaggerError(f"{name}: holds {len(pages)} pages but {what}; nothing to score: check the file")
    return TaggerError(
        f"{name}: holds {len(pages)} pages but {what}: it is a scan; run OCR on it first and save the text layer or the text"
    )


def _key(pages: list[_Page], place: tuple[int, int]) -> str:
    """A line as it is compared with those of other pages."""
    index, position = place
    return _without_page(squeeze(pages[index].lines[position].text), index)


def _pages(document: Any, name: str, limit: int) -> Iterator[_Page]:
    from pypdfium2 import PdfiumError, raw

    characters = 0
    for index in range(len(document)):
        try:
            page = document[index]
        except PdfiumError as error:
            raise damaged(name, _KIND, f"page {index + 1}: {error}") from None
        text_page = page.get_textpage()
        try:
            characters += text_page.count_chars()
            if characters > limit:
                raise too_long(name, limit)
            lines = list(_lines(text_page.raw))
            few = len(lines) <= 2 * _EDGE
            pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4) if few else ()
            yield _Page(lines, any(True for _ in pictures))
        finally:
            text_page.close()
            page.close()


def _lines(text_page: Any) -> Iterator[_PageLine]:
    """The lines of a page in the order of the file."""
    from pypdfium2 import raw

    units: list[str] = []
    first = 0
    count = raw.FPDFText_CountChars(text_page)
    for index in range(count + 1):
        code = raw.FPDFText_GetUnicode(text_page, index) if index < count else 0x0A
        character = chr(code)
        if character in _NEWLINES:
            # What is beyond the basic plane comes as two halves.
            text = "".join(units).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            if text.strip():
                yield _PageLine(text, _box(text_page, first)[1])
            units = []
            continue
        if not units:
            first = index
        if character == " " and units and index + 1 < count and raw.FPDFText_IsGenerated(text_page, index) == 1:
            left, right = _box(text_page, index - 1), _box(text_page, index + 1)
            tall = max(left[3] - left[1], right[3] - right[1])
            character = "\t" if right[0] - left[2] > _COLUMN_GAP * tall > 0 else " "
        elif code:
            character = _HYPHENS.get(code) or _RADICALS.get(code, character)
        else:
            continue  # a glyph that the font gives no character for
        units.append(character)


def _box(text_page: Any, index: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a character, in points from the lower left corner."""
    from ctypes import c_double

    from pypdfium2 import raw

    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    raw.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _running_lines(pages: list[_Page]) -> set[tuple[int, int]]:
    """Which lines, by page and position, are bare page numbers or heads and feet that stand on several pages."""
    edges: list[tuple[int, int, bool]] = []  # page, position, whether at the top
    for index, page in enumerate(pages):
        order = sorted(range(len(page.lines)), key=lambda position: -page.lines[position].height)
        edges += [(index, position, True) for position in order[:_EDGE]]
        edges += [(index, position, False) for position in order[max(_EDGE, len(order) - _EDGE) :]]
    keys = {(index, position): squeeze(pages[index].lines[position].text) for index, position, _ in edges}
    # A page number is a number that rises by one from page to page.
    shifts = Counter(int(key) - index for (index, _), key in keys.items() if key.isdecimal() and len(key) <= 4)
    numbers = {shift for shift, count in shifts.items() if count >= 2}
    found = {
        (index, position)
        for (index, position), key in keys.items()
        if key.isdecimal() and len(key) <= 4 and int(key) - index in numbers
    }
    standing: dict[str, dict[int, float]] = {}  # height on each page, by line
    for (index, position), key in keys.items():
        if not (key.isdecimal() or _is_page_number(key) or ENDS_SENTENCE.search(key)):
            standing.setdefault(_without_page(key, index), {})[index] = pages[index].lines[position].height
    least = max(_MIN_PAGES, _MIN_SHARE * len(pages))
    for index, position, top in edges:
        heights = standing.get(_without_page(keys[index, position], index), {})
        if len(heights) < least or (index == 0 and top):
            continue
        middle = median(heights.values())
        same = sum(abs(height - middle) <= _SAME_HEIGHT for height in heights.values())
        if same >= least and abs(pages[index].lines[position].height - middle) <= _SAME_HEIGHT:
            found.add((index, position))
    return found


def _without_page(key: str, index: int) -> str:
    """A line with the number of its page, where it ends or begins with it, made the same on all pages."""
    number = str(index + 1)
    if key.endswith(number) and not key[: -len(number)][-1:].isdecimal():
        return key[: -len(number)] + "#"
    if key.startswith(number) and not key[len(number) :][:1].isdecimal():
        return "#" + key[len(number) :]
    return key


def _is_page_number(key: str) -> bool:
    return is_page_number(Line(0, len(key), key, 0, False, 0))
