"""HTML: one self-contained, well-formed page that shows every sentence, marks every entity and escapes the report."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest

from tagger import Tagger
from tagger.document import (
    Document,
    Entity,
    Heading,
    Measurement,
    Quantity,
    Sentence,
    TaggedDocument,
    TaggedSentence,
    Topic,
)
from tagger.output.html import write_html
from tagger.output.jsonl import write_jsonl

VOID = {"meta", "input", "br", "hr", "img", "link", "col", "wbr"}
MIXED = "患者3.4万人，占比1：1.5，同比下降5%，排名第二，前三名，约30-50人，XX人，达95%以上，患者34\n867人。\n"
HOSTILE = '管理<script>alert(1)</script>"患者"&amp;</script><!--<b>34867人。\n'


class Node:
    def __init__(self, tag: str, attrs: dict[str, str | None]) -> None:
        self.tag, self.attrs, self.pieces = tag, attrs, []  # type: tuple[str, dict[str, str | None], list[Any]]

    @property
    def text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)

    def all(self, tag: str = "", **attrs: str) -> list[Node]:
        found = []
        for piece in self.pieces:
            if isinstance(piece, Node):
                words = (piece.attrs.get("class") or "").split()
                if tag in ("", piece.tag) and attrs.get("klass", *words[:1] or [None]) in [*words, None]:
                    found.append(piece)
                found += piece.all(tag, **attrs)
        return found


class Page(HTMLParser):
    """A tree of the page; a tag that is closed out of turn, or never, fails."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack = [Node("", {})]
        self.feed(source)
        self.close()
        assert len(self.stack) == 1, f"never closed: {[node.tag for node in self.stack]}"
        self.root = self.stack[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute twice in <{tag}>"
        node = Node(tag, dict(attrs))
        self.stack[-1].pieces.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack[-1].tag == tag, f"</{tag}> where <{self.stack[-1].tag}> is open"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].pieces.append(data)


def measured(metric: str, name: str) -> TaggedDocument:
    """A report of one sentence that gives 5 for exactly this metric, under a heading of the same words."""
    text = metric + "5"
    entities = [Entity("METRIC", 0, len(metric), metric, 1.0), Entity("VALUE", len(metric), len(text), "5", 1.0)]
    sentence = Sentence(text, 0, len(text), section=(metric,))
    measurement = Measurement(entities[0], entities[1], None, Quantity(Decimal(5)))
    tagged = TaggedSentence(0, sentence, Topic("t", metric, 1.0), entities, [measurement])
    source = Document(name, text, None, [sentence], [Heading(metric, 0, len(metric))], [])
    return TaggedDocument(source, [tagged], "rules", "1", "h")


def html(*documents: TaggedDocument) -> str:
    file = io.StringIO()
    write_html(documents, file)
    return file.getvalue()


def payload(page: Node) -> list[list[str]]:
    (script,) = (node for node in page.all("script") if node.attrs.get("id") == "facts")
    facts: list[list[str]] = json.loads(script.text)
    return facts


def with_class(node: Node, tag: str, name: str) -> list[Node]:
    return [found for found in node.all(tag) if name in (found.attrs.get("class") or "").split()]


def spelled(measurement: dict[str, Any]) -> str:
    """A measurement of the JSONL as people write it."""
    if measurement["masked"]:
        return "遮盖"
    if measurement["rank"] is not None:
        return ("前" if measurement["bound"] == "max" else "第") + str(measurement["rank"])
    if measurement["ratio"]:
        return ":".join(f"{part:,}" for part in measurement["ratio"])
    if measurement["low"] is not None and measurement["high"] is not None:
        body = f"{measurement['low']:,}–{measurement['high']:,}"
    elif measurement["number"] is not None:
        body = f"{measurement['number']:,}"
    else:
        return "待核"
    signs = {"up": "↑", "down": "↓", "min": "≥", "max": "≤", None: ""}
    about = "≈" if measurement["approximate"] else ""
    return signs[measurement["change"]] + signs[measurement["bound"]] + about + body


@pytest.fixture(params=["000", "001", "002", "003", "004", "mixed", "hostile"])
def document(request: pytest.FixtureRequest, tagger: Tagger, seeds: dict[str, TaggedDocument]) -> TaggedDocument:
    own = {"mixed": MIXED, "hostile": HOSTILE}
    return seeds[request.param] if request.param in seeds else tagger.tag(own[request.param], request.param)


@pytest.fixture
def page(document: TaggedDocument) -> Node:
    return Page(html(document)).root


def test_page_is_well_formed_with_a_charset_and_unique_ids(page: Node) -> None:
    for tag in ("html", "head", "body", "main", "title"):
        assert len(page.all(tag)) == 1, tag
    assert [node.attrs["charset"] for node in page.all("meta") if "charset" in node.attrs] == ["utf-8"]
    ids = [node.attrs["id"] for node in page.all() if "id" in node.attrs]
    assert len(ids) == len(set(ids))


