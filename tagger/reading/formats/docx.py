"""Word documents (.docx): paragraphs and tables in reading order, with the automatic numbers that Word shows.

Read are insertions, text boxes (behind the paragraph they hang on), content controls and the results of fields; not read are
deletions, hidden text, headers and footers, footnotes and comments, and a table of contents, which says the headings again.
The parts are read straight from the package: libraries for .docx give neither numbers nor text boxes nor insertions.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from tagger.errors import TaggerError
from tagger.reading.formats.numbering import Numbering, attribute, child, local
from tagger.reading.formats.package import damaged, open_package, read_part
from tagger.reading.formats.rows import row_blocks
from tagger.reading.places import Extracted, TextBuilder

_KIND = "Word document"
_MAIN = "word/document.xml"
_OFF = ("0", "false", "off")

# Elements whose text is not part of the document as it is shown.
_SKIPPED = frozenset(
    [
        "pPr",
        "rPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "tcPr",
        "sectPr",
        "sdtPr",
        "sdtEndPr",
        "del",
        "moveFrom",
        "delText",
        "instrText",
        "delInstrText",
        "rt",
        "rubyPr",
        "footnoteReference",
        "endnoteReference",
        "footnoteRef",
        "annotationRef",
        "fPr",
        "sSupPr",
        "ctrlPr",
        "softHyphen",
    ]
)
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(data: bytes, name: str, limit: int) -> Extracted:
    """Text and places ("paragraph 12", "table 1 row 3") of a Word document, of at most `limit` characters.

    Paragraphs are parted by an empty line, the rows of a table by a newline and their cells by tabs.
    Raises TaggerError for a file that is damaged, over a limit, or holds no text that can be read.
    """
    with open_package(data, name, _KIND) as package:

        def part(path: str) -> Element | None:
            xml = read_part(package, path, name, _KIND)
            try:
                return ElementTree.fromstring(xml) if xml is not None else None
            except ElementTree.ParseError as error:
                raise damaged(name, _KIND, error) from None

        main = _main_part(part("_rels/.rels"))
        document = part(main)
        body = child(document, "body")
        if body is None:
            raise damaged(name, _KIND, f"no {main} in it" if document is None else f"{main} has no body")
        folder = posixpath.dirname(main)
        numbering = Numbering(part(f"{folder}/numbering.xml"), part(f"{folder}/styles.xml"))
    builder = TextBuilder(name, limit)
    reader = _Reader(name, numbering)
    for block, label, gap in reader.blocks(body):
        builder.add(block, label, gap)
    return builder.build()


def _main_part(relations: Element | None) -> str:
    for relation in relations if relations is not None else ():
        if (attribute(relation, "Type") or "").endswith("/officeDocument"):
            return (attribute(relation, "Target") or _MAIN).lstrip("/")
    return _MAIN


class _Reader:
    """Walks a document once, in order: numbers count, paragraphs and tables are told apart by number."""

    def __init__(self, name: str, numbering: Numbering) -> None:
        self._name = name
        self._numbering = numbering
        self._paragraphs = 0
        self._tables = 0
        self._unfinished = ""  # text of a paragraph whose mark was deleted: it goes on in the next one

    def blocks(self, parent: Element) -> Iterator[tuple[str, str, str]]:
        """Blocks of the body with their label, and the gap before each."""
        for element in _block_elements(parent, self._name):
            if local(element) == "p":
                texts = self._paragraph(element)
                if texts:
                    self._paragraphs += 1
                for text in texts:
                    yield text, f"paragraph {self._paragraphs}", "\n\n"
            else:
                self._tables += 1
                table = self._tables
                gap = "\n\n"
                for number, row in enumerate(self._rows(element), 1):
                    for text in row:
                        yield text, f"table {table} row {number}", gap
                        gap = "\n" if len(row) == 1 else "\n\n"

    def _cell(self, parent: Element) -> Iterator[str]:
        for element in _block_elements(parent, self._name):
            if local(element) == "p":
                yield from self._paragraph(element)
            else:
                for row in self._rows(element):
                    yield from row

    def _rows(self, table: Element) -> Iterator[list[str]]:
        for row in _inside(table, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            cells = []
            for cell in _inside(row, "tc"):
                merge = child(cell, "tcPr", "vMerge")
                # A cell merged with the one above is shown once, where it begins.
                goes_on = merge is not None and (attribute(merge) or "continue") == "continue"
                cells.append([] if goes_on else list(self._cell(cell)))
            yield row_blocks(cells)

    def _paragraph(self, paragraph: Element) -> list[str]:
        """The text of a paragraph with its number, then the blocks of its text boxes; blank ones are left out."""
        properties = child(paragraph, "pPr")
        number = self._numbering.label(properties)
        if any(style.lower().startswith("toc ") for style in self._numbering.style_names(properties)):
            return []
        parts: list[str] = []
        boxes: list[Element] = []
        _collect(paragraph, parts, boxes)
        text = self._unfinished + "".join(parts)
        self._unfinished = ""
        mark = child(properties, "rPr")
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            self._unfinished = text
            text = ""
        blocks = [number + text.strip("\n") if number else text.strip("\n")] if text.strip() else []
        for box in boxes:
            blocks += self._cell(box)
        return blocks


def _block_elements(parent: Element, name: str) -> Iterator[Element]:
    """The paragraphs and tables directly in `parent`, through the wrappers that may stand around them."""
    for element in parent:
        kind = local(element)
        if kind in ("p", "tbl"):
            yield element
        elif kind == "altChunk":
            raise TaggerError(
                f"{name}: holds an imported document that only Word shows; open it in Word and save it again"
            )
        elif kind == "AlternateContent":
            yield from _block_elements(_alternative(element), name)
        elif kind == "sdt":
            gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
            content = child(element, "sdtContent")
            if content is not None and attribute(gallery) != "Table of Contents":
                yield from _block_elements(content, name)
        elif kind in ("ins", "moveTo", "customXml", "smartTag"):
            yield from _block_elements(element, name)


def _inside(parent: Element, kind: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, through the wrappers that may stand around them."""
    for element in parent:
        found = local(element)
        if found == kind:
            yield element
        elif found in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _inside(element, kind)


