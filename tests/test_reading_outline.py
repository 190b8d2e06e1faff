"""Headings in every numbering, their levels and roles, the title, the section path, and the sentences between."""

from __future__ import annotations

import pytest

from tagger.document import Document, Role
from tagger.reading import read

TITLE = "某县卫生健康局2023年上半年工作总结"
DEED = "全县开展义诊活动36场次，服务群众1200人次，群众满意度稳步提升。"
MORE = "县人民医院派驻医师58名到乡镇卫生院坐诊带教，开展新技术12项。"


def headings(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in document.headings]


def path_of(document: Document, text: str) -> tuple[str, ...]:
    (section,) = [sentence.section for sentence in document.sentences if sentence.text == text]
    return section


def roles(document: Document) -> list[Role]:
    return [sentence.role for sentence in document.sentences]


# What is a heading


@pytest.mark.parametrize(
    "heading",
    [
        "一、加强基层服务",
        "一. 加强基层服务",
        "一 加强基层服务",
        "十二、加强基层服务",
        "第一章 加强基层服务",
        "第二部分：加强基层服务",
        "（一）加强基层服务",
        "(一)加强基层服务",
        "（一）、加强基层服务",
        "（1）加强基层服务",
        "1.加强基层服务",
        "1. 加强基层服务",
        "1．加强基层服务",
        "1、加强基层服务",
        "1）加强基层服务",
        "①加强基层服务",
        "## 加强基层服务",
        "加强基层服务",
        "存在的主要问题",
    ],
)
def test_a_line_of_its_own_is_a_heading(heading: str) -> None:
    document = read(f"{TITLE}\n{heading}\n{DEED}\n")
    assert headings(document) == [(0, TITLE), (1, heading)]
    assert path_of(document, DEED) == (heading,)


@pytest.mark.parametrize(
    "lead",
    [
        "一、加强基层服务。",
        "（一）加强基层服务。",
        "(1)加强基层服务。",
        "1.加强基层服务。",
        "第一，加强基层服务。",
        "一是加强基层服务。",
        "加强基层服务。",
        "队伍建设不断强化。",
        "妇幼健康。",
    ],
)
def test_a_lead_before_its_elaboration_is_a_heading(lead: str) -> None:
    document = read(f"{TITLE}\n{lead}{DEED}{MORE}\n")
    assert headings(document) == [(0, TITLE), (1, lead)]
    assert path_of(document, DEED) == path_of(document, MORE) == (lead,)


@pytest.mark.parametrize(
    "line",
    [
        "一是开展义诊活动36场次。",
        "1.建成标准化村卫生室128所。",
        "（一）在管高血压患者34867人，规范管理率71.5%。",
        "全年共完成基层医疗机构改造12家",
        "主要做法如下：",
        "同时加强宣传。",
        "开展义诊活动，方便群众就医；",
    ],
)
def test_a_statement_is_no_heading(line: str) -> None:
    document = read(f"{TITLE}\n一、加强基层服务\n{line}\n{DEED}\n")
    assert headings(document) == [(0, TITLE), (1, "一、加强基层服务")]
    assert any(line in sentence.text for sentence in document.sentences)


def test_the_last_line_is_no_heading() -> None:
    document = read(f"{TITLE}\n{DEED}\n加强基层服务\n")
    assert headings(document) == [(0, TITLE)]
    assert document.sentences[-1].text == "加强基层服务"


def test_a_group_of_numerals_inside_a_paragraph_is_no_section() -> None:
    statement = "三、四级手术占比持续提升，急救体系运行良好。"
    document = read(f"{TITLE}\n一、提升医疗质量\n{DEED}{statement}{MORE}\n")
    assert path_of(document, statement) == path_of(document, MORE) == ("一、提升医疗质量",)


def test_a_group_of_numerals_at_the_start_of_a_paragraph_is_no_section() -> None:
    statement = "三、四级手术占比提高3.4个百分点。"
    document = read(f"{TITLE}\n一、提升医疗质量\n{statement}{MORE}\n")
    assert path_of(document, statement) == path_of(document, MORE) == ("一、提升医疗质量",)


# Levels and the section path


def test_levels_follow_the_numbering() -> None:
    lines = ["一、医疗服务", "（一）医改", "1.医共体建设", "（1）人才下沉", DEED, "2.分级诊疗", MORE]
    document = read("\n".join([TITLE, *lines, "二、公共卫生", "加强疫苗接种管理，接种率达到96%。"]))
    assert headings(document) == [
        (0, TITLE),
        (1, "一、医疗服务"),
        (2, "（一）医改"),
        (3, "1.医共体建设"),
        (4, "（1）人才下沉"),
        (3, "2.分级诊疗"),
        (1, "二、公共卫生"),
    ]
    assert path_of(document, DEED) == tuple(lines[:4])
    assert path_of(document, MORE) == ("一、医疗服务", "（一）医改", "2.分级诊疗")
    assert document.sentences[-1].section == ("二、公共卫生",)


