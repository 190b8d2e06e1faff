"""Normalisation: numbers are exact, agree with cn2an where both apply, and are never invented."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.extraction.numbers import read_number, read_value
from tagger.extraction.units import normalize_unit

EMPTY = {"number": None, "low": None, "high": None, "ratio": None, "rank": None}


def facts(text: str) -> dict[str, object]:
    quantity = read_value(text)
    return {name: getattr(quantity, name) for name in EMPTY if getattr(quantity, name) is not None}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("34867", "34867"),
        ("43.4万", "434000"),
        ("16.4亿", "1640000000"),
        ("3363.675万", "33636750"),
        ("1,100万", "11000000"),
        ("1300余万", "13000000"),
        ("6万余", "60000"),
        ("1亿2000万", "120000000"),
        ("113.75", "113.75"),
        ("３４８６７", "34867"),
        ("６.５", "6.5"),
        ("五", "5"),
        ("两", "2"),
        ("十", "10"),
        ("一百二十", "120"),
        ("二千六百万", "26000000"),
        ("十余", "10"),
        ("百余", "100"),
        ("一亿两千万", "120000000"),
        ("三点二亿", "320000000"),
        ("零点五", "0.5"),
        ("3.2个亿", "320000000"),
        ("-2.3", "-2.3"),
        ("负2.3", "-2.3"),
        ("+8.2", "8.2"),
        ("5万1000", "51000"),
        ("0", "0"),
    ],
)
def test_numbers_are_exact(text: str, number: str) -> None:
    assert facts(text) == {"number": Decimal(number)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3-5千", {"low": Decimal(3000), "high": Decimal(5000)}),
        ("500-1千", {"low": Decimal(500), "high": Decimal(1000)}),
        ("三至五", {"low": Decimal(3), "high": Decimal(5)}),
        ("两三", {"low": Decimal(2), "high": Decimal(3)}),
        ("三四百", {"low": Decimal(300), "high": Decimal(400)}),
        ("十二三", {"low": Decimal(12), "high": Decimal(13)}),
        ("3到5千", {"low": Decimal(3000), "high": Decimal(5000)}),
        ("6.5%－7", {"low": Decimal("6.5"), "high": Decimal(7)}),
        ("100人至200", {"low": Decimal(100), "high": Decimal(200)}),
        ("1：1.5", {"ratio": (Decimal(1), Decimal("1.5"))}),
        ("三分之一", {"ratio": (Decimal(1), Decimal(3))}),
        ("一半", {"ratio": (Decimal(1), Decimal(2))}),
        ("3/4", {"ratio": (Decimal(3), Decimal(4))}),
        ("百分之八十", {"number": Decimal(80)}),
        ("百分之百", {"number": Decimal(100)}),
        ("第二", {"rank": 2}),
        ("第17", {"rank": 17}),
        ("前三", {"rank": 3}),
    ],
)
def test_ranges_ratios_and_ranks(text: str, expected: dict[str, object]) -> None:
    assert facts(text) == expected


@pytest.mark.parametrize("text", "零一二三四五六七八九十两")
def test_single_characters_read_as_cn2an_reads_them(text: str) -> None:
    assert read_number(text) == cn2an.cn2an(text, "normal")


def test_a_rank_at_the_top_is_bounded() -> None:
    assert read_value("前三").bound == "max"
    assert read_value("第三").bound is None


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "**",
        "***万",
        "x",
        "xx万余",
        "XX",
        "×",
        "2*",
        "**.*",
        "第*",
        "前*",
        "x:x",
        "123,***",
        "12万*千",
        "1□3",
        "2○5",
        "*9.5",
        "*-*",
        "１*",
    ],
)
def test_a_mask_stays_masked(text: str) -> None:
    assert facts(text) == {}
    assert read_value(text).masked


@pytest.mark.parametrize(
    "text",
    [
        "6，600",
        "1，200，350",
        "3 1.5",
        "23\n5、6",
        "2 2 ．4万",
        "几十",
        "一百几十亿",
        "百",
        "万",
        "二〇二三",
        "3万5",
        "1" * 50,
        "1.2.3",
        "十十",
        "一一一",
    ],
)
def test_no_number_is_invented(text: str) -> None:
    assert facts(text) == {}
    assert not read_value(text).masked


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_agrees_with_cn2an_on_chinese_numerals(number: int) -> None:
    assert read_number(cn2an.an2cn(str(number), "low")) == number


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text("零一二两三四五六七八九十百千万亿点半余多几", min_size=1, max_size=8))
def test_reads_a_chinese_numeral_as_cn2an_does_or_not_at_all(text: str) -> None:
    number = read_number(text)
    if number is not None and text != "半":
        plain = "一" + text[0] if text[1:] == "余" and text[0] in "百千万" else text
        assert number == Decimal(str(cn2an.cn2an(plain.replace("余", "").replace("多", ""), "normal")))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.decimals(min_value=0, max_value=10**9, places=4), st.sampled_from(["", "百", "千", "万", "亿"]))
def test_magnitudes_multiply_without_float_dust(number: Decimal, magnitude: str) -> None:
    scale = {"": 1, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[magnitude]
    assert read_number(f"{number:f}{magnitude}") == number * scale


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.text("0123456789.,*×xX万亿余第前-至：/ 分之一二三几\n", min_size=1, max_size=10))
def test_any_value_reads_without_error_and_masks_give_nothing(text: str) -> None:
    quantity = read_value(text)
    if any(mark in text for mark in "*×xX"):
        assert quantity.masked
        assert facts(text) == {}


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("％", "%"),
        ("%", "%"),
        ("人（次）", "人次"),
        ("场(次)", "场次"),
        ("/10万", "/10万"),
        ("／10万", "/10万"),
        ("/十万", "/10万"),
        ("/000", "‰"),
        ("‰", "‰"),
        ("㎡", "平方米"),
        ("m²", "平方米"),
        ("个百分点", "个百分点"),
        ("ml", "毫升"),
        ("元", "元"),
    ],
)
def test_units_have_one_spelling(unit: str, expected: str) -> None:
    assert normalize_unit(unit) == expected


def test_a_number_is_exact_however_long() -> None:
    digits = "123456789012345678901234567890123"
    assert str(read_value(digits).number) == digits
    assert read_value(f"{digits}.5万").number == Decimal(f"{digits}5000")
    assert read_number("负三点五") == Decimal("-3.5")
