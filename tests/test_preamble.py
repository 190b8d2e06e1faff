"""Official documents: what stands above the title hides neither the title nor what it says, and says no more itself."""

from __future__ import annotations

import pytest

from tagger.metadata import find_metadata
from tagger.reading import read

BODY = "一、主要工作\n管理高血压患者100人。\n"
TITLE = "溆浦县卫生健康局2023年上半年工作总结"
SAID = ("溆浦县", "county", "2023年上半年", "溆浦县卫生健康局")
HEAD = "溆浦县卫生健康局文件\n\n溆卫发〔2022〕15号\n\n"


def title_and_facts(text: str) -> tuple[str, tuple[str | None, ...]]:
    document = read(text)
    found = find_metadata(document, "")
    facts = (found.region, found.level, found.period, found.issuer)
    title = "".join(heading.text for heading in document.headings if heading.level == 0)
    return title, tuple(fact.value if fact else None for fact in facts)


@pytest.mark.parametrize(
    "above",
    [
        "溆浦县卫生健康局文件\n",
        "溆浦县卫生健康局（文件）\n",
        HEAD,
        "附件1\n\n",
        "附件：\n",
        "签发人：张三\n",
        "溆卫发〔2022〕15号　　签发人：张三\n",
        "000123\n机密★1年\n特急\n",
        "密级：内部\n\n\n",
        f"{HEAD}附件1\n\n",
        "溆浦县卫生健康局\n",
        "溆浦县卫生健康局文件\n溆浦县卫生健康局\n",
    ],
)
@pytest.mark.parametrize("title", [TITLE, TITLE.replace("局2", "局\n2")])
def test_a_preamble_hides_no_title(above: str, title: str) -> None:
    found, facts = title_and_facts(f"{above}{title}\n{BODY}")
    assert facts == SAID
    assert found.endswith(TITLE)


def test_titles_on_three_lines() -> None:
    title = "溆浦县卫生健康局关于\n2023年上半年工作总结及\n下半年工作计划的报告"
    assert title_and_facts(f"{HEAD}{title}\n{BODY}") == (title.replace("\n", ""), SAID)
    title = "溆浦县卫生健康局2023年上半年卫生健康工作\n总结"
    assert title_and_facts(f"附件1\n{title}\n{BODY}") == (title.replace("\n", ""), SAID)


def test_neither_addressee_nor_number_nor_a_place_in_passing_is_the_reports_own() -> None:
    addressee = "洪江市卫生健康局：\n"
    assert title_and_facts(f"溆卫发〔2022〕15号\n上半年工作总结\n{addressee}{BODY}在洪江市召开会议。") == (
        "上半年工作总结",
        (None, None, None, None),
    )


def test_the_red_head_names_the_author_of_a_title_without_one() -> None:
    assert title_and_facts(f"{HEAD}2023年上半年工作总结\n各县区卫生健康局：\n{BODY}")[1] == SAID
    # An attachment may be another's, and of two heads neither is the one.
    assert title_and_facts(f"{HEAD}附件1\n2023年上半年工作总结\n{BODY}")[1] == (None, None, "2023年上半年", None)
    two = "溆浦县卫生健康局文件\n溆浦县中医药管理局文件\n"
    assert title_and_facts(f"{two}2023年上半年工作总结\n{BODY}")[1] == (None, None, "2023年上半年", None)


def test_the_title_goes_before_the_red_head() -> None:
    assert title_and_facts(f"{HEAD}附件1\n洪江市卫生健康局2023年工作总结\n{BODY}")[1] == (
        "洪江市",
        "county",
        "2023年",
        "洪江市卫生健康局",
    )


def test_without_a_title_below_nothing_is_taken_out() -> None:
    assert read(f"附件1\n管理高血压患者100人。\n{BODY}").dropped == []
