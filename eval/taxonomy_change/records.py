"""What was measured so far, one JSON line each: an interrupted experiment goes on, a finished one only prints its table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any


class Records:
    """The lines of a file; `key` names the fields that say which measurement a line is of."""

    def __init__(self, path: Path, key: tuple[str, ...]) -> None:
        self.path = path
        self._key = key
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.all: list[dict[str, Any]] = [json.loads(line) for line in lines]

    def has(self, **wanted: Any) -> bool:
        return any(all(each.get(name) == wanted[name] for name in self._key) for each in self.all)

    def add(self, record: Mapping[str, Any]) -> None:
        """Write one more line at once, with the day."""
        record = {**record, "date": date.today().isoformat()}
        self.all.append(record)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")

    @property
    def days(self) -> str:
        """The first and the last day of measuring."""
        days = sorted({each["date"] for each in self.all})
        return " to ".join(dict.fromkeys((days[0], days[-1]))) if days else "nothing measured"

    def where(self, **wanted: Any) -> Iterator[dict[str, Any]]:
        return (each for each in self.all if all(each.get(name) == value for name, value in wanted.items()))
