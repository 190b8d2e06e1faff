"""Gold data in other tools' formats and back: exact for what a format holds, the rest listed as lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagger.cli import app
from tagger.data.formats import FORMATS
from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.markup import format_file, parse
from tagger.errors import TaggerError

HEADER = "# title: 澄溪县总结\n# year: 2021\n"
MARKED = (
    "[#0] 澄溪县总结\n"
    "[overview] 2021年，各项工作稳步推进。\n"
    "[#1 work] 一、工作\n"
    "[#2] （一）基本公卫\n"
    "[public_health] {M1,2|发放药品}{V1|20余}{U1|人份}（{V2|38}{U2|袋}），为{V3|两}{U3|名}{M3|老人}上门服务。\n"
    "[tcm] CT 机{V1|3}{U1|台}，\U00020000字{M2|占}{V2|50}{U2|%}。\n"
    "[#1 plan] 二、打算\n"
    "[governance] 狠抓落实。\n"
)


@pytest.fixture
def files() -> list[GoldFile]:
    return [
        parse(HEADER + MARKED, Path("one.tagged")),
        parse("[tcm] {M1|诊疗}{V1|3}{U1|人次}。\n", Path("two.tagged")),
    ]


@pytest.mark.parametrize("name", ["brat", "doccano", "label-studio"])
def test_a_format_that_holds_links_gives_all_back(name: str, files: list[GoldFile], tmp_path: Path) -> None:
    FORMATS[name].write(files, tmp_path / "out")
    read = sorted(FORMATS[name].read(tmp_path / "out"), key=lambda file: file.name)
    assert [file.name for file in read] == ["one", "two"]
    assert [format_file(file) for file in read] == [format_file(file) for file in files]


def test_link_numbers_are_given_anew(tmp_path: Path) -> None:
    file = parse("[tcm] {M7|诊疗}{V7|3}{U7|人次}。\n", Path("one.tagged"))
    FORMATS["doccano"].write([file], tmp_path / "out")
    (read,) = FORMATS["doccano"].read(tmp_path / "out")
    assert format_file(read) == "[tcm] {M1|诊疗}{V1|3}{U1|人次}。\n"
    assert "numbers of links" in FORMATS["doccano"].lost[0]


def test_conll_keeps_characters_and_spans(files: list[GoldFile], tmp_path: Path) -> None:
    FORMATS["conll"].write(files, tmp_path / "gold.conll")
    read = FORMATS["conll"].read(tmp_path / "gold.conll")
    assert [file.name for file in read] == ["gold_1", "gold_2"]
    for file, back in zip(files, read, strict=True):
        for sentence, again in zip(file.sentences, back.sentences, strict=True):
            assert again.text == "".join(sentence.text.split())
            said = [(each.label, sentence.text[each.start : each.end]) for each in sentence.entities]
            assert [(each.label, again.text[each.start : each.end]) for each in again.entities] == said
    rows = (tmp_path / "gold.conll").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "-DOCSTART- -X- -X- O"
    assert "20".startswith(rows[rows.index("2 -X- O B-VALUE")][0])


def test_conll_becomes_markup_with_links_by_position(files: list[GoldFile], tmp_path: Path) -> None:
    FORMATS["conll"].write(files[1:], tmp_path / "gold.conll")
    result = CliRunner().invoke(
        app, ["data", "convert", str(tmp_path / "gold.conll"), "--from", "conll", "-o", str(tmp_path / "back")]
    )
    assert result.exit_code == 0, result.output
    assert (tmp_path / "back" / "gold.tagged").read_text(encoding="utf-8") == "[unknown] {M1|诊疗}{V1|3}{U1|人次}。\n"


def test_a_metric_that_nothing_links_is_an_error_not_a_guess(tmp_path: Path) -> None:
    (tmp_path / "x.conll").write_text("诊 -X- O B-METRIC\n疗 -X- O I-METRIC\n\n", encoding="utf-8")
    with pytest.raises(TaggerError, match=r"x\.conll:3: METRIC 诊疗 is linked to no VALUE"):
        FORMATS["conll"].read(tmp_path / "x.conll")


def test_converting_says_what_is_lost(files: list[GoldFile], tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "one.tagged").write_text(format_file(files[0]), encoding="utf-8")
    result = CliRunner().invoke(
        app, ["data", "convert", str(gold), "--to", "conll", "-o", str(tmp_path / "a" / "x.conll")]
    )
    assert result.exit_code == 0
    assert all(f"not kept by conll: {lost}" in result.output for lost in FORMATS["conll"].lost)


def test_label_studio_tasks_are_what_it_imports(files: list[GoldFile], tmp_path: Path) -> None:
    FORMATS["label-studio"].write(files, tmp_path / "tasks.json")
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    marked = next(task for task in tasks if "发放药品" in task["data"]["text"])
    result = marked["annotations"][0]["result"]
    assert {each["type"] for each in result} == {"choices", "labels", "relation"}
    ids = {each["id"] for each in result if each["type"] == "labels"}
    for each in result:
        if each["type"] == "labels":
            value = each["value"]
            assert marked["data"]["text"][value["start"] : value["end"]] == value["text"]
        elif each["type"] == "relation":
            assert {each["from_id"], each["to_id"]} <= ids


SPAN = '{"id": %d, "label": "%s", "start_offset": %d, "end_offset": %d}'


def doccano(
    text: str, entities: str = "", relations: str = "", more: str = '"topic": "tcm"', position: str = "0"
) -> str:
    return (
        f'{{"text": {text}, "document": "a", "position": {position}, {more}, '
        f'"entities": [{entities}], "relations": [{relations}]}}'
    )


def spans(*marks: tuple[str, int, int]) -> str:
    return ", ".join(SPAN % (number, *mark) for number, mark in enumerate(marks))


def arrow(name: str, start: int, end: int) -> str:
    return f'{{"id": 1, "from_id": {start}, "to_id": {end}, "type": "{name}"}}'


BROKEN = [
    ("doccano", "x.jsonl", doccano('"甲"', more='"topic": "tcm", "lines": 2'), "lacks the item at position 1"),
    ("doccano", "x.jsonl", doccano('"甲"', more='"topic": "tcm", "kind": "headng"'), "neither heading nor sentence"),
    ("doccano", "x.jsonl", doccano('"甲"').replace('"a"', '".."'), "document is no file name"),
    ("label-studio", "x.json", "[" * 100_000, "is not JSON"),
    (
        "label-studio",
        "x.json",
        '[{"data": {"text": "甲", "document": "a", "position": 0}, "annotations": [{"was_cancelled": true, "result": []}]}]',
        "has a cancelled annotation",
    ),
    ("brat", "x.ann", "T1\tSentence 0 1\t甲\nA1\tTopic T1 tcm\nA2\tLevel T1 2\n", "an attribute of headings"),
    (
        "brat",
        "x.ann",
        "T1\tSentence 0 1\t甲\nA1\tTopic T1 tcm\n#1\tAnnotatorNotes T5\t{}\n",
        "a note that is not the header",
    ),
    (
        "doccano",
        "x.jsonl",
        doccano(
            '"甲乙3"',
            spans(("METRIC", 0, 1), ("METRIC", 1, 2), ("VALUE", 2, 3)),
            f"{arrow('metric', 2, 0)}, {arrow('metric', 2, 1)}",
        ),
        "linked to two METRICs",
    ),
    (
        "doccano",
        "x.jsonl",
        doccano('"甲3"', spans(("METRIC", 0, 1), ("VALUE", 1, 2)), arrow("unit", 1, 0)),
        "relation 'unit' goes to a METRIC",
    ),
    ("doccano", "x.jsonl", doccano('"甲3"', spans(("VALUE", 1, 9))), "leaves the text"),
    ("doccano", "x.jsonl", doccano('"甲"', position='"1"'), "position no whole number"),
    ("doccano", "x.jsonl", doccano('"甲"', position="1"), "lacks the item at position 0"),
    ("doccano", "x.jsonl", doccano('"甲"', more='"topic": ["tcm"]'), "without a topic: 甲"),
    (
        "doccano",
        "x.jsonl",
        doccano('"甲"', more='"kind": "heading", "level": 1, "topic": "tcm"'),
        "heading with a topic",
    ),
    ("doccano", "x.jsonl", doccano('"甲"', more='"kind": "heading", "level": true'), "heading without level"),
    ("doccano", "x.jsonl", "", "holds no item"),
    (
        "label-studio",
        "x.json",
        '[{"data": {"text": "甲3", "document": "a", "position": 0}, "annotations": [{"result": ['
        '{"type": "choices", "value": {"choices": ["tcm", "overview"]}}]}]}]',
        "task 1: has not just one topic: 甲3",
    ),
    (
        "label-studio",
        "x.json",
        '[{"data": {"text": "甲3", "document": "a", "position": 0}, "annotations": [{"result": ['
        '{"type": "labels", "id": "e", "value": {"start": 1, "end": 2, "labels": ["VALUE"], "text": "4"}}]}]}]',
        "says '4' where the text has '3'",
    ),
    (
        "label-studio",
        "x.json",
        '[{"data": {"text": "甲3", "document": "a", "position": 0}, "annotations": [{"result": [{"type": "textarea"}]}]}]',
        "has something beside labels",
    ),
    ("conll", "x.conll", "-DOCSTART- -X- -X- O\n\n", "holds no sentence"),
    ("brat", "x.ann", "", "no one Sentence or Heading holds the text '甲'"),
    ("brat", "x.ann", "T1\tSentence 0 1\t甲\nT1\tVALUE 0 1\t甲\n", "T1 stands twice"),
    ("brat", "x.ann", "T1\tSentence 0 1\t甲\nA1\tTopic T1 tcm\nA2\tTopic T1 overview\n", "stands twice"),
    ("brat", "x.ann", "T1\tSentence 0 1\t甲\nA1\tTopic T1 tcm\nR1\tMetric Arg1:T1 Arg2:T7\n", "lies in no Sentence"),
    ("brat", "x.ann", "T1\tSentence 0 1\t甲\nA1\tTopic T1 tcm\nA2\tTopic T9 tcm\n", "an attribute of T9"),
    ("doccano", "x.jsonl", "{", r"x\.jsonl:1: is not JSON"),
    ("doccano", "x.jsonl", '{"text": "甲"}', r"x\.jsonl:1: lacks 'entities'"),
    (
        "doccano",
        "x.jsonl",
        '{"text": "甲3", "document": "a", "position": 0, "topic": "tcm", "relations": [], '
        '"entities": [{"id": 1, "label": "DATE", "start_offset": 1, "end_offset": 2}]}',
        r"x\.jsonl:1: label DATE",
    ),
    ("doccano", "x.jsonl", '{"text": "甲", "entities": [], "relations": []}', "lacks the field 'document'"),
    (
        "doccano",
        "x.jsonl",
        '{"text": "甲", "entities": [], "relations": [], "document": "a", "position": 0}',
        "without a topic: 甲",
    ),
    ("label-studio", "x.json", "{}", "is no list of tasks"),
    ("label-studio", "x.json", '[{"data": {}}]', "task 1: lacks 'annotations'"),
    ("conll", "x.conll", "甲乙 -X- O O\n", r"x\.conll:1: needs a character and three columns"),
    ("conll", "x.conll", "甲 -X- O I-VALUE\n", r"x\.conll:2: tag I-VALUE"),
    ("brat", "x.ann", "E1\tEvent\n", r"x\.ann:1: is no text-bound"),
    ("brat", "x.ann", "T1\tSentence 0 1\t乙\n", r"x\.ann:1: the text there is '甲'"),
]


@pytest.mark.parametrize(("name", "file", "content", "message"), BROKEN)
def test_what_cannot_be_read_is_named(name: str, file: str, content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / "x.txt").write_text("甲\n", encoding="utf-8")
    with pytest.raises(TaggerError, match=message):
        FORMATS[name].read(tmp_path / file)


@pytest.mark.parametrize("arguments", [["--to", "word"], [], ["--to", "conll", "--from", "conll"]])
def test_a_wrong_format_is_one_line_and_exit_code_2(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.tagged").write_text("[tcm] 甲。\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["data", "convert", str(tmp_path), "-o", str(tmp_path / "x"), *arguments])
    assert result.exit_code == 2
    assert result.output.startswith("tagger: ") and result.output.count("\n") == 1


def test_the_formats_lose_no_sentence(files: list[GoldFile], tmp_path: Path) -> None:
    for name, each in FORMATS.items():
        each.write(files, tmp_path / name)
        read = [line for file in each.read(tmp_path / name) for line in file.lines if isinstance(line, GoldSentence)]
        assert len(read) == sum(len(file.sentences) for file in files), name


def convert(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["data", "convert", *map(str, arguments)])
    return result.exit_code, result.output


def test_nothing_is_written_over(files: list[GoldFile], tmp_path: Path) -> None:
    FORMATS["doccano"].write(files, tmp_path / "x.jsonl")
    assert convert(tmp_path / "x.jsonl", "--from", "doccano", "-o", tmp_path / "gold")[0] == 0
    code, output = convert(tmp_path / "x.jsonl", "--from", "doccano", "-o", tmp_path / "gold")
    assert code == 2 and "one.tagged: is there already" in output
    code, output = convert(tmp_path / "gold", "--to", "doccano", "-o", tmp_path / "x.jsonl")
    assert code == 2 and "x.jsonl: is there already" in output


def test_what_the_markup_cannot_say_is_not_written(tmp_path: Path) -> None:
    lines = [doccano('"甲。"'), doccano('"乙\\n丙。"', position="1")]
    (tmp_path / "x.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, output = convert(tmp_path / "x.jsonl", "--from", "doccano", "-o", tmp_path / "gold")
    assert code == 2 and "a.tagged" in output and output.count("\n") == 1
    assert not (tmp_path / "gold").exists()


def test_brat_texts_without_annotation_are_named(files: list[GoldFile], tmp_path: Path) -> None:
    FORMATS["brat"].write(files, tmp_path / "out")
    (tmp_path / "out" / "three.txt").write_text("甲\n", encoding="utf-8")
    with pytest.raises(TaggerError, match=r"three\.txt: has no \.ann beside it"):
        FORMATS["brat"].read(tmp_path / "out")
