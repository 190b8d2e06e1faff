"""`tagger pivot` on what `tagger batch` has written."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagger.batching.schema import IN_FOLDER
from tagger.cli import app

REPORTS = {
    "a.txt": "平川县卫生健康局2023年上半年工作总结\n一、公共卫生\n　　规范管理高血压患者3100人。\n二、下半年打算\n　　规范管理高血压患者4000人。\n",
    "b.txt": "平川县卫生健康局2022年工作总结\n一、公共卫生\n　　高血压患者规范管理2900人。\n",
    "c.txt": "2023年上半年工作总结\n一、公共卫生\n　　规范管理高血压患者****人。\n",
}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(
        app, ["batch", str(folder), "-o", str(tmp_path / "o.sqlite"), "--engine", "rules", "--workers", "1"]
    )
    assert result.exit_code == 0, result.output
    return tmp_path / "o.sqlite"


def rows(dataset: Path, *arguments: str) -> list[dict[str, str]]:
    path = dataset.with_name("pivot.csv")
    command = ["pivot", str(dataset), "--metric", "高血压", "--csv", str(path), *arguments]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_one_indicator_by_place_and_time(dataset: Path) -> None:
    found = {(row["region"], row["period"]): list(row.values())[2:4] for row in rows(dataset)}
    assert found == {
        ("平川县", "2022年"): ["2900", ""],
        ("平川县", "2023年上半年"): ["3100", ""],
        ("", "2023年上半年"): ["", "遮盖"],
    }


def test_plans_stand_beside_work_only_when_asked(dataset: Path) -> None:
    (cell,) = [
        list(row.values())[2:4]
        for row in rows(dataset, "--plans")
        if row["region"] == "平川县" and row["period"] == "2023年上半年"
    ]
    assert cell == ["", "冲突"]


def test_a_plan_in_the_middle_of_work_is_left_out_and_counted(tmp_path: Path) -> None:
    report = tmp_path / "a.txt"
    text = "平川县卫生健康局2023年工作总结\n一、公共卫生\n　　规范管理高血压患者5000\n人，计划明年规范管理高血压患者6000人。\n"
    report.write_text(text, encoding="utf-8")
    out = tmp_path / "o.sqlite"
    assert CliRunner().invoke(app, ["batch", str(report), "-o", str(out), "--workers", "1"]).exit_code == 0
    (found,) = rows(out)
    assert list(found.values())[2:4] == ["5000", ""]
    (found,) = rows(out, "--plans")
    assert list(found.values())[2:4] == ["", "冲突"]
    result = CliRunner().invoke(app, ["pivot", str(out), "--metric", "高血压"])
    assert result.stderr == "tagger: 1 planned or aimed at, not counted; --plans takes them in\n"
    assert "6,000" not in result.stdout


def test_the_names_that_were_grouped_are_shown(dataset: Path) -> None:
    result = CliRunner().invoke(app, ["pivot", str(dataset), "--metric", "高血压"])
    assert result.exit_code == 0, result.output
    assert "规范管理高血压患者" in result.output and "高血压患者规范管理" in result.output


def test_a_dataset_whose_run_was_killed_in_the_middle_of_writing_is_read(dataset: Path) -> None:
    before = rows(dataset)
    # A writer with a cache of one page has written into the file when it ends without a word.
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('PRAGMA cache_size = 1'); "
        "c.execute('BEGIN'); c.execute('DELETE FROM measurements'); c.execute('CREATE TABLE t (x)'); "
        "c.executemany('INSERT INTO t VALUES (?)', [('x' * 4000,)] * 50); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, str(dataset)])
    assert dataset.with_name(f"{dataset.name}-journal").stat().st_size
    assert rows(dataset) == before


def test_a_folder_of_parquet_is_read_by_its_name(dataset: Path) -> None:
    folder = dataset.with_suffix(".parquet")
    folder.mkdir()
    dataset.rename(folder / IN_FOLDER)
    assert len(rows(folder)) == 3


def test_what_is_wrong_is_one_line(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("no database", encoding="utf-8")
    for arguments, message in (
        ((str(tmp_path / "none.sqlite"), "--metric", "x"), "no such dataset; make one with: tagger batch"),
        ((str(tmp_path / "x.sqlite"), "--metric", "x"), "is no dataset of this tagger"),
        ((str(dataset), "--metric", "高血压", "--by", "colour"), "by colour: there is no such column"),
    ):
        result = CliRunner().invoke(app, ["pivot", *arguments])
        assert result.exit_code == 2 and message in result.output and result.output.count("\n") == 1
