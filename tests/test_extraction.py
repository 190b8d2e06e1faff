"""What the words around a quantity say of it."""

from __future__ import annotations

import pytest

from tagger import Tagger
from tagger.document import Quantity


def quantities(tagger: Tagger, text: str) -> list[Quantity]:
    return [m.quantity for s in tagger.tag(text).sentences for m in s.measurements]


@pytest.mark.parametrize(
    "text",
    ["约300人。", "近300人。", "300余人。", "300多人。", "300人左右。", "大约300人。", "将近300人。", "十几人。"],
)
def test_approximate(tagger: Tagger, text: str) -> None:
    assert [q.approximate for q in quantities(tagger, f"培训医务人员{text}")] == [True]


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
