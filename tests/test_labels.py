"""A label beside METRIC, VALUE and UNIT: in the taxonomy, in migrations, in the markup and other tools' formats, in reviews, scores, a model."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagger.cli import app
from tagger.data.check import check
from tagger.data.compiled import records
from tagger.data.corpus import load_part
from tagger.data.formats import FORMATS
from tagger.data.gold import GoldEntity, GoldSentence
from tagger.data.guideline import violations
from tagger.data.iob import TAGS, make_tags
from tagger.data.layout import data_taxonomy
from tagger.data.markup import MarkupError, format_file, format_line, parse, parse_line, read_tagged
from tagger.data.migrate import plan
from tagger.data.review import ask_labels, suggested
from tagger.document import Prediction, Span
from tagger.errors import TaggerError
from tagger.eval.tagging import Scored, score
from tagger.migrations import AddLabel, Migration, Version, apply, load_migration
from tagger.migrations.difference import find_operations
from tagger.migrations.files import write_migration
from tagger.migrations.migration import make
from tagger.migrations.taxonomy_file import rewrite
from tagger.taxonomy import LabelEntry, Taxonomy, TopicEntry, load_taxonomy, make_taxonomy

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "migrations" / "examples" / "period"
PERIOD = LabelEntry("PERIOD", "时期", "年、月", r"\d+月|今年|每月")
OLD = make_taxonomy("1", [TopicEntry("tcm", "中医", "", {}), TopicEntry("overview", "概述", "", {})])
LINE = "[tcm +PERIOD] {PERIOD|今年}{M1|建成中医馆}{V1|3}{U1|个}，{PERIOD|6月}再建{V2|2}{U2|个}。"
TAXONOMY = "# 说明\nversion: 1\ntopics:\n  - id: tcm\n    name: 中医\n  - id: overview\n    name: 概述\n"
TEXT = "[#1 work] 一、工作\n[tcm] 今年{M1|建成中医馆}{V1|3}{U1|个}。\n[overview] 各项工作都好。\n[tcm] 每月{M1|坐诊}{V1|2}{U1|次}。\n[overview] 6月底总结。\n"


def sentence(line: str) -> GoldSentence:
    found = parse_line(line)
    assert isinstance(found, GoldSentence)
    return found


def step(old: Taxonomy, folder: Path) -> Path:
    draft = Migration(folder / "m001_period.yaml", 1, Version.of(old), Version("2", ""), (AddLabel(PERIOD, "r"),))
    text = write_migration(draft.old, Version.of(make(draft, old)), draft.operations)
    draft.path.write_text(text, encoding="utf-8")
    return draft.path


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("taxonomy.yaml", TAXONOMY), ("gold/authored/a.tagged", TEXT)):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Path("data")


# --- taxonomy and migrations ----------------------------------------------------------------------------------------


def test_a_taxonomy_without_labels_has_the_hash_it_had() -> None:
    assert load_taxonomy().hash == "d70c717965a953eba31458d6948a2fdc5c793f503becdadb8350d5e69a614dc7"
    assert make_taxonomy("1", OLD.topics, [PERIOD]).hash not in (OLD.hash, make_taxonomy("1", OLD.topics).hash)


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ({"id": "METRIC", "name": "x"}, "one of METRIC, VALUE, UNIT"),
        ({"id": "period", "name": "x"}, "not UPPER_CASE"),
        ({"id": "PERIOD"}, "needs id and name"),
        ({"id": "PERIOD", "name": "x", "pattern": "("}, "no regular expression"),
    ],
)
def test_a_faulty_label_is_named(tmp_path: Path, label: dict[str, str], message: str) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(f"{TAXONOMY}labels: [{json.dumps(label)}]\n", encoding="utf-8")
    with pytest.raises(TaggerError, match=re.escape(message)):
        load_taxonomy(path)


def test_a_migration_adds_a_label(tmp_path: Path) -> None:
    migration = load_migration(step(OLD, tmp_path))
    new = apply(migration, OLD)
    assert (new.labels, new.topics) == ((PERIOD,), OLD.topics) and migration.begins == {"PERIOD"}
    assert migration.origins(OLD) == {"tcm": ("tcm",), "overview": ("overview",)}
    assert find_operations(OLD, new, {}) == (AddLabel(PERIOD, ""),)
    with pytest.raises(TaggerError, match="must stand first, as they are"):
        find_operations(new, OLD, {})
    path = tmp_path / "new.yaml"
    path.write_text(rewrite(TAXONOMY, OLD, new), encoding="utf-8")
    assert load_taxonomy(path) == new and path.read_text(encoding="utf-8").startswith("# 说明\nversion: 2\n")
    newer = make_taxonomy("3", new.topics, [PERIOD, LabelEntry("PLACE", "地点")])
    path.write_text(rewrite(path.read_text(encoding="utf-8"), new, newer), encoding="utf-8")
    load_taxonomy.cache_clear()
    assert load_taxonomy(path) == newer


# --- markup and formats ---------------------------------------------------------------------------------------------


def test_markup_says_what_was_looked_for() -> None:
    found = sentence(LINE)
    assert found.seen == ("PERIOD",) and format_line(found) == LINE
    assert [each.label for each in found.entities] == ["PERIOD", "METRIC", "VALUE", "UNIT", "PERIOD", "VALUE", "UNIT"]
    assert found.entities[0] == GoldEntity("PERIOD", 0, 2, ())
    assert format_line(found.core) == "[tcm] 今年{M1|建成中医馆}{V1|3}{U1|个}，6月再建{V2|2}{U2|个}。"
    with pytest.raises(MarkupError, match=r"does not say \[topic \+PERIOD\] in front"):
        parse("[tcm] {PERIOD|今年}好。\n", Path("x"))


@pytest.mark.parametrize("name", ["brat", "doccano", "label-studio"])
def test_other_tools_give_it_back(tmp_path: Path, name: str) -> None:
    file = parse(f"[#1] 一\n{LINE}\n[overview +PERIOD] 都好。\n[overview] 6月好。\n", tmp_path / "a.tagged")
    FORMATS[name].write([file], tmp_path / "out")
    (back,) = FORMATS[name].read(tmp_path / "out")
    assert format_file(back) == format_file(file)


def test_columns_keep_the_spans(tmp_path: Path) -> None:
    file = parse(f"{LINE}\n", tmp_path / "a.tagged")
    FORMATS["conll"].write([file], tmp_path / "out.conll")
    (back,) = FORMATS["conll"].read(tmp_path / "out.conll")
    assert back.sentences[0].seen == ("PERIOD",)
    assert back.sentences[0].spans == file.sentences[0].spans


def test_the_compiled_form_names_the_labels_looked_for() -> None:
    file = parse(f"{LINE}\n[overview] 都好。\n", Path("a.tagged"))
    first, second = records([file])
    assert first["seen"] == ["PERIOD"] and "seen" not in second
    assert first["entities"][0] == {"label": "PERIOD", "start": 0, "end": 2}


# --- review ---------------------------------------------------------------------------------------------------------


def test_suggestions_stay_out_of_other_entities() -> None:
    found = sentence("[tcm] {M1|今年建成中医馆}{V1|3}{U1|个}，6月再建。")
    assert suggested(found, [PERIOD]) == [GoldEntity("PERIOD", 10, 12, ())]


def test_matched_and_unmatched_sentences_take_turns(data: Path) -> None:
    planned = plan(data, load_migration(step(data_taxonomy(data), Path("."))))
    assert planned is not None and planned.questions == [] and [each.id for each in planned.labels] == ["PERIOD"]
    drawn = ask_labels(planned.sources, planned.labels, 10)
    assert [bool(suggested(each.sentence, planned.labels)) for each in drawn] == [True, False, True, True]
    assert ask_labels(planned.sources, planned.labels, 2) == drawn[:2]


def test_the_list_is_looked_at_and_taken_back(data: Path) -> None:
    path = step(data_taxonomy(data), Path("."))
    runner = CliRunner()
    migrate = ["taxonomy", "migrate", str(path), "--data", str(data), "--engine", "rules"]
    merge = ["data", "merge-review", "review.tagged", str(path), "--data", str(data)]
    review = Path("review.tagged")
    load_taxonomy.cache_clear()
    from tagger.data import layout

    # The engine only orders questions about topics, of which there are none.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "require_taxonomy", lambda *_: None)
        asked = runner.invoke(app, migrate)
    assert asked.exit_code == 0 and "4 to look at for PERIOD" in asked.output, asked.output
    text = review.read_text(encoding="utf-8")
    assert "[tcm +todo_PERIOD] {PERIOD|今年}{M1|建成中医馆}{V1|3}{U1|个}。" in text
    assert (data / "gold" / "authored" / "a.tagged").read_text(encoding="utf-8") == TEXT
    half = runner.invoke(app, merge)
    assert half.exit_code == 2 and "is not looked at for PERIOD" in half.output
    review.write_text(
        text.replace("todo_", "").replace("[tcm +PERIOD] {PERIOD|今年}", "[overview +PERIOD] 今年"), "utf-8"
    )
    wrong = runner.invoke(app, merge)
    assert wrong.exit_code == 2 and "is not asked about for its topic" in wrong.output
    # A person says that 每月 is none, and leaves one sentence out.
    decided = text.replace("todo_", "").replace("{PERIOD|每月}", "每月")
    decided = "".join(line for line in decided.splitlines(keepends=True) if "总结" not in line)
    review.write_text(decided, encoding="utf-8")
    done = runner.invoke(app, merge)
    assert done.exit_code == 0, done.output
    load_taxonomy.cache_clear()
    (file,) = load_part(data / "gold", "authored")
    assert format_file(file) == (
        "[#1 work] 一、工作\n[tcm +PERIOD] {PERIOD|今年}{M1|建成中医馆}{V1|3}{U1|个}。\n[overview +PERIOD] 各项工作都好。\n"
        "[tcm +PERIOD] 每月{M1|坐诊}{V1|2}{U1|次}。\n[overview] 6月底总结。\n"
    )
    again = runner.invoke(app, merge)
    assert again.exit_code == 0 and "has been run already; nothing changed" in again.output
    faults = [each for each in check(data / "gold" / "authored", data_taxonomy(data)).faults if each.kind == "label"]
    assert faults == []


def test_a_label_that_the_taxonomy_lacks_is_a_fault(data: Path) -> None:
    path = data / "gold" / "authored" / "a.tagged"
    path.write_text(TEXT.replace("[overview] 各", "[overview +PERIOD] 各"), encoding="utf-8")
    faults = [each.message for each in check(path, data_taxonomy(data)).faults if each.kind == "label"]
    assert len(faults) == 1 and "PERIOD is no label of taxonomy 1" in faults[0]
    with pytest.raises(TaggerError, match="PERIOD is no label of taxonomy 1"):
        load_part(data / "gold", "authored")


# --- scores ---------------------------------------------------------------------------------------------------------


def scored(line: str, *spans: Span) -> Scored:
    gold = sentence(line)
    return Scored(gold, Prediction(gold.topic, 1.0, [*spans]))


def test_a_label_is_scored_where_it_was_looked_for() -> None:
    right, extra = Span("PERIOD", 0, 2, 1.0), Span("PERIOD", 0, 2, 1.0)
    scores = score([scored("[tcm +PERIOD] {PERIOD|今年}好。", right), scored("[tcm] 去年好。", extra)])
    assert scores.labels == {"PERIOD": 1.0} and scores.exact == 1.0 and scores.micro == 1.0
    scores = score([scored("[tcm +PERIOD] 去年好。", extra), scored("[tcm +PERIOD] {PERIOD|今年}好。", right)])
    assert scores.labels["PERIOD"] == pytest.approx(2 / 3) and scores.exact == 0.5


# --- the guideline and its sentences --------------------------------------------------------------------------------


def test_the_example_is_annotated_by_its_guideline() -> None:
    text = (EXAMPLE / "PERIOD.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```tagged\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 6
    marks = re.compile(r"\{[A-Z]+[\d,]*\||\}")
    for block in blocks:
        rows = block.splitlines()
        assert [row[0] for row in rows] == ["+", "-"] * (len(rows) // 2)
        for right, wrong in zip(rows[::2], rows[1::2], strict=True):
            assert marks.sub("", right[1:]) == marks.sub("", wrong[1:]) and right[1:] != wrong[1:]
            assert list(violations(sentence(right[2:]))) == []


def test_the_annotated_sentences_are_those_of_the_gold_data() -> None:
    for name, count, spans in (("train", 120, 67), ("held_out", 339, 208)):
        file = read_tagged(EXAMPLE / f"{name}.tagged")
        assert len(file.sentences) == count
        assert sum(each.label == "PERIOD" for one in file.sentences for each in one.entities) == spans
        place = ""
        known: dict[str, dict[int, GoldSentence]] = {}
        for line in file.lines:
            if isinstance(line, GoldSentence):
                path, number = place.split(":")
                if path not in known:
                    known[path] = {each.number: each for each in read_tagged(ROOT / "data" / "gold" / path).sentences}
                gold = known[path][int(number)]
                own = line.core
                assert (own.text, own.topic, own.entities, own.section) == (
                    *(gold.text, gold.topic, gold.entities, gold.section),
                )
                assert line.seen == ("PERIOD",)
            elif line.level == 0:
                place = line.text


# --- a model --------------------------------------------------------------------------------------------------------


def test_tags_of_added_labels_stand_behind_the_others() -> None:
    assert make_tags() == TAGS and make_tags(["PERIOD"]) == (*TAGS, "B-PERIOD", "I-PERIOD")


def test_an_o_that_nobody_looked_at_may_be_the_label() -> None:
    torch = pytest.importorskip("torch")
    from tagger.training.loop import allowed_tags, examples, tag_loss

    lines: Sequence[GoldSentence] = [sentence("[tcm] 今{V1|3}"), sentence("[tcm +PERIOD] 今{V1|3}")]
    data = examples(lines, ["tcm"], ["PERIOD"])
    tags = torch.tensor([each.tags for each in data])
    allowed = allowed_tags(data, tags, 9)
    assert allowed is not None
    assert [each.nonzero().flatten().tolist() for each in allowed[0]] == [[0, 7, 8], [3]]
    assert [each.nonzero().flatten().tolist() for each in allowed[1]] == [[0], [3]]
    logits = torch.zeros(2, 2, 9)
    logits[..., 7] = 5.0
    loss = [float(tag_loss(logits[at], tags[at], allowed[at])) for at in range(2)]
    assert loss[0] < loss[1]
    assert tag_loss(logits, tags, None) == pytest.approx(float(tag_loss(logits[1], tags[1], allowed[1])))
