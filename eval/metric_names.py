"""Scores the grouping of metric names on hand-made pairs: python eval/metric_names.py

Precision and recall of "same" over eval/metric_names.tsv: the pairs written before the grouping, and the pairs written
after it without looking at what it does on them. Prints a Markdown table and the pairs it gets wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tagger.indicators import signature

PAIRS = Path(__file__).with_name("metric_names.tsv")
PARTS = ("written_before", "written_after", "held_out")


class Pair(NamedTuple):
    """Two metric names with their units, and whether they measure the same."""

    part: str
    first: tuple[str, str | None]
    second: tuple[str, str | None]
    same: bool
    why: str

    @property
    def joined(self) -> bool:
        """Whether the grouping joins them."""
        return signature(*self.first) == signature(*self.second)


class Score(NamedTuple):
    """Counts of pairs, and precision and recall of "same"."""

    pairs: int
    same: int
    precision: float
    recall: float


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """The pairs of a TSV file with the columns part, name, unit, other, other_unit, verdict, why."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for number, row in enumerate(rows, 2):
        if row["part"] not in PARTS or row["verdict"] not in ("same", "different") or not row["why"]:
            raise SystemExit(f"{path}:{number}: needs a part of {PARTS}, same or different, and a reason")
    return [
        Pair(
            row["part"],
            (row["name"], row["unit"] or None),
            (row["other"], row["other_unit"] or None),
            row["verdict"] == "same",
            row["why"],
        )
        for row in rows
    ]


def score(pairs: Iterable[Pair]) -> Score:
    """Precision and recall of "same"."""
    kept = list(pairs)
    right = sum(pair.same and pair.joined for pair in kept)
    joined, same = sum(pair.joined for pair in kept), sum(pair.same for pair in kept)
    return Score(len(kept), same, right / joined if joined else 1.0, right / same if same else 1.0)


def main() -> None:
    pairs = read_pairs()
    print("| part | pairs | same | precision | recall |\n|---|---|---|---|---|")
    for part in PARTS:
        found = score(pair for pair in pairs if pair.part == part)
        print(f"| {part} | {found.pairs} | {found.same} | {found.precision:.3f} | {found.recall:.3f} |")
    for pair in pairs:
        if pair.joined != pair.same:
            did, should = ("joined", "apart") if pair.joined else ("apart", "same")
            print(f"{pair.part}: {did}, should be {should}: {pair.first} {pair.second} ({pair.why})")


if __name__ == "__main__":
    main()