@pytest.mark.parametrize(
    "marks",
    [
        ["（一）", "（二）", "（四）", "（五）"],
        ["（一）", "（一）", "（二）", "（二）"],
        ["（四）", "（三）", "（二）", "（一）"],
        ["（一）", "(2)", "（三）", "(四)"],
        ["（一）", "（2）", "（3）", "（四）"],
        ["1.", "2、", "3.", "5．"],
        ["1、", "1、", "1、", "1、"],
    ],
    ids=["skip", "repeat", "fall", "mixed", "mixed-twice", "dots-and-commas", "all-ones"],
)
def test_numbers_are_never_trusted(marks: list[str]) -> None:
    names = ["医疗服务", "公共卫生", "妇幼健康", "综合监督"]
    items = [mark + name for mark, name in zip(marks, names, strict=True)]
    bodies = [f"{name}工作共投入资金{place}36万元，完成率100%。" for place, name in enumerate(names, 1)]
    lines = [line for pair in zip(items, bodies, strict=True) for line in pair]
    document = read("\n".join([TITLE, "一、主要工作", *lines]))
    assert headings(document)[2:] == [(2, item) for item in items]
    assert [path_of(document, body) for body in bodies] == [("一、主要工作", item) for item in items]


@pytest.mark.parametrize(("outer", "inner"), [("（1）", "（一）"), ("（一）", "一、"), ("①", "1."), ("1、", "（一）")])
def test_a_heading_right_under_a_heading_is_its_child_whatever_the_marks_say(outer: str, inner: str) -> None:
    document = read(f"{TITLE}\n{outer}工作开展情况\n{inner}医改\n{DEED}\n")
    assert path_of(document, DEED) == (f"{outer}工作开展情况", f"{inner}医改")


def test_the_same_mark_under_two_sections_opens_two_paths() -> None:
    document = read(f"{TITLE}\n一、医疗服务\n（一）医改\n{DEED}\n二、公共卫生\n（一）慢病\n{MORE}\n")
    assert path_of(document, DEED) == ("一、医疗服务", "（一）医改")
    assert path_of(document, MORE) == ("二、公共卫生", "（一）慢病")


def test_items_inside_a_paragraph_do_not_outlive_it() -> None:
    text = (
        f"{TITLE}\n一、医疗服务\n一是强化基层服务。{DEED}二是规范诊疗行为。{MORE}\n二、公共卫生\n疫苗接种率达到96%。\n"
    )
    document = read(text)
    assert path_of(document, DEED) == ("一、医疗服务", "一是强化基层服务。")
    assert path_of(document, MORE) == ("一、医疗服务", "二是规范诊疗行为。")
    assert document.sentences[-1].section == ("二、公共卫生",)


def test_a_section_path_is_the_headings_above() -> None:
    document = read(f"{TITLE}\n一、医疗服务\n（一）医改\n{DEED}\n（二）护理\n{MORE}\n")
    texts = {heading.text for heading in document.headings if heading.level}
    assert all(set(sentence.section) <= texts for sentence in document.sentences)


# Roles


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("一、工作开展情况", "work"),
        ("二、主要做法和成效", "work"),
        ("上半年工作总结", "work"),
        ("二、存在的问题", "problem"),
        ("存在问题和不足", "problem"),
        ("（二）面临的困难", "problem"),
        ("三、困难与建议", "problem"),
        ("三、下一步工作打算", "plan"),
        ("下半年工作安排", "plan"),
        ("四、2024年工作计划", "plan"),
        ("三、今后努力方向", "plan"),
        ("一、基本情况", "overview"),
        ("概况", "overview"),
        ("二、加强基层服务", "work"),
        ("二、突出问题专项整治", "work"),
        ("二、坚持问题导向抓整改", "work"),
    ],
)
def test_a_heading_gives_its_section_a_role(heading: str, role: Role) -> None:
    document = read(f"{TITLE}\n{heading}\n{DEED}{MORE}\n")
    assert roles(document) == [role, role]


