"""What the words around a quantity say of it."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger import Tagger
from tagger.document import Link, Quantity, Span
from tagger.extraction import read_quantity
from tagger.extraction.numbers import read_value


def quantities(tagger: Tagger, text: str) -> list[Quantity]:
    return [m.quantity for s in tagger.tag(text).sentences for m in s.measurements]


@pytest.mark.parametrize(
    "text",
    ["约300人。", "近300人。", "300余人。", "300多人。", "300人左右。", "大约300人。", "将近300人。", "十几人。"],
)
def test_approximate(tagger: Tagger, text: str) -> None:
    assert [q.approximate for q in quantities(tagger, f"培训医务人员{text}")] == [True]


@pytest.mark.parametrize("text", ["签约300人。", "附近20户。", "节约50万元。", "预约300人次。", "80岁以上300人。"])
def test_not_approximate(tagger: Tagger, text: str) -> None:
    assert [q.approximate for q in quantities(tagger, text)] == [False]


def test_a_value_that_nobody_can_read_asks_for_review(tagger: Tagger) -> None:
    (doubtful,) = tagger.tag("疫苗6，600支。").sentences
    assert doubtful.needs_review and doubtful.measurements[0].quantity.number is None
    (masked,) = tagger.tag("疫苗*支。").sentences
    assert not masked.needs_review


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.integers(0, 10**9).map(str),
        st.integers(0, 10**9).map(lambda n: f"{n:,}"),
        st.decimals(0, 10**6, places=2).map(lambda d: f"{d:f}"),
        st.integers(1, 99999).map(lambda n: f"{n}万"),
        st.integers(2, 10**8).map(lambda n: cn2an.an2cn(str(n), "low")),
    ),
    st.sampled_from(["元", "人次", "份", "%", "例"]),
    st.sampled_from(["全年发放补助资金{}。", "累计达到{}，", "共{}（其中一部分）", "较上年增加{}；"]),
)
def test_a_number_in_a_sentence_is_read_back_or_not_at_all(number: str, unit: str, sentence: str) -> None:
    # Nothing made up: whatever the sentence, a number that comes out is the one that went in.
    plain = number.replace(",", "")
    expected = Decimal(plain[:-1]) * 10_000 if plain.endswith("万") and plain[0].isascii() else None
    if expected is None:
        expected = Decimal(plain) if plain[0].isascii() else Decimal(str(cn2an.cn2an(plain, "normal")))
    found = quantities(Tagger.load("rules"), sentence.format(number + unit))
    assert {q.number for q in found} <= {expected, None}
    if plain[0].isascii():
        assert [q.number for q in found] == [expected]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("接种率达95%以上。", "min"),
        ("知晓率≥90%，", "min"),
        ("人数超过300人。", "min"),
        ("不少于80名。", "min"),
        ("病死率控制在5%以内。", "max"),
        ("不足5%。", "max"),
        ("人数不超过300人。", "max"),
        ("接种率达95%。", None),
        ("发生率排名前10%。", "max"),
        ("目前三家医院设置发热门诊。", None),
        ("目前12家医院设置发热门诊。", None),
        ("超过考核标准35.4个百分点。", None),
    ],
)
def test_bound(tagger: Tagger, text: str, bound: str | None) -> None:
    assert [q.bound for q in quantities(tagger, text)] == [bound]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("人口出生859人，同比增加21人，", [None, "up"]),
        ("省外就诊率下降至13.54%，较去年同期下降4个百分点；", [None, "down"]),
        ("发病数比去年同期上升了3%。", ["up"]),
        ("养老金从每月70元提高到88元。", [None, None]),
        ("办理时限压减67%和92%。", ["down", "down"]),
        ("药占比由30%降至28%。", [None, None]),
        ("共引进人才7人，推进3项工作。", [None, None]),
        ("案件分别下降15.9%、13.3%。", ["down", "down"]),
        ("业务收入比上年-3.2%，药品收入+1.1%。", ["down", "up"]),
        ("自然增长率-1.99‰。", [None]),
        ("同比降3%，环比增12%。", ["down", "up"]),
        ("床位增加为100张。", [None]),
        ("购进3台设备，新进5人。", [None, None]),
    ],
)
def test_change(tagger: Tagger, text: str, changes: list[str | None]) -> None:
    assert [q.change for q in quantities(tagger, text)] == changes


def test_a_percentage_in_characters_has_its_unit(tagger: Tagger) -> None:
    (quantity,) = quantities(tagger, "合格率达到百分之八十。")
    assert (quantity.number, quantity.unit_normalized) == (80, "%")


def test_degenerate_text_takes_time_in_proportion_to_its_length(tagger: Tagger) -> None:
    # Each of these once took quadratic time; a minute would pass here if one did again.
    for piece in ("1,", "1-", "x", "—1", "*", "（", "1人、", "1:", "第一", "高、", "a1", "1、\n"):
        assert tagger.tag(piece * 10_000).source.text


@pytest.mark.parametrize(("text", "number"), [("近百人次", 100), ("上千人", 1000), ("百人", None)])
def test_a_round_word_is_a_number_only_as_an_estimate(text: str, number: int | None) -> None:
    place = next(index for index, character in enumerate(text) if character in "百千")
    value, unit = Span("VALUE", place, place + 1, 1.0), Span("UNIT", place + 1, len(text), 1.0)
    quantity = read_quantity(text, Link(None, value, unit))
    assert (quantity.number, quantity.approximate) == (number, number is not None)


def test_tenths_are_a_ratio() -> None:
    assert read_value("五成").ratio == (5, 10)


@pytest.mark.parametrize(
    ("text", "bound", "change"),
    [
        ("就诊率超过省定要求（85%）12个百分点。", None, "up"),
        ("规范管理率低于全市平均水平3.2个百分点。", None, "down"),
        ("拨付资金超过项目总金额的50%。", "min", None),
        ("超过80岁的老人占5%。", None, None),
        ("超过上年，达到85%。", None, None),
    ],
)
def test_what_is_exceeded_may_stand_before_the_share(
    tagger: Tagger, text: str, bound: str | None, change: str | None
) -> None:
    last = quantities(tagger, text)[-1]
    assert (last.bound, last.change) == (bound, change)
