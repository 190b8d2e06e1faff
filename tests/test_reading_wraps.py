"""Hard wraps are joined, OCR spaces and proven page markers taken out; nothing of this ever makes a number."""

from __future__ import annotations

import re

import pytest

from tagger import Tagger
from tagger.document import Document, Sentence
from tagger.reading import read

PARAGRAPHS = [
    "今年以来，全县卫生健康系统认真落实各项部署，培训乡村医生236人次，建成标准化卫生室128所，群众满意度提高3.4个百分点。",
    "持续推进医共体建设，派驻医师58名到乡镇卫生院坐诊带教，开展新技术12项，基层就诊占比达到66.8%，方便群众就近就医。",
    "加强慢性病管理，在管高血压患者34867人，糖尿病患者10790人，规范管理率分别达到71.5%、70.2%。",
]
HEADED = ["一、持续提升基层服务能力", PARAGRAPHS[0], "二、扎实推进公共卫生服务", *PARAGRAPHS[1:]]

# A break here leaves a number whole: not between digits, nor beside a decimal point.
INSIDE_NUMBER = re.compile(r"[\d.]{2}")


def wrap(paragraph: str, columns: int, newline: str = "\n", split_numbers: bool = False) -> str:
    """`paragraph` in lines of at most `columns` characters, as a page breaks them."""
    lines = []
    while len(paragraph) > columns:
        at = columns
        while not split_numbers and INSIDE_NUMBER.fullmatch(paragraph[at - 1 : at + 1]):
            at -= 1
        lines.append(paragraph[:at])
        paragraph = paragraph[at:]
    return newline.join([*lines, paragraph])


def texts(document: Document) -> list[str]:
    return [sentence.text for sentence in document.sentences]


def only(document: Document) -> Sentence:
    (sentence,) = document.sentences
    return sentence


def reasons(sentence: Sentence) -> list[str]:
    return [cut.reason for cut in sentence.removed]


# Hard wraps


@pytest.mark.parametrize("indent", ["", "　　", "    "], ids=["flush", "full-width", "spaces"])
@pytest.mark.parametrize("columns", [18, 24, 30, 37])
def test_wrapped_paragraphs_are_joined_and_kept_apart(columns: int, indent: str) -> None:
    document = read("\n".join(wrap(indent + paragraph, columns) for paragraph in PARAGRAPHS))
    assert texts(document) == PARAGRAPHS
    assert len({sentence.paragraph for sentence in document.sentences}) == 3 or not indent
    assert not any(sentence.needs_review for sentence in document.sentences)


