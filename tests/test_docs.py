"""The READMEs say what is so: their output is real, every command and option stands in both."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagger.cli import app

ROOT = Path(__file__).parent.parent
DIGESTS = {
    "000": "59e4733c19ba0ae2",
    "001": "5495a05d2aba0fa2",
    "002": "b56976d93e8252ea",
    "003": "d638b8d497725fd0",
    "004": "93b44e922083a97b",
}
READMES = ["README.md", "README.zh.md"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text(name), re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("name", READMES)
def test_the_opening_output_is_real(name: str) -> None:
    command, *shown = blocks(name, "console")[0].splitlines()
    arguments = command.removeprefix("$ tagger ").split()
    real = [line.rstrip() for line in CliRunner().invoke(app, arguments).output.splitlines()]
    real = [line for line in real if line]
    position, skips = 0, False
    for line in shown:
        if line.strip() == "…":
            skips = True
        elif line:
            found = real.index(line, position) if skips else position
            assert real[found] == line
            position, skips = found + 1, False
    assert position > 10


@pytest.mark.parametrize("name", READMES)
def test_the_jsonl_example_is_real(name: str) -> None:
    shown = json.loads(blocks(name, "json")[0])
    output = CliRunner().invoke(app, ["predict", shown["doc"], "--format", "jsonl"]).output
    real = json.loads(output.splitlines()[shown["index"]])
    for scored in (shown["topic"], *shown["entities"]):  # 8-bit arithmetic differs a little from processor to processor
        scored["score"] = pytest.approx(scored["score"], abs=0.05)
    assert shown == real


@pytest.mark.parametrize("name", READMES)
def test_the_python_example_prints_what_it_says(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(blocks(name, "python")[0], name, "exec"), {})
    assert capsys.readouterr().out == blocks(name, "text")[0]


def test_every_option_is_documented() -> None:
    output = CliRunner().invoke(app, ["predict", "--help"], terminal_width=200).output
    options = set(re.findall(r"--[a-z-]+", output)) - {"--help"}
    assert {"--output", "--format", "--engine", "--rows", "--documents", "--max-mb"} <= options
    for name in READMES:
        for option in options:
            assert f"`{option}" in text(name), (name, option)


def test_every_command_is_documented() -> None:
    commands = [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]
    for command in (*commands, *(group.name or "" for group in app.registered_groups)):
        for name in READMES:
            assert f"tagger {command}" in text(name), (name, command)


def test_every_key_of_the_contract_is_documented() -> None:
    schema = json.loads((ROOT / "tagger/output/sentence.schema.json").read_text(encoding="utf-8"))
    keys = {*schema["properties"], *schema["properties"]["measurements"]["items"]["properties"]} - {
        "text",
        "value",
        "metric",
        "unit",
    }
    for name in READMES:
        for key in keys:
            assert f"`{key}`" in text(name), (name, key)


def test_both_readmes_show_the_same_commands_and_scores() -> None:
    english, chinese = (text(name) for name in READMES)

    def commands(name: str) -> list[str]:
        return [line.split("  ")[0].strip() for block in blocks(name, "sh") for line in block.splitlines()]

    assert commands("README.md") == commands("README.zh.md")
    table = re.compile(
        r"^\| (?:METRIC|VALUE|UNIT|triple|links|topic|sentences|headings|heading level|role)\b.*\| 0\..*$|^\| [A-Za-z -]+\| [01]\.\d{3}.*$",
        re.MULTILINE,
    )
    assert table.findall(english) == table.findall(chinese) != []


def test_the_scores_of_the_rules_are_those_of_now() -> None:
    """Those of trained engines need their training; that they are of the same gold data is seen in its hash."""
    result = CliRunner().invoke(app, ["evaluate", "--engine", "rules"])
    assert result.exit_code == 0, result.output
    now = result.output.splitlines()
    (gold,) = re.findall(r"gold sha256 \w+", now[0])
    for name in (*READMES, "eval/README.md"):
        blocks = re.findall(r"<!-- scores:\w+ -->(.*?)<!-- end -->", text(name), re.DOTALL)
        assert blocks and all(gold in block for block in blocks), name
        own = [
            table
            for block in blocks
            for table in block.split("\n\n")
            if table.lstrip().startswith(("| rules |", "| reader"))
        ]
        assert len(own) >= 2, name
        for line in "\n".join(own).splitlines():
            assert not line or line in now, (name, line)


def test_the_seeds_are_as_they_came() -> None:
    from hashlib import sha256

    digests = {path.name[:3]: sha256(path.read_bytes()).hexdigest()[:16] for path in (ROOT / "seeds").glob("*.txt")}
    assert digests == DIGESTS
