"""What a clause marks as planned or aimed at, and what only looks like it."""

from __future__ import annotations

import re

import pytest

from tagger.extraction import plans
from tagger.extraction.plans import are_planned, is_planned

_VALUE = re.compile(r"\{([^}]*)\}([人对所个%张项场元辆]|个百分点|万元)?")


def marked(text: str, year: int | None = 2023) -> list[bool]:
    """Whether each VALUE, in braces, is marked as planned."""
    plain, values, end = "", [], 0
    for match in _VALUE.finditer(text):
        plain += text[end : match.start()]
        values.append((len(plain), len(plain) + len(match[1]), match[2] or ""))
        plain, end = plain + match[1] + values[-1][2], match.end()
    plain += text[end:]
    return [is_planned(plain, *value, year) for value in values]


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("管理高血压患者{5000}人，计划明年管理高血压患者{6000}人。", [False, True]),
        ("明年计划新建村卫生室{20}所，改建{30}所。", [True, True]),
        ("我局计划新建村卫生室{46}所，现已竣工{46}所，投入使用{44}所。", [True, False, False]),
        ("公招计划{85}人，报名{143}人。", [True, False]),
        ("下一步，我局将把村卫生室建到{30}所。", [True]),
        ("签约率{46.3}%，到2025年，签约率达到{60}%。", [False, True]),
        ("全科医生{34}人，到2025年末要达到{43}人。", [False, True]),
        ("全年主要目标为：死亡率控制在{9}%以下，素养水平不低于{33}%。", [True, True]),
        ("体检率{72.3}%（目标任务{70}%）。", [False, True]),
        ("签约率{46}%，超过年度目标（{40}%）。", [False, True]),
        ("检查任务数{1800}对，完成{1107}对。", [True, False]),
        ("提前一年完成省定{40}%的目标。", [True]),
        ("预计全年可节省药费{300}万元。", [True]),
        ("拟建面积{4200}，力争年底前签约率达到{75}%。", [True, True]),
        ("规划床位{500}张。", [True]),
    ],
)
def test_plans_and_targets(text: str, planned: list[bool]) -> None:
    assert marked(text) == planned


@pytest.mark.parametrize(
    "text",
    [
        "扶助计划生育家庭{2137}人，计划外{612}人，儿童计划免疫建卡率{100}%。",
        "接种免疫规划疫苗{300}人，常规免疫规划接种率{95}%。",
        "按计划完成培训{12}场，按计划任务抽查{40}个。",
        "检查目标人群{1800}对，目标人群覆盖率{105}%，完成目标{95}%。",
        "完成投资{46}元，占年度计划的{91.7}%，占年度计划{91.7}%。",
        "实施人才计划，引进博士{7}人；“三年计划”招录{64}人；专项计划招录{37}人。",
        "争取中央资金{1870}万元，争取到项目{3}个。",
        "制定抽查计划{6}个，纳入目标考核的{31}项指标，15项目标任务完成{9}项。",
        "超出目标{3.8}个百分点，比预计多{2}个。",
        "模拟转移病患{138}人，非计划再次手术率{2}%，人均预期寿命{79}。",
        "迎来年度考核，通过率{93}%，得分{96}。",
        "为明年工作打下基础，全年培训{1200}人，另有{17}个要到明年3月才能好。",
        "截至2023年底，建成{20}所，到2022年达到{43}所。",
        "将{20}所村卫生室纳入管理，下半年拨付{60}%。",
    ],
)
def test_what_only_looks_like_a_plan(text: str) -> None:
    assert not any(marked(text))


def test_without_the_year_of_the_report_a_year_alone_is_no_plan() -> None:
    assert marked("到2025年，签约率达到{60}%。", None) == [False]
    assert marked("到2025年，签约率要达到{60}%。", None) == [True]


def test_the_clauses_of_a_sentence_are_read_once_for_all_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "今年培训5人，明年计划培训6人，新建7个，目前已完成8个，目标值9个，" * 20
    values = [(match.start(), match.end(), "") for match in re.finditer(r"\d", text)]
    alone = [is_planned(text, *value) for value in values]
    read: list[str] = []
    reaches_on = plans._reaches_on
    monkeypatch.setattr(plans, "_reaches_on", lambda clause, *rest: read.append(clause) or reaches_on(clause, *rest))
    assert are_planned(text, values) == alone
    assert 0 < sum(alone) < len(alone)
    assert len(read) < len(values) + 1
