"""Rows of tables to lines, the same for every format."""

from __future__ import annotations

# Characters; a cell with more holds running text, as where a form has the report in a cell.
_MAX_CELL = 200


def row_blocks(cells: list[list[str]]) -> list[str]:
    """The blocks that a row gives, from the blocks of each cell.

    A row of data is one line, its cells parted by tabs (an empty cell keeps its tab, so columns stay in line). Where a cell holds
    running text or another table, the table only lays out the page: its blocks come one after another.
    """
    if any(sum(map(len, cell)) > _MAX_CELL or any("\t" in block for block in cell) for cell in cells):
        return [block for cell in cells for block in cell]
    line = "\t".join(" ".join(" ".join(cell).split()) for cell in cells).rstrip("\t")
    return [line] if line.strip() else []
