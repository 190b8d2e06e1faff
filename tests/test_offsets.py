"""Offsets are promises: whatever the text, every piece of the reading lies where it says it does."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger import Tagger
from tagger.document import Document, Removed, Stretch
from tagger.reading import read

many = settings(max_examples=300, deadline=None, derandomize=True)

CHARACTERS = st.sampled_from(
    [
        *"卫生健康局人次元家上半年的一二三十万亿〇〡㐂𠮷",
        *"aZxX09123４５６％%‰.．,，、。；：！？;:!?+-—/*＊×",
        *"“”‘’（）()《》【】[]<>&#①⑳",
        *" \t\u3000\u00a0\u2003\u200b\u200d\ufeff\u00ad\u2060\u202e\x1a",
        *"\n\r\x0b\x0c\x1c\x85\u2028\u2029\x00\x07\x7f\ue000\ud7ff\U0001f600",
    ]
)
FRAGMENTS = st.sampled_from(
    [
        "县卫生健康局2023年上半年工作总结",
        "今年以来，全县卫生健康系统认真落实各项部署，",
        "累计培训乡村医生23",
        "6人次，完成年度目标任务。",
        "规范管理率达到71.",
        "5%，同比提高3 1.5个百分点；",
        "深入推进医共体建设，加快优质医疗资源下沉到基层医疗机构",
        "检查医疗机构*家，立案×起，罚款xx万元。",
        "在管高血压患者34867人，糖尿病患者１０７９０人",
        "较好地完成了 上 半 年 工 作任务 ，",
        "Da Vinci 手术",
        "system on",
        "存在的问题",
        "下一步，我局将继续努力。",
        "加强基层服务。",
        "（一）党建引领",
        "(2)医疗服务",
        "一、公共卫生",
        "三、四级手术",
        "一是强化责任。",
        "第一，",
        "1.",
        "1、",
        "2、",
        "5、",
        "6、",
        "7．",
        "8\n",
        "VIP专免",
        "999+",
        "20.74KB",
        "第1页 / 共4页",
        "第2页",
        "- 3 -",
        "- 4 -",
        "2024-05-21",
        "标签: #总结",
        "摘要:",
        "摘要：今年以来，全县卫生健康系统认真落实各项部署，累计培训乡村医生23...",
        "展开>>",
        "[bookmark: _GoBack]",
        "&nbsp;",
        "<br>",
        "34",
        "867人",
    ]
)
BREAKS = st.sampled_from(["", "", "\n", "\n", "\r\n", "\r", "\n\n", "\n　　", " ", "\u3000", "\t", "\u200b", "\n\x0c"])


@st.composite
def wrapped(draw: st.DrawFn) -> str:
    """Paragraphs cut at one margin, with page markers and page numbers between some of the lines."""
    columns = draw(st.integers(10, 32))
    page = draw(st.integers(1, 9))
    form = draw(
        st.sampled_from(["{}、", "{}.", "{}\n", "- {} -\n", "第{}页\n", "&nbsp;", "<br>\n", "\u200b", "999+\n"])
    )
    lines = []
    for paragraph in draw(st.lists(st.lists(FRAGMENTS, min_size=2, max_size=6), min_size=1, max_size=5)):
        body = "".join(paragraph)
        for at in range(0, len(body), columns):
            marker = draw(st.integers(0, 4)) == 0
            lines.append((form.format(page) if marker else "") + body[at : at + columns])
            page += marker
    return "\n".join(lines)


TEXTS = st.one_of(
    st.text(CHARACTERS, max_size=120),
    st.text(max_size=60),
    st.lists(st.tuples(st.one_of(FRAGMENTS, st.text(CHARACTERS, max_size=8)), BREAKS), max_size=25).map(
        lambda pairs: "".join(piece for pair in pairs for piece in pair)
    ),
    wrapped(),
)

DIGITS = re.compile(r"[0-9０-９]")


def kept(text: str, piece: Stretch) -> str:
    """What the promise says the piece's text is: `text[start:end]` less the removed ranges."""
    gone = {place for cut in piece.removed for place in range(cut.start, cut.end)}
    return "".join(text[place] for place in range(piece.start, piece.end) if place not in gone)


def pieces(document: Document) -> list[Stretch]:
    return [*document.sentences, *document.headings]


def is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc")


@many
@given(TEXTS)
def test_every_sentence_and_heading_is_its_range_less_what_was_removed(text: str) -> None:
    for piece in pieces(read(text)):
        assert piece.text == kept(text, piece)
        assert piece.text and piece.text == piece.text.strip()


