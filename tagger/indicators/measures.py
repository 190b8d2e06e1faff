"""What units measure: the dimension of a unit, and its size in it. Units of one dimension are converted into each other."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Literal, NamedTuple

from tagger.extraction.units import normalize_unit

Kind = Literal["count", "rate", "points", "money", "time", "score", "rank", "amount", "unknown"]


class Measure(NamedTuple):
    """The dimension of a unit, how many of its base units it is, and what it is taken per (元/人: 人均)."""

    dimension: str
    factor: Fraction
    per: tuple[str, ...] = ()


RATE, POINTS, RATIO, RANK = "%", "个百分点", "比", "名次"

# Measure words that count the same things stand together: 3 家 and 3 所 are both 3.
_COUNTS = (
    "人 名 位 口",
    "个 家 所 处 座 支 项 条",
    "次 场 场次",
    "件 起 宗",
    "张 床",
    "台 辆",
    "本 册",
    "栋 幢",
    "剂 剂次 针 针次",
    "人次",
    "例",
    "例次",
    "户",
    "对",
    "份",
    "人份",
    "期",
    "篇",
    "块",
    "套",
    "批",
    "瓶",
    "户次",
    "台次",
    "家次",
    "项次",
    "床日",
)
_SIZES: tuple[tuple[Kind, dict[str, Fraction]], ...] = (
    (
        "rate",
        {
            RATE: Fraction(1),
            "‰": Fraction(1, 10),
            "‱": Fraction(1, 100),
            "/千": Fraction(1, 10),
            "/万": Fraction(1, 100),
            "/10万": Fraction(1, 1000),
            "/100万": Fraction(1, 10_000),
        },
    ),
    ("points", {POINTS: Fraction(1), "个千分点": Fraction(1, 10)}),
    ("money", {"元": Fraction(1)}),
    ("money", {"美元": Fraction(1)}),
    ("score", {"分": Fraction(1)}),
    (
        "time",
        {
            "天": Fraction(1),
            "日": Fraction(1),
            "周": Fraction(7),
            "小时": Fraction(1, 24),
            "分钟": Fraction(1, 1440),
            "秒": Fraction(1, 86_400),
        },
    ),
    ("time", {"年": Fraction(1), "岁": Fraction(1), "周岁": Fraction(1)}),
    ("time", {"工作日": Fraction(1)}),
    ("time", {"月": Fraction(1), "个月": Fraction(1)}),
    ("time", {"学时": Fraction(1), "课时": Fraction(1)}),
    (
        "amount",
        {"平方米": Fraction(1), "平方公里": Fraction(10**6), "公顷": Fraction(10**4), "亩": Fraction(2000, 3)},
    ),
    ("amount", {"毫升": Fraction(1), "升": Fraction(1000), "立方米": Fraction(10**6)}),
    (
        "amount",
        {
            "公斤": Fraction(1),
            "斤": Fraction(1, 2),
            "吨": Fraction(1000),
            "克": Fraction(1, 1000),
            "毫克": Fraction(1, 10**6),
            "微克": Fraction(1, 10**9),
        },
    ),
    ("amount", {"米": Fraction(1), "公里": Fraction(1000), "厘米": Fraction(1, 100), "毫米": Fraction(1, 1000)}),
    ("amount", {"千瓦时": Fraction(1)}),
)
_UNITS: dict[str, tuple[str, Fraction]] = {
    unit: (words.split()[0], Fraction(1)) for words in _COUNTS for unit in words.split()
}
_KINDS: dict[str, Kind] = {RATIO: "rate", RANK: "rank"}
for _kind, _sizes in _SIZES:
    _base = next(iter(_sizes))
    _KINDS[_base] = _kind
    _UNITS |= {unit: (_base, factor) for unit, factor in _sizes.items()}

_MAGNITUDES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_MAGNITUDE = re.compile(r"([十百千万亿]+)(.+)")
_PER = {"人": "人均", "人次": "次均", "次": "次均", "例": "例均", "户": "户均", "床": "床均"}


@lru_cache(maxsize=4096)
def measure(unit: str | None) -> Measure | None:
    """What `unit` measures; None where there is no unit. A unit that is not known is a dimension of its own.

    万元 is 10,000 元, 元/人 is 元 per head (人均).
    """
    plain = normalize_unit(unit) if unit else ""
    if not plain:
        return None
    if plain in _UNITS:
        return Measure(*_UNITS[plain])
    head, *parts = plain.split("/")
    if not head:
        return Measure(plain, Fraction(1))
    if parts:
        base = measure(head) or Measure(head, Fraction(1))
        per = {word for part in parts for word in _split_per(part)}
        return Measure(base.dimension, base.factor, tuple(sorted(per)))
    large = _MAGNITUDE.fullmatch(plain)
    if large and large[2] in _UNITS:
        dimension, factor = _UNITS[large[2]]
        return Measure(dimension, factor * prod(_MAGNITUDES[each] for each in large[1]))
    return Measure(plain, Fraction(1))


def is_unit(text: str) -> bool:
    """Whether `text` is a unit of the table, as in 床位数（张）."""
    found = measure(text)
    return found is not None and found.dimension in _UNITS and not found.per


def kind_of(dimension: str) -> Kind:
    """The kind of quantity of a dimension."""
    return _KINDS.get(dimension, "count") if dimension else "unknown"


def _split_per(part: str) -> list[str]:
    """人年 is per head and year."""
    if part in _PER:
        return [_PER[part]]
    if len(part) == 2 and part[0] in _PER:
        return [_PER[part[0]], f"每{part[1]}"]
    return [f"每{part}"]
