"""Agreement, statistics, the compiled form and the protocols, on small corpora and on the shipped one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sklearn.metrics import cohen_kappa_score
from typer.testing import CliRunner

from tagger.cli import app
from tagger.data.agreement import cohen_kappa, compare
from tagger.data.compiled import records, to_dataset, to_jsonl
from tagger.data.gold import GoldFile
from tagger.data.markup import parse, read_tagged
from tagger.data.protocols import AUTHORED_TO_SEEDS, LEAVE_ONE_OUT, folds, is_dev, load_dataset
from tagger.data.stats import count
from tagger.errors import TaggerError
from tagger.taxonomy import load_taxonomy

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "data" / "gold"
TOPICS = [entry.id for entry in load_taxonomy().topics]


def file(text: str, name: str = "a.tagged") -> GoldFile:
    return parse(text, Path(name))


FIRST = (
    "[#1 work] 一、工作\n[tcm] {M1|接诊}{V1|3}{U1|人次}，{M2|随访}{V2|5}{U2|人}。\n[overview] 好。\n[governance] 稳。\n"
)


def test_an_annotation_agrees_with_itself() -> None:
    agreement = compare([(file(FIRST), file(FIRST))])
    assert set(agreement.f1.values()) == {1.0}
    assert (agreement.sentences, agreement.topic_accuracy, agreement.topic_kappa) == (3, 1.0, 1.0)
    assert (agreement.heading_level, agreement.heading_role) == (1.0, 1.0)


def test_agreement_is_strict_and_per_label() -> None:
    second = (
        FIRST.replace("{M2|随访}", "随{M2|访}").replace("[governance]", "[overview]").replace("[#1 work]", "[#2 work]")
    )
    agreement = compare([(file(FIRST), file(second))])
    assert agreement.f1 == {"METRIC": 0.5, "VALUE": 1.0, "UNIT": 1.0, "links": 0.5, "segments": 1.0}
    assert agreement.topic_accuracy == pytest.approx(2 / 3)
    assert (agreement.heading_level, agreement.heading_role) == (0.0, 1.0)


def test_a_heading_for_one_and_a_sentence_for_the_other_is_no_shared_segment() -> None:
    second = FIRST.replace("[overview] 好。", "[#2] 好。")
    agreement = compare([(file(FIRST), file(second))])
    assert agreement.sentences == 2
    assert agreement.f1["segments"] == pytest.approx(6 / 8)


def test_texts_that_differ_cannot_be_compared() -> None:
    with pytest.raises(
        TaggerError, match=r"b\.tagged: differs from a\.tagged in its text: '坏。稳。' against '好。稳。'"
    ):
        compare([(file(FIRST), file(FIRST.replace("好", "坏"), "b.tagged"))])


def test_kappa_is_cohens() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("c", "c"), ("c", "a"), ("b", "b"), ("a", "a")]
    assert cohen_kappa(pairs) == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))
    assert cohen_kappa([("a", "a")]) == 1.0


def test_the_agreement_command_prints_each_file_and_all(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.tagged").write_text(FIRST, encoding="utf-8")
    result = CliRunner().invoke(app, ["data", "agreement", str(tmp_path / "first"), str(tmp_path / "second")])
    assert result.exit_code == 0 and "x.tagged" not in result.output and "all" in result.output
    (tmp_path / "second" / "x.tagged").unlink()
    result = CliRunner().invoke(app, ["data", "agreement", str(tmp_path / "first"), str(tmp_path / "second")])
    assert result.exit_code == 2 and "share no .tagged file" in result.output
    (tmp_path / "second" / "y.tagged").write_text(FIRST, encoding="utf-8")
    for name in ("first", "second"):
        (tmp_path / name / "z.tagged").write_text(FIRST, encoding="utf-8")
    result = CliRunner().invoke(app, ["data", "agreement", str(tmp_path / "first"), str(tmp_path / "second")])
    assert result.exit_code == 2 and "only one of them has x.tagged, y.tagged" in result.output


def test_counts() -> None:
    counts = count([file(FIRST), file("[tcm] {V1|*余}{U1|人}。\n")])
    assert (counts.files, counts.headings, counts.sentences) == (2, 1, 4)
    assert (counts.metrics, counts.values, counts.masked, counts.units) == (2, 3, 1, 3)
    assert counts.topics == {"tcm": 2, "overview": 1, "governance": 1}


def test_the_stats_command_draws(tmp_path: Path) -> None:
    (tmp_path / "authored").mkdir()
    (tmp_path / "authored" / "a.tagged").write_text(FIRST, encoding="utf-8")
    for suffix in ("svg", "png"):
        chart = tmp_path / f"x.{suffix}"
        result = CliRunner().invoke(app, ["data", "stats", str(tmp_path), "--chart", str(chart)])
        assert result.exit_code == 0, result.output
        assert chart.stat().st_size > 5000
    assert "party_building" in (tmp_path / "x.svg").read_text(encoding="utf-8")
    result = CliRunner().invoke(app, ["data", "stats", str(tmp_path), "--chart", "x.doc"])
    assert result.exit_code == 2 and "an .svg or a .png" in result.output


def test_the_compiled_form_holds_what_the_markup_says() -> None:
    (record, *_) = records([file(FIRST)])
    text = record["text"]
    spans = [(each["label"], text[each["start"] : each["end"]]) for each in record["entities"]]
    assert spans[:3] == [("METRIC", "接诊"), ("VALUE", "3"), ("UNIT", "人次")]
    assert record["links"] == [
        {"group": 1, "metric": 0, "value": 1, "unit": 2},
        {"group": 2, "metric": 3, "value": 4, "unit": 5},
    ]
    assert (record["document"], record["line"], record["section"], record["role"]) == ("a", 2, ["一、工作"], "work")


def test_the_shipped_compiled_files_are_of_the_shipped_gold() -> None:
    for part in ("seeds", "authored", "challenge"):
        files = [read_tagged(path) for path in sorted((GOLD / part).glob("*.tagged"))]
        shipped = (ROOT / "data" / "compiled" / f"{part}.jsonl").read_text(encoding="utf-8")
        assert to_jsonl(files) == shipped, f"{part} has changed: run tagger data compile"


def test_a_dataset_is_typed() -> None:
    dataset = to_dataset([file(FIRST)], TOPICS)
    assert dataset.features["topic"].names == TOPICS
    assert dataset[0]["topic"] == TOPICS.index("tcm")
    assert dataset.features["entities"].feature["label"].names == ["METRIC", "VALUE", "UNIT"]
    assert dataset[0]["links"][1]["value"] == 4
    assert dataset[1]["links"] == []


def test_no_fold_tests_on_what_it_trains_on() -> None:
    every = [*folds(AUTHORED_TO_SEEDS, GOLD), *folds(LEAVE_ONE_OUT, GOLD)]
    assert [len(fold.test) for fold in every] == [5, 1, 1, 1, 1, 1]
    for fold in every:
        names = [{each.path for each in part} for part in (fold.train, fold.dev, fold.test)]
        assert sum(map(len, names)) == len(set.union(*names))
        assert all(each.path.parent.name == "authored" for each in fold.dev)
        assert not any(each.path.parent.name == "challenge" for each in (*fold.train, *fold.dev))
    assert all(each.path.parent.name == "authored" for each in every[0].train)


def test_dev_is_picked_by_name_alone() -> None:
    names = [f"report_{number}" for number in range(2000)]
    assert 0.07 < sum(map(is_dev, names)) / len(names) < 0.13
    assert [is_dev(name) for name in names] == [is_dev(name) for name in names]


def test_a_fold_is_a_dataset_dict() -> None:
    loaded = load_dataset(GOLD, LEAVE_ONE_OUT, "003")
    assert list(loaded) == ["train", "validation", "test"]
    assert set(loaded["test"]["document"]) == {"003"}
    assert "002" in set(loaded["train"]["document"]) and "003" not in set(loaded["train"]["document"])
    with pytest.raises(TaggerError, match=r"leave-one-report-out:009: no such fold"):
        load_dataset(GOLD, LEAVE_ONE_OUT, "009")
    with pytest.raises(TaggerError, match="no such protocol"):
        load_dataset(GOLD, "random")


def test_compile_writes_a_file_a_part(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["data", "compile", str(GOLD), "-o", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["authored.jsonl", "challenge.jsonl", "seeds.jsonl"]
    assert json.loads((tmp_path / "seeds.jsonl").read_text(encoding="utf-8").splitlines()[0])["document"] == "000"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compile", "gold/authored"], "is no gold folder"),
        (["compile", "gold/authored/a.tagged"], "is no gold folder"),
        (["compile", "gold", "-o", "file"], "file: "),
        (["stats", "gold", "--chart", "none/x.png"], "none/x.png: No such file"),
        (["stats", "none"], "holds no .tagged file"),
        (["convert", "gold", "--to", "doccano", "-o", "file/x"], "file"),
    ],
)
def test_wrong_places_are_one_line_and_exit_code_2(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gold" / "authored").mkdir(parents=True)
    (tmp_path / "gold" / "authored" / "a.tagged").write_text(FIRST, encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["data", *arguments])
    assert result.exit_code == 2, result.output
    assert message in result.output and result.output.count("\n") == 1
