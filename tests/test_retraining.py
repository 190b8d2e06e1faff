"""When the taxonomy changes: a tiny model with random weights is carried over, fitted, and compared with what it was."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tagger.cli import app
from tagger.data.markup import parse
from tagger.document import Prediction, Sentence
from tagger.errors import TaggerError
from tagger.migrations import Version
from tagger.model.engine import ModelEngine
from tagger.model.lexicon import LEXICON, Lexicon
from tagger.model.release import read_meta
from tagger.retraining.comparison import Comparison, table
from tagger.retraining.page import render
from tagger.retraining.relation import Relation
from tagger.retraining.run import retrain
from tagger.retraining.takeover import new_folder
from tagger.taxonomy import Taxonomy, TopicEntry, load_taxonomy, make_taxonomy

OLD = {"version": "1", "topics": [{"id": each, "name": each.upper()} for each in ("ward", "clinic", "school")]}
TEXT = (
    "[#1 work] 一、工作\n"
    "[ward] {M1|接诊}{V1|3}{U1|人次}，{M2|随访}{V2|5}{U2|人}。\n"
    "[clinic] 中医馆稳好。\n"
    "[school] {M1|健康管理高血压患者}{V1|34867}{U1|人}。\n"
)
CHARACTERS = "健康管理高血压患者接诊随访人次中医馆稳好一二三工作0123456789.，。%“a*"
TEXTS = ("接诊3人次，随访5人。", "中医馆稳好。", "健康管理高血压患者34867人。", "好")


def taxonomy(folder: Path, content: dict[str, object], name: str = "taxonomy.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def changed(version: str, *topics: str) -> dict[str, object]:
    return {"version": version, "topics": [{"id": each, "name": f"new {each}"} for each in topics]}


def migration(folder: Path, old: Path, new: Path, *operations: dict[str, object]) -> Path:
    versions = [Version.of(load_taxonomy(each))._asdict() for each in (old, new)]
    content = {"from": versions[0], "to": versions[1], "operations": [{**each, "reason": "so"} for each in operations]}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "m001_change.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def gold(folder: Path, text: str, speaks: Path) -> Path:
    """A gold folder whose data folder is of the taxonomy of that file."""
    from tagger.data.protocols import is_dev

    dev = next(f"dev_{number}" for number in range(100) if is_dev(f"dev_{number}"))
    for part, name in (("authored", "report_1"), ("authored", dev), ("seeds", "000")):
        (folder / "gold" / part).mkdir(parents=True, exist_ok=True)
        (folder / "gold" / part / f"{name}.tagged").write_text(text * 8, encoding="utf-8")
    shutil.copy(speaks, folder / "taxonomy.yaml")
    return folder / "gold"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model of three topics, exported."""
    torch = pytest.importorskip("torch")
    import onnx
    from safetensors.torch import save_file
    from transformers import BertConfig

    from tagger.data.iob import TAGS
    from tagger.model.inputs import build
    from tagger.model.network import TaggerNetwork
    from tagger.model.onnx import export
    from tagger.model.quantization import measure_ranges, quantize
    from tagger.model.release import write_meta
    from tagger.model.vocabulary import SPECIAL, Vocabulary

    folder = tmp_path_factory.mktemp("tiny") / "model"
    folder.mkdir()
    vocabulary = Vocabulary([*SPECIAL, *CHARACTERS])
    vocabulary.save(folder / "vocab.txt")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    network = TaggerNetwork(config, 3)
    with torch.no_grad():
        for each in network.parameters():  # no two of them alike, which the exporter would make one
            each.add_(0.02 * torch.randn_like(each))
        for layer in (network.classifier, network.topic[0], network.topic[3]):  # so that scores are far from each other
            layer.weight.mul_(4)
    config.save_pretrained(folder)
    save_file({name: value.half() for name, value in network.state_dict().items()}, folder / "model.safetensors")
    export(network, folder / "plain.onnx")
    graph = onnx.load(str(folder / "plain.onnx"))
    quantize(graph, measure_ranges(graph, [build(vocabulary, TEXTS, [""] * len(TEXTS))]))
    onnx.save(graph, str(folder / "model.int8.onnx"))
    (folder / "plain.onnx").unlink()
    old = load_taxonomy(taxonomy(folder, OLD))
    content = {
        "tags": list(TAGS),
        "topics": [each.id for each in old.topics],
        "taxonomy": {"version": old.version, "hash": old.hash},
        "temperature": {"topic": 1.3, "tag": 1.0},
        "review": {"topic": 0.0, "span": 0.0},
        "recipe": {"fold": "authored-to-seeds"},
        "data": {},
        "dev": {},
    }
    write_meta(folder, content)
    return folder


