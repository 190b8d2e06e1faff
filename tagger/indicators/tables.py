"""A pivot for people and for spreadsheets; the names that were grouped are always part of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tagger.indicators.pivot import Cell, Column, Figure, Pivot, PivotRow
from tagger.output.atomic import whole_file
from tagger.output.rows import plain_number
from tagger.output.terminal import clean

if TYPE_CHECKING:
    from rich.table import Table

_STATUS = {"empty": "", "value": "", "conflict": "冲突", "masked": "遮盖", "unread": "待核"}
_BY = {
    "region": "地区",
    "level": "层级",
    "period": "时期",
    "topic": "主题",
    "document": "文件",
    "doc": "文件",
    "file": "所在文件",
}
_STYLES = {"conflict": "red", "masked": "yellow", "unread": "yellow"}
_BOUNDS = {"min": "≥", "max": "≤"}
_CHANGES = {"up": "↑", "down": "↓"}
_UNKNOWN = "—"
_PIPE_WIDTH = 120
_NARROWEST = 3  # columns of the terminal that a number is left at least
_PADDING = 2  # between two columns of box.SIMPLE
_FOLDER = re.compile(r".*(?<!!)/")  # the name of a member keeps that of its archive: many.zip!/a.txt


def write_pivot(pivot: Pivot, file: TextIO) -> None:
    """Print the table, and below it the names of each column."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console = Console(file=file, highlight=False, width=_PIPE_WIDTH)
    if not pivot.columns:
        console.print(Text(f"没有指标含“{clean(pivot.metric)}” no metric found"))
        return
    console.print(pivot_table(pivot, console.width))
    console.print(names_table(pivot))


def pivot_table(pivot: Pivot, width: int = _PIPE_WIDTH) -> Table:
    """The table, for a terminal of `width` columns; a conflict shows every number, a masked value its mask."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, pad_edge=False)
    for key, own in zip(pivot.by, _key_widths(pivot, width), strict=True):
        table.add_column(_BY.get(key, key), overflow="fold", width=own)  # a path cut short would name no file
    for number, column in enumerate(pivot.columns, 1):
        table.add_column(Text(f"[{number}] {_title(column)}"), justify="right", overflow="fold")
    for row in pivot.rows:
        cells = [Text(_spell(cell), style=_STYLES.get(cell.status, "")) for cell in row.cells]
        table.add_row(*map(Text, _spell_key(pivot, row)), *cells)
    return table


def _key_widths(pivot: Pivot, width: int) -> list[int | None]:
    """How wide the columns of `by` must be to stand unbroken, or broken at blanks alone; None where neither has room.

    rich takes room from every column alike, and would break a period in two for numbers that wrap as well.
    """
    from rich.cells import cell_len

    rows = [[_BY.get(key, key) for key in pivot.by], *(list(_spell_key(pivot, row)) for row in pivot.rows)]
    columns = list(zip(*rows, strict=True))
    whole = [max(map(cell_len, column)) for column in columns]
    tokens = [max(cell_len(token) for text in column for token in text.split() or [""]) for column in columns]
    room = width - len(pivot.columns) * (_NARROWEST + _PADDING)
    for widths in (whole, tokens):
        if sum(each + _PADDING for each in widths) <= room:
            return list(widths)
    return [None] * len(pivot.by)


def names_table(pivot: Pivot) -> Table:
    """Which names each column brings together, with how often they stand there."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, pad_edge=False, title="归并的指标名称 names grouped", title_justify="left")
    for title in ("列", "名称", "单位"):
        table.add_column(title, overflow="fold")
    table.add_column("次数", justify="right")
    for number, column in enumerate(pivot.columns, 1):
        for member in column.group.members:
            table.add_row(
                Text(f"[{number}]"), Text(clean(member.name)), Text(clean(member.unit or "")), str(member.count)
            )
    return table


def write_csv(pivot: Pivot, path: Path) -> None:
    """Write the rows as CSV in UTF-8, with a byte order mark by which Excel knows it; whole or not at all."""
    with whole_file(path) as temporary, open(temporary, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(csv_rows(pivot))


def csv_rows(pivot: Pivot) -> Iterator[list[str | int | float | None]]:
    """Header and rows: the values of `by`, then per column the number, its status, and where every figure stands.

    The number is empty where reports disagree or mask it; the third field then says what each of them has.
    """
    header: list[str | int | float | None] = [*pivot.by]
    for column in pivot.columns:
        header += [_title(column), "状态", "出处"]
    yield header
    for row in pivot.rows:
        line: list[str | int | float | None] = [*row.key]
        for cell in row.cells:
            line += [plain_number(cell.number), _status(cell), "; ".join(_source(figure) for figure in cell.figures)]
        yield line


def _status(cell: Cell) -> str:
    """What is to know of a cell beside its number; a mask also where it stands beside a number."""
    status = _STATUS[cell.status]
    if cell.status != "masked" and any(figure.masked for figure in cell.figures):
        return f"{status}，部分遮盖" if status else "部分遮盖"
    return status


def _spell_key(pivot: Pivot, row: PivotRow) -> Iterator[str]:
    """The values of `by`; behind what a report does not say, or not fully, the report that has the row for itself."""
    document = clean(_FOLDER.sub("", (row.document or "").replace("\\", "/")))
    unsaid = row.key.index(None) if None in row.key else pivot.by.index("region") if document else None
    for index, each in enumerate(row.key):
        own = f" ({document})" if document and index == unsaid else ""
        yield (clean(each) if each is not None else _UNKNOWN) + own


def _title(column: Column) -> str:
    name = clean(column.group.name) + ("（增减）" if column.change else "")
    return f"{name} / {column.unit}" if column.unit else name


def _spell(cell: Cell) -> str:
    """What a cell says: its number; every number of a conflict; a mask as it is written, also beside a number."""
    said = list(dict.fromkeys(_figure(figure) for figure in cell.figures))
    return ("≠ " if cell.status == "conflict" else "") + " | ".join(said)


def _figure(figure: Figure) -> str:
    if figure.number is None:
        return clean(figure.raw + figure.unit) or _UNKNOWN
    sign = _CHANGES.get(figure.change or "", "") + _BOUNDS.get(figure.bound or "", "")
    return f"{sign}{'≈' if figure.approximate else ''}{_digits(figure.number)}"


def _digits(number: Decimal) -> str:
    return f"{plain_number(number):,}"


def _source(figure: Figure) -> str:
    return f"{clean(figure.metric)} {clean(figure.raw + figure.unit)} ({clean(figure.document) or _UNKNOWN})"