@many
@given(TEXTS)
def test_removed_ranges_are_sorted_disjoint_and_strictly_inside(text: str) -> None:
    for piece in pieces(read(text)):
        assert all(cut.start < cut.end and cut.reason for cut in piece.removed)
        assert all(left.end <= right.start for left, right in pairwise(piece.removed))
        if piece.removed:
            assert piece.start < piece.removed[0].start and piece.removed[-1].end < piece.end


@many
@given(TEXTS)
def test_every_visible_character_lies_in_exactly_one_place(text: str) -> None:
    document = read(text)
    covered = [0] * len(text)
    for piece in [*pieces(document), *document.dropped]:
        for place in range(piece.start, piece.end):
            covered[place] += 1
    assert max(covered, default=0) <= 1
    lost = [(place, text[place]) for place, count in enumerate(covered) if not count and is_visible(text[place])]
    assert lost == []


@many
@given(TEXTS)
def test_everything_is_in_the_order_of_the_text(text: str) -> None:
    document = read(text)
    for ordered in (document.sentences, document.headings, document.dropped):
        assert all(left.end <= right.start for left, right in pairwise(ordered))


@many
@given(TEXTS)
def test_no_digits_are_joined_unless_a_page_marker_parted_them(text: str) -> None:
    for piece in pieces(read(text)):
        places = [piece.origin(index) for index in range(len(piece.text))]
        for left, right in pairwise(places):
            if right == left + 1 or not (DIGITS.match(text[left]) and DIGITS.match(text[right])):
                continue
            between = text[left + 1 : right]
            reasons = {cut.reason for cut in piece.removed if left < cut.start and cut.end <= right}
            # Zero-width marks part nothing that a reader sees.
            assert "page_marker" in reasons or not any(c.isspace() or is_visible(c) for c in between)


@many
@given(TEXTS)
def test_every_entity_is_its_range_less_what_was_removed(tagger: Tagger, text: str) -> None:
    for tagged in tagger.tag(text).sentences:
        sentence = tagged.sentence
        for entity in tagged.entities:
            assert sentence.start <= entity.start < entity.end <= sentence.end
            removed = tuple(cut for cut in sentence.removed if entity.start <= cut.start and cut.end <= entity.end)
            assert entity.text == kept(text, Stretch("", entity.start, entity.end, removed))
        for measurement in tagged.measurements:
            assert measurement.value in tagged.entities


@many
@given(TEXTS)
def test_reading_is_a_function_of_the_text(text: str) -> None:
    assert read(text) == read(text)


@st.composite
def stretches(draw: st.DrawFn) -> tuple[str, Stretch, list[int]]:
    """A text, a stretch of it with something removed, and the original place of each character that is kept."""
    text = draw(st.text("甲乙丙丁0123 \n", min_size=1, max_size=40))
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    edges = draw(st.lists(st.integers(start + 1, end - 1), max_size=8, unique=True)) if end - start > 2 else []
    edges.sort()
    cuts = [Removed(a, b, "line_wrap") for a, b in zip(edges[::2], edges[1::2], strict=False)]
    places = [place for place in range(start, end) if not any(cut.start <= place < cut.end for cut in cuts)]
    return text, Stretch("".join(text[place] for place in places), start, end, tuple(cuts)), places


@many
@given(stretches())
def test_origin_agrees_with_counting(case: tuple[str, Stretch, list[int]]) -> None:
    _, stretch, places = case
    assert [stretch.origin(index) for index in range(len(stretch.text))] == places
    assert [stretch.index(place) for place in places] == list(range(len(places)))
    assert stretch.indices(places) == list(range(len(places)))


@many
@given(stretches(), st.data())
def test_locate_agrees_with_counting(case: tuple[str, Stretch, list[int]], data: st.DataObject) -> None:
    _, stretch, places = case
    start = data.draw(st.integers(0, len(places) - 1))
    end = data.draw(st.integers(start + 1, len(places)))
    assert stretch.locate(start, end) == (places[start], places[end - 1] + 1)


@many
@given(stretches(), st.data())
def test_split_agrees_with_counting(case: tuple[str, Stretch, list[int]], data: st.DataObject) -> None:
    text, stretch, places = case
    edges = sorted(data.draw(st.lists(st.integers(0, len(places)), max_size=8, unique=True)))
    ranges = list(zip(edges[::2], edges[1::2], strict=False))
    parts = stretch.split(ranges)
    assert [(part.start, part.end) for part in parts] == [(places[a], places[b - 1] + 1) for a, b in ranges]
    for part, (a, b) in zip(parts, ranges, strict=True):
        assert part.text == stretch.text[a:b] == kept(text, part)
        assert part.removed == tuple(cut for cut in stretch.removed if part.start < cut.start and cut.end < part.end)
