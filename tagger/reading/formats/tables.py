"""Workbooks and CSV files of texts: a column of reports, with their titles, where the head says so, else every row as a line."""

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
_TITLE_HEAD = re.compile(r"\s*(?:(?:文章|报告|文件|文档)?标题|题目|题名|篇名|title)\s*", re.IGNORECASE)
_NAME_HEAD = re.compile(r"\s*(?:(?:文章|报告|文件|文档)?名称|name)\s*", re.IGNORECASE)  # of a report, or of anything
_MIN_SHARE = 0.8  # of all characters, for the column under such a head to be the text, not one column of a table
_MIN_SHARE_TITLED = 0.5  # for it and a column of titles, which no ordinary table has beside one of texts
_OTHER_HEAD = re.compile(r"\s*(?:序号|指标(?:名称)?|数值|数量|单位|地区|年份|日期|时间|备注)\s*")
_MAX_HEAD = 12  # characters in the name of a column
_NO_HEAD = re.compile(r"[\d\n。；！？;!?]")  # what no name of a column has, where nothing stands below it
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
    return _with_rows(builder.build(), name)


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
    return _with_rows(builder.build(encoding), name)


def _with_rows(extracted: Extracted, name: str) -> Extracted:
    """What was read of a table; raises TaggerError where that is one row, of names of columns."""
    cells = extracted.text.split("\t")
    named = any(
        pattern.fullmatch(cell) for pattern in (_TEXT_HEAD, _TITLE_HEAD, _NAME_HEAD, _OTHER_HEAD) for cell in cells
    )
    if named and all(len(cell) <= _MAX_HEAD and not _NO_HEAD.search(cell) for cell in cells):
        raise TaggerError(f"{name}: holds a row of column names and nothing below it; nothing to score")
    return extracted


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
    columns = _text_columns(kept)
    if columns:
        titled = len(columns) > 1
        for number, cells in kept[1:]:
            blocks = [cells[column] for column in columns if column < len(cells) and cells[column].strip()]
            for index, block in enumerate(blocks):
                builder.add(block, f"{label}{number}", report=titled and not index)
        return
    gap = "\n\n"
    report = builder.has_reports  # an ordinary sheet behind one of reports belongs to none of them
    for number, cells in kept:
        while cells and not cells[-1]:
            cells.pop()
        builder.add("\t".join(cells), f"{label}{number}", gap, report)
        gap, report = "\n", False


def _text_columns(rows: list[tuple[int, list[str]]]) -> tuple[int, ...]:
    """The column that holds the texts, with that of their titles in front where there is one; none in an ordinary table.

    Their heads say so, and most characters below the heads are in them: nothing much is left out with the other columns.
    """
    if len(rows) < 2:
        return ()
    heads = rows[0][1]
    sizes = [sum(len(cells[column]) for _, cells in rows[1:] if column < len(cells)) for column in range(len(heads))]
    total = sum(len(cell) for _, cells in rows[1:] for cell in cells)
    for text, head in enumerate(heads):
        if not _TEXT_HEAD.fullmatch(head):
            continue
        for pattern, share in ((_TITLE_HEAD, _MIN_SHARE_TITLED), (_NAME_HEAD, _MIN_SHARE)):
            title = next((column for column, each in enumerate(heads) if pattern.fullmatch(each)), None)
            if title is not None and sizes[title] + sizes[text] >= share * total:
                return title, text
        if sizes[text] >= _MIN_SHARE * total:
            return (text,)
    return ()


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
