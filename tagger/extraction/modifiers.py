"""What the words around a VALUE say of it: about, at least, at most, and whether it is itself a change."""

from __future__ import annotations

import re

from tagger.document import Bound, Change

# 签约300人 and 附近20户 are about nothing.
_ABOUT_BEFORE = re.compile(r"(?:(?<![签预节制公条合解违失特邀])约为?|大约|(?<![最附靠邻临])近|大概|估计)$")
_ABOUT_AFTER = re.compile(r"(?:左右|上下|许(?![可多]))")
_MIN_BEFORE = re.compile(
    r"(?:超过|超出|(?<![彩BＢb])超|突破|逾|高于|大于|至少|不少于|不低于|不小于|不得少于|不得低于|多于|达到?或超过|≥|>|＞|&gt;|最少|最低)(?:了|[：:\s])?$"
)
_MAX_BEFORE = re.compile(
    r"(?:不足|不到|低于|少于|小于|未超过|不超过|不高于|不大于|不多于|至多|最多|最高|≤|<|＜|&lt;|未达|未到|排名前|[排列居入]前)(?:了|[：:\s])?$"
)
_MIN_AFTER = re.compile(r"(?:及|或|（含）|\(含\))?以上")
_MAX_AFTER = re.compile(r"(?:及|或|（含）|\(含\))?(?:以下|以内|之内|内(?=[，。；、]|办结|完成|到达|响应|$))")

# 超过省定要求12个百分点 is a difference, 超过项目总金额的50% a bound: what is compared stands between the word and its number.
_COMPARED_NOUN = r"(?:\d{4}年|[^，。；、（）()\d]){2,18}(?:[（(][^，。；（）()]*[）)])?$"
_OVER = re.compile(f"(?:超过|超出|高于){_COMPARED_NOUN}")
_UNDER = re.compile(f"(?:低于|少于|不足){_COMPARED_NOUN}")

_UP = "增加|增长|上升|提高|提升|增幅|上涨|攀升|高出|扩大|净增|递增|前移|前进|上移|升高|增多|涨幅|翻"
_DOWN = "减少|下降|降低|压减|压缩|缩短|下调|下滑|降幅|降价|后移|下移|缩减|精简|回落|下跌|减轻|减幅|负增长"
# One character is a verb of change only behind a comparison: 同比降3%.
_COMPARED = r"(?:同比|环比|[较比](?:上年|去年|年初|上半年|同期|上月|上季度)[^，。；]{0,4})"
_CHANGED = re.compile(
    rf"(?:(?P<up>{_UP}|{_COMPARED}[增升])|(?P<down>{_DOWN}|{_COMPARED}[降减]))"
    r"(?:了|约|近|超过|超|分别|：|:|逾|不足|不到|至少|各|均|将近|接近)*[“\s]*$"
)
# A sign says it shorter: 比上年-3.2%, （+8.2%）.
_SIGNED = re.compile(rf"(?:{_COMPARED}|[（(])$")


def is_approximate(before: str, after: str) -> bool:
    """Whether 约, 近, 左右 … stand at the VALUE; `before` ends at it, `after` begins behind its unit."""
    return bool(_ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(after))


def find_bound(before: str, after: str) -> Bound | None:
    """`min` for 以上, ≥, 超过 …; `max` for 不足, 以内 …; None for a plain number."""
    if _MIN_AFTER.match(after):
        return "min"
    if _MAX_AFTER.match(after):
        return "max"
    least, most = _MIN_BEFORE.search(before), _MAX_BEFORE.search(before)
    if least and most:
        # 不超过 ends in 超过, 不少于 in 少于: the longer word is meant.
        return "min" if least.start() < most.start() else "max"
    return "min" if least else "max" if most else None


def find_change(before: str, value: str = "") -> Change | None:
    """`up` or `down` where the number is the change itself (较上年下降4个百分点), None for a level (降至13.54%, 增加为3家).

    A signed value is a change behind a comparison or in brackets of its own, and with a plus everywhere.
    """
    if value[:1] in ("+", "＋"):
        return "up"
    if value[:1] in ("-", "－", "−"):
        return "down" if _SIGNED.search(before) else None
    match = _CHANGED.search(before)
    if match is None:
        return None
    return "up" if match.group("up") else "down"


def find_excess(before: str, unit: str | None) -> tuple[Bound | None, Change | None]:
    """Bound and change of a share that is said to exceed something named before it: a difference in points, or a limit in %."""
    over, under = _OVER.search(before), _UNDER.search(before)
    if unit not in ("%", "‰", "个百分点") or not (over or under):
        return None, None
    if unit == "个百分点":
        return None, "up" if over else "down"
    return "min" if over else "max", None
