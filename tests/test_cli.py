"""The command line and the Python API: formats, bad input, exit codes, one line per fault, what is imported."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from typer.testing import CliRunner

import tagger as package
from tagger import Tagger, TaggerError, __version__
from tagger.cli import app
from tagger.document import TaggedDocument
from tagger.taxonomy import load_taxonomy

REPORT = "一、工作\n健康管理高血压患者34867人，达95%以上。\n门诊5人。\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
BAD: dict[str, tuple[str, bytes | None, str]] = {
    "missing": ("missing.txt", None, "no such file"),
    "folder": (".", None, "folder"),
    "empty": ("empty.txt", b"", "empty"),
    "blank": ("blank.txt", b" \n\t\r\n\x0c\n", "whitespace"),
    "ideographic blank": ("blank2.txt", "\u3000\n\u3000".encode(), "whitespace"),
    "only a mark": ("bom.txt", b"\xef\xbb\xbf", "whitespace"),
    "page numbers": ("pages.txt", b"- 1 -\n\n- 2 -\n", "no sentence in it, only page furniture"),
    "picture": ("picture.txt", PNG, "PNG"),
    "spoilt UTF-8": ("spoilt.txt", ("健康管理高血压患者" * 20).encode() + b"\xff\xff" + b"abc", "0xFF"),
    "no encoding": ("noise.txt", bytes(range(128, 256)) * 9, "neither UTF-8"),
    "binary": ("binary.txt", bytes(range(32)) * 99, "binary|neither"),
    "broken docx": ("r.docx", b"PK\x03\x04", "damaged"),
    "presentation": ("r.pptx", b"PK\x03\x04", r"type \.pptx"),
    "archive": ("r.zip", b"PK\x05\x06" + bytes(18), "tagger batch"),
    "too large": ("large.txt", b"a" * (1024 * 1024 + 1), "limit of 1 MB.*--max-mb"),
}
EXTENSIONS = {"jsonl": "jsonl", "csv": "csv", "xlsx": "xlsx", "html": "html", "htm": "html", "CSV": "csv"}


def with_rules(args: tuple[str | Path, ...]) -> list[str]:
    """The arguments, with the engine that is quick and says the same for ever where none is named."""
    command = [str(arg) for arg in args]
    if command[:1] == ["predict"] and not {"--engine", "--model", "--help"} & set(command):
        command[1:1] = ["--engine", "rules"]
    return command


def invoke(*args: str | Path, stdin: bytes | None = None) -> Any:
    result = CliRunner().invoke(app, with_rules(args), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result


def spawn(*args: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "tagger", *with_rules(args)]
    return subprocess.run(command, **{"capture_output": True, "timeout": 30, **options})


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.split("\n")[:-1]]


def kind(data: bytes) -> str:
    """The format of an output, by its first bytes."""
    starts = {b"PK": "xlsx", b"<!DOCTYPE html>": "html", b"\xef\xbb\xbfdoc,": "csv", b'{"doc":': "jsonl"}
    return next((name for start, name in starts.items() if data.startswith(start)), "table")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder for outputs."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture(params=BAD)
def bad(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    name, data, words = BAD[request.param]
    folder = tmp_path / "bad"
    folder.mkdir()
    path = folder / name
    if data is not None:
        path.write_bytes(data)
    return path, words


# Formats


@pytest.mark.parametrize("suffix", EXTENSIONS)
def test_the_suffix_of_the_output_chooses_the_format(report: Path, out: Path, suffix: str) -> None:
    result = invoke("predict", report, "-o", out / f"r.{suffix}")
    assert (result.exit_code, result.output) == (0, "")
    assert names(out) == [f"r.{suffix}"]
    assert kind((out / f"r.{suffix}").read_bytes()) == EXTENSIONS[suffix]


@pytest.mark.parametrize("form", ["table", "jsonl", "csv", "xlsx", "html"])
def test_format_outranks_the_suffix(report: Path, out: Path, form: str) -> None:
    assert invoke("predict", report, "-o", out / "r.jsonl", "--format", form).exit_code == 0
    assert kind((out / "r.jsonl").read_bytes()) == form


@pytest.mark.parametrize("form", ["table", "jsonl", "csv", "html"])
def test_standard_output_is_what_a_file_would_hold(report: Path, out: Path, form: str) -> None:
    result = invoke("predict", report, "--format", form)
    assert invoke("predict", report, "--format", form, "-o", out / "r").exit_code == 0
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    assert result.stdout_bytes == (out / "r").read_bytes().decode(encoding).encode()


def test_a_pipe_gets_jsonl(report: Path) -> None:
    result = spawn("predict", report)
    assert (result.returncode, result.stderr, kind(result.stdout)) == (0, b"", "jsonl")
    validator = Draft202012Validator(json.loads(files("tagger.output").joinpath("sentence.schema.json").read_text()))
    lines = records(result.stdout.decode())
    assert len(lines) == 2 and all(validator.is_valid(line) for line in lines)


def test_a_terminal_gets_a_table_that_fits_it(seeds: dict[str, TaggedDocument]) -> None:
    reader, terminal = pty.openpty()
    name = seeds["000"].source.name
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    command = [sys.executable, "-m", "tagger", "predict", name]
    process = subprocess.Popen(command, stdout=terminal, stderr=subprocess.PIPE, env=environment)
    os.close(terminal)
    data = b""
    try:
        while piece := os.read(reader, 65536):
            data += piece
    except OSError:  # the end of a pseudo-terminal
        pass
    os.close(reader)
    assert (process.communicate(timeout=30)[1], process.returncode) == (b"", 0)
    shown = data.decode()
    assert "主题 topic" in shown and "\x1b[1m" in shown and '{"doc"' not in shown
    assert "…" not in shown


def test_rows_sentences_makes_a_csv_of_sentences(report: Path) -> None:
    tables = [list(csv.DictReader(io.StringIO(invoke("predict", report, "-f", "csv", *rows).stdout)))
              for rows in ([], ["--rows", "measurements"], ["--rows", "sentences"])]  # fmt: skip
    assert [len(table) for table in tables] == [3, 3, 2]
    assert tables[0] == tables[1] and "value" in tables[1][0] and "topic_score" in tables[2][0]


def test_documents_writes_one_valid_record_per_report(out: Path, seeds: dict[str, TaggedDocument]) -> None:
    inputs = [seed.source.name for seed in seeds.values()]
    assert invoke("predict", *inputs, "-o", out / "r.jsonl", "--documents", out / "d.jsonl").exit_code == 0
    lines = records((out / "d.jsonl").read_text(encoding="utf-8"))
    assert [line["doc"] for line in lines] == inputs
    validator = Draft202012Validator(json.loads(files("tagger.output").joinpath("document.schema.json").read_text()))
    assert all(validator.is_valid(line) for line in lines)
    sentences = records((out / "r.jsonl").read_text(encoding="utf-8"))
    assert [sum(s["doc"] == name for s in sentences) for name in inputs] == [line["sentences"] for line in lines]


def test_a_workbook_needs_a_file(report: Path) -> None:
    result = invoke("predict", report, "--format", "xlsx")
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)
    assert "-o" in result.stderr


def test_all_reports_go_into_one_workbook(out: Path, seeds: dict[str, TaggedDocument]) -> None:
    inputs = [seeds[number].source.name for number in ("000", "001")]
    assert invoke("predict", *inputs, "-o", out / "r.xlsx").exit_code == 0
    for sheet in load_workbook(out / "r.xlsx", read_only=True).worksheets:
        assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} == set(inputs)


def test_standard_input_is_a_dash(report: Path) -> None:
    lines = records(invoke("predict", "-", stdin=report.read_bytes()).stdout)
    named = records(invoke("predict", report).stdout)
    assert {line["doc"] for line in lines} == {"-"}
    assert [{**line, "doc": 0} for line in lines] == [{**line, "doc": 0} for line in named]


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_jsonl_in_a_pipe_is_utf8_whatever_the_console_speaks(report: Path, encoding: str) -> None:
    result = spawn("predict", report, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (result.returncode, result.stderr) == (0, b"")
    assert "健康管理" in result.stdout.decode("utf-8")


# Bad input


def test_a_bad_file_alone_is_one_line_and_exit_code_2(bad: tuple[Path, str], out: Path) -> None:
    path, words = bad
    result = invoke("predict", path, "-o", out / "r.jsonl", "--documents", out / "d.jsonl", "--max-mb", "1")
    assert (result.exit_code, result.stdout, names(out)) == (2, "", [])
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"tagger: {path}: ")
    _, what, todo = line.removeprefix(f"tagger: {path}").partition(";")
    assert what and len(todo) > 10  # what is wrong; what to do
    assert re.search(words, line)


def test_a_bad_file_among_good_ones_costs_only_itself(bad: tuple[Path, str], report: Path, out: Path) -> None:
    path, words = bad
    other = report.with_name("other.md")
    other.write_text(REPORT, encoding="utf-8")
    result = invoke("predict", report, path, other, "-o", out / "r.jsonl", "--max-mb", "1")
    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if str(path) in line]
    assert len(lines) == 1 and re.search(words, lines[0])
    docs = [line["doc"] for line in records((out / "r.jsonl").read_text(encoding="utf-8"))]
    assert docs == [str(report)] * 2 + [str(other)] * 2


def test_an_output_that_cannot_be_written_is_said_before_tagging(
    report: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagger.pipeline.Tagger.load", lambda *_: pytest.fail("must not tag"))
    for arguments in (["-o", out / "no" / "r.jsonl"], ["-o", out / "r.jsonl", "--documents", out / "no" / "d.jsonl"]):
        result = invoke("predict", report, *arguments)
        assert result.exit_code == 2 and "cannot be written" in result.stderr
    assert list(out.iterdir()) == []


def test_each_bad_file_gets_its_line_and_none_read_is_exit_code_2(tmp_path: Path, out: Path) -> None:
    (out / "r.jsonl").write_text("old")
    paths = [tmp_path / "a.txt", tmp_path / "b.txt", tmp_path]
    result = invoke("predict", *paths, "-o", out / "r.jsonl")
    assert result.exit_code == 2
    for path in paths:
        assert sum(f"tagger: {path}: " in line for line in result.stderr.splitlines()) == 1
    assert (out / "r.jsonl").read_text() == "old"


@pytest.mark.parametrize(("data", "words"), [(b"", "empty"), (b" \n", "whitespace"), (PNG, "PNG")])
def test_bad_standard_input_is_named_so(data: bytes, words: str) -> None:
    result = invoke("predict", "-", stdin=data)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "standard input" in line and words in line


@pytest.mark.parametrize(("size", "code"), [(1024 * 1024, 0), (1024 * 1024 + 1, 2)])
@pytest.mark.parametrize("stdin", [False, True])
def test_max_mb_is_exact_for_files_and_standard_input(tmp_path: Path, size: int, code: int, stdin: bool) -> None:
    data = ("门诊5人。\n" * 40).encode()
    data += b"\n" * (size - len(data))
    path = tmp_path / "r.txt"
    path.write_bytes(data)
    assert invoke("predict", "-" if stdin else path, "--max-mb", "1", stdin=data).exit_code == code


@pytest.mark.parametrize("value", ["-1", "many", "nan", "inf"])
def test_no_max_mb_ends_in_a_traceback(report: Path, value: str) -> None:
    assert invoke("predict", report, "--max-mb", value).exit_code in ((0, 2) if value == "inf" else (2,))


# Options and outputs


@pytest.mark.parametrize(
    ("options", "choice"),
    [
        (["--format", "pdf"], "jsonl"),
        (["--engine", "gpt"], "rules"),
        (["--rows", "words"], "sentences"),
        (["-o", "r.pdf"], ".csv"),
    ],
)
def test_a_wrong_option_is_one_line_with_the_choices(
    monkeypatch: pytest.MonkeyPatch, report: Path, out: Path, options: list[str], choice: str
) -> None:
    monkeypatch.chdir(out)
    result = invoke("predict", report, *options)
    assert (result.exit_code, result.stdout, names(out)) == (2, "", [])
    (line,) = result.stderr.splitlines()
    assert options[1] in line and choice in line


@pytest.mark.parametrize("args", [["predict"], ["predict", "--nope"], ["nope"]])
def test_a_wrong_command_line_is_exit_code_2(args: list[str]) -> None:
    result = invoke(*args)
    assert result.exit_code == 2 and result.stderr


@pytest.mark.parametrize("option", ["-o", "--documents"])
@pytest.mark.parametrize("place", ["missing/r.jsonl", "report.txt/r.jsonl", "folder.jsonl"])
def test_an_unwritable_output_is_exit_code_2_and_nothing_is_written(
    report: Path, out: Path, option: str, place: str
) -> None:
    (report.parent / "folder.jsonl").mkdir()
    path = report.parent / place
    other = {"-o": "--documents", "--documents": "-o"}[option]
    result = invoke("predict", report, option, path, other, out / "other.jsonl")
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert str(path) in line
    assert names(out) == names(report.parent / "folder.jsonl") == []
    assert names(report.parent) == ["folder.jsonl", "out", "report.txt"]


def test_a_report_is_not_overwritten_by_the_output(report: Path) -> None:
    result = invoke("predict", report, "-o", report)  # what predict -o *.txt comes to
    assert result.exit_code == 2 and str(report) in result.stderr
    assert report.read_text(encoding="utf-8") == REPORT


def test_output_and_documents_are_two_files(report: Path, out: Path) -> None:
    result = invoke("predict", report, "-o", out / "r.jsonl", "--documents", out / "r.jsonl")
    assert (result.exit_code, names(out)) == (2, [])


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no such file names")
def test_a_file_name_that_is_not_utf8_makes_valid_utf8_outputs(tmp_path: Path, out: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xd6\xd0.txt"  # GBK, as from an old archive
    Path(os.fsdecode(path)).write_text(REPORT, encoding="utf-8")
    result = spawn("predict", os.fsdecode(path), "-o", out / "r.jsonl", "--documents", out / "d.jsonl")
    assert (result.returncode, result.stderr) == (0, b"")
    for name in ("r.jsonl", "d.jsonl"):
        assert records((out / name).read_bytes().decode("utf-8"))


@pytest.mark.parametrize("form", ["jsonl", "table"])
def test_a_pipe_that_closes_midway_ends_quietly(seeds: dict[str, TaggedDocument], form: str) -> None:
    command = [sys.executable, "-m", "tagger", "predict", "-f", form, *(seed.source.name for seed in seeds.values())]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stdout.readline()
    process.stdout.close()
    assert process.stderr and process.stderr.read() == b""
    process.wait(30)
    process.stderr.close()


@pytest.mark.parametrize("args", [["predict", "REPORT"], ["taxonomy", "show"], ["--help"]])
def test_a_pipe_that_is_closed_already_ends_quietly(report: Path, args: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    args = [str(report) if arg == "REPORT" else arg for arg in args]
    assert spawn(*args, capture_output=False, stdout=writer, stderr=subprocess.PIPE).stderr == b""
    os.close(writer)


# Help, version, taxonomy, imports


def test_help_names_the_commands_and_predict_help_its_options() -> None:
    result = invoke("--help")
    assert result.exit_code == 0 and "predict" in result.stdout and "taxonomy" in result.stdout
    result = invoke("predict", "--help")
    assert result.exit_code == 0
    for option in ("--output", "-o", "--format", "--engine", "--rows", "--documents", "--max-mb"):
        assert option in result.stdout


def test_version_is_that_of_the_package() -> None:
    assert spawn("--version").stdout.decode() == f"tagger {__version__}\n"


def test_taxonomy_show_lists_every_topic() -> None:
    result = invoke("taxonomy", "show")
    taxonomy = load_taxonomy()
    assert result.exit_code == 0
    assert taxonomy.version in result.stdout and taxonomy.hash[:12] in result.stdout
    for entry in taxonomy.topics:
        assert any(entry.id in line and entry.name in line for line in result.stdout.splitlines()), entry.id


def test_taxonomy_show_json_is_the_taxonomy() -> None:
    taxonomy = load_taxonomy()
    shown = json.loads(invoke("taxonomy", "show", "--json").stdout)
    assert (shown["version"], shown["hash"]) == (taxonomy.version, taxonomy.hash)
    expected = [{"id": entry.id, "name": entry.name, "covers": entry.covers} for entry in taxonomy.topics]
    assert shown["topics"] == expected


TRAINING = {"torch", "transformers"}
HEAVY = {"rich", "openpyxl", "cn2an", "charset_normalizer", "yaml"}


@pytest.mark.parametrize(
    ("args", "unwanted"),
    [
        (["--help"], TRAINING | HEAVY),
        (["--version"], TRAINING | HEAVY),
        (["predict", "--help"], TRAINING | HEAVY),
        (["batch", "--help"], TRAINING | HEAVY | {"sqlite3", "multiprocessing", "pyarrow", "ray"}),
        (["predict", "REPORT", "-f", "jsonl"], TRAINING | {"rich", "openpyxl", "charset_normalizer"}),
        (["predict", "REPORT", "-f", "table"], TRAINING | {"openpyxl"}),
        (["taxonomy", "show"], TRAINING | {"openpyxl", "cn2an"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_imports_only_what_it_needs(report: Path, args: list[str], unwanted: set[str]) -> None:
    for name in TRAINING:  # importable stand-ins: an import in a try block shows too
        report.with_name(f"{name}.py").touch()
    code = (
        "import sys\nfrom tagger.cli import main\n"
        "try: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    args = [str(report) if arg == "REPORT" else arg for arg in args]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(report.parent), os.getcwd()])}
    result = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, env=environment, timeout=30)
    assert result.returncode == 0, result.stderr
    loaded = set(result.stderr.decode().split())
    assert "tagger.cli" in loaded
    assert loaded & unwanted == set()


# The Python API


def test_the_api_tags_a_text() -> None:
    document = Tagger.load("rules").tag(REPORT)
    first = document.sentences[0]
    measurement = first.measurements[0]
    assert measurement.quantity.number == Decimal(34867)
    assert measurement.metric and measurement.metric.text == "健康管理高血压患者"
    assert measurement.unit and measurement.unit.text == "人"
    assert REPORT[measurement.value.start : measurement.value.end] == "34867"
    assert len(first.sentence.section) == 1 and "工作" in first.sentence.section[0]


@pytest.mark.parametrize("text", ["", " \n", "\u3000"])
def test_the_api_takes_a_text_with_nothing_in_it(tagger: Tagger, text: str) -> None:
    assert tagger.tag(text).sentences == []


@pytest.mark.parametrize(
    "call",
    [lambda: Tagger.load("nope"), lambda: Tagger.load("rules").tag_file("nope")],
    ids=["engine", "file"],
)
def test_the_api_raises_tagger_errors_that_name_the_fault(call: Callable[[], object]) -> None:
    with pytest.raises(TaggerError, match="nope"):
        call()


def test_the_package_has_no_other_names() -> None:
    assert {"Tagger", "TaggerError", "__version__", "batch"} == set(package.__all__)
    with pytest.raises(AttributeError):
        _ = package.nope
