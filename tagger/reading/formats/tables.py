"""Workbooks and CSV files of texts: a column of reports where the head says so, else every row as a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from tagger.errors import TaggerError
from tagger.reading.formats.package import MEBIBYTE, damaged, open_package, refuse_doctype
from tagger.reading.places import Extracted, TextBuilder, too_long

_KIND = "Excel workbook"
_MAX_WORKBOOK = 128 * MEBIBYTE  # of XML, unpacked; the texts of a workbook are all held in memory
_MAX_ROWS = 1_048_576  # of a sheet, as Excel has it
# What a file may hold, empty rows and cells counted: a cell in the last column of each row makes billions of cells.
_MAX_CELLS = 2_000_000
_MAX_FILLED = 200_000  # rows with something in them
_TEXT_HEAD = re.compile(r"\s*(?:正文|内容|文本|全文|正文内容|报告正文|text|content|body)\s*", re.IGNORECASE)
_MIN_SHARE = 0.8  # of all characters, for the column under such a head to be the text, not one column of a table
_SAMPLE = 100_000  # characters in which the delimiter of a CSV file is looked for
_QUOTED = re.compile('"[^"]*"')
_PERCENT = re.compile(r"0(?:\.(0+))?%")


def read_xlsx(data: bytes, name: str, limit: int) -> Extracted:
    """Text and places ("sheet 附表 row 7") of a workbook, sheet by sheet, of at most `limit` characters.

    Formulas give the value that was saved with them. Raises TaggerError for a damaged file or one over a limit.
    """
    from io import BytesIO

    from openpyxl import load_workbook

    with open_package(data, name, _KIND) as package:
        parts = [info for info in package.infolist() if info.filename.lower().endswith((".xml", ".rels"))]
        size = sum(info.file_size for info in parts)
        if size > _MAX_WORKBOOK:
            raise TaggerError(
                f"{name}: unpacks to {size // MEBIBYTE} MB, over the limit of {_MAX_WORKBOOK // MEBIBYTE} MB; split it"
            )
        try:
            for info in parts:
                refuse_doctype(package.read(info), info.filename, name)
        except TaggerError:
            raise
        except Exception as error:  # each compression has its own errors
            raise damaged(name, _KIND, error) from None
    builder = TextBuilder(name, limit)
    workbook = load_workbook(BytesIO(data), read_only=True, data_only=True)
    try:
        for sheet in workbook.worksheets:
            # The size that a sheet states may be wrong, and may be a million empty rows.
            sheet.reset_dimensions()
            _add_rows(builder, _rows(sheet), f"sheet {sheet.title} row ", name, limit)
    finally:
        workbook.close()
    return builder.build()


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(max_row=_MAX_ROWS), 1):
        yield number, [_shown(cell) for cell in row]


def read_csv(data: bytes, name: str, limit: int) -> Extracted:
    """Text, places ("row 7") and encoding of a CSV file, with commas, semicolons or tabs between its cells."""
    import csv
    from io import StringIO

    from tagger.reading.decoding import decode

    text, encoding = decode(data, name)
    # What stands in quotes parts nothing.
    head = _QUOTED.sub("", text[:_SAMPLE]).lstrip("\r\n").partition("\n")[0]
    delimiter = max(",\t;", key=head.count)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    builder = TextBuilder(name, limit)
    try:
        _add_rows(
            builder, enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), 1), "row ", name, limit
        )
    except csv.Error as error:
        raise damaged(name, "CSV file", error) from None
    return builder.build(encoding)


def _add_rows(builder: TextBuilder, rows: Iterable[tuple[int, list[str]]], label: str, name: str, limit: int) -> None:
    """Append the rows of one sheet, each with its number."""
    kept: list[tuple[int, list[str]]] = []
    size = count = 0
    for number, cells in rows:
        size += sum(map(len, cells))
        count += len(cells)
        if any(cells):
            kept.append((number, cells))
        if count > _MAX_CELLS or len(kept) > _MAX_FILLED:
            raise TaggerError(
                f"{name}: has over {_MAX_FILLED} rows or {_MAX_CELLS} cells (see {label}{number}); "
                "delete empty columns, or split it"
            )
        if size > limit:
            raise too_long(name, limit)
    column = _text_column(kept)
    if column is not None:
        for number, cells in kept[1:]:
            builder.add(cells[column] if column < len(cells) else "", f"{label}{number}")
        return
    gap = "\n\n"
    for number, cells in kept:
        while cells and not cells[-1]:
            cells.pop()
        builder.add("\t".join(cells), f"{label}{number}", gap)
        gap = "\n"


def _text_column(rows: list[tuple[int, list[str]]]) -> int | None:
    """The column that holds the texts: its head says so, and nearly all characters below the head are in it."""
    if len(rows) < 2:
        return None
    total = sum(len(cell) for _, cells in rows[1:] for cell in cells)
    for column, head in enumerate(rows[0][1]):
        if _TEXT_HEAD.fullmatch(head):
            own = sum(len(cells[column]) for _, cells in rows[1:] if column < len(cells))
            if own >= _MIN_SHARE * total:
                return column
    return None


def _shown(cell: Any) -> str:
    """A cell as the sheet shows it, as far as that changes what it says: percentages, dates, whole numbers."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        percent = _PERCENT.fullmatch(cell.number_format or "")
        if percent:
            return f"{value:.{len(percent.group(1) or '')}%}"
        return f"{value:.15g}" if abs(value) < 1e15 else f"{value}"
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
