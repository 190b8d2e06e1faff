"""Texts of invented reports: the project's own (data/gold/authored), cut, joined and given other figures."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

from tagger.data.markup import read_tagged

ROOT = Path(__file__).parent.parent.parent
_PARTS = (1, 1, 1, 2, 2, 3, 6)  # reports of which one is made; one in two hundred is a yearbook of _MANY
_MANY = 30
# Years stay; other figures change in their last digit, so that no two reports are equal.
_FIGURE = re.compile(r"(?<![\d.])(?!20[0-2]\d)(\d*)(\d)(?![\d.])")
_TABLE = (
    ("家庭医生签约", "人"),
    ("高血压患者规范管理", "人"),
    ("糖尿病患者规范管理", "人"),
    ("门急诊", "人次"),
    ("住院", "人次"),
    ("培训乡村医生", "人次"),
)


class Block(NamedTuple):
    """A paragraph, or a heading where `level` is not None (0 for the title)."""

    text: str
    level: int | None = None


class Report(NamedTuple):
    """A report to be written in some format: its blocks, the title first, and the rows of a table at its end, or none."""

    blocks: list[Block]
    table: list[list[str]]

    def lines(self) -> list[str]:
        """All of it as lines of plain text, cells parted by tabs."""
        return [*(block.text for block in self.blocks), *("\t".join(row) for row in self.table)]


def read_reports() -> list[list[Block]]:
    """The authored reports, the sentences under one heading as one paragraph."""
    reports = []
    for path in sorted((ROOT / "data" / "gold" / "authored").glob("*.tagged")):
        blocks: list[Block] = []
        paragraph = ""
        for line in read_tagged(path).lines:
            if hasattr(line, "level"):
                blocks += [Block(paragraph)] if paragraph else []
                blocks.append(Block(line.text, line.level))
                paragraph = ""
            else:
                paragraph += line.text
        reports.append([*blocks, Block(paragraph)] if paragraph else blocks)
    return reports


def make_report(reports: list[list[Block]], chance: random.Random) -> Report:
    """A report of one to six others' parts, with figures of its own, every third with a table."""
    blocks = [Block(chance.choice(reports)[0].text, 0)]
    for _ in range(_MANY if chance.random() < 0.005 else chance.choice(_PARTS)):
        chosen = chance.choice(reports)[1:]
        start = chance.randrange(max(1, len(chosen) // 2))
        blocks += chosen[start:]

    def changed(text: str) -> str:
        return _FIGURE.sub(lambda found: found[1] + str(chance.randrange(1, 10)), text)

    rows = [[name, str(chance.randrange(10, 99_999)), unit] for name, unit in _TABLE] if chance.random() < 0.33 else []
    table = [["指标", "数量", "单位"], *rows] if rows else []
    return Report([Block(changed(block.text), block.level) for block in blocks], table)
