"""What a person read off each VALUE: the sidecar `NAME.values.jsonl`, keyed by sentence and link."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tagger.data.gold import GoldFile
from tagger.data.markup import read_text
from tagger.document import Quantity
from tagger.errors import TaggerError

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
            record = json.loads(line)
            key = (record["sentence"], record["link"])
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
    if ratio is not None and len(ratio) != 2:
        raise ValueError("a ratio has two parts; one of more is read as nothing")
    quantity = Quantity(
        _decimal(record["number"]),
        _decimal(record["low"]),
        _decimal(record["high"]),
        (Decimal(str(ratio[0])), Decimal(str(ratio[1]))) if ratio is not None else None,
        record["rank"],
        record["unit_normalized"],
        record["approximate"],
        record["bound"],
        record["change"],
        record["masked"],
    )
    _check(quantity)
    return quantity


def _decimal(number: Any) -> Decimal | None:
    return Decimal(str(number)) if number is not None else None


def _check(quantity: Quantity) -> None:
    """Raise ValueError where the fields of one quantity contradict each other."""
    if quantity.bound not in (None, "min", "max") or quantity.change not in (None, "up", "down"):
        raise ValueError("bound is min, max or null; change is up, down or null")
    if not isinstance(quantity.approximate, bool) or not isinstance(quantity.masked, bool):
        raise ValueError("approximate and masked are true or false")
    if quantity.rank is not None and (not isinstance(quantity.rank, int) or isinstance(quantity.rank, bool)):
        raise ValueError("rank is a whole number")
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
