"""METRIC: the guideline's own examples and its boundaries, as the rule engine finds them."""

from __future__ import annotations

import re

import pytest

from tagger.extraction.links import link
from tagger.rules import find_spans

ENTITY = re.compile(r"\{([MVU])([\d,]*)\|([^{}]*)\}")


def linked(text: str) -> list[tuple[str | None, str, str | None]]:
    def cut(span) -> str | None:  # type: ignore[no-untyped-def]
        return text[span.start : span.end] if span else None

    return [(cut(each.metric), cut(each.value), cut(each.unit)) for each in link(text, find_spans(text))]  # type: ignore[misc]


def gold(marked: str) -> tuple[str, list[tuple[str | None, str, str | None]]]:
    """A line of markup as its text and its linked triples, in the order of the VALUEs."""
    groups: dict[str, dict[str, str]] = {}
    order = []
    for label, numbers, text in ENTITY.findall(marked):
        for number in numbers.split(","):
            groups.setdefault(number, {})[label] = text
            if label == "V":
                order.append(number)
    triples = [(groups[n].get("M"), groups[n]["V"], groups[n].get("U")) for n in order]
    return ENTITY.sub(r"\3", marked), triples


@pytest.mark.parametrize(
    "marked",
    [
        "{M|健康管理高血压患者}{V|34867}{U|人}，",
        "开展{M|廉政教育}{V|2}{U|次}，",
        "{M|占全市常住人口}的{V|79.25}{U|%}，",
        "孕产妇免费产前筛查工作{M|任务数}为{V|1500}{U|人}，",
        "全年{M|任务}{V|8900}{U|人}，",
        "目前{M|患者住院总人次数}{V|*}{U|人次}，",
        "{M|严重精神障碍患者规范管理率}达{V|99.97}{U|%}，",
        "家庭医生签约服务累计{M|签约、续签服务对象}{V|270790}{U|人}，",
        "{M|发热门诊累计就诊总人数}{V|2872}{U|人}，",
        "现有高血压、糖尿病和肺结核病{M|4种慢性病脱贫人口}{V|6506}{U|人}，",
        "{M|孕产妇住院分娩率和高危孕产妇管理率}均达到{V|*}{U|%}；",
        "{M1|出动车辆}{V1|*}{U1|次}、{M2|医护人员}{V2|*}{U2|人次}。",
        "任务数已定，{M|完成}{V|1661}{U|人}，",
        "{M|完成任务}的{V|110.7}{U|%}；",
        "{M|新增}{V|3359}{U|人}；",
        "{M|同比增加}{V|21}{U|人}，",
        "{M|较去年同期下降}{V|4}{U|个百分点}；",
        "{M|发病数比去年同期上升}了{V|*}{U|%}。",
        "{M1,2|城乡居民基础养老金最低标准}从每月{V1|70}{U1|元}提高到{V2|88}{U2|元}。",
        "{M|省外就诊率}下降至{V|13.54}{U|%}，",
        "财政支出{V|70}{U|%}以上{M|用于民生}。",
        "选派{V|11}{U|名}{M|主治医师以上职称人员}下沉到复兴",
        "选择汇口、复兴等{V|4}{U|个}{M|乡镇}作为首批试点单位，",
        "为{V|*}{U|名}{M|65岁及以上老年人}免费体检；",
        "有{V|8}{U|人}{M|荣获省市优秀护士称号}，",
        "{M|市政府对县政府卫生健康工作考核}位列{V|第二}{U|名}；",
        "({M|综合成绩}{V|第二})。",
        "{M1|注册率}达到{V1|113.75}{U1|％}，{M2|全市排名}{V2|第一}，",
        "{M1|规范管理高血压患者}{V1|*}{U1|人}（{M2|规范管理率}{V2|*}{U2|%}）；",
        "共{M1,2,3|发放中药}{V1|204348余}{U1|人份}（{V2|388053}{U2|袋}，{V3|224991}{U3|瓶}）",
        "各包保单位共{M|出动人员}{V|*}{U|人次}，",
        "{M|死亡率}为{V|0}{U|/10万}；",
        "按{M|床人比}{V|1：1.5}的比例，",
        "{M|配备血压计}{V|120}{U|台}。",
        "{M1,2|补助标准}由{V1|89}{U1|元}提高到{V2|94}{U2|元}。",
        "{M1,2|审批事项}由{V1|46}{U1|项}精简至{V2|28}{U2|项}。",
        "{M1,2,3|CT、DR、MRI检查}分别为{V1|12360}、{V2|26350}、{V3|3126}{U3|人次}。",
        "{M1|高血压控制率}（{V1|62.3}{U1|%}）、{M2|糖尿病控制率}（{V2|58.6}{U2|%}）。",
        "我县{M1,3|综合得分}{V1|92}{U1|分}，位居{V3|第二}。",
        "{M|成功治疗率}达{V|92}{U|%}。",
        "整改到位，剩余{V|4}{U|处}正在{M|整改}。",
        "组织{V|5}{U|轮次}{M|全员核酸检测}。",
        "{M|占年度任务}的{V|96}{U|%}。",
        "建成{V|25}{U|个}{M|建制乡（镇）卫生院}均注册",
    ],
)
def test_guideline_examples(marked: str) -> None:
    text, triples = gold(marked)
    assert linked(text) == triples


def test_a_value_without_any_name_stands_alone() -> None:
    assert linked("目前两所") == [(None, "两", "所")]


def test_the_linker_serves_any_engine() -> None:
    # Spans as an engine that knows no rules could give them; a metric behind a value is not also the next one's.
    from tagger.document import Span

    text = "选派11名医师到4所医院"
    spans = [
        Span("VALUE", 2, 4, 1.0),
        Span("UNIT", 4, 5, 1.0),
        Span("METRIC", 5, 7, 1.0),
        Span("VALUE", 8, 9, 1.0),
        Span("UNIT", 9, 10, 1.0),
        Span("METRIC", 10, 12, 1.0),
    ]
    names = [text[each.metric.start : each.metric.end] for each in link(text, spans) if each.metric]
    assert names == ["医师", "医院"]


def test_a_metric_is_not_shared_across_statements() -> None:
    from tagger.document import Span

    text = "培训12人；3次"
    spans = [Span("METRIC", 0, 2, 1.0), Span("VALUE", 2, 4, 1.0), Span("UNIT", 4, 5, 1.0), Span("VALUE", 6, 7, 1.0)]
    assert [each.metric is None for each in link(text, spans)] == [False, True]


def test_a_metric_is_never_empty() -> None:
    # What the cuts leave nothing of is no METRIC: a span without characters has no place in the report.
    for text in ("在全省二级公立医院绩效考核中分别位列第12位、第9位。", "累计（62.3%）"):
        spans = find_spans(text)
        assert all(span.start < span.end for span in spans)
