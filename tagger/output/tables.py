"""CSV and Excel: the measurements one a row, the sentences one a row."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from tagger.document import TaggedDocument
from tagger.errors import TaggerError
from tagger.output.rows import MEASUREMENT_COLUMNS, SENTENCE_COLUMNS, Row, measurement_rows, sentence_rows

EXCEL_ROWS = 1_048_576
_EXCEL_CELL = 32_767  # characters; Excel holds no more
_EXCEL_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TABLES: dict[str, tuple[tuple[tuple[str, str], ...], Callable[[TaggedDocument], Iterator[Row]]]] = {
    "measurements": (MEASUREMENT_COLUMNS, measurement_rows),
    "sentences": (SENTENCE_COLUMNS, sentence_rows),
}
_WIDTHS = {"doc": 24, "section": 34, "topic_name": 18, "topic": 17, "metric": 36, "text": 80, "unit_normalized": 10}


def write_csv(documents: Iterable[TaggedDocument], file: TextIO, rows: str = "measurements") -> None:
    """Write the measurements, or with `rows="sentences"` the sentences, under English column names."""
    columns, source = _TABLES[rows]
    writer = csv.DictWriter(file, [key for key, _ in columns], lineterminator="\r\n")
    writer.writeheader()
    for document in documents:
        for row in source(document):
            writer.writerow({key: csv_value(value) for key, value in row.items()})


def write_xlsx(documents: Iterable[TaggedDocument], path: Path) -> None:
    """Write a workbook with both sheets. Raises TaggerError when the rows do not fit into a sheet."""
    from openpyxl import Workbook

    kept = list(documents)
    sentences = sum(len(document.sentences) for document in kept)
    measurements = sum(len(tagged.measurements) for document in kept for tagged in document.sentences)
    workbook = Workbook(write_only=True)
    for name, title, count in (
        ("measurements", "指标 measurements", measurements),
        ("sentences", "句子 sentences", sentences),
    ):
        columns, source = _TABLES[name]
        rows = (row for document in kept for row in source(document))
        if count >= EXCEL_ROWS:
            raise TaggerError(f"{path}: {count:,} rows do not fit into an Excel sheet; use --format csv")
        write_sheet(workbook.create_sheet(title), columns, rows, count)
    workbook.save(path)


def write_sheet(sheet: Any, columns: tuple[tuple[str, str], ...], rows: Iterator[Row], count: int) -> None:
    """Write `count` rows under their columns into a new sheet of a write-only workbook; fewer than EXCEL_ROWS."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    bold, fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF4")
    wrap = Alignment(wrap_text=True, vertical="top")
    top = Alignment(vertical="top")
    for position, (key, _) in enumerate(columns, 1):
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = _WIDTHS.get(key, 11)
        if key.endswith(("_start", "_end")):
            sheet.column_dimensions[letter].outlineLevel = 1
            sheet.column_dimensions[letter].hidden = True
    sheet.freeze_panes = "A2"
    # Printed, a sheet is as wide as the page.
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    header = []
    for key, label in columns:
        cell = WriteOnlyCell(sheet, f"{label} {key}")
        cell.font, cell.fill, cell.alignment = bold, fill, Alignment(wrap_text=True, vertical="center")
        header.append(cell)
    sheet.append(header)
    for row in rows:
        cells: list[Any] = []
        for key, _ in columns:
            value = row[key]
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, _excel_text(value))
                cell.data_type = "s"  # text stays text, also where it begins with =
                cell.alignment = wrap if key in ("text", "metric", "section") else top
                cells.append(cell)
            elif isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
                cells.append(WriteOnlyCell(sheet, str(value)))  # Excel keeps 15 digits; text keeps them all
            else:
                cells.append(value)
        sheet.append(cells)


def _excel_text(text: str) -> str:
    text = _EXCEL_ILLEGAL.sub("\ufffd", text)
    return text if len(text) <= _EXCEL_CELL else text[: _EXCEL_CELL - 1] + "…"


def csv_value(value: Any) -> Any:
    """A value as a CSV holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