@pytest.fixture
def merged(model: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A taxonomy that merges two topics and renames the third, with its migration."""
    new = taxonomy(tmp_path / "new", changed("2", "hospital", "school"))
    operations = (
        {"merge": ["ward", "clinic"], "into": {"id": "hospital", "name": "new hospital"}},
        {"rename": "school", "name": "new school"},
    )
    return new, migration(tmp_path / "new" / "migrations", model / "taxonomy.yaml", new, *operations)


def tagged(folder: Path) -> list[Prediction]:
    return ModelEngine.load(folder).tag([Sentence(text, 0, len(text)) for text in TEXTS])


def scores(folder: Path) -> list[dict[str, float]]:
    """The probability of every topic, as the engine's head gives it."""
    import numpy as np

    from tagger.model.decoding import log_softmax
    from tagger.model.engine import onnx_runner
    from tagger.model.inputs import build
    from tagger.model.vocabulary import Vocabulary

    meta = read_meta(folder)
    batch = build(Vocabulary.load(folder / "vocab.txt"), TEXTS, [""] * len(TEXTS))
    rows = np.exp(log_softmax(onnx_runner(folder / "model.int8.onnx")(batch)[1] / meta.topic_temperature))
    return [dict(zip(meta.rows, map(float, row), strict=True)) for row in rows]


def test_a_merged_topic_has_the_probability_of_its_parts(
    model: Path, merged: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert retrain(taxonomy=merged[0], model=model, train=False, out=out) is None  # finds the migration by itself
    for name in ("model.safetensors", "model.int8.onnx", "vocab.txt", "config.json"):
        assert (out / name).read_bytes() == (model / name).read_bytes()
    new = load_taxonomy(merged[0])
    meta = read_meta(out)
    assert (meta.taxonomy_version, meta.taxonomy_hash) == (new.version, new.hash)
    assert meta.rows == ("hospital", "hospital", "school") and meta.topics == ("hospital", "school")
    for parts, before, after in zip(scores(model), tagged(model), tagged(out), strict=True):
        whole = {"hospital": parts["ward"] + parts["clinic"], "school": parts["school"]}
        assert after.topic == max(whole, key=whole.__getitem__)
        assert after.topic_score == pytest.approx(whole[after.topic], abs=1e-4)
        assert after.spans == before.spans


def test_torch_and_checkpoint_share_what_a_merge_made(model: Path, merged: tuple[Path, Path], tmp_path: Path) -> None:
    from tagger.model.checkpoint import load_network
    from tagger.model.network import torch_runner

    retrain(taxonomy=merged[0], model=model, train=False, out=tmp_path / "out")
    vocabulary, network = load_network(tmp_path / "out")
    meta = read_meta(tmp_path / "out")
    engine = ModelEngine(torch_runner(network), vocabulary, load_taxonomy(merged[0]), rows=meta.rows)
    found = engine.tag([Sentence(text, 0, len(text)) for text in TEXTS])
    assert [each.topic for each in found] == [each.topic for each in tagged(tmp_path / "out")]


def test_a_topic_that_the_head_cannot_tell_needs_training(model: Path, tmp_path: Path) -> None:
    new = taxonomy(tmp_path, changed("2", "ward", "clinic", "school", "digital"))
    with pytest.raises(TaggerError, match="digital cannot be told without examples; leave --no-train out"):
        retrain(taxonomy=new, model=model, train=False, out=tmp_path / "out")
    with pytest.raises(TaggerError, match="no sentence of topic digital to train on"):
        retrain(taxonomy=new, model=model, data=gold(tmp_path / "data", TEXT, new), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".tagger")]


def test_an_added_topic_is_learnt_and_tagging_stays(model: Path, tmp_path: Path) -> None:
    new = taxonomy(tmp_path, changed("2", "digital", "ward", "clinic", "school"))
    data = gold(tmp_path / "data", TEXT + "[digital] 管理管理管理。\n", new)
    comparison = retrain(taxonomy=new, model=model, data=data, out=tmp_path / "out")
    assert comparison is not None
    (added,) = (row for row in comparison.topics if row.kind == "added")
    assert added.topics == ("digital",) and added.before is None and added.after == 1.0 and added.sentences == 8
    assert comparison.kept[1] == 1.0 and comparison.drop <= 0
    before, after = comparison.tagging
    assert before.labels == after.labels
    spans = [[[span[:3] for span in each.spans] for each in tagged(folder)] for folder in (tmp_path / "out", model)]
    assert spans[0] == spans[1]
    meta = read_meta(tmp_path / "out")
    assert meta.rows == meta.topics == ("digital", "ward", "clinic", "school")
    assert meta.content["retrained"]["examples"]["digital"] == 8  # those of dev are not trained on
    assert meta.content["retrained"]["from"]["taxonomy"]["version"] == "1"
    assert set(Lexicon.load(tmp_path / "out" / LEXICON, meta.rows, load_taxonomy(new)).entries) == {0}


def test_the_words_of_an_added_topic_outlive_later_changes(model: Path, tmp_path: Path) -> None:
    first = taxonomy(tmp_path / "1", changed("2", "digital", "ward", "clinic", "school"))
    text = TEXT + "[digital] 管理管理管理。\n"
    retrain(taxonomy=first, model=model, data=gold(tmp_path / "data", text, first), out=tmp_path / "out")
    # Carried over without training, outputs are renamed and the file stays; fitted anew, its topic is one of few examples still.
    renamed = taxonomy(
        tmp_path / "2",
        {"version": "3", "topics": [{"id": each, "name": each} for each in ("school", "digital", "ward", "clinic")]},
    )
    retrain(taxonomy=renamed, model=tmp_path / "out", train=False, out=tmp_path / "renamed")
    assert (tmp_path / "renamed" / LEXICON).read_bytes() == (tmp_path / "out" / LEXICON).read_bytes()
    assert [each.topic for each in tagged(tmp_path / "renamed")] == [each.topic for each in tagged(tmp_path / "out")]
    more = taxonomy(tmp_path / "3", changed("4", "ward", "clinic", "school", "digital", "pets"))
    data = gold(tmp_path / "more", text + "[pets] 中中中。\n", more)
    retrain(taxonomy=more, model=tmp_path / "renamed", data=data, out=tmp_path / "again")
    assert set(json.loads((tmp_path / "again" / LEXICON).read_text(encoding="utf-8"))) == {"3", "4"}
    (tmp_path / "again" / LEXICON).write_text("{}", encoding="utf-8")
    with pytest.raises(TaggerError, match=r"lexicon\.json: is damaged"):
        ModelEngine.load(tmp_path / "again")


def labelled(folder: Path, old: Path, *names: str) -> Path:
    """The taxonomy of `old` with labels, as a file."""
    content = yaml.safe_load(old.read_text(encoding="utf-8"))
    content |= {"version": f"{len(names) + 1}", "labels": [{"id": each, "name": each} for each in names]}
    return taxonomy(folder, content)


def test_an_added_label_is_learnt_and_all_else_stays(model: Path, tmp_path: Path) -> None:
    import numpy as np
    import onnx
    from safetensors.torch import load_file
    from transformers import AutoModelForTokenClassification

    from tagger.model.checkpoint import load_network
    from tagger.model.engine import onnx_runner
    from tagger.model.inputs import build
    from tagger.model.network import torch_runner
    from tagger.model.vocabulary import Vocabulary

    new = labelled(tmp_path / "new", model / "taxonomy.yaml", "PLACE")
    text = TEXT + "[clinic +PLACE] {PLACE|中医馆}稳好。\n[school +PLACE] {M1|健康管理高血压患者}{V1|34867}{U1|人}。\n"
    data = gold(tmp_path / "data", text, new)
    out = tmp_path / "out"
    comparison = retrain(taxonomy=new, model=model, data=data, out=out)
    assert comparison is not None
    (row,) = comparison.labels
    # With random weights the old tags are so unsure that the new one is found where it is, and elsewhere.
    assert (row.label, row.sentences, row.before) == ("PLACE", 16, None) and row.after is not None and row.after > 0.6
    assert comparison.drop == 0
    assert f"| PLACE (added) | 16 | — | {row.after:.3f} | — |" in list(table(comparison))
    assert "PLACE" in render(comparison, 1.0)
    meta = read_meta(out)
    assert meta.labels == ("PLACE",) and meta.content["tags"][-2:] == ["B-PLACE", "I-PLACE"]
    assert meta.content["retrained"]["looked_at"] == {"PLACE": 16}
    # All that was there is there, bit for bit: the tensors of the graph, the topics, what transformers loads.
    graphs = [onnx.load(str(folder / "model.int8.onnx")).graph for folder in (model, out)]
    tensors = [{each.name: each.SerializeToString() for each in graph.initializer} for graph in graphs]
    assert tensors[0].items() <= tensors[1].items()
    batch = build(Vocabulary.load(out / "vocab.txt"), TEXTS, ["", "一", "", ""])
    before, after = (onnx_runner(folder / "model.int8.onnx")(batch) for folder in (model, out))
    assert np.array_equal(before[0], after[0][..., :7]) and np.array_equal(before[1], after[1])
    assert ("PLACE", 0, 3) in [span[:3] for span in tagged(out)[1].spans]
    for folder in (model, out):
        loaded = AutoModelForTokenClassification.from_pretrained(folder, num_labels=7)
        weights = load_file(folder / "model.safetensors")
        assert np.array_equal(loaded.classifier.weight.detach().half().numpy(), weights["classifier.weight"].numpy())
    # The network of the weights says what the graph says, in a batch and alone.
    _, network = load_network(out)
    logits = torch_runner(network)(batch)[0]
    assert np.allclose(logits[..., 7:], after[0][..., 7:], atol=0.05)
    alone = onnx_runner(out / "model.int8.onnx")(build(Vocabulary.load(out / "vocab.txt"), TEXTS[1:2], ["一"]))[0]
    assert np.allclose(alone[0, :8], after[0][1, :8], atol=1e-5)
    # And another one goes behind it.
    newer = labelled(tmp_path / "newer", model / "taxonomy.yaml", "PLACE", "ILLNESS")
    few = tmp_path / "few.tagged"
    few.write_text(
        "[school +ILLNESS] 健康管理{ILLNESS|高血压}患者。\n[clinic +ILLNESS] 中医馆稳好。\n", encoding="utf-8"
    )
    retrain(taxonomy=newer, model=out, data=data, examples=[few], out=tmp_path / "last")
    assert read_meta(tmp_path / "last").labels == ("PLACE", "ILLNESS")
    last = onnx_runner(tmp_path / "last" / "model.int8.onnx")(batch)[0]
    assert last.shape[-1] == 11 and np.array_equal(last[..., :9], after[0])


def test_a_label_without_examples_is_not_learnt(model: Path, tmp_path: Path) -> None:
    new = labelled(tmp_path / "new", model / "taxonomy.yaml", "PLACE")
    data = gold(tmp_path / "data", TEXT, model / "taxonomy.yaml")
    with pytest.raises(TaggerError, match="no sentence to train on has a PLACE; look at some"):
        retrain(taxonomy=new, model=model, data=data, out=tmp_path / "out")
    with pytest.raises(TaggerError, match="PLACE cannot be told without examples"):
        retrain(taxonomy=new, model=model, train=False, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_split_topic_is_told_apart_by_a_few_examples(model: Path, tmp_path: Path) -> None:
    new = taxonomy(tmp_path, changed("2", "ward", "clinic", "pupils", "teachers"))
    parts = [{"id": each, "name": f"new {each}"} for each in ("pupils", "teachers")]
    operations = ({"rename": each, "name": f"new {each}"} for each in ("ward", "clinic"))
    step = migration(tmp_path, model / "taxonomy.yaml", new, *operations, {"split": "school", "into": parts})
    # The old data says of its sentences only that they are of one of the two.
    data = gold(tmp_path / "data", TEXT, model / "taxonomy.yaml")
    (tmp_path / "few.tagged").write_text("[pupils] 管理管理管理。\n[teachers] 患者患者。\n", encoding="utf-8")
    comparison = retrain(
        taxonomy=new,
        migrations=[step],
        model=model,
        data=data,
        examples=[tmp_path / "few.tagged"],
        out=tmp_path / "out",
    )
    assert comparison is not None
    rows = {row.topics: row for row in comparison.topics}
    texts = ("管理管理管理。", "患者患者。")
    found = ModelEngine.load(tmp_path / "out").tag([Sentence(text, 0, len(text)) for text in texts])
    assert [each.topic for each in found] == ["pupils", "teachers"]
    whole = rows[("pupils", "teachers")]
    assert (whole.kind, whole.sentences, whole.after) == ("split", 8, 1.0) and whole.before is not None
    assert sum(each.topic is None for each in comparison.sentences) == 8


def test_a_topic_that_ends_must_be_said_to_become_something(model: Path, tmp_path: Path) -> None:
    new = taxonomy(tmp_path, changed("2", "ward", "clinic"))
    with pytest.raises(TaggerError, match="topic school is not in the new taxonomy; say what it becomes"):
        retrain(taxonomy=new, model=model, train=False, out=tmp_path / "out")
    other = taxonomy(tmp_path, changed("3", "ward", "clinic", "other"), "other.yaml")
    step = migration(tmp_path, model / "taxonomy.yaml", new, {"drop": "school", "into": "ward"})
    with pytest.raises(TaggerError, match=r"m001_change\.yaml: "):
        retrain(taxonomy=other, migrations=[step], model=model, train=False, out=tmp_path / "out")


def test_a_folder_is_filled_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with new_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("whole", encoding="utf-8")
    assert [each.name for each in tmp_path.rglob("*")] == ["out", "a"]
    with pytest.raises(TaggerError, match="is there already"), new_folder(tmp_path / "out"):
        pass


def test_the_command_reports_and_its_gate_fails_it(model: Path, merged: tuple[Path, Path], tmp_path: Path) -> None:
    data = gold(tmp_path / "data", TEXT, model / "taxonomy.yaml")
    arguments = ["retrain", "--taxonomy", str(merged[0]), "--migration", str(merged[1]), "--model", str(model)]
    arguments += ["--no-train", "--data", str(data)]
    page = tmp_path / "page.html"
    result = CliRunner().invoke(app, [*arguments, "-o", str(tmp_path / "a"), "--report", str(page)])
    assert result.exit_code == 0, result.output
    assert "| hospital (merged) | 16 |" in result.output and "| **kept topics, macro** |" in result.output
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text and "new hospital" in text and not re.search(r"(?:src|href)=", text)
    result = CliRunner().invoke(app, [*arguments, "-o", str(tmp_path / "b"), "--max-drop", "-200"])
    assert result.exit_code == 1 and "more than --max-drop -200" in result.output
    assert (tmp_path / "b" / "meta.json").exists()
    result = CliRunner().invoke(app, [*arguments, "-o", str(tmp_path / "b")])
    assert result.exit_code == 2 and "is there already" in result.output and result.output.count("\n") == 1


def test_a_model_and_data_of_different_taxonomies_do_not_meet(model: Path, tmp_path: Path) -> None:
    (tmp_path / "a.tagged").write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(
        app, ["evaluate", "--engine", "model", "--model", str(model), "--gold", str(tmp_path / "a.tagged")]
    )
    assert result.exit_code == 2 and "speaks taxonomy" in result.output and result.output.count("\n") == 1
    (tmp_path / "r.toml").write_text(f"start = '{model}'\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["train", "-r", str(tmp_path / "r.toml"), "-o", str(tmp_path / "out")])
    assert result.exit_code == 2 and "speaks taxonomy" in result.output
    other = taxonomy(tmp_path, changed("2", "ward", "clinic", "school"))
    data = gold(tmp_path / "data", TEXT, taxonomy(tmp_path, changed("3", "ward"), "third.yaml"))
    with pytest.raises(TaggerError, match="gold: speaks taxonomy 3"):
        retrain(taxonomy=other, model=model, data=data, train=False, out=tmp_path / "out")


def test_the_head_in_the_graph_is_that_of_the_network(model: Path, tmp_path: Path) -> None:
    import numpy as np

    from tagger.model.checkpoint import load_network
    from tagger.model.engine import onnx_runner
    from tagger.model.inputs import build
    from tagger.retraining.graph import replace_head

    vocabulary, network = load_network(model)
    replace_head(model / "model.int8.onnx", network.topic, tmp_path / "same.onnx")
    batch = build(vocabulary, TEXTS, [""] * len(TEXTS))
    before, after = (onnx_runner(path)(batch) for path in (model / "model.int8.onnx", tmp_path / "same.onnx"))
    assert np.array_equal(before[0], after[0]) and np.allclose(before[1], after[1], atol=1e-2)  # weights of 16 bits


class Fixed:
    """An engine that says what it is told."""

    name = "fixed"

    def __init__(self, taxonomy: Taxonomy, topics: Sequence[str]) -> None:
        self.taxonomy = taxonomy
        self._topics = topics

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        return [Prediction(topic, 0.9, [], False) for topic in self._topics[: len(sentences)]]


def test_scores_before_and_after_by_hand() -> None:
    """Kept k, merged m (of a and b), split s into p and q, added n; one sentence of s was not looked at since."""
    old, new = (
        make_taxonomy(version, [TopicEntry(each, each, "", {}) for each in ids])
        for version, ids in (("1", "kabs"), ("2", "kmpqn"))
    )
    relation = Relation.of(
        list("kabs"), list("kmpqn"), {"k": ("k",), "m": ("a", "b"), "p": ("s",), "q": ("s",), "n": ()}
    )
    assert relation.kept == ("k",) and relation.untrained == ("p", "q", "n")
    assert relation.labels("s") == ("p", "q") and relation.labels("a") == ("m",) and relation.labels("x") == ()
    file = parse("".join(f"[{topic}] 好{{V1|3}}。\n" for topic in "kkmmpqsnn"), Path("a.tagged"))
    before, after = "kaabsssak", "kmmmpppnk"
    comparison = Comparison.of(relation, Fixed(old, before), Fixed(new, after), [file])
    rows = {row.topics: row for row in comparison.topics}
    # Of the sentences that are not of n: k is said once before and once after, right both times, and stands twice.
    assert rows[("k",)][2:] == (2, pytest.approx(2 / 3), pytest.approx(2 / 3)) and comparison.drop == 0
    assert rows[("m",)][2:] == (2, pytest.approx(4 / 5), pytest.approx(4 / 5))
    assert rows[("p", "q")][2:] == (3, 1.0, 1.0)
    assert rows[("p",)][2:] == (1, None, pytest.approx(2 / 3)) and rows[("q",)][2:] == (1, None, 0.0)
    assert rows[("n",)][2:] == (2, None, pytest.approx(2 / 3))
    assert comparison.flow["a", "m"] == 2 and comparison.flow["a", "n"] == 1
    assert [each.gold.number for each in comparison.moved] == [8]
    assert "| k | 2 | 0.667 | 0.667 | +0.0 |" in list(table(comparison))
    assert "a → n: 1" in render(comparison, 1.0)


def test_new_examples_count_as_much_as_those_of_other_topics() -> None:
    torch = pytest.importorskip("torch")
    from tagger.retraining.head import balanced

    relation = Relation.of(["a", "b"], ["a", "b", "n"], None)
    allowed = torch.tensor([[True, False, False]] * 6 + [[False, True, False]] * 2 + [[False, False, True]])
    allowed = torch.cat([allowed, torch.tensor([[False, False, True]] * 2)])
    described = torch.tensor([False] * 9 + [True] * 2)
    assert balanced(allowed, described, relation).tolist() == [1.0] * 8 + [4.0, 2.0, 2.0]


def test_what_was_retrained_is_written_down(model: Path, merged: tuple[Path, Path], tmp_path: Path) -> None:
    retrain(taxonomy=merged[0], model=model, train=False, out=tmp_path / "out")
    content = json.loads((tmp_path / "out" / "meta.json").read_text(encoding="utf-8"))
    assert content["retrained"] == {
        "trained": False,
        "from": {
            "taxonomy": read_meta(model).content["taxonomy"],
            "meta_sha256": content["retrained"]["from"]["meta_sha256"],
        },
    }
    with pytest.raises(TaggerError, match="speaks taxonomy 2 already"):
        retrain(taxonomy=merged[0], model=tmp_path / "out", train=False, out=tmp_path / "again")
