"""The dataset as other files: CSV and Excel of the measurements, Parquet of every table. Each is whole or not there."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from tagger.batching.records import EXACT
from tagger.batching.schema import VIEW_COLUMNS, connect_to_read
from tagger.errors import TaggerError
from tagger.output.atomic import whole_file
from tagger.output.rows import Row, plain_number
from tagger.output.tables import EXCEL_ROWS, csv_value, write_sheet

_BOOLEAN = ("approximate", "masked", "planned", "needs_review")
_PARQUET = {
    "documents": "document_view",
    "sentences": "sentence_view",
    "measurements": "measurement_view",
    "errors": "error_view",
}
_PARQUET_ROWS = 20_000  # held in memory at a time


def measurement_view_rows(connection: sqlite3.Connection) -> Iterator[Row]:
    """The rows of measurement_view as every table output has them, keyed by VIEW_COLUMNS."""
    cursor = connection.execute("SELECT * FROM measurement_view")
    names = [name for name, *_ in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        for key in EXACT:
            exact = row.pop(f"{key}_text")
            row[key] = plain_number(Decimal(exact)) if exact is not None else None
        for key in _BOOLEAN:
            row[key] = bool(row[key])
        yield row


def write_csv(dataset: Path, path: Path) -> None:
    """Write the measurements as CSV in UTF-8, with a byte order mark by which Excel knows it."""
    with (
        closing(connect_to_read(dataset)) as connection,
        whole_file(path) as temporary,
        open(temporary, "w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(key for key, _ in VIEW_COLUMNS)
        for row in measurement_view_rows(connection):
            writer.writerow(csv_value(row[key]) for key, _ in VIEW_COLUMNS)


def write_xlsx(dataset: Path, path: Path) -> int:
    """Write the measurements as a workbook, on as many sheets as Excel's limit of rows asks for; return how many."""
    from openpyxl import Workbook

    with closing(connect_to_read(dataset)) as connection, whole_file(path) as temporary:
        left = connection.execute("SELECT count(*) FROM measurement_view").fetchone()[0]
        rows = measurement_view_rows(connection)
        workbook = Workbook(write_only=True)
        number = 0
        while left or not number:
            number += 1
            count = min(left, EXCEL_ROWS - 1)
            title = "指标 measurements" + (f" {number}" if number > 1 else "")
            write_sheet(workbook.create_sheet(title), VIEW_COLUMNS, islice(rows, count), count)
            left -= count
        workbook.save(temporary)
    return number


def write_parquet(dataset: Path, folder: Path) -> None:
    """Write documents, sentences, measurements and errors as Parquet files into a folder."""
    import pyarrow.parquet

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TaggerError(f"{folder}: cannot be made a folder ({error.strerror}); choose another place") from None
    with closing(connect_to_read(dataset)) as connection:
        for name, view in _PARQUET.items():
            cursor = connection.execute(f"SELECT * FROM {view}")
            schema = _parquet_schema([column for column, *_ in cursor.description])
            with (
                whole_file(folder / f"{name}.parquet") as temporary,
                pyarrow.parquet.ParquetWriter(temporary, schema) as writer,
            ):
                while rows := cursor.fetchmany(_PARQUET_ROWS):
                    arrays = [
                        pyarrow.array(_booleans(values) if field.type == pyarrow.bool_() else values, type=field.type)
                        for field, values in zip(schema, zip(*rows, strict=True), strict=True)
                    ]
                    writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))


def _parquet_schema(names: list[str]) -> Any:
    import pyarrow

    from tagger.batching.schema import INTEGER, REAL

    def kind(name: str) -> Any:
        if name in _BOOLEAN:
            return pyarrow.bool_()
        if name in REAL:
            return pyarrow.float64()
        return pyarrow.int64() if name in INTEGER else pyarrow.string()

    return pyarrow.schema([(name, kind(name)) for name in names])


def _booleans(values: tuple[Any, ...]) -> list[bool | None]:
    return [None if value is None else bool(value) for value in values]
