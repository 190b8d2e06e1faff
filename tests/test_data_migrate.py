"""Gold data follows a migration: only topic marks change, a person decides what must be decided, old or new and nothing between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from folder_kills import killed_at, tree
from typer.testing import CliRunner

import tagger
from tagger.cli import app
from tagger.data import challenge
from tagger.data.adjudication import LOG, read_log
from tagger.data.check import check
from tagger.data.compiled import to_jsonl
from tagger.data.corpus import load_part
from tagger.data.layout import data_taxonomy, require_taxonomy
from tagger.data.markup import TODO, format_file, parse_line, read_tagged
from tagger.data.migrate import plan, run
from tagger.data.review import ask, make_list, read_answers
from tagger.data.suggest import plausibility
from tagger.document import Prediction, Sentence
from tagger.errors import TaggerError
from tagger.migrations import Add, Drop, Merge, Migration, Operation, Rename, Split, Version, load_migration
from tagger.migrations.files import write_migration
from tagger.migrations.migration import make
from tagger.output.lock import only_one
from tagger.taxonomy import Taxonomy, TopicEntry, load_taxonomy

TAXONOMY = """\
# Kept as it is.
version: 2026.1
topics:
  - id: tcm
    name: 中医药
    covers: 中医馆、针灸
  - id: aging_care
    name: 老龄健康与医养结合
  - id: workforce
    name: 人才队伍
  - id: infrastructure
    name: 项目建设与信息化
  - id: overview
    name: 总体概述
