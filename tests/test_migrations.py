"""Migrations: what each operation makes of a taxonomy, where sentences come from and go, faults, and the way back by `diff`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tagger.cli import app
from tagger.errors import TaggerError
from tagger.migrations import (
    Add,
    Drop,
    Merge,
    Migration,
    Operation,
    Rename,
    Split,
    Version,
    apply,
    load_migration,
    load_migrations,
)
from tagger.migrations.chain import faults
from tagger.migrations.difference import Answer, ask, drifted, find_operations, read_answer
from tagger.migrations.files import write_migration
from tagger.migrations.migration import make
from tagger.migrations.taxonomy_file import rewrite
from tagger.migrations.versions import between, compose, describe
from tagger.taxonomy import Taxonomy, TopicEntry, default_path, load_taxonomy, make_taxonomy

EXAMPLE = Path(__file__).parent.parent / "data" / "migrations" / "examples" / "m001_digital_health.yaml"
LETTERS = "abcdefgh"
OLD = make_taxonomy("1", [TopicEntry(each, each.upper(), f"包括{each}", {f"词{each}": 3.0}) for each in LETTERS])


def entry(topic: str, name: str = "") -> TopicEntry:
    return TopicEntry(topic, name or topic.upper(), "", {})


def migration(*operations: Operation, old: Taxonomy = OLD, path: str = "m001_x.yaml", version: str = "2") -> Migration:
    """A migration with the hashes that its operations really lead between."""
    draft = Migration(Path(path), int(Path(path).name[1:4]), Version.of(old), Version(version, ""), operations)
    return replace(draft, new=Version.of(make(draft, old)))


EVERY = (
    Rename("a", "甲", "r"),
    Merge(("b", "c"), "b", "乙丙", None, None, "r"),
    Merge(("d", "h"), "dh", "丁辛", "覆盖", {"x": 1.0}, "r"),
    Split("e", (entry("e1"), entry("e2")), "r"),
    Drop("f", "g", "r"),
    Add(entry("n"), ("a", "g"), "g", "r"),
)


def test_every_operation_does_what_it_says() -> None:
    step = migration(*EVERY)
    new = apply(step, OLD)
    assert [each.id for each in new.topics] == ["a", "b", "dh", "e1", "e2", "g", "n"]
    assert (new.version, new.name("a"), new.name("b"), new.name("dh")) == ("2", "甲", "乙丙", "丁辛")
    assert new.topics[1].covers == "包括b、包括c" and new.topics[1].keywords == {"词b": 3.0, "词c": 3.0}
    assert new.topics[2].covers == "覆盖" and new.topics[2].keywords == {"x": 1.0}
    assert step.origins(OLD) == {
        "a": ("a",),
        "b": ("b", "c"),
        "dh": ("d", "h"),
        "e1": ("e",),
        "e2": ("e",),
        "g": ("g", "f"),
        "n": (),
    }
    assert step.targets(OLD) == {
        "a": ("a", "n"),
        "b": ("b",),
        "c": ("b",),
        "d": ("dh",),
        "e": ("e1", "e2"),
        "f": ("g",),
        "g": ("g", "n"),
        "h": ("dh",),
    }
    assert step.ends == {"c", "d", "h", "e", "f"} and step.begins == {"dh", "e1", "e2", "n"}


@pytest.mark.parametrize(
    ("operations", "message"),
    [
        ([Rename("z", "Z", "r")], "operation 1 (rename): z is no topic"),
        ([Rename("a", "A2", "r"), Rename("a", "A3", "r")], "operation 2 (rename): a is changed by an operation before"),
        ([Drop("a", "a", "r")], "cannot be dropped into itself"),
        ([Drop("a", "z", "r")], "z is no topic"),
        ([Drop("a", "b", "r"), Drop("b", "c", "r")], "b is changed by an operation before"),
        ([Split("a", (entry("a"), entry("x")), "r")], "a is or was another topic; an id is for ever"),
        ([Merge(("a", "b"), "c", "C", None, None, "r")], "c is or was another topic"),
        ([Add(entry("n"), ("z",), None, "r")], "from names z"),
        ([Add(entry("n"), (), "z", "r")], "z is no topic"),
        ([Drop("a", "b", "r"), Add(entry("a"), (), None, "r")], "a is or was another topic"),
        ([Split("a", (entry("x"), entry("y")), "r"), Drop("x", "b", "r")], "x is changed by an operation before"),
    ],
)
def test_operations_that_do_not_fit_are_named(operations: list[Operation], message: str) -> None:
    with pytest.raises(TaggerError) as caught:
        migration(*operations)
    assert message in str(caught.value) and str(caught.value).startswith("m001_x.yaml: operation ")


def test_a_migration_is_for_one_version_only() -> None:
    step = migration(*EVERY)
    with pytest.raises(
        TaggerError, match=r"m001_x\.yaml: starts from taxonomy 1 .* run the migrations in order, each once"
    ):
        apply(step, apply(step, OLD))
    with pytest.raises(TaggerError, match="write that hash if they are right"):
        apply(replace(step, new=Version("2", "0" * 64)), OLD)


def test_a_file_gives_back_what_was_written(tmp_path: Path) -> None:
    step = migration(*EVERY)
    path = tmp_path / "m001_x.yaml"
    path.write_text(write_migration(step.old, step.new, step.operations), encoding="utf-8")
    assert load_migration(path) == replace(step, path=path)


GOOD: dict[str, Any] = {
    "from": {"version": "1", "hash": "0" * 64},
    "to": {"version": "2", "hash": "1" * 64},
    "operations": [{"rename": "a", "name": "甲", "reason": "r"}],
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"operations": []}, "no list of operations"),
        ({"extra": 1}, "needs from, to and operations"),
        ({"to": {"version": "1", "hash": "1" * 64}}, "to the same"),
        ({"to": {"version": "2", "hash": "abc"}}, "64 hexadecimal digits"),
        ({"to": "2"}, "needs the version and hash"),
        ({"operations": [{"rename": "a", "name": "甲", "reason": ""}]}, "operation 1 (rename) has no reason"),
        ({"operations": [{"rename": "a", "name": "甲"}]}, "operation 1 (rename) has no reason"),
        ({"operations": [{"rename": "a", "reason": "r"}]}, "operation 1 (rename) needs name, reason"),
        ({"operations": [{"rename": "a", "id": "b", "name": "b", "reason": "r"}]}, "and has nothing else"),
        ({"operations": [{"move": "a"}]}, "is not one of: add, add_label, rename, merge, split, drop"),
        ({"operations": ["drop"]}, "is not one of"),
        ({"operations": [{"merge": ["a"], "into": "a", "reason": "r"}]}, "at least 2 topic ids"),
        ({"operations": [{"merge": ["a", "b"], "into": "c", "reason": "r"}]}, "into needs id and name"),
        ({"operations": [{"split": "a", "into": [{"id": "x", "name": "x"}], "reason": "r"}]}, "at least two topics"),
        ({"operations": [{"add": {"id": "X", "name": "x"}, "reason": "r"}]}, "not lower_snake_case"),
        ({"operations": [{"add": {"id": "x", "name": "x"}, "from": "a", "reason": "r"}]}, "a list of topic ids"),
        ({"operations": [{"drop": "a", "into": ["b"], "reason": "r"}]}, "needs the id of a topic"),
    ],
)
def test_a_faulty_file_is_a_one_line_error_that_names_it(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = tmp_path / "m001_x.yaml"
    path.write_text(yaml.safe_dump(GOOD | change, allow_unicode=True), encoding="utf-8")
    with pytest.raises(TaggerError) as caught:
        load_migration(path)
    assert str(caught.value).startswith(f"{path}: ") and message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_a_chain_without_gaps(tmp_path: Path) -> None:
    first = migration(Drop("a", "b", "r"))
    middle = apply(first, OLD)
    second = migration(Rename("b", "乙", "r"), old=middle, path="m002_y.yaml", version="3")
    assert load_migrations(tmp_path / "missing") == []
    for step in (first, second):
        (tmp_path / step.path.name).write_text(write_migration(step.old, step.new, step.operations), encoding="utf-8")
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "m009_z.yaml").write_text("faulty", encoding="utf-8")
    assert [each.number for each in load_migrations(tmp_path)] == [1, 2]
    (tmp_path / "m002_y.yaml").rename(tmp_path / "m003_y.yaml")
    with pytest.raises(TaggerError, match="is number 3 where 2 is due"):
        load_migrations(tmp_path)
    stray = replace(second, old=Version("1", "0" * 64))
    (tmp_path / "m003_y.yaml").unlink()
    (tmp_path / "m002_y.yaml").write_text(write_migration(stray.old, stray.new, stray.operations), encoding="utf-8")
    with pytest.raises(TaggerError, match=r"m002_y\.yaml: does not start from what m001_x\.yaml makes"):
        load_migrations(tmp_path)


def test_versions_apart_are_told_which_migrations_to_run() -> None:
    first = migration(Drop("a", "b", "r"))
    middle = apply(first, OLD)
    second = migration(Merge(("b", "c"), "b", None, None, None, "r"), old=middle, path="m002_y.yaml", version="3")
    chain = [first, second]
    assert between(chain, first.old, second.new) == chain and between(chain, second.new, first.old) == []
    assert compose(first.origins(OLD), second.origins(middle))["b"] == ("b", "a", "c")
    old, new = first.old, second.new
    assert describe("data", old, "the model", new, chain).endswith(
        "run tagger taxonomy migrate m001_x.yaml m002_y.yaml"
    )
    assert "gone on by m001_x.yaml m002_y.yaml: carry the model over" in describe("data", new, "the model", old, chain)
    assert "no migration leads" in describe("data", old, "the model", Version("9", "9" * 64), chain)


def test_the_check_of_a_chain() -> None:
    first = migration(Drop("a", "b", "r"))
    middle = apply(first, OLD)
    again = migration(Add(entry("a"), (), None, "r"), old=middle, path="m002_y.yaml", version="3")
    assert list(faults(OLD, [first])) == list(faults(middle, [first])) == list(faults(OLD, [])) == []
    assert ["m002_y.yaml: a ended by m001_x.yaml" in each for each in faults(OLD, [first, again])] == [True]
    other = make_taxonomy("7", OLD.topics)
    assert ["is of no version" in each for each in faults(other, [first])] == [True]
    twins = make_taxonomy("1", [entry("a", "同"), entry("b", "同")])
    assert ["the name 同 stands twice" in each for each in faults(twins, [])] == [True]


# --- diff -----------------------------------------------------------------------------------------------------------


@st.composite
def steps(draw: st.DrawFn) -> tuple[Taxonomy, Migration]:
    """A taxonomy and a migration of it, of every kind of operation, in any order that operations may stand in."""
    count = draw(st.integers(3, 9))
    old = make_taxonomy("1", [TopicEntry(f"t{n}", f"名{n}", f"包括{n}", {f"词{n}": 2.0}) for n in range(count)])
    free = draw(st.permutations([each.id for each in old.topics]))
    keep, *free = free  # so that something can be dropped into it
    fresh = iter(f"n{n}" for n in range(20))
    operations: list[Operation] = []
    while len(free) >= 2:
        kind = draw(st.sampled_from(["rename", "merge", "merge new", "split", "drop", "keep"]))
        topic = free.pop()
        if kind == "rename":
            operations.append(Rename(topic, f"新{topic}", "r"))
        elif kind in ("merge", "merge new"):
            other = free.pop()
            sources = tuple(each.id for each in old.topics if each.id in (topic, other))
            if kind == "merge":
                name = draw(st.sampled_from([None, "合名"]))
                operations.append(Merge(sources, draw(st.sampled_from(sources)), name, None, None, "r"))
            else:
                covers = draw(st.sampled_from([None, "新的"]))
                operations.append(Merge(sources, next(fresh), "新合", covers, None, "r"))
        elif kind == "split":
            parts = tuple(entry(next(fresh)) for _ in range(draw(st.integers(2, 3))))
            operations.append(Split(topic, parts, "r"))
        elif kind == "drop":
            operations.append(Drop(topic, keep, "r"))
    for _ in range(draw(st.integers(0, 2))):
        related = tuple(each.id for each in old.topics[: draw(st.integers(0, 2))])
        operations.append(Add(entry(next(fresh)), related, draw(st.sampled_from([None, keep])), "r"))
    return old, migration(*operations, old=old)


def answers_of(step: Migration) -> dict[str, Answer]:
    """What a person would answer who means this migration."""
    answers: dict[str, Answer] = {}
    for each in step.operations:
        if isinstance(each, Merge):
            answers |= {topic: Answer("merge", (each.into,)) for topic in each.topics if topic != each.into}
        elif isinstance(each, Split):
            answers[each.topic] = Answer("split", tuple(part.id for part in each.into))
        elif isinstance(each, Drop):
            answers[each.topic] = Answer("drop", (each.into,))
        elif isinstance(each, Add) and each.related:
            answers[each.topic.id] = Answer("add", each.related)
    return answers


def bare(operations: tuple[Operation, ...]) -> set[str]:
    """Operations without reasons and, as two ways of saying one place are alike, without the places of new topics."""
    return {
        repr(each._replace(reason="", after=None) if isinstance(each, Add) else each._replace(reason=""))
        for each in operations
    }


@settings(max_examples=150, deadline=None)
@given(steps())
def test_the_difference_of_what_a_migration_makes_is_the_migration(case: tuple[Taxonomy, Migration]) -> None:
    old, step = case
    new = apply(step, old)
    answers = answers_of(step)
    gone = {topic for topic, answer in answers.items() if answer.kind != "add"}
    assert {each.topic for each in ask(old, new, {})} == gone == step.ends
    found = find_operations(old, new, answers)
    assert bare(found) == bare(step.operations)
    assert make(replace(step, operations=found), old) == new
    assert drifted(old, new, found) == []


@settings(max_examples=50, deadline=None)
@given(steps())
def test_origins_and_targets_are_two_sides_of_one_thing(case: tuple[Taxonomy, Migration]) -> None:
    old, step = case
    origins, targets = step.origins(old), step.targets(old)
    assert list(origins) == [each.id for each in apply(step, old).topics]
    assert list(targets) == [each.id for each in old.topics] and all(targets.values())
    added = {each.topic.id for each in step.operations if isinstance(each, Add)}
    for topic, its in targets.items():
        assert {new for new in its if new not in added} == {new for new, own in origins.items() if topic in own}


@settings(max_examples=50, deadline=None)
@given(steps())
def test_a_taxonomy_file_is_rewritten_to_what_the_migration_makes(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[Taxonomy, Migration]
) -> None:
    old, step = case
    new = apply(step, old)
    blank = make_taxonomy("0", [entry("zz")])
    for text in (rewrite("", blank, old), "# 说明\n" + rewrite("", blank, old)):
        path = tmp_path_factory.mktemp("t") / "taxonomy.yaml"
        path.write_text(rewrite(text, old, new), encoding="utf-8")
        assert load_taxonomy.__wrapped__(path) == new
        assert path.read_text(encoding="utf-8").startswith(text[:4])


def test_only_what_changed_is_rewritten() -> None:
    text = default_path().read_text(encoding="utf-8")
    old = load_taxonomy()
    new = apply(migration(Rename("tcm", "中医", "r"), old=old, version="2027.1"), old)
    lines = [(a, b) for a, b in zip(text.splitlines(), rewrite(text, old, new).splitlines(), strict=True) if a != b]
    assert lines == [("version: 2026.1", "version: 2027.1"), ("    name: 中医药", "    name: 中医")]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"a": "merge:x"}, "an id is for ever: keep a and change its name"),
        ({"a": "drop:z"}, "a: drop:z names no topic of the new taxonomy"),
        ({"a": "split:x"}, "needs two new topics"),
        ({"a": "split:x,b"}, "names no new topic"),
        ({"b": "drop:c"}, "b: is not gone"),
        ({"a": "drop:b", "b": "add:c"}, "b: is no new topic"),
        ({"a": "drop:b", "x": "add:z"}, "names no topic of the old taxonomy"),
    ],
)
def test_answers_that_do_not_fit_are_named(answers: dict[str, str], message: str) -> None:
    new = make_taxonomy("2", [*OLD.topics[1:], entry("x")])
    with pytest.raises(TaggerError) as caught:
        find_operations(OLD, new, {topic: read_answer(text, topic) for topic, text in answers.items()})
    assert message in str(caught.value)


def test_topics_in_an_order_that_nothing_makes_are_named() -> None:
    new = make_taxonomy("2", [OLD.topics[1], OLD.topics[0], *OLD.topics[2:]])
    with pytest.raises(TaggerError, match="b: stands where a is due; keep the topics in their order"):
        find_operations(OLD, new, {})


# --- the commands ---------------------------------------------------------------------------------------------------


def test_the_example_is_the_difference_of_two_files_by_its_answers(tmp_path: Path) -> None:
    step, old = load_migration(EXAMPLE), load_taxonomy()
    new = tmp_path / "new.yaml"
    new.write_text(rewrite(default_path().read_text(encoding="utf-8"), old, apply(step, old)), encoding="utf-8")
    command = ["taxonomy", "diff", str(default_path()), str(new)]
    asked = CliRunner().invoke(app, command)
    assert asked.exit_code == 2 and "2 topics are gone; say what became of each by --answer" in asked.output
    assert "health_poverty 健康扶贫与乡村振兴 is gone: where do its sentences go? nearest: primary_care" in asked.output
    options = [
        f"--answer={topic}={answer.kind}:{','.join(answer.topics)}" for topic, answer in answers_of(step).items()
    ]
    result = CliRunner().invoke(app, [*command, *options, "-o", str(tmp_path / "m001_again.yaml")])
    assert result.exit_code == 0, result.output
    written = (tmp_path / "m001_again.yaml").read_text(encoding="utf-8")
    with pytest.raises(TaggerError, match=r"operation 1 \(rename\) has no reason"):
        load_migration(tmp_path / "m001_again.yaml")
    (tmp_path / "m001_again.yaml").write_text(written.replace("reason: ''", "reason: r"), encoding="utf-8")
    assert bare(load_migration(tmp_path / "m001_again.yaml").operations) == bare(step.operations)
    same = CliRunner().invoke(app, ["taxonomy", "diff", str(new), str(new)])
    assert same.exit_code == 0 and "no migration is needed" in same.output
    wrong = CliRunner().invoke(app, [*command, "--answer", "tcm"])
    assert wrong.exit_code == 2 and "--answer tcm: '' is no answer" in wrong.output


def test_check_says_what_is_still_to_run_and_what_is_wrong(tmp_path: Path) -> None:
    shipped = CliRunner().invoke(app, ["taxonomy", "check"])
    assert shipped.exit_code == 0 and "0 faults" in shipped.output
    (tmp_path / "migrations").mkdir()
    for path, copy in ((default_path(), "taxonomy.yaml"), (EXAMPLE, f"migrations/{EXAMPLE.name}")):
        (tmp_path / copy).write_bytes(path.read_bytes())
    result = CliRunner().invoke(app, ["taxonomy", "check", str(tmp_path / "taxonomy.yaml")])
    assert result.exit_code == 0 and f"still to run: tagger taxonomy migrate {tmp_path}" in result.output
    text = (tmp_path / "taxonomy.yaml").read_text(encoding="utf-8")
    (tmp_path / "other.yaml").write_text(text.replace("name: 中医药", "name: 党的建设"), encoding="utf-8")
    result = CliRunner().invoke(app, ["taxonomy", "check", str(tmp_path / "other.yaml")])
    assert result.exit_code == 1 and "2 faults" in result.output and "党的建设 stands twice" in result.output
