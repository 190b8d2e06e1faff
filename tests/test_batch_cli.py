"""`tagger batch` and the files it writes: exit codes, one line per fault, the same facts in every form."""

from __future__ import annotations

import csv
import io
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from batch_fakes import report, write_reports
from openpyxl import load_workbook
from typer.testing import CliRunner

from tagger.batching import export
from tagger.batching.export import measurement_view_rows, write_xlsx
from tagger.batching.run import watch
from tagger.batching.schema import VIEW_COLUMNS
from tagger.batching.store import dataset_rows
from tagger.cli import app
from tagger.errors import TaggerError

KEYS = [key for key, _ in VIEW_COLUMNS]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_reports(tmp_path / "in", 3)


def tagger_batch(*arguments: object) -> Any:
    engine = [] if "--engine" in arguments else ["--engine", "rules"]
    return CliRunner().invoke(app, ["batch", *map(str, arguments), *engine, "--workers", "1"])


def view(out: Path) -> list[dict[str, Any]]:
    connection = sqlite3.connect(out)
    try:
        return list(measurement_view_rows(connection))
    finally:
        connection.close()


def test_a_good_run_is_code_0_and_says_what_it_did(folder: Path, tmp_path: Path) -> None:
    result = tagger_batch(folder, "-o", tmp_path / "out.sqlite")
    assert result.exit_code == 0, result.output
    assert "files" in result.stdout and str(tmp_path / "out.sqlite") in result.stdout
    assert result.stderr == ""
    again = tagger_batch(folder, "-o", tmp_path / "out.sqlite")
    assert again.exit_code == 0 and "up to date 已有" in again.stdout


