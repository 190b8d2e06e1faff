"""Units as one spelling: full-width forms, 人（次）, /10万 and their variants. No unit is converted into another."""

from __future__ import annotations

import re
from unicodedata import normalize

_SPELLINGS = {
    "百分点": "个百分点",
    "㎡": "平方米",
    "m2": "平方米",
    "m²": "平方米",
    "平米": "平方米",
    "平方千米": "平方公里",
    "千米": "公里",
    "km": "公里",
    "千克": "公斤",
    "kg": "公斤",
    "mg": "毫克",
    "ml": "毫升",
    "mL": "毫升",
    "ML": "毫升",
    "cm": "厘米",
    "mm": "毫米",
    "kW": "千瓦",
    "kWh": "千瓦时",
    "/000": "‰",
    "/0000": "/万",
    "/00": "%",
    "/1000": "/千",
    "/10000": "/万",
    "/100000": "/10万",
    "/十万": "/10万",
    "/百万": "/100万",
    "个工作日": "工作日",
}
_OPTIONAL = re.compile(r"[（(]([^（）()]*)[)）]")


def normalize_unit(unit: str) -> str:
    """The unit in its one spelling: ％ → %, 人（次） → 人次, /000 → ‰."""
    if unit in ("㎡", "m²"):
        return "平方米"
    plain = unit if unit in ("℃", "‰", "‱") else normalize("NFKC", unit)
    plain = re.sub(r"\s", "", plain).replace("·", "")
    plain = _OPTIONAL.sub(lambda match: match.group(1) if match.group(1) in ("次", "例", "份") else "", plain)
    if re.fullmatch(r"/[\d,]+", plain):
        plain = plain.replace(",", "")
    return _SPELLINGS.get(plain, plain)
