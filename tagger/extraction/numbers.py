"""What a VALUE says as a number: exact decimals, ranges, ratios, ranks. A mask or a garbled number says nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation, localcontext
from functools import lru_cache
from math import prod

from tagger.document import Quantity

_MASK = re.compile(r"[*＊✱×xXｘＸ□○△◯●■▲？?]")
_FULLWIDTH = str.maketrans("０１２３４５６７８９．，：－～％", "0123456789.，:-~%")
_APPROXIMATE = re.compile("[余多几]")
_MAGNITUDES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_PART = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)([十百千万亿]*)")
_ARABIC = re.compile(r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?[十百千万亿]*)+")
_CHINESE = re.compile("[零〇一二两三四五六七八九十百千万亿点]+")
_NEIGHBOURS = re.compile("(十?)([一二三四五六七八九])([一二三四五六七八九])([十百千万亿]*)")
_ZEROS = 28  # digits that magnitudes can add
_CHINESE_DIGITS = "零一二三四五六七八九"
_SINGLE = {character: number for number, character in enumerate(_CHINESE_DIGITS + "十")} | {"〇": 0, "两": 2}
_RANGE = re.compile(r"^(.+?)(?:——|--(?=\d)|[-－—–―~～]|至|到)(.+)$")
_RATIO = re.compile(r"^(.+?)\s*[:：∶比]\s*(.+)$")
_FRACTION = re.compile(r"^(.+)分之(.+)$")
_SHARES = {"百": "%", "千": "‰", "万": "/万"}
_UNIT_INSIDE = re.compile(r"[^\d.,十百千万亿零〇一二两三四五六七八九点几余多]+$")
_MAX_DIGITS = 40  # no report counts further; a longer run of digits is no number


def is_masked(text: str) -> bool:
    """Whether a mark in a VALUE hides digits."""
    return bool(_MASK.search(text))


def read_number(text: str) -> Decimal | None:
    """The exact number of a plain numeral, Arabic or Chinese, magnitude resolved; None for anything else.

    `43.4万` is 434000, `1300余万` 13000000, `一百二十` 120. Masks, ranges, ratios and spaced digits give None.
    """
    plain = text.translate(_FULLWIDTH)
    if re.fullmatch("[百千万]余", plain):
        return Decimal(_MAGNITUDES[plain[0]])  # 百余名 is a hundred and some more; 百名 may be a name
    negative = plain[:1] in ("-", "－", "−", "负")
    plain = plain[1:] if plain[:1] in "-－−负+＋" else plain
    plain = re.sub("个(?=多?亿)", "", plain)
    # 1300余万 is 13,000,000 and some more; 一百几十 could be anything from 110 on: no number.
    plain = re.sub("[余多]", "", plain)
    if not plain or "几" in plain or len(plain) > _MAX_DIGITS:
        return None
    if _ARABIC.fullmatch(plain):
        number = _read_arabic(plain)
    elif plain == "半":
        number = Decimal("0.5")
    else:
        number = _read_chinese(plain) if _CHINESE.fullmatch(plain) else None
    return number.copy_negate() if negative and number is not None else number


def _read_arabic(text: str) -> Decimal | None:
    with localcontext() as context:
        context.prec = len(text) + _ZEROS  # numbers are exact, however long
        return _sum_arabic(text)


def _sum_arabic(text: str) -> Decimal | None:
    total = Decimal(0)
    previous: Decimal | None = None
    for digits, magnitude in _PART.findall(text):
        scale = Decimal(1)
        for character in magnitude:
            scale *= _MAGNITUDES[character]
        # 1亿2000万 and 5万1000 add up; 3万5 says 35000 to one reader and 30005 to another.
        full = 10 ** len(digits) == previous
        if previous is not None and (scale >= previous or (scale == 1 and not full)):
            return None
        try:
            total += Decimal(digits.replace(",", "")) * scale
        except InvalidOperation:  # pragma: no cover - the pattern admits decimals only
            return None
        previous = scale
    return total


@lru_cache(maxsize=4096)
def _read_chinese(text: str) -> Decimal | None:
    if text[0] in "百千万亿点":
        return None  # 百名, 万人: round words, not numbers
    if re.search("(?:[一二两三四五六七八九]){2}", text.partition("点")[0]):
        return None  # 两三 and 二三十 are ranges, 二〇二三 a year: digits in a row are no numeral
    if len(text) > 1 and not re.search("[十百千万亿点]", text):
        return None
    scaled = re.fullmatch("(.*点[零〇一二三四五六七八九]+)([十百千万亿]+)", text)
    if scaled:
        number = _read_chinese(scaled.group(1))
        return number * prod(_MAGNITUDES[m] for m in scaled.group(2)) if number is not None else None
    if len(text) == 1:
        return Decimal(_SINGLE[text])
    # Imported here: most reports write digits or one character, and this import takes longer than reading them all.
    import cn2an

    try:
        # Normal mode takes 两 and rejects what is no well-formed numeral.
        return Decimal(str(cn2an.cn2an(text.replace("〇", "零"), "normal")))
    except (ValueError, KeyError, IndexError, InvalidOperation):
        return None


def read_round(text: str) -> Decimal | None:
    """百, 千 and 万 by themselves, which say a number only where the words around them make it an estimate (近百人)."""
    return Decimal(_MAGNITUDES[text]) if text in ("百", "千", "万") else None


def read_value(text: str) -> Quantity:
    """What a VALUE says, its unit and surroundings aside.

    Raises nothing: what cannot be read leaves every number None.
    """
    masked = is_masked(text)
    quantity = Quantity(masked=masked, approximate=bool(_APPROXIMATE.search(text)))
    if text.startswith("前") and not masked:
        quantity.bound = "max"
    if masked or "，" in text or any(character.isspace() for character in text):
        return quantity
    if text[0] in "第前":
        rank = read_number(text[1:])
        return replace(quantity, rank=int(rank)) if rank is not None and rank == int(rank) else quantity
    if text == "一半":
        return replace(quantity, ratio=(Decimal(1), Decimal(2)))
    tenths = re.fullmatch(f"([{_CHINESE_DIGITS}])成", text)
    if tenths:
        return replace(quantity, ratio=(Decimal(_CHINESE_DIGITS.index(tenths.group(1))), Decimal(10)))
    fraction = _FRACTION.match(text)
    if fraction:
        return _read_fraction(quantity, fraction.group(1), fraction.group(2))
    slash = re.fullmatch(r"([\d０-９]+)[/／]([\d０-９]+)", text)
    pair = slash or _RATIO.match(text)
    if pair:
        left, right = read_number(pair.group(1)), read_number(pair.group(2))
        return replace(quantity, ratio=(left, right)) if left is not None and right is not None else quantity
    number = read_number(text)
    if number is not None:
        return replace(quantity, number=number)
    span = _RANGE.match(text)
    if span:
        return _read_range(quantity, span.group(1), span.group(2))
    return _read_neighbours(quantity, text)


def _read_fraction(quantity: Quantity, whole: str, part: str) -> Quantity:
    """三分之一 is the ratio 1 to 3; 百分之八十 the number 80 with the unit %."""
    if part == "百" and whole == "百":
        return replace(quantity, number=Decimal(100), unit_normalized="%")
    number = read_number(part)
    if number is None:
        return quantity
    if whole in _SHARES:
        return replace(quantity, number=number, unit_normalized=_SHARES[whole])
    denominator = read_number(whole)
    return replace(quantity, ratio=(number, denominator)) if denominator is not None else quantity


def _read_range(quantity: Quantity, first: str, second: str) -> Quantity:
    low = read_number(_UNIT_INSIDE.sub("", first.translate(_FULLWIDTH)))
    high = read_number(second)
    if low is None or high is None:
        return quantity
    # 3-5千: the magnitude belongs to both ends, unless that would turn the range round (500-1千).
    magnitude = re.search("[百千万亿]+$", second)
    if magnitude and not re.search("[百千万亿]", first):
        scaled = (
            read_number(first.translate(_FULLWIDTH) + magnitude.group())
            if _ARABIC.fullmatch(first.translate(_FULLWIDTH))
            else None
        )
        if scaled is not None and scaled <= high:
            low = scaled
    return replace(quantity, low=low, high=high) if low <= high else quantity


def _read_neighbours(quantity: Quantity, text: str) -> Quantity:
    """两三次 is two to three, 三四百 300 to 400, 十二三 12 to 13: neighbouring digits that are no numeral."""
    match = _NEIGHBOURS.fullmatch(text.replace("两", "二"))
    if match:
        low, high = (_CHINESE_DIGITS.index(digit) for digit in match.group(2, 3))
        scale = prod(_MAGNITUDES[m] for m in match.group(4))
        base = 10 if match.group(1) else 0
        if high in (low + 1, low + 2) and not (base and match.group(4)):
            ends = (Decimal((base + digit) * scale) for digit in (low, high))
            return replace(quantity, low=next(ends), high=next(ends), approximate=True)
    return quantity
