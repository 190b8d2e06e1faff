"""What a person read off each VALUE: the sidecar `NAME.values.jsonl`, keyed by sentence and link."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tagger.data.gold import GoldFile
from tagger.data.markup import read_text
from tagger.document import Quantity
from tagger.errors import TaggerError
from tagger.extraction.numbers import is_masked

_PLAIN = re.compile(r"([0-9]+(?:\.[0-9]+)?)([万亿]?)")
_MAGNITUDES = {"": 1, "万": 10_000, "亿": 100_000_000}
Key = tuple[int, int]  # sentence (from 1, headings not counted), link group

_KEYS = (
    "sentence",
    "link",
    "value",
    "unit",
    "number",
    "low",
    "high",
    "ratio",
    "rank",
    "unit_normalized",
    "approximate",
    "bound",
    "change",
    "masked",
)


def values_path(tagged: Path) -> Path:
    """Where the sidecar of a `.tagged` file lies."""
    return tagged.with_name(tagged.name.removesuffix(".tagged") + ".values.jsonl")


def read_values(file: GoldFile) -> dict[Key, Quantity]:
    """The sidecar of a gold file: one Quantity per VALUE.

    Raises TaggerError naming file and line where a record is malformed, contradicts itself, or does not stand for a
    VALUE of the gold file as it is written there; and where a VALUE has no record.
    """
    path = values_path(file.path)
    sentences = file.sentences
    wanted = {(number, link.group): link for number, each in enumerate(sentences, 1) for link in each.links}
    values: dict[Key, Quantity] = {}
    for number, line in enumerate(read_text(path).splitlines(), 1):
        try:
            record = json.loads(line, parse_constant=_refuse)
            key = (record["sentence"], record["link"])
            if any(type(each) is not int for each in key):
                raise ValueError("sentence and link are whole numbers")
            if key not in wanted:
                raise ValueError(f"sentence {key[0]} has no link {key[1]}")
            if key in values:
                raise ValueError(f"sentence {key[0]}, link {key[1]} stands twice")
            link, text = wanted[key], sentences[key[0] - 1].text
            for name, entity in (("value", link.value), ("unit", link.unit)):
                written = text[entity.start : entity.end] if entity else None
                if record[name] != written:
                    raise ValueError(f"{name} is {record[name]!r}, but the gold file says {written!r}")
            values[key] = _read_quantity(record)
            _check_against(record["value"], record["unit"], values[key])
        except (ValueError, KeyError, TypeError, InvalidOperation) as error:
            reason = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            raise TaggerError(f"{path}:{number}: {reason}: {line}") from None
    for key, link in wanted.items():
        if key not in values:
            text = sentences[key[0] - 1].text
            raise TaggerError(
                f"{path}: lacks sentence {key[0]}, link {key[1]} ({text[link.value.start : link.value.end]}): {text}"
            )
    return values


def _read_quantity(record: dict[str, Any]) -> Quantity:
    if set(record) != set(_KEYS):
        raise ValueError(f"has not just the keys {', '.join(_KEYS)}")
    ratio = record["ratio"]
    if ratio is not None and (not isinstance(ratio, list) or len(ratio) != 2):
        raise ValueError("a ratio has two parts; one of more is read as nothing")
    if not isinstance(record["unit_normalized"], (str, type(None))) or record["unit_normalized"] == "":
        raise ValueError("unit_normalized is a text or null")
    quantity = Quantity(
        _decimal(record["number"]),
        _decimal(record["low"]),
        _decimal(record["high"]),
        _pair(ratio) if ratio is not None else None,
        record["rank"],
        record["unit_normalized"],
        record["approximate"],
        record["bound"],
        record["change"],
        record["masked"],
    )
    _check(quantity)
    return quantity


def _pair(ratio: list[Any]) -> tuple[Decimal, Decimal]:
    first, second = (_decimal(part) for part in ratio)
    if first is None or second is None:
        raise ValueError("a ratio has two parts")
    return first, second


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _check_against(value: str, unit: str | None, quantity: Quantity) -> None:
    """Raise ValueError where a reading cannot be that of the text: a mask, plain digits, or a unit from nowhere."""
    if quantity.masked != is_masked(value):
        raise ValueError(f"masked is {str(quantity.masked).lower()}, but the value is {value}")
    plain = _PLAIN.fullmatch(value)
    if plain and quantity.number != Decimal(plain[1]) * _MAGNITUDES[plain[2]]:
        raise ValueError(f"number is {quantity.number}, but the value is {value}")
    if (quantity.unit_normalized is None) != (unit is None) and not (unit is None and "分之" in value):
        raise ValueError(f"unit_normalized is {quantity.unit_normalized}, but the unit is {unit}")


def _decimal(number: Any) -> Decimal | None:
    if number is None:
        return None
    if type(number) not in (int, float):
        raise ValueError(f"{number!r} is no number")
    return Decimal(str(number))


def _check(quantity: Quantity) -> None:
    """Raise ValueError where the fields of one quantity contradict each other."""
    if quantity.bound not in (None, "min", "max") or quantity.change not in (None, "up", "down"):
        raise ValueError("bound is min, max or null; change is up, down or null")
    if not isinstance(quantity.approximate, bool) or not isinstance(quantity.masked, bool):
        raise ValueError("approximate and masked are true or false")
    if quantity.rank is not None and (type(quantity.rank) is not int or quantity.rank < 1):
        raise ValueError("rank is a whole number from 1")
    if (quantity.low is None) != (quantity.high is None):
        raise ValueError("low and high stand together")
    if quantity.low is not None and quantity.high is not None and quantity.low > quantity.high:
        raise ValueError("low is above high")
    readings = [quantity.number, quantity.low, quantity.ratio, quantity.rank]
    said = sum(reading is not None for reading in readings)
    if said > 1:
        raise ValueError("a value is one of number, range, ratio and rank")
    if quantity.masked and said:
        raise ValueError("a masked value has no number")