"""
AUTHORED = """\
# title: 例
[#1 work] 一、工作
[tcm] {M1|建成中医馆}{V1|3}{U1|个}。
[aging_care] {M1|养老机构}{V1|5}{U1|家}，签约率{V2|*}{U2|%}。
[aging_care] 敬老月活动丰富多彩。
[infrastructure] 新院区主体封顶。
[workforce] 数据平台建设靠人才。
[overview] 各项工作都好。
[workforce] 招聘{V1|7}{U1|人}。
"""
FIRST = AUTHORED.replace("[overview] 各项", "[aging_care] 各项").replace("[workforce] 招聘", "[infrastructure] 招聘")
SECOND = AUTHORED.replace("[workforce] 招聘", "[tcm] 招聘")
LOGGED = [
    {
        "file": "a",
        "first": ["[aging_care] 各项工作都好。"],
        "second": ["[overview] 各项工作都好。"],
        "gold": ["[overview] 各项工作都好。"],
        "reason": "一",
    },
    {
        "file": "a",
        "first": ["[infrastructure] 招聘{V1|7}{U1|人}。"],
        "second": ["[tcm] 招聘{V1|7}{U1|人}。"],
        "gold": ["[workforce] 招聘{V1|7}{U1|人}。"],
        "reason": "二",
    },
]
DIGITAL = TopicEntry("digital_health", "数字健康", "信息平台、数据平台", {"信息化": 3.0})


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one authored file annotated twice and a challenge set, compiled."""
    monkeypatch.chdir(tmp_path)
    folder = Path("data")
    gold = folder / "gold"
    write(folder / "taxonomy.yaml", TAXONOMY)
    write(gold / "authored" / "a.tagged", AUTHORED)
    write(gold / "authored" / LOG, "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in LOGGED))
    write(gold / "raw" / "authored" / "first" / "a.tagged", FIRST)
    write(gold / "raw" / "authored" / "second" / "a.tagged", SECOND)
    write(gold / "challenge" / "rank.tagged", "[tcm] 针灸门诊广受好评。\r\n")
    write(gold / "challenge" / LOG, "")
    for annotator in ("first", "second"):
        write(gold / "raw" / "challenge" / annotator / "rank.tagged", "[tcm] 针灸门诊广受好评。\r\n")
    frozen = {"version": 1, "sha256": challenge.digest(gold / "challenge"), "date": "2026-11-22", "reason": "x"}
    write(gold / "challenge" / "VERSIONS.jsonl", json.dumps(frozen) + "\n")
    for part in ("authored", "challenge"):
        write(folder / "compiled" / f"{part}.jsonl", to_jsonl(load_part(gold, part)))
    write(folder / "DATASET.md", "| `tcm` | 中医药 |\n")
    return folder


def step(old: Taxonomy, *operations: Operation, name: str = "m001_x.yaml", version: str = "2027.1") -> Migration:
    draft = Migration(Path(name), int(name[1:4]), Version.of(old), Version(version, ""), operations)
    draft = replace(draft, new=Version.of(make(draft, old)))
    write(draft.path, write_migration(draft.old, draft.new, draft.operations))
    return load_migration(draft.path)


MECHANICAL = (
    Rename("workforce", "人才", "r"),
    Merge(("aging_care", "overview"), "overview", "总体与老龄", None, None, "r"),
    Drop("tcm", "infrastructure", "r"),
)
REVIEWED = (
    Rename("workforce", "人才", "r"),
    Split(
        "aging_care",
        (TopicEntry("ageing", "老龄", "敬老", {}), TopicEntry("care", "医养", "", {"养老机构": 3.0})),
        "r",
    ),
    Add(DIGITAL, ("infrastructure",), "infrastructure", "r"),
)


class Doubter:
    """An engine that doubts longer sentences more."""

    name = "doubter"

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        return [Prediction("tcm", 1 / len(each.text), []) for each in sentences]


# --- rename, merge, drop --------------------------------------------------------------------------------------------


def test_only_topic_marks_change(data: Path) -> None:
    before = tree(data)
    planned = plan(data, step(data_taxonomy(data), *MECHANICAL))
    assert planned is not None and planned.questions == []
    assert run(planned, {}) == (6, 14)
    after = tree(data)
    for name in ("gold/authored/a.tagged", "gold/raw/authored/first/a.tagged", "gold/raw/authored/second/a.tagged"):
        expected = before[name].replace(b"[tcm]", b"[infrastructure]").replace(b"[aging_care]", b"[overview]")
        assert after[name] == expected
    assert after["gold/challenge/rank.tagged"] == "[infrastructure] 针灸门诊广受好评。\r\n".encode()
    assert after["DATASET.md"] == before["DATASET.md"]
    assert data_taxonomy(data) == planned.new
    assert after["taxonomy.yaml"].decode().startswith("# Kept as it is.\nversion: 2027.1\n")
    assert after["migrations/m001_x.yaml"] == Path("m001_x.yaml").read_bytes()
    for part in ("authored", "challenge"):
        assert after[f"compiled/{part}.jsonl"].decode() == to_jsonl(load_part(data / "gold", part))
    assert [line["version"] for line in map(json.loads, after["gold/challenge/VERSIONS.jsonl"].splitlines())] == [1, 2]
    kinds = {"adjudication", "frozen", "topic", "markup"}
    assert [fault for fault in check(data / "gold", planned.new).faults if fault.kind in kinds] == []


def test_a_difference_that_a_merge_ends_leaves_the_log(data: Path) -> None:
    planned = plan(data, step(data_taxonomy(data), *MECHANICAL))
    assert planned is not None
    run(planned, {})
    (entry,) = read_log(data / "gold" / "authored")  # that on aging_care against overview is none any more
    assert entry["first"] == ["[infrastructure] 招聘{V1|7}{U1|人}。"] == entry["second"]
    assert entry["gold"] == ["[workforce] 招聘{V1|7}{U1|人}。"] and entry["reason"] == "二"


def test_run_twice_it_changes_nothing(data: Path) -> None:
    command = ["taxonomy", "migrate", str(step(data_taxonomy(data), *MECHANICAL).path)]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0 and "taxonomy 2026.1 -> 2027.1; 14 topic marks changed in 6 files" in first.output
    assert f"still names tcm, bring it up to date: {data}/DATASET.md" in first.output
    after = tree(data)
    second = CliRunner().invoke(app, command)
    assert second.exit_code == 0 and "m001_x.yaml has been run already; nothing changed" in second.output
    assert tree(data) == after


def test_several_run_in_order_and_none_twice(data: Path) -> None:
    first = step(data_taxonomy(data), *MECHANICAL)
    second = step(make(first, data_taxonomy(data)), Drop("workforce", "overview", "r"), name="m002_y.yaml", version="3")
    wrong = CliRunner().invoke(app, ["taxonomy", "migrate", "m002_y.yaml"])
    assert wrong.exit_code == 2 and "m002_y.yaml: starts from taxonomy 2027.1" in wrong.output
    command = ["taxonomy", "migrate", "m001_x.yaml", "m002_y.yaml"]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert data_taxonomy(data).hash == second.new.hash
    after = tree(data)
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 0 and again.output.count("run already") == 2 and tree(data) == after


def test_a_migration_has_the_number_that_is_due(data: Path) -> None:
    old = data_taxonomy(data)
    with pytest.raises(TaggerError, match=r"m002_x\.yaml: is number 2 where 1 is due in data/migrations"):
        plan(data, step(old, *MECHANICAL, name="m002_x.yaml"))
    step(old, *MECHANICAL)
    write(data / "migrations" / "m001_x.yaml", Path("m001_x.yaml").read_text(encoding="utf-8"))
    with pytest.raises(TaggerError, match=r"m001_z\.yaml: is another migration than .*m001_x\.yaml"):
        plan(data, step(old, *MECHANICAL[:2], name="m001_z.yaml"))


def test_killed_at_any_step_it_is_old_or_new(data: Path) -> None:
    old = tree(data)
    migration = step(data_taxonomy(data), *MECHANICAL)

    def migrate() -> None:
        planned = plan(data, migration)
        if planned is not None:
            run(planned, {})

    migrate()
    new = tree(data)
    seen = set()
    number = 0
    while True:
        for name in tree(data):
            (data / name).unlink()
        for name, content in old.items():
            write(data / name, content.decode())
        if not killed_at(number, migrate):
            break
        now = tree(data)
        assert now in (old, new), number
        seen.add(now == new)
        migrate()  # run again, it ends what was begun, or has nothing to do
        assert tree(data) == new and [each.name for each in data.parent.iterdir() if each.name.startswith(".")] == []
        number += 1
    assert seen == {True, False} and number > 30


def test_two_runs_do_not_meet(data: Path) -> None:
    step(data_taxonomy(data), *MECHANICAL)
    before = tree(data)
    staged = write(Path(".data.tagger-new") / "x", "of the run that is at work")
    for command in (["taxonomy", "migrate", "m001_x.yaml"], ["data", "merge-review", "review.tagged", "m001_x.yaml"]):
        with only_one(data):
            result = CliRunner().invoke(app, command)
        assert result.exit_code == 2 and result.stderr.count("\n") == 1
        assert "data: is being changed by another run of tagger; run again when it has ended" in result.stderr
        assert tree(data) == before and staged.exists()
    result = CliRunner().invoke(app, ["taxonomy", "migrate", "m001_x.yaml"])
    assert result.exit_code == 0, result.output
    assert [each.name for each in Path().iterdir() if each.name.startswith(".")] == []


def test_a_killed_run_locks_nobody_out(data: Path) -> None:
    step(data_taxonomy(data), *MECHANICAL)
    code = "import sys, time; from pathlib import Path; from tagger.output.lock import only_one\nwith only_one(Path('data')): print('locked', flush=True); time.sleep(600)"
    environment = {**os.environ, "PYTHONPATH": str(Path(tagger.__file__).parent.parent)}
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None and process.stdout.readline() == "locked\n"
    assert CliRunner().invoke(app, ["taxonomy", "migrate", "m001_x.yaml"]).exit_code == 2
    process.kill()
    process.communicate()
    assert CliRunner().invoke(app, ["taxonomy", "migrate", "m001_x.yaml"]).exit_code == 0


# --- split, add -----------------------------------------------------------------------------------------------------


def test_exactly_the_sentences_in_doubt_are_asked_about(data: Path) -> None:
    old = data_taxonomy(data)
    planned = plan(data, step(old, *REVIEWED))
    assert planned is not None
    asked = {(str(each.place), each.heirs, each.new) for each in planned.questions}
    assert asked == {
        ("authored/a.tagged:4", ("ageing", "care"), ()),
        ("authored/a.tagged:5", ("ageing", "care"), ()),
        ("authored/a.tagged:6", ("infrastructure",), ("digital_health",)),  # related
        ("authored/a.tagged:7", ("workforce",), ("digital_health",)),  # 数据平台
        ("raw/authored/first/a.tagged:8", ("ageing", "care"), ()),  # alone with a topic that is split
    }
    listed = make_list(planned.questions, planned.new, Doubter(old), "x", Path("review.tagged"))
    scores = [len(each.text) for each in listed.sentences]
    assert scores == sorted(scores, reverse=True)
    marks = {each.text: each.topic for each in listed.sentences}
    assert marks["敬老月活动丰富多彩。"] == TODO + "ageing" and marks["养老机构5家，签约率*%。"] == TODO + "care"
    assert marks["新院区主体封顶。"] == TODO + "infrastructure"
    assert "authored/a.tagged:4 aging_care -> ageing 0, care 3; doubter: tcm 0.08 › 一、工作" in listed.headings[0].text
    assert parse_line(format_file(listed).splitlines()[1]) == replace(listed.headings[0], number=1)


def review(data: Path) -> tuple[Path, list[str]]:
    """The list as written by the command, by the rules; and the command that takes it back."""
    result = CliRunner().invoke(app, ["taxonomy", "migrate", "m001_x.yaml", "--engine", "rules"])
    assert result.exit_code == 0, result.output
    assert "5 sentences for a person to look at (aging_care 3, infrastructure 1, workforce 1)" in result.output
    return Path("review.tagged"), ["data", "merge-review", "review.tagged", "m001_x.yaml"]


@pytest.fixture
def reviewed(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder with a migration to review; the rules speak its taxonomy."""
    taxonomy = data_taxonomy(data)
    step(taxonomy, *REVIEWED)
    monkeypatch.setattr("tagger.engines.load_engine", lambda name, model=None: Doubter(taxonomy))
    return data


def test_the_answers_are_taken_back(reviewed: Path) -> None:
    before = tree(reviewed)
    path, command = review(reviewed)
    assert tree(reviewed) == before
    again = CliRunner().invoke(app, ["taxonomy", "migrate", "m001_x.yaml", "--engine", "rules"])
    assert (
        again.exit_code == 2
        and "review.tagged: is there already; decide it and run: tagger data merge-review" in again.output
    )
    text = path.read_text(encoding="utf-8").replace(f"[{TODO}", "[").replace("[workforce]", "[digital_health]")
    write(path, text)
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    gold = {each.text: each.topic for each in read_tagged(reviewed / "gold/authored/a.tagged").sentences}
    assert gold["养老机构5家，签约率*%。"] == "care" and gold["数据平台建设靠人才。"] == "digital_health"
    raw = {each.text: each.topic for each in read_tagged(reviewed / "gold/raw/authored/first/a.tagged").sentences}
    assert (
        raw["养老机构5家，签约率*%。"] == "care" and raw["数据平台建设靠人才。"] == "digital_health"
    )  # as the gold has it
    assert raw["各项工作都好。"] == "ageing" and raw["招聘7人。"] == "infrastructure"
    assert [each["reason"] for each in read_log(reviewed / "gold/authored")] == ["一", "二"]
    kinds = {"adjudication", "frozen", "topic", "markup"}
    faults = check(reviewed / "gold", data_taxonomy(reviewed)).faults
    assert [fault for fault in faults if fault.kind in kinds] == []
    after = tree(reviewed)
    twice = CliRunner().invoke(app, command)
    assert twice.exit_code == 0 and "has been run already; nothing changed" in twice.output
    assert tree(reviewed) == after


def test_a_list_that_is_half_done_or_does_not_fit_is_refused(reviewed: Path) -> None:
    before = tree(reviewed)
    path, command = review(reviewed)
    lines = path.read_text(encoding="utf-8").replace(f"[{TODO}", "[").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "封顶" in line)
    half = [*lines[:at], lines[at].replace("[", f"[{TODO}", 1), *lines[at + 1 :]]
    for changed, message in (
        (half, f"review.tagged:{at + 1}: is not decided; take todo_ away"),
        ([*lines[:at], "[nothing] 新院区主体封顶。\n", *lines[at + 1 :]], "nothing is no topic of taxonomy 2027.1"),
        ([*lines[:at], "[infrastructure] 新院区封顶。\n", *lines[at + 1 :]], "differs from authored/a.tagged:6"),
        ([*lines[:at], "[infrastructure] {V1|新院区}主体封顶。\n", *lines[at + 1 :]], "in more than its topic"),
        ([*lines[: at - 1], *lines[at + 1 :]], "review.tagged: lacks authored/a.tagged:6"),
        ([*lines, *lines[at - 1 : at + 1]], "authored/a.tagged:6 is answered twice"),
        ([*lines[: at - 1], *lines[at:]], "has no heading before it"),
        ([*lines, "[#1] authored/a.tagged:9 x\n", "[tcm] 招聘。\n"], "authored/a.tagged:9 is not asked about"),
    ):
        write(path, "".join(changed))
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 2 and message in result.output and result.output.count("\n") == 1, result.output
        assert tree(reviewed) == before


@pytest.mark.parametrize("name", ["label-studio", "doccano"])
def test_the_list_goes_through_another_tool(reviewed: Path, name: str) -> None:
    _, command = review(reviewed)
    convert = ["data", "convert", "review.tagged", "--to", name, "-o", "export.json"]
    assert CliRunner().invoke(app, convert).exit_code == 0
    text = Path("export.json").read_text(encoding="utf-8")
    write(Path("export.json"), text.replace(f'"{TODO}', '"'))
    back = ["data", "convert", "export.json", "--from", name, "-o", "back"]
    assert CliRunner().invoke(app, back).exit_code == 0
    assert CliRunner().invoke(app, [*command[:2], "back/review.tagged", command[3]]).exit_code == 0
    assert data_taxonomy(reviewed).version == "2027.1"


def test_the_data_must_not_change_under_a_list(reviewed: Path) -> None:
    path, command = review(reviewed)
    write(path, path.read_text(encoding="utf-8").replace(f"[{TODO}", "["))
    gold = reviewed / "gold/authored/a.tagged"
    write(gold, gold.read_text(encoding="utf-8").replace("新院区主体", "新院区大楼"))
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2 and "differs from authored/a.tagged:6" in result.output


def test_plausibility_is_by_keywords_covers_and_half_the_heading(data: Path) -> None:
    topic = TopicEntry("x", "x", "信息平台、数据（开放）", {"平台": 1.0, "信息化": 3.0})
    line = parse_line("[tcm] 信息平台与平台。")
    assert plausibility(topic, replace(line, section=())) == 3.0  # type: ignore[arg-type,type-var]
    assert plausibility(topic, replace(line, section=("一、信息化", "1.平台"))) == 3.5  # type: ignore[arg-type,type-var]
    assert plausibility(topic, parse_line("[tcm] 好。")) == 0.0  # type: ignore[arg-type]


# --- refusals -------------------------------------------------------------------------------------------------------


def test_data_and_model_of_two_versions_are_told_the_migration(data: Path) -> None:
    old = data_taxonomy(data)
    migration = step(old, *MECHANICAL, name="m001_x.yaml")
    write(data / "migrations" / "m001_x.yaml", Path("m001_x.yaml").read_text(encoding="utf-8"))
    new = make(migration, old)
    require_taxonomy(data / "gold", old, "model")
    with pytest.raises(TaggerError, match=r"run tagger taxonomy migrate .*data/migrations/m001_x\.yaml$"):
        require_taxonomy(data / "gold", new, "model")
    planned = plan(data, migration)
    assert planned is not None
    run(planned, {})
    with pytest.raises(TaggerError, match=r"gone on by .*m001_x\.yaml: carry the model over with tagger retrain"):
        require_taxonomy(data / "gold", old, "model")


def test_a_mixture_is_refused_where_it_is_loaded_and_where_it_is_migrated(data: Path) -> None:
    old = (data / "taxonomy.yaml").read_text(encoding="utf-8")
    gold = tree(data / "gold")
    migration = step(data_taxonomy(data), *MECHANICAL)
    planned = plan(data, migration)
    assert planned is not None
    run(planned, {})
    new = tree(data / "gold")
    for name, content in gold.items():
        (data / "gold" / name).write_bytes(content)
    message = (
        r"a\.tagged:3: tcm is no topic of taxonomy 2027\.1 any more; put the taxonomy\.yaml of 2026\.1 back and run "
        r"tagger taxonomy migrate .*m001_x\.yaml: "
    )
    with pytest.raises(TaggerError, match=message):
        load_part(data / "gold", "authored")
    with pytest.raises(TaggerError, match=message):
        plan(data, migration)
    for name, content in new.items():
        (data / "gold" / name).write_bytes(content)
    write(data / "taxonomy.yaml", old.replace("  - id: infrastructure\n    name: 项目建设与信息化\n", ""))
    load_taxonomy.cache_clear()
    with pytest.raises(TaggerError, match=r"infrastructure is no topic of taxonomy 2026\.1: "):
        load_part(data / "gold", "authored")


def test_what_is_not_as_it_should_be_is_refused_before_anything_changes(data: Path) -> None:
    migration = step(data_taxonomy(data), *MECHANICAL)
    write(data / "gold" / "challenge" / "rank.tagged", "[tcm] 改了。\n")
    before = tree(data)
    result = CliRunner().invoke(app, ["taxonomy", "migrate", str(migration.path)])
    assert result.exit_code == 2 and "has changed since version 1" in result.output and tree(data) == before
    write(data / "gold" / "challenge" / "rank.tagged", "[tcm] 针灸门诊广受好评。\r\n")
    write(data / "gold" / "authored" / LOG, "")
    result = CliRunner().invoke(app, ["taxonomy", "migrate", str(migration.path)])
    assert result.exit_code == 2 and "has no decision on a" in result.output
    result = CliRunner().invoke(app, ["taxonomy", "migrate", str(migration.path), "--data", "data/gold"])
    assert result.exit_code == 2 and "data/gold: is no data folder" in result.output


def test_answers_are_read_by_place_in_any_order(data: Path) -> None:
    old = data_taxonomy(data)
    planned = plan(data, step(old, *REVIEWED))
    assert planned is not None
    listed = make_list(planned.questions, planned.new, Doubter(old), "x", Path("review.tagged"))
    pairs = [listed.lines[at : at + 2] for at in range(0, len(listed.lines), 2)]
    turned = replace(listed, lines=tuple(line for pair in reversed(pairs) for line in pair))
    write(Path("review.tagged"), format_file(turned).replace(f"[{TODO}", "["))
    assert read_answers(Path("review.tagged"), planned.questions, planned.new).topics.keys() == {
        each.place for each in ask(planned.sources, planned.migration, old)
    }
