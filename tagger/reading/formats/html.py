"""Web pages (.html, .htm): every block of text, less what no reader of the page takes for its content.

Left out are scripts, styles, form controls, `<nav>`, menus (runs of at least three links with no sentence in them), and what
a page marks as furniture by its tags and classes (`<header>`, `<footer>`, `class="nav"`, `id="related"`), unless it may be the report.
Everything else stays, hidden parts too (sites hide the rest of a report behind a button): a menu line too many costs less
than a lost sentence, and `chrome` takes out what site furniture is left. The numbers of `<ol>`, which a browser makes, are written out.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from tagger.errors import TaggerError
from tagger.reading.characters import ENDS_SENTENCE, HAN
from tagger.reading.decoding import decode
from tagger.reading.enumerators import read_enumerator
from tagger.reading.formats.numbering import format_number
from tagger.reading.formats.rows import row_blocks
from tagger.reading.headings import names_document
from tagger.reading.places import Extracted, TextBuilder

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "nav",
        "select",
        "datalist",
        "button",
        "input",
        "textarea",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "canvas",
        "audio",
        "video",
        "map",
        "rt",
        "rp",
    ]
)
_BLOCKS = frozenset(
    [
        "html",
        "body",
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "caption",
        "tbody",
        "thead",
        "tfoot",
        "ul",
    ]
)
_LISTS = ("ol", "ul", "menu", "dir")
_MAX_TAGS = 1_000_000  # some 400 MB of tree; no page has a tenth of it
_MENU = 3  # links in a row, with no text between them
_BETWEEN_LINKS = re.compile(r"[\s|｜·•>»›/\\\-—:：，、\[\]【】]*")
_SPACE = re.compile(r"[ \t\r\n\f]+")
# A line break in the source between two wide characters is no space (CSS Text 3, 4.1.2): the words go on.
_WIDE = rf"[{HAN}\u3000-\u303f\uff00-\uffef]"
_BROKEN = re.compile(rf"(?<={_WIDE}) *[\r\n][ \t\r\n\f]*(?={_WIDE})")
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([A-Za-z0-9_\-]{2,20})")
_GB = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "chinese", "hz-gb-2312"})
_TITLE_PART = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s+|\s*[-–—]{2,}\s*|-")


# How an ordered list numbers its items, by its `type` or its style: a format of `numbering`, and what ends the number.
_LIST_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "decimal-leading-zero": "decimalZero",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    **dict.fromkeys(("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal"), "chineseCounting"),
    **dict.fromkeys(("simp-chinese-formal", "trad-chinese-formal"), "chineseLegalSimplified"),
}
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:([^;]*)", re.IGNORECASE)
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")


# What a page calls the parts around its report, by tag and by class or id. A wrong name must not cost a report: see `_without_furniture`.
_FURNITURE_TAGS = {"header": "header", "footer": "footer"}
_FURNITURE_BOXES = frozenset(["div", "section", "aside", "ul", "dl"])
_FURNITURE_NAMES = {
    **dict.fromkeys(["header", "head", "topbar", "banner"], "header"),
    **dict.fromkeys(["nav", "navbar", "navigation", "menu", "submenu", "breadcrumb", "breadcrumbs", "crumbs"], "menu"),
    **dict.fromkeys(["related", "relevant", "sidebar"], "menu"),
    **dict.fromkeys(["footer", "foot", "copyright", "copyrights"], "footer"),
}
_CONTENT_NAMES = frozenset(["content", "article", "text", "body", "zoom", "detail"])
_NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MIN_PROSE = 15  # characters of a sentence that is more than a line of furniture
_TITLE_BLOCKS = 3  # at the top of a page, among which its title is looked for


@dataclass(eq=False, slots=True)
class _Region:
    """A part of a page that its tag or its class calls furniture."""

    kind: str
    titled: bool = False  # a heading stands in it


class _Block(NamedTuple):
    text: str
    links: int  # how many links it is made of; 0 where there is other text in it
    regions: tuple[_Region, ...] = ()  # that it stands in, outermost first


def read_html(data: bytes, name: str, limit: int) -> Extracted:
    """Text, places (none) and encoding of a web page; blocks are parted by an empty line, `<br>` is a newline.

    Raises TaggerError for a page that cannot be decoded, holds no text, or is nested beyond what the parser follows.
    """
    from lxml import etree

    text, encoding = _decode(data, name)
    if (tags := text.count("<")) > _MAX_TAGS:
        raise TaggerError(
            f"{name}: has {tags} tags, over the limit of {_MAX_TAGS}; open it in a browser and save its text"
        )
    # The parser reads bytes best: as text, an XML declaration would be an error. NUL would end the page.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    root = etree.fromstring(text.replace("\x00", " ").encode("utf-8", "replace"), parser)
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise TaggerError(f"{name}: the tags of this page are nested too deep; open it in a browser and save its text")
    if root is None:
        raise TaggerError(f"{name}: there is no text in this page; nothing to read")
    walker = _Walker()
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        walker.step(event, element)
    walker.flush()
    builder = TextBuilder(name, limit)
    blocks = _without_menus(_without_furniture(walker.blocks))
    for line in [*_title(root, blocks), *blocks]:
        builder.add(line)
    return builder.build(encoding)


def _decode(data: bytes, name: str) -> tuple[str, str]:
    """By byte order mark, as UTF-8 where it is that, by what the page declares, else by its characters."""
    declared = _META.search(data[:4096]) or _XML.search(data[:200])
    charset = declared.group(1).decode("ascii").lower() if declared else ""
    charset = "gb18030" if charset in _GB else charset
    if charset and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            # Pages copied from site to site declare what the first one was; valid UTF-8 is no accident.
            return data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            pass
        try:
            codec = codecs.lookup(charset)
            if codec._is_text_encoding:
                return data.decode(charset), codec.name
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, name)


class _List:
    """The numbers of an ordered list, as a browser makes them."""

    def __init__(self, form: str, number: int, step: int) -> None:
        self._form, self._number, self._step = form, number, step

    @classmethod
    def of(cls, element: Any) -> _List:
        backwards = element.get("reversed") is not None
        start = _integer(element.get("start"))
        if start is None:
            start = sum(each.tag == "li" for each in element) if backwards else 1
        return cls(_list_form(element) or "decimal", start, -1 if backwards else 1)

    def next(self, element: Any) -> str:
        """The number of the next item, with what parts it from the text; "" for one that shows none."""
        own = _integer(element.get("value"))
        number = self._number if own is None else own
        self._number = number + self._step
        form = _list_form(element) or self._form
        if form == "none":
            return ""
        return format_number(number, form) + ("、" if form.startswith("chinese") else ". ")


def _list_form(element: Any) -> str | None:
    """The format that an element asks for by its style or its type; None for none that is known."""
    style = _LIST_STYLE.search(element.get("style") or "")
    names = [each.lower() for each in style.group(1).split()] if style else []
    if "none" in names:
        return "none"
    return next((form for name in (*names, element.get("type") or "") if (form := _LIST_FORMS.get(name))), None)


def _integer(text: str | None) -> int | None:
    match = _INTEGER.match(text or "")
    return int(match.group(1)) if match else None


class _Walker:
    """Collects the blocks of a page in order; rows of tables wait until all their cells are there."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self._stack: list[list[_Block]] = []  # the blocks of the cells that are open, outermost first
        self._rows: list[list[list[_Block]]] = []
        self._parts: list[str] = []  # of the block that is open
        self._links = 0
        self._other = False  # text outside of links, in the block that is open
        self._in_link = 0
        self._dropped = 0
        self._pre = 0
        self._lists: list[_List | None] = []  # that are open, outermost first; None for one without numbers
        self._label = ""  # the number of the item that is open, until its text comes
        self._articles = 0  # heads and feet of an article are its own
        self._regions: list[_Region] = []
        self._boxes: list[bool] = []  # of the elements that may be furniture and are open: whether they are

    def step(self, event: str, element: Any) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "comment":
            self._text(element.tail)
        elif event == "start":
            self._start(tag, element)
            self._text(element.text)
        else:
            self._end(tag)
            self._text(element.tail)

    def flush(self) -> None:
        """End the block that is open."""
        text = "".join(self._parts)
        lines = [line.strip(" \t") for line in text.split("\n")]
        text = "\n".join(lines).strip("\n")
        if text.strip():
            # Items that bring their own numbers have those of the list switched off, in a style sheet that is not read.
            if self._label and not read_enumerator(text.lstrip()):
                text = self._label + text.lstrip()
            self._label = ""
            self._sink().append(_Block(text, 0 if self._other else self._links, tuple(self._regions)))
        self._parts, self._links, self._other = [], 0, False

    def _sink(self) -> list[_Block]:
        return self._stack[-1] if self._stack else self.blocks

    def _text(self, text: str | None) -> None:
        if not text or self._dropped:
            return
        if not self._pre:
            text = _SPACE.sub(" ", _BROKEN.sub("", text))
        if not self._in_link and not _BETWEEN_LINKS.fullmatch(text):
            self._other = True
        self._parts.append(text)

    def _start(self, tag: str, element: Any) -> None:
        if tag in _DROPPED:
            self._dropped += 1
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "a":
            self._in_link += 1
            self._links += 1
        elif tag == "tr":
            self.flush()
            self._rows.append([])
        elif tag in ("td", "th"):
            self.flush()
            self._stack.append([])
        elif tag in _BLOCKS:
            self.flush()
            self._enter(tag, element)
            self._pre += tag == "pre"
            if tag in _LISTS:
                self._lists.append(_List.of(element) if tag == "ol" else None)
            elif tag == "li" and self._lists and (numbers := self._lists[-1]):
                self._label = numbers.next(element)

    def _end(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropped -= 1
        elif tag == "a":
            self._in_link -= 1
        elif tag in ("td", "th"):
            self.flush()
            cell = self._stack.pop()
            if self._rows:
                self._rows[-1].append(cell)
            else:
                self._sink().extend(cell)
        elif tag == "tr":
            self.flush()
            cells = self._rows.pop()
            lines = row_blocks([[block.text for block in cell] for cell in cells])
            blocks = [block for cell in cells for block in cell]
            if [block.text for block in blocks] == lines:
                self._sink().extend(blocks)
            else:
                links = 0 if any(block.links == 0 for block in blocks) else sum(block.links for block in blocks)
                self._sink().extend(_Block(line, links, tuple(self._regions)) for line in lines)
        elif tag in _BLOCKS:
            self.flush()
            self._leave(tag)
            self._pre -= tag == "pre"
            if tag in _LISTS:
                self._lists.pop()
            elif tag == "li":
                self._label = ""  # of an item without text

    def _enter(self, tag: str, element: Any) -> None:
        self._articles += tag in ("article", "main")
        if tag in ("h1", "h2", "h3"):
            for region in self._regions:
                region.titled = True
        if tag in _FURNITURE_BOXES or tag in _FURNITURE_TAGS:
            kind = None if tag in _FURNITURE_TAGS and self._articles else _furniture_kind(tag, element)
            self._boxes.append(kind is not None)
            if kind:
                self._regions.append(_Region(kind))

    def _leave(self, tag: str) -> None:
        self._articles -= tag in ("article", "main")
        if (tag in _FURNITURE_BOXES or tag in _FURNITURE_TAGS) and self._boxes.pop():
            self._regions.pop()


def _furniture_kind(tag: str, element: Any) -> str | None:
    """What furniture an element is by its tag, its class and its id; None for none."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    parts = [part.lower() for part in _NAME_PART.findall(names)]
    if not _CONTENT_NAMES.isdisjoint(parts):
        return None
    return _FURNITURE_TAGS.get(tag) or next((kind for part in parts if (kind := _FURNITURE_NAMES.get(part))), None)


def _without_furniture(blocks: list[_Block]) -> list[_Block]:
    """The blocks that do not stand in furniture.

    What is called so and may be the report stays: half of the page or more, more than there is outside of all furniture,
    a heading or the name of a report in a header, and sentences anywhere but in a footer.
    """
    sizes: Counter[_Region] = Counter()
    for block in blocks:
        for region in block.regions:
            sizes[region] += _size(block)
    total = sum(map(_size, blocks))
    doubted = {region for block in blocks for region in block.regions if 2 * sizes[region] > total}
    outside = sum(_size(block) for block in blocks if doubted.issuperset(block.regions))
    doubted |= {region for region in sizes if sizes[region] >= outside or region.titled and region.kind == "header"}
    for block in blocks:
        if block.links == 0 and (told := _tells(block.text)):
            doubted.update(region for region in block.regions if region.kind in told)
    return [block for block in blocks if doubted.issuperset(block.regions)]


def _size(block: _Block) -> int:
    """Characters of text; the names of links are none."""
    return 0 if block.links else len(block.text)


def _tells(text: str) -> tuple[str, ...]:
    """The kinds of furniture in which no block such as this stands."""
    if len(text) >= _MIN_PROSE and ENDS_SENTENCE.search(text):
        return ("header", "menu")
    return ("header",) if names_document(text) else ()


def _without_menus(blocks: list[_Block]) -> list[str]:
    kept: list[str] = []
    run: list[_Block] = []
    for block in [*blocks, _Block("", 0)]:
        if block.links and not ENDS_SENTENCE.search(block.text):
            run.append(block)
            continue
        if sum(each.links for each in run) < _MENU:
            kept += [each.text for each in run]
        run = []
        if block.text:
            kept.append(block.text)
    return kept


def _title(root: Any, blocks: list[str]) -> list[str]:
    """The page's title, less the site's name, where the page itself does not show it."""
    title = " ".join("".join(root.xpath("string(//head/title)")).split())
    if not title:
        return []
    named = next((part for part in _TITLE_PART.split(title) if part.strip()), "").strip()
    shown = "".join("".join(blocks).split())
    named_alone = "".join(named.split())
    if not blocks or named_alone in shown:
        return []
    heads = ["".join(block.split()) for block in blocks[:_TITLE_BLOCKS]]
    return [] if any(_abbreviates(head, named_alone) or _abbreviates(named_alone, head) for head in heads) else [named]


def _abbreviates(short: str, whole: str) -> bool:
    """Whether a title is another one with words left out: 某县卫健局2023年总结 is 某县卫生健康局2023年总结."""
    characters = iter(whole)
    return 2 * len(short) > len(whole) and all(character in characters for character in short)