def test_page_refers_to_nothing_outside_itself(document: TaggedDocument, page: Node) -> None:
    assert not {node.tag for node in page.all()} & {"link", "img", "iframe", "object", "embed", "base", "form"}
    for node in page.all():
        assert not {"src", "href", "srcset", "action", "poster", "data", "background"} & node.attrs.keys()
    source = html(document)
    for outside in ("://", "@import", "url(", "fetch(", "XMLHttpRequest", "import("):
        assert outside not in source


def test_every_sentence_stands_in_the_page_as_written(document: TaggedDocument, page: Node) -> None:
    original = document.source.text
    shown = [
        node.text for sentence in with_class(page, "div", "sentence") for node in with_class(sentence, "div", "text")
    ]
    assert shown == [original[t.sentence.start : t.sentence.end] for t in document.sentences]


def test_headings_and_dropped_ranges_stand_in_the_page(document: TaggedDocument, page: Node) -> None:
    source = document.source
    headings = [node.text for node in with_class(page, "div", "heading")]
    written = [source.text[heading.start : heading.end] for heading in source.headings]
    assert [shown[: len(text)] for shown, text in zip(headings, written, strict=True)] == written
    dropped = [node.text for node in with_class(page, "div", "dropped")]
    assert dropped == [source.text[cut.start : cut.end] for cut in source.dropped]


def test_every_entity_is_marked_in_its_place_and_colour(document: TaggedDocument, page: Node) -> None:
    original = document.source.text
    for tagged, shown in zip(document.sentences, with_class(page, "div", "sentence"), strict=True):
        marks = [((node.attrs["class"] or "").split()[0], node.text) for node in shown.all("mark")]
        assert marks == [(e.label, original[e.start : e.end]) for e in tagged.entities]
        masked = [node.text for node in with_class(shown, "mark", "masked")]
        values = [m.value for m in tagged.measurements if m.quantity.masked]
        assert masked == [original[value.start : value.end] for value in values]
        topics = [node.text for node in with_class(shown, "span", "chip")]
        assert topics == [tagged.topic.name]


def test_measurements_are_those_of_the_jsonl(document: TaggedDocument, page: Node) -> None:
    file = io.StringIO()
    write_jsonl([document], file)
    expected = []
    for record in map(json.loads, file.getvalue().split("\n")[:-1]):
        for m in record["measurements"]:
            metric = m["metric"]["text"] if m["metric"] else "（未写明指标）"
            written = m["value"]["text"] + (m["unit"]["text"] if m["unit"] else "")
            expected.append([metric, spelled(m), m["unit_normalized"] or "", "⏎".join(written.splitlines())])
    assert payload(page) == expected
    (body,) = page.all("tbody")
    rows = [[cell.text for cell in row.all("td")][2:] for row in body.all("tr")]
    assert [[metric, number, unit, written] for metric, written, number, unit in rows] == expected


def test_each_measurement_is_linked_to_its_own_marks(document: TaggedDocument, page: Node) -> None:
    links: dict[tuple[int, str], list[str]] = {}
    for mark in page.all("mark"):
        for number in (mark.attrs.get("data-m") or "").split():
            links.setdefault((int(number), (mark.attrs["class"] or "").split()[0]), []).append(mark.text)
    original = document.source.text
    expected = {}
    for number, m in enumerate(m for tagged in document.sentences for m in tagged.measurements):
        for entity in (m.metric, m.value, m.unit):
            if entity:
                expected[number, entity.label] = [original[entity.start : entity.end]]
    assert links == expected


def test_a_report_with_markup_adds_no_element() -> None:
    hostile = Page(html(measured(HOSTILE, '"><img src=x onerror=alert(1)>.txt'))).root
    plain = Page(html(measured("管理患者", "plain.txt"))).root
    assert [node.tag for node in hostile.all()] == [node.tag for node in plain.all()]
    assert [sorted(node.attrs) for node in hostile.all()] == [sorted(node.attrs) for node in plain.all()]
    assert payload(hostile)[0][0] == HOSTILE
    assert "onerror=alert(1)" in hostile.all("title")[0].text


def test_several_reports_share_a_page_and_keep_their_links(seeds: dict[str, TaggedDocument]) -> None:
    page = Page(html(*seeds.values())).root
    articles = page.all("article")
    assert [node.all("h1")[0].text for node in articles] == [seed.source.name for seed in seeds.values()]
    assert len(payload(page)) == sum(len(t.measurements) for seed in seeds.values() for t in seed.sentences)
    numbers = [int(n) for mark in with_class(page, "mark", "VALUE") for n in (mark.attrs.get("data-m") or "").split()]
    assert numbers == list(range(len(payload(page))))


@pytest.mark.parametrize(
    "text", ["工作总结\n", "门诊\x00\x01\x0b5人。" + "很好" * 99 + "。", "健" * 40_000 + "管理34867人。"]
)
def test_unusual_reports_make_well_formed_pages(tagger: Tagger, text: str) -> None:
    document = tagger.tag(text)
    page = Page(html(document)).root
    assert len(with_class(page, "div", "sentence")) == len(document.sentences)
