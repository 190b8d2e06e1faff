"""The authoring markup: what is read is what was written, and what is no markup is refused by file, line and text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.data.gold import GoldEntity, GoldFile, GoldHeading, GoldLine, GoldSentence, Outline
from tagger.data.iob import decode, encode
from tagger.data.markup import MarkupError, format_file, parse, parse_line, read_tagged
from tagger.document import Span
from tagger.errors import TaggerError

ROOT = Path(__file__).parent.parent
HERE = Path("x.tagged")
TEXT = st.text(st.sampled_from("完成高血压患者3486.7万%＊ （）；。ab"), min_size=1, max_size=30).filter(
    lambda text: text == text.strip()
)


@st.composite
def sentences(draw: st.DrawFn) -> GoldSentence:
    """A sentence with any well-formed annotation: VALUEs, a METRIC before or after some, a UNIT right behind some."""
    text, entities = "", []
    for group in range(1, draw(st.integers(1, 5))):
        text += draw(TEXT)
        order = draw(st.sampled_from(["V", "MV", "VU", "MVU", "VUM"]))
        for letter in order:
            piece = draw(TEXT)
            label = {"M": "METRIC", "V": "VALUE", "U": "UNIT"}[letter]
            entities.append(GoldEntity(label, len(text), len(text) + len(piece), (group,)))  # type: ignore[arg-type]
            text += piece
    return GoldSentence(1, text + draw(TEXT), "overview", tuple(entities))


@given(sentences())
def test_a_line_survives_the_way_out_and_back(sentence: GoldSentence) -> None:
    file = GoldFile(HERE, {}, (sentence,))
    assert parse(format_file(file), HERE) == file


@given(sentences())
def test_tags_and_spans_say_the_same(sentence: GoldSentence) -> None:
    assert decode(encode(len(sentence.text), sentence.spans)) == sentence.spans


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused_with_its_place(text: str) -> None:
    try:
        file = parse(text, HERE)
    except MarkupError as error:
        assert str(error).startswith(f"x.tagged:{error.number}: ")
    else:
        assert parse(format_file(file), HERE).lines == file.lines


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "gold").rglob("*.tagged")), ids=lambda path: path.stem)
def test_the_gold_files_are_written_as_they_are_read(path: Path) -> None:
    assert format_file(read_tagged(path)) == path.read_text(encoding="utf-8")


def test_links_follow_the_numbers() -> None:
    line = parse_line("[tcm] 共{M1,3|发放中药}{V1|20余}{U1|人份}（{V3|38}{U3|袋}），{V2|两}次")
    assert isinstance(line, GoldSentence)
    text = line.text
    said = [
        (link.group, *(text[each.start : each.end] if each else None for each in link[1:]))  # type: ignore[attr-defined]
        for link in line.links
    ]
    assert said == [(1, "发放中药", "20余", "人份"), (3, "发放中药", "38", "袋"), (2, None, "两", None)]


def test_the_number_may_be_left_out_where_there_is_one_link() -> None:
    line = parse_line("[tcm] {M|诊疗}{V|3}{U|人次}")
    assert isinstance(line, GoldSentence)
    assert {each.groups for each in line.entities} == {(1,)}


def test_a_title_begins_a_report() -> None:
    placed = parse("[#0] 甲\n[#1 plan] 打算\n[tcm] 一。\n[#0] 乙\n[tcm] 二。\n", HERE).sentences
    assert [(each.section, each.role) for each in placed] == [(("打算",), "plan"), ((), "overview")]


def test_headings_give_the_sentences_below_their_place() -> None:
    text = (
        "[#0] 总结\n[overview] 一。\n[#1 work] 甲\n[#3] 乙\n[tcm] 二。\n[#2] 丙\n[tcm] 三。\n[#1 plan] 丁\n[tcm] 四。\n"
    )
    placed = [(each.section, each.role) for each in parse(text, HERE).sentences]
    assert placed == [((), "overview"), (("甲", "乙"), "work"), (("甲", "丙"), "work"), (("丁",), "plan")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("没有标签。", "needs [topic] or [#level] in front"),
        ("", "needs [topic] or [#level] in front"),
        ("[tcm] ", "has no text"),
        ("[tcm]  两头有空格。", "has space at an end"),
        ("[#1 future] 明年", "role future is none of work"),
        ("[#1] {M1|诊疗}{V1|3}", "a heading carries no entities"),
        ("[tcm] {M1|诊疗}三次", "METRIC of group 1 has no VALUE"),
        ("[tcm] {V1|3}{V1|4}", "group 1 has two VALUEs"),
        ("[tcm] {V1,2|3}", "has more than one number"),
        ("[tcm] {V1|}", "empty entity"),
        ("[tcm] {V1|3}{U1|人", "braces or | that are no entity"),
        ("[tcm] {X1|3}", "braces or | that are no entity"),
    ],
)
def test_what_is_no_markup_is_named(line: str, reason: str) -> None:
    with pytest.raises(MarkupError, match=r"^dir/y\.tagged:2: ") as caught:
        parse(f"[#0] 题\n{line}\n", Path("dir/y.tagged"))
    assert reason in caught.value.reason
    assert str(caught.value).endswith(line)


def test_a_header_stands_above_the_lines_and_once() -> None:
    assert parse("# title: 甲 乙\n# year: 2021\n[tcm] 三。\n", HERE).header == {"title": "甲 乙", "year": "2021"}
    with pytest.raises(MarkupError, match="stands twice"):
        parse("# year: 1\n# year: 2\n", HERE)
    with pytest.raises(MarkupError, match="needs"):
        parse("[tcm] 三。\n# year: 2\n", HERE)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.tagged"
    bad.write_bytes("[tcm] 三。".encode("gbk"))
    with pytest.raises(TaggerError, match=r"bad\.tagged: is not UTF-8"):
        read_tagged(bad)
    with pytest.raises(TaggerError, match=r"none\.tagged: cannot be read"):
        read_tagged(tmp_path / "none.tagged")


@pytest.mark.parametrize(
    "spans",
    [
        [Span("VALUE", 0, 2, 1.0), Span("UNIT", 1, 3, 1.0)],
        [Span("VALUE", 2, 2, 1.0)],
        [Span("VALUE", 3, 6, 1.0)],
    ],
)
def test_spans_that_do_not_fit_have_no_tags(spans: list[Span]) -> None:
    with pytest.raises(ValueError, match=r"VALUE|UNIT"):
        encode(5, spans)


@pytest.mark.parametrize("tags", [["I-VALUE"], ["B-VALUE", "I-UNIT"], ["B-VALUE", "O", "I-VALUE"], ["B-date"]])
def test_ill_formed_tags_are_refused(tags: list[str]) -> None:
    with pytest.raises(ValueError, match="tag"):
        decode(tags)


def test_an_outline_needs_no_first_level() -> None:
    outline = Outline()
    lines: list[GoldLine] = [parse_line(line, 1, outline) for line in ("[#2] 甲", "[#1] 乙", "[tcm] 三。")]
    assert isinstance(lines[0], GoldHeading)
    assert isinstance(lines[2], GoldSentence) and lines[2].section == ("乙",)