def test_failures_are_code_1_and_listed_twenty_at_most(folder: Path, tmp_path: Path) -> None:
    for number in range(23):
        (folder / f"e{number:02}.txt").write_bytes(b"")
    result = tagger_batch(folder, "-o", tmp_path / "out.sqlite")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) == 21
    assert lines[0] == f"tagger: {folder / 'e00.txt'}: the file is empty; nothing to read"
    assert lines[-1].startswith("tagger: … and 3 more; all are in error_view of ")
    assert len(dataset_rows(tmp_path / "out.sqlite")["errors"]) == 23


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["IN/nope", "-o", "OUT"], "no such file or folder"),
        (["-o", "OUT"], "nothing to score"),
        (["EMPTY", "-o", "OUT"], "there is no file in it"),
        (["IN", "-o", "OUT", "--engine", "nope"], "nope: no such engine"),
        (["IN", "-o", "OUT", "--engine-pool", "nope"], "--engine-pool nope: choose one of"),
        (["IN", "-o", "OUT", "--max-mb", "0"], "--max-mb 0"),
        (["IN", "-o", "OUT", "--csv", "a.xlsx"], "let the name end in .csv"),
        (["IN", "-o", "IN"], "is a folder"),
        (["IN", "-o", "no/folder/out.sqlite"], "cannot be written"),
        (["IN", "-o", "OUT", "--files-from", "nope"], "nope: the list of files cannot be read"),
        (["IN", "-o", "IN/000.txt"], "is no dataset of tagger"),
        (["IN/000.txt", "-o", "IN/000.txt"], "both an input and an output"),
        (["IN", "-o", "OUT", "--xlsx", "no/o.xlsx"], "there is no folder no"),
        (["IN", "-o", "x/", "--parquet", "y"], "leave one of them out"),
        (["IN", "-o", "OUT", "--prune", "--watch"], "--prune is for a run that ends"),
    ],
)
def test_a_wrong_argument_is_one_line_and_code_2(
    folder: Path, tmp_path: Path, arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    names = {"IN": str(folder), "OUT": str(tmp_path / "out"), "EMPTY": str(tmp_path / "empty")}
    given = [
        argument.replace("IN", names["IN"]) if argument.startswith("IN") else names.get(argument, argument)
        for argument in arguments
    ]
    result = tagger_batch(*given)
    assert result.exit_code == 2, result.output
    assert words in result.stderr and len(result.stderr.splitlines()) == 1
    assert (folder / "000.txt").read_text(encoding="utf-8") == report(0)


def test_files_that_are_gone_stay_until_they_are_pruned(folder: Path, tmp_path: Path) -> None:
    out, table = tmp_path / "out.sqlite", tmp_path / "o.csv"
    (folder / "empty.txt").write_bytes(b"")
    tagger_batch(folder, "-o", out)
    (folder / "000.txt").rename(folder / "renamed.txt")
    (folder / "001.txt").unlink()
    (folder / "empty.txt").unlink()
    result = tagger_batch(folder, "-o", out)
    assert result.exit_code == 0
    assert result.stderr.endswith(": 3 files that are not among those of this run stay in it; --prune takes them out\n")
    assert [len(rows) for rows in list(dataset_rows(out).values())[1:4]] == [5, 3, 4]  # files, contents, documents
    result = tagger_batch(folder, "-o", out, "--prune", "--csv", table)
    assert (
        result.exit_code == 0 and "3 files that are not among those of this run were taken out of it" in result.stderr
    )
    fresh = tmp_path / "fresh.sqlite"
    assert tagger_batch(folder, "-o", fresh).stderr == ""
    assert dataset_rows(out) == dataset_rows(fresh)
    assert "001.txt" not in table.read_text(encoding="utf-8-sig")


def test_a_missing_output_is_code_2(folder: Path) -> None:
    assert tagger_batch(folder).exit_code == 2


def test_files_come_from_a_list_too(folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text(f"{folder / '001.txt'}\n{folder / 'nope.txt'}\n", encoding="utf-8")
    result = tagger_batch("--files-from", listed, "-o", tmp_path / "out.sqlite")
    assert result.exit_code == 1 and "nope.txt: no such file" in result.stderr
    assert len(dataset_rows(tmp_path / "out.sqlite")["documents"]) == 1


def test_csv_xlsx_and_parquet_say_what_the_view_says(folder: Path, tmp_path: Path) -> None:
    (folder / "f.txt").write_text("=1+1中心接诊5人，+2例，约30-50人，占比1：1.5。\n", encoding="utf-8")
    out, table, book, parquet = (tmp_path / name for name in ("out.sqlite", "o.csv", "o.xlsx", "p"))
    result = tagger_batch(folder, "-o", out, "--csv", table, "--xlsx", book, "--parquet", parquet)
    assert result.exit_code == 0, result.output
    rows = view(out)
    assert len(rows) > 18 and list(rows[0]) != [] and set(rows[0]) == set(KEYS)
    text = table.read_text(encoding="utf-8-sig")
    written = list(csv.DictReader(io.StringIO(text)))
    assert list(written[0]) == KEYS

    def shown(value: Any) -> str:
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    assert written == [{key: shown(row[key]) for key in KEYS} for row in rows]
    sheet = load_workbook(book)["指标 measurements"]
    head, *body = sheet.iter_rows()
    assert [cell.value for cell in head] == [f"{label} {key}" for key, label in VIEW_COLUMNS]
    assert [[cell.value for cell in line] for line in body] == [
        [row[key] if row[key] != "" else None for key in KEYS] for row in rows
    ]
    assert all(cell.data_type != "f" for line in body for cell in line)
    pyarrow = pytest.importorskip("pyarrow.parquet")
    found = pyarrow.read_table(parquet / "measurements.parquet").to_pylist()
    assert [{key: row[key] for key in KEYS} for row in found] == rows
    assert sorted(path.name for path in parquet.iterdir()) == [
        f"{name}.parquet" for name in ("documents", "errors", "measurements", "sentences")
    ]


def test_a_folder_of_parquet_is_brought_up_to_date(folder: Path, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow.parquet")
    out = f"{tmp_path}/out.parquet"
    assert tagger_batch(folder, "-o", out).exit_code == 0
    (folder / "new.txt").write_text(report(9), encoding="utf-8")
    assert tagger_batch(folder, "-o", out).exit_code == 0
    assert pyarrow.read_table(f"{out}/documents.parquet").num_rows == 4
    assert pyarrow.read_table(f"{out}/errors.parquet").num_rows == 0


def test_without_pyarrow_parquet_is_one_line(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = tagger_batch(folder, "-o", f"{tmp_path}/out/")
    assert result.exit_code == 2
    assert 'pip install "report-tagger[parquet]"' in result.stderr
    assert not (tmp_path / "out").exists()


def test_outputs_in_the_folder_of_the_inputs_are_no_inputs(folder: Path) -> None:
    arguments = (folder, "-o", folder / "out.txt", "--csv", folder / "o.csv")
    assert tagger_batch(*arguments).exit_code == 0
    assert tagger_batch(*arguments).exit_code == 0
    assert len(dataset_rows(folder / "out.txt")["files"]) == 3


def test_an_output_that_is_a_folder_is_said_before_scoring(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "o.csv").mkdir()
    result = tagger_batch(folder, "-o", tmp_path / "out.sqlite", "--csv", tmp_path / "o.csv")
    assert result.exit_code == 2 and "o.csv: is a folder; name a file" in result.stderr
    assert not (tmp_path / "out.sqlite").exists()


@pytest.mark.parametrize("option", ["--csv", "--xlsx"])
def test_an_output_that_cannot_be_written_is_said_before_scoring(folder: Path, tmp_path: Path, option: str) -> None:
    place = Path(f"/proc/q.{option[2:]}")  # where nobody can write, root neither
    if not place.parent.is_dir():
        pytest.skip("there is no /proc")
    result = tagger_batch(folder, "-o", tmp_path / "out.sqlite", option, place)
    assert result.exit_code == 2 and result.stderr.startswith(f"tagger: {place}: cannot be written")
    assert result.stdout == "" and not (tmp_path / "out.sqlite").exists()


def test_what_was_written_before_an_export_failed_is_announced(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_xlsx(dataset: Path, path: Path) -> int:
        raise TaggerError(f"{path}: cannot be written (No space left on device); make room")

    monkeypatch.setattr(export, "write_xlsx", write_xlsx)
    table = tmp_path / "o.csv"
    result = tagger_batch(folder, "-o", tmp_path / "out.sqlite", "--csv", table, "--xlsx", tmp_path / "o.xlsx")
    assert result.exit_code == 2 and result.stderr.count("\n") == 1
    assert result.stdout.splitlines()[-1] == str(table) and table.exists()


def test_an_export_that_fails_hides_neither_the_failures_nor_the_dataset(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_csv(dataset: Path, path: Path) -> None:
        raise TaggerError(f"{path}: cannot be written (No space left on device); make room")

    monkeypatch.setattr(export, "write_csv", write_csv)
    (folder / "empty.txt").write_bytes(b"")
    result = tagger_batch(folder, "-o", tmp_path / "out.sqlite", "--csv", tmp_path / "o.csv")
    assert result.exit_code == 2
    assert [line.split(": ", 2)[2] for line in result.stderr.splitlines()] == [
        "the file is empty; nothing to read",
        "cannot be written (No space left on device); make room",
    ]
    assert len(dataset_rows(tmp_path / "out.sqlite")["documents"]) == 3


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, book = tmp_path / "out.sqlite", tmp_path / "o.xlsx"
    tagger_batch(folder, "-o", out)
    rows = view(out)
    monkeypatch.setattr(export, "EXCEL_ROWS", 8)
    assert write_xlsx(out, book) == -(-len(rows) // 7) > 1
    sheets = load_workbook(book).worksheets
    values = [line[KEYS.index("value")] for sheet in sheets for line in sheet.iter_rows(min_row=2, values_only=True)]
    assert values == [row["value"] for row in rows]


def test_watch_gives_files_that_have_stopped_growing_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    looks = iter(["", "半", "半份", "半份", "半份", "另一份", "另一份"])

    def look() -> list[str]:
        path.write_text(next(looks), encoding="utf-8")
        os.utime(path, ns=(0, 0))
        return [str(path), str(tmp_path / "gone.txt")]

    given = watch(look, lambda: None)
    assert [next(given) for _ in range(7)] == [[], [], [], [str(path)], [], [], [str(path)]]