def _collect(parent: Element, parts: list[str], boxes: list[Element]) -> None:
    """Append the text in a paragraph to `parts`; text boxes in it to `boxes`."""
    for element in parent:
        kind = local(element)
        if kind == "t":
            parts.append(element.text or "")
        elif kind in _SIGNS:
            parts.append(_SIGNS[kind])
        elif kind in _SKIPPED:
            continue
        elif kind == "r":
            hidden = child(element, "rPr", "vanish")
            if hidden is None or attribute(hidden) in _OFF:
                _collect(element, parts, boxes)
        elif kind == "txbxContent":
            boxes.append(element)
        elif kind == "AlternateContent":
            _collect(_alternative(element), parts, boxes)
        elif kind == "sym":
            code = attribute(element, "char")
            parts.append(chr(int(code, 16)) if code and len(code) <= 4 else "")
        elif kind == "f":  # a fraction without its bar would be another number
            _collect_pair(element, "num", "/", "den", parts, boxes)
        elif kind == "sSup":
            _collect_pair(element, "e", "^", "sup", parts, boxes)
        else:
            _collect(element, parts, boxes)


def _collect_pair(parent: Element, first: str, sign: str, second: str, parts: list[str], boxes: list[Element]) -> None:
    for name, between in ((first, sign), (second, "")):
        element = child(parent, name)
        if element is not None:
            _collect(element, parts, boxes)
        parts.append(between)


def _alternative(element: Element) -> Element:
    """The one branch of an AlternateContent that holds text; both say the same."""
    branches = [each for each in element if local(each) in ("Choice", "Fallback")]
    return next(
        (each for each in branches if any(local(text) == "t" for text in each.iter())), element.makeelement("none", {})
    )