def test_roles_follow_the_structure() -> None:
    lines = [
        "一、工作情况",
        "（一）医疗",
        DEED,
        "二、存在问题",
        "（一）人才",
        "人才总量不足。",
        "三、下一步打算",
        "（一）医疗",
        MORE,
    ]
    document = read("\n".join([TITLE, "今年以来，工作成效明显。", *lines]))
    assert roles(document) == ["overview", "work", "problem", "plan"]


def test_a_role_heading_without_a_number_closes_the_numbered_ones() -> None:
    document = read(f"{TITLE}\n一、医疗服务\n（一）医改\n{DEED}\n存在的问题\n人才总量不足。\n")
    assert document.sentences[-1].section == ("存在的问题",)
    assert document.sentences[-1].role == "problem"


@pytest.mark.parametrize("opening", ["下一步，", "下半年，", "今后工作中，"])
def test_an_unheaded_paragraph_that_turns_to_the_future_is_plan(opening: str) -> None:
    document = read(f"{TITLE}\n一、医疗服务\n{DEED}\n{opening}我局将继续推进医共体建设。确保完成全年任务。\n")
    assert roles(document) == ["work", "plan", "plan"]


@pytest.mark.parametrize("title", ["某县卫生健康局2024年工作要点", "某市卫健委2024年工作计划"])
def test_a_plan_by_its_title_is_plan_throughout(title: str) -> None:
    assert set(roles(read(f"{title}\n{DEED}\n一、加强基层服务\n{MORE}\n"))) == {"plan"}


def test_a_report_without_any_outline_is_overview_then_work() -> None:
    assert roles(read(f"{TITLE}\n今年以来，工作成效明显。\n{DEED}\n{MORE}\n")) == ["overview", "work", "work"]


# The title


@pytest.mark.parametrize(
    "lines",
    [
        [TITLE],
        ["某县卫生健康委员会", "2023年上半年工作总结"],
        ["某县卫生健康局", "2023年工作总结及2024年工作计划", "（2023年12月20日）"],
        ["关于2023年卫生健康工作情况的报告"],
    ],
)
def test_the_lines_at_the_top_are_the_title(lines: list[str]) -> None:
    document = read("\n".join([*lines, DEED, "一、医疗服务", MORE]))
    assert headings(document) == [*((0, line) for line in lines), (1, "一、医疗服务")]


def test_a_title_said_again_is_a_title_again() -> None:
    document = read(f"{TITLE}\n{TITLE}\n{DEED}\n{MORE}\n")
    assert headings(document) == [(0, TITLE), (0, TITLE)]
    assert [sentence.text for sentence in document.sentences] == [DEED, MORE]


@pytest.mark.parametrize("blank", [" ", "\u3000", "\t"], ids=["space", "wide", "tab"])
def test_a_title_after_a_leftover_of_conversion_has_no_blank_before_it(blank: str) -> None:
    assert headings(read(f"[bookmark: _GoBack]{blank}{TITLE}\n{DEED}\n")) == [(0, TITLE)]


def test_a_report_may_have_no_title() -> None:
    assert headings(read(f"{DEED}\n{MORE}\n")) == []


# Sentences


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ("培训236人。检查128家。", ["培训236人。", "检查128家。"]),
        ("完成了吗？完成了！", ["完成了吗？", "完成了！"]),
        ("培训236人；检查128家。", ["培训236人；", "检查128家。"]),
        ("培训236人;检查128家。", ["培训236人;", "检查128家。"]),
        ("提出“健康第一。”会后督办12件。", ["提出“健康第一。”", "会后督办12件。"]),
        ("提高3.4个百分点。（占比66.8%。）排名第2。", ["提高3.4个百分点。", "（占比66.8%。）", "排名第2。"]),
        ("培训236人。。检查128家。", ["培训236人。。", "检查128家。"]),
        ("培训236人。 ；检查128家。", ["培训236人。；", "检查128家。"]),
        ("培训236人。\t；检查128家。", ["培训236人。\t；", "检查128家。"]),
        ("培训236人。\u3000检查128家", ["培训236人。", "检查128家"]),
        ("增长3.5%", ["增长3.5%"]),
    ],
)
def test_sentences_end_at_their_terminators(paragraph: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in read(paragraph).sentences] == sentences


def test_a_paragraph_numbers_its_sentences_alike() -> None:
    document = read(f"{DEED}{MORE}\n培训236人。\n")
    first, second, third = (sentence.paragraph for sentence in document.sentences)
    assert first == second != third


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000\t\r\n", "\ufeff\u200b"])
def test_nothing_is_read_from_nothing(text: str) -> None:
    document = read(text)
    assert (document.sentences, document.headings, document.dropped) == ([], [], [])