@pytest.mark.parametrize("columns", [18, 24, 30])
def test_headings_stay_apart_from_the_wrapped_text_around_them(columns: int) -> None:
    document = read("\n".join(wrap(paragraph, columns) for paragraph in HEADED))
    assert [heading.text for heading in document.headings] == [HEADED[0], HEADED[2]]
    assert texts(document) == PARAGRAPHS
    assert [sentence.section for sentence in document.sentences] == [(HEADED[0],), (HEADED[2],), (HEADED[2],)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x0c"], ids=["lf", "crlf", "cr", "form-feed"])
def test_newlines_of_every_kind_wrap_alike(newline: str) -> None:
    document = read(newline.join(wrap(paragraph, 24, newline) for paragraph in HEADED))
    assert texts(document) == PARAGRAPHS


def test_a_join_is_recorded_as_a_line_wrap() -> None:
    document = read("\n".join(wrap(paragraph, 24) for paragraph in PARAGRAPHS))
    for sentence in document.sentences:
        assert sentence.removed and set(reasons(sentence)) == {"line_wrap"}
        assert {document.text[cut.start : cut.end] for cut in sentence.removed} == {"\n"}


def test_a_wrapped_heading_is_one_heading() -> None:
    long = "（二）慎终如始抓落实，传染病防控和应急处置工作成果得到不断巩固"
    lines = [wrap(long, 28), *(wrap("　　" + paragraph, 28) for paragraph in PARAGRAPHS)]
    assert [heading.text for heading in read("\n".join(lines)).headings] == [long]


def test_unwrapped_paragraphs_are_not_joined() -> None:
    document = read("\n".join(PARAGRAPHS))
    assert texts(document) == PARAGRAPHS
    assert [sentence.paragraph for sentence in document.sentences] == [0, 1, 2]


def test_list_items_without_full_stops_are_not_joined() -> None:
    items = ["1、开展义诊活动36场次", "2、培训村医120人次", "3、更新健康档案34万份"]
    assert texts(read("主要做了以下几件事：\n" + "\n".join(items)))[-3:] == items


def test_a_blank_line_in_mid_sentence_does_not_part_it() -> None:
    whole = PARAGRAPHS[1]
    cut = whole.index("，开展") + 1
    assert texts(read(f"{whole[:cut]}\n\n{whole[cut:]}")) == [whole]


def test_the_break_between_two_latin_words_stays_a_blank() -> None:
    head = "全县认真落实国际母乳喂养倡议，积极学习推广世界卫生组织发布的指南，参考文献为Global Strategy for Infant"
    (sentence,) = read(f"{head}\nFeeding，并组织培训。").sentences
    assert "Infant\nFeeding" in sentence.text


# Breaks inside numbers


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("34", "867人"),
        ("71.", "5%"),
        ("71", ".5%"),
        ("３４", "８６７人"),
        ("34,", "867人"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n"], ids=["lf", "crlf", "blank-line"])
def test_a_line_break_between_digits_never_joins_them(tagger: Tagger, before: str, after: str, newline: str) -> None:
    document = tagger.tag(f"全县认真做好慢性病防治，在册管理的高血压患者达到{before}{newline}{after}，管理更加规范。")
    assert not any(before + after in sentence.text for sentence in document.sentences)
    assert all(sentence.sentence.needs_review for sentence in document.sentences)
    assert [m.quantity.number for s in document.sentences for m in s.measurements if m.quantity.number] == []


@pytest.mark.parametrize(
    ("before", "after"), [("1*", "*人"), ("12", "×人"), ("12×", "×人"), ("3", "x人"), ("3", "*人")]
)
def test_no_number_is_read_off_digits_that_a_break_parts_from_their_mask(
    tagger: Tagger, before: str, after: str
) -> None:
    document = tagger.tag(f"全县认真做好慢性病防治，在册管理的高血压患者达到{before}\n{after}，管理更加规范。")
    assert [m.quantity.number for s in document.sentences for m in s.measurements if m.quantity.number] == []


def test_numbers_broken_by_a_margin_are_marked_and_not_read(tagger: Tagger) -> None:
    document = tagger.tag("\n".join(wrap(paragraph, 15, split_numbers=True) for paragraph in PARAGRAPHS))
    assert [sentence.sentence.needs_review for sentence in document.sentences] == [True, True, True]
    numbers = [m.quantity.number for s in document.sentences for m in s.measurements if m.quantity.number is not None]
    assert {float(number) for number in numbers} <= {128, 3.4, 12, 66.8, 34867, 70.2}


# OCR spaces


@pytest.mark.parametrize(
    ("scanned", "meant"),
    [
        ("较好地完成了 上 半 年 工 作任务。", "较好地完成了上半年工作任务。"),
        ("严 重 精 神 障 碍 患 者规范管理 率 达 99.97%。", "严重精神障碍患者规范管理率达99.97%。"),
        ("规范管理 率 达 92.5%， 同比提高。", "规范管理率达92.5%，同比提高。"),
        ("培训医 生 236 人 次，完成任务。", "培训医生236人次，完成任务。"),
        ("获全 县 表 彰 20 项 。", "获全县表彰20项。"),
        ("上\u3000半\u3000年工作全面完成。", "上半年工作全面完成。"),
        ("建立“ 健康小屋 ”12 家。", "建立“健康小屋”12家。"),
        ("检查医疗机构 ** 家，立案 * 起。", "检查医疗机构**家，立案*起。"),
    ],
)
def test_spaces_that_a_scanner_left_are_removed(scanned: str, meant: str) -> None:
    sentence = only(read(scanned))
    assert sentence.text == meant
    assert set(reasons(sentence)) == {"ocr_space"}
    assert not sentence.needs_review


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u2060", "\u00ad"], ids=["zwsp", "bom", "wj", "shy"])
def test_invisible_characters_are_removed(mark: str) -> None:
    assert only(read(f"全县{mark}共有乡村医{mark}生二百余人。")).text == "全县共有乡村医生二百余人。"


@pytest.mark.parametrize(
    "sentence",
    [
        "引进 Da Vinci 手术系统一套。",
        "全面推广 COVID 19 vaccine 接种服务。",
        "以案为鉴 警钟长鸣专题教育活动深入开展。",
        "诊疗人次分别为三 四万人次。",
        "门诊量为128\t住院量为36。",
    ],
    ids=["latin-words", "latin-and-digits", "two-clauses", "numerals", "table-columns"],
)
def test_a_space_that_may_mean_something_stays(sentence: str) -> None:
    kept = re.sub(r"(?<=[一-鿿]) (?=[A-Z])|(?<=[a-z]) (?=[一-鿿])", "", sentence)
    assert only(read(sentence)).text in (sentence, kept)


@pytest.mark.parametrize("space", [" ", "\u3000", "\u00a0", "\t", "  "], ids=["space", "wide", "nbsp", "tab", "two"])
@pytest.mark.parametrize(("left", "right"), [("3", "1.5"), ("２", "３６"), ("99.", "5"), ("1,", "234"), ("23", "5")])
def test_a_space_between_digits_never_joins_them(tagger: Tagger, left: str, right: str, space: str) -> None:
    document = tagger.tag(f"上 半 年规范管理率同比提高了{left}{space}{right}个百分点。")
    (tagged,) = document.sentences
    assert f"{left}{space}{right}" in tagged.text
    assert [m.quantity.number for m in tagged.measurements if m.quantity.number is not None] == []


@pytest.mark.parametrize("space", [" ", "\u3000", "\u00a0"], ids=["space", "wide", "nbsp"])
def test_a_single_space_between_digits_is_marked_for_review(space: str) -> None:
    assert only(read(f"规范管理率同比提高了3{space}1.5个百分点。")).needs_review


# Page markers


def pages(markers: list[str]) -> str:
    """A text whose page markers break a number first, then words."""
    marks = iter(markers)
    return (
        f"今年以来全县卫生健康系统累计培训乡村医生23\n{next(marks)}6人次，完成年度目标任务。\n"
        f"深入开展健康教育活动，进一步落实各项便民惠民举措，巩固提升医疗服\n{next(marks)}务能力，群众满意度提高。\n"
        + "".join(f"积极推进爱国卫生运动，组织开展环境卫生整治，不断改善城\n{mark}乡面貌。\n" for mark in marks)
    )


def test_a_full_stop_between_digits_asks_for_review() -> None:
    assert [s.needs_review for s in read("共计12。5万元用于培训。资金到位。").sentences] == [True, True, False]
    assert [s.needs_review for s in read("全年完成12。2023年继续推进。").sentences] == [False, False]


UNMARKED = [
    "今年以来全县卫生健康系统累计培训乡村医生236人次，完成年度目标任务。",
    "深入开展健康教育活动，进一步落实各项便民惠民举措，巩固提升医疗服务能力，群众满意度提高。",
    "积极推进爱国卫生运动，组织开展环境卫生整治，不断改善城乡面貌。",
]


@pytest.mark.parametrize(
    "markers",
    [["5、", "6、"], ["5、 ", "6、 "], ["5\n", "6\n"], ["5、", "6、", "7、"], ["9、", "10、", "11、"]],
    ids=["comma", "spaced", "bare", "three", "two-digits"],
)
def test_markers_that_rise_by_one_are_removed_even_inside_a_number(markers: list[str]) -> None:
    document = read(pages(markers))
    assert texts(document) == UNMARKED[: len(markers)]
    assert all(reasons(sentence) == ["page_marker"] for sentence in document.sentences)
    assert not any(sentence.needs_review for sentence in document.sentences)


@pytest.mark.parametrize("markers", [["5、", "6、"], ["5.", "6."], ["5．", "6．"], ["5\n", "6\n"]])
def test_markers_that_rise_by_one_are_removed_from_words(markers: list[str]) -> None:
    text = pages(markers).replace(f"乡村医生23\n{markers[0]}6人次", f"乡村医\n{markers[0]}生236人次")
    assert texts(read(text)) == UNMARKED[:2]


def test_a_marker_that_could_be_the_start_of_a_decimal_stays_and_is_marked(tagger: Tagger) -> None:
    first = tagger.tag(pages(["5.", "6."])).sentences[0]
    assert "23\n5.6人次" in first.text and first.sentence.needs_review
    assert [m.quantity.number for m in first.measurements if m.quantity.number is not None] == []


def test_a_number_parted_by_a_proven_marker_is_read(tagger: Tagger) -> None:
    measurement = tagger.tag(pages(["5、", "6、"])).sentences[0].measurements[0]
    assert (measurement.value.text, measurement.quantity.number) == ("236", 236)


@pytest.mark.parametrize("markers", [["- 1 -\n", "- 2 -\n"], ["第1页\n", "第2页\n"], ["1/4\n", "2/4\n"]])
def test_decorated_page_numbers_that_rise_by_one_are_removed_even_inside_a_number(markers: list[str]) -> None:
    document = read(pages(markers))
    assert texts(document) == UNMARKED[:2]
    assert reasons(document.sentences[0]) == ["page_marker"]


def test_a_proven_marker_before_a_new_paragraph_is_dropped() -> None:
    third = "乡镇卫生院全部达到服务能力基本标准。"
    text = pages(["5、", "6、", "8、"]).replace(
        "5、6人次，完成年度目标任务。\n", f"5、6人次，完成年度目标任务。\n6、{third}\n"
    )
    document = read(text.replace("服\n6、务", "服\n7、务"))
    assert texts(document) == [UNMARKED[0], third, *UNMARKED[1:]]
    assert [document.text[cut.start : cut.end] for cut in document.dropped] == ["6、"]


@pytest.mark.parametrize("markers", [["- 1 -\n", "- 5 -\n"], ["第3页\n", "第2页\n"]])
def test_decorated_page_numbers_that_prove_nothing_join_no_digits(markers: list[str]) -> None:
    document = read(pages(markers))
    assert not any("236" in sentence.text for sentence in document.sentences)
    assert document.sentences[0].needs_review


@pytest.mark.parametrize("markers", [["5、", "8、"], ["6、", "5、"], ["5、", "5、"]], ids=["gap", "falling", "same"])
def test_markers_that_prove_nothing_stay_and_are_marked(tagger: Tagger, markers: list[str]) -> None:
    document = tagger.tag(pages(markers))
    assert not any(cut.reason == "page_marker" for tagged in document.sentences for cut in tagged.sentence.removed)
    assert "".join(tagged.text for tagged in document.sentences).count("、") == 2
    broken = [tagged for tagged in document.sentences if "23" in tagged.text or "6人次" in tagged.text]
    assert broken and all(tagged.sentence.needs_review for tagged in broken)
    assert [m.quantity.number for t in broken for m in t.measurements if m.quantity.number is not None] == []


def test_a_single_marker_stays_and_is_marked(tagger: Tagger) -> None:
    document = tagger.tag("今年以来全县卫生健康系统累计培训乡村医生23\n5、6人次，完成年度目标任务。\n")
    assert "".join(tagged.text for tagged in document.sentences).count("5、6人次") == 1
    assert all(tagged.sentence.needs_review for tagged in document.sentences)
    assert [m.quantity.number for t in document.sentences for m in t.measurements if m.quantity.number] == []


def test_one_decorated_page_number_inside_a_number_joins_nothing() -> None:
    document = read("今年以来全县卫生健康系统累计培训乡村医生23\n第5页\n6人次，完成年度目标任务。\n")
    assert not any("236" in sentence.text for sentence in document.sentences)
    assert all(sentence.needs_review for sentence in document.sentences)


@pytest.mark.parametrize(
    "items",
    [
        ["1、开展义诊活动36场次", "2、培训村医120人次", "3、更新健康档案34万份"],
        ["1、开展义诊活动36场次。", "2、培训村医120人次。", "3、更新健康档案34万份。"],
        [
            "1.加强组织领导，成立由局长任组长的工作专班，统筹推进",
            "2.加强督导检查，对发现的问题及时通报并限期完成",
            "3.加强宣传",
        ],
        ["1．开展环境整治，累计清理卫生死角236", "2．组织开展病媒生物防制，累计投放药物128", "3．其他"],
        ["4、落实分级诊疗制度，上转患者1200", "5、加强院感防控，累计开展督导检查36", "6、规范处方点评，点评处方2"],
    ],
    ids=["open", "closed", "long-open", "digits-at-the-end", "from-four"],
)
@pytest.mark.parametrize("lead", ["主要工作如下：\n", "我们重点做了以下三个方面的工作\n"], ids=["colon", "open-lead"])
def test_a_numbered_list_is_never_taken_for_markers(items: list[str], lead: str) -> None:
    document = read(lead + "\n".join(items) + "\n")
    found = [piece.text for piece in [*document.headings, *document.sentences]]
    cuts = [*document.dropped, *(cut for sentence in document.sentences for cut in sentence.removed)]
    assert not any(cut.reason == "page_marker" for cut in cuts)
    assert all(any(item in text for text in found) for item in items)


def test_a_long_line_without_punctuation_takes_no_longer_than_its_length() -> None:
    from time import process_time

    start = process_time()
    read("一二三健康" * 8_000 + "\n短行\n")
    assert process_time() - start < 2  # it was half a minute when each place looked ahead to the end
