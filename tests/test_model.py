"""The model's parts, and a tiny one from training to prediction: random weights, no downloads, seconds."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from typer.testing import CliRunner

from tagger.cli import app
from tagger.data.iob import TAGS
from tagger.data.markup import parse
from tagger.errors import TaggerError
from tagger.model.decoding import best_path, merge, spans
from tagger.model.inputs import OVERLAP, WINDOW, build, by_length, windows
from tagger.model.vocabulary import SPECIAL, Vocabulary

CHARACTERS = "健康管理高血压患者接诊随访人次中医馆稳好一二三工作0123456789.，。%“a*"
VOCABULARY = Vocabulary([*SPECIAL, *CHARACTERS])
TEXT = (
    "[#1 work] 一、工作\n"
    "[tcm] {M1|接诊}{V1|3}{U1|人次}，{M2|随访}{V2|5}{U2|人}。\n"
    "[overview] 好。\n"
    "[public_health] {M1|健康管理高血压患者}{V1|34867}{U1|人}。\n"
)


@given(st.text())
def test_every_character_is_one_token(text: str) -> None:
    assert len(VOCABULARY.encode(text)) == len(text)


def test_unseen_characters_fall_back() -> None:
    assert VOCABULARY.encode("A") == VOCABULARY.encode("a")
    assert VOCABULARY.encode("３％") == VOCABULARY.encode("3%")
    assert VOCABULARY.encode("龘") == [VOCABULARY.unk]


def test_a_vocabulary_is_characters(tmp_path: Path) -> None:
    VOCABULARY.save(tmp_path / "vocab.txt")
    assert Vocabulary.load(tmp_path / "vocab.txt").tokens == VOCABULARY.tokens
    (tmp_path / "vocab.txt").write_text("[PAD]\n##人\n", encoding="utf-8")
    with pytest.raises(TaggerError, match="is no vocabulary of ours"):
        Vocabulary.load(tmp_path / "vocab.txt")


@given(st.lists(st.integers(1, 3 * WINDOW), max_size=5))
def test_windows_cover_every_character_and_overlap(lengths: list[int]) -> None:
    cut = list(windows(lengths))
    for sentence, length in enumerate(lengths):
        own = [each for each in cut if each.sentence == sentence]
        assert own[0].start == 0 and own[-1].end == length
        assert all(each.end - each.start <= WINDOW for each in own)
        assert all(b.start == a.end - OVERLAP for a, b in pairwise(own))


@given(st.lists(st.integers(1, 500), max_size=60), st.integers(1, 2000))
def test_batches_hold_each_position_once_and_respect_the_limit(lengths: list[int], tokens: int) -> None:
    batches = list(by_length(lengths, tokens))
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or len(batch) * max(lengths[p] for p in batch) <= tokens for batch in batches)


def test_the_section_path_is_the_second_segment() -> None:
    batch = build(VOCABULARY, ["接诊", "好"], ["工作", ""])
    assert batch.token_type_ids.tolist() == [[0, 0, 0, 0, 1, 1, 1], [0] * 7]
    assert batch.attention_mask.sum(axis=1).tolist() == [7, 3]
    assert batch.input_ids[0, 0] == VOCABULARY.cls and batch.input_ids[0, 3] == VOCABULARY.sep


LOGITS = arrays.arrays(
    np.float32, st.tuples(st.integers(1, 9), st.just(len(TAGS))), elements=st.floats(-5, 5, width=32)
)


@given(LOGITS)
def test_no_ill_formed_sequence_comes_out(logits: np.ndarray) -> None:  # type: ignore[type-arg]
    found = spans(logits)  # raises where the tags are ill-formed
    assert all(0 <= span.start < span.end <= len(logits) and 0 < span.score <= 1 for span in found)


@given(LOGITS)
def test_the_best_path_is_the_best_of_all_well_formed(logits: np.ndarray) -> None:  # type: ignore[type-arg]
    logits = logits[:4]

    def formed(path: tuple[int, ...]) -> bool:
        names = ["O", *(TAGS[tag] for tag in path)]
        return all(not b.startswith("I-") or a[2:] == b[2:] for a, b in pairwise(names))

    def total(path: tuple[int, ...] | list[int]) -> float:
        return float(sum(logits[place, tag] for place, tag in enumerate(path)))

    best = max(total(path) for path in product(range(len(TAGS)), repeat=len(logits)) if formed(path))
    assert total(best_path(logits)) == pytest.approx(best, abs=1e-4)


def test_windows_are_merged_where_both_see_far() -> None:
    first, second = np.zeros((10, 7), np.float32), np.ones((8, 7), np.float32)
    merged = merge(14, [(0, first), (6, second)])
    assert merged[:, 0].tolist() == [0.0] * 8 + [1.0] * 6


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model, trained, exported, by the commands."""
    pytest.importorskip("torch")
    from transformers import BertConfig, BertModel

    root = tmp_path_factory.mktemp("tiny")
    config = BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(root / "encoder")
    VOCABULARY.save(root / "encoder" / "vocab.txt")
    for part, names in {"authored": ("report_1", "report_2", "report_3", "report_6"), "seeds": ("000",)}.items():
        (root / "gold" / part).mkdir(parents=True)
        for name in names:
            (root / "gold" / part / f"{name}.tagged").write_text(TEXT * 5, encoding="utf-8")
    # One of the names must fall to dev.
    from tagger.data.protocols import is_dev

    dev = next(f"dev_{number}" for number in range(100) if is_dev(f"dev_{number}"))
    (root / "gold" / "authored" / f"{dev}.tagged").write_text(TEXT * 5, encoding="utf-8")
    recipe = root / "recipe.toml"
    recipe.write_text(
        "epochs = 12\nencoder_rate = 3e-3\nhead_rate = 1e-2\nbatch_tokens = 300\npatience = 20\n", "utf-8"
    )
    arguments = ["-r", str(recipe), "-d", str(root / "gold"), "-e", str(root / "encoder"), "-o", str(root / "model")]
    result = CliRunner().invoke(app, ["train", *arguments])
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(app, ["export", str(root / "model")])
    assert result.exit_code == 0, result.output
    return root


def test_a_tiny_model_learns_its_text(trained: Path) -> None:
    epochs = json.loads((trained / "model" / "epochs.json").read_text(encoding="utf-8"))
    assert epochs[-1]["loss"] < epochs[0]["loss"] / 3
    assert max(each["triple"] for each in epochs) > 0.9
    assert (trained / "model" / "curves.png").stat().st_size > 5000
    assert max(each["topic_accuracy"] for each in epochs) > 0.9


def test_the_engine_says_what_was_learnt(trained: Path) -> None:
    from tagger import Tagger
    from tagger.model.engine import ModelEngine

    tagger = Tagger(ModelEngine.load(trained / "model"))
    (sentence,) = tagger.tag("健康管理高血压患者34867人。").sentences
    (measurement,) = sentence.measurements
    assert sentence.topic.id == "public_health" and 0 < sentence.topic.score <= 1
    assert (measurement.metric and measurement.metric.text, measurement.quantity.number) == (
        "健康管理高血压患者",
        34867,
    )


def test_predict_takes_a_model(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一、工作\n　　健康管理高血压患者34867人。\n", encoding="utf-8")
    arguments = ["predict", str(tmp_path / "a.txt"), "--format", "jsonl"]
    result = CliRunner().invoke(app, [*arguments, "--model", str(trained / "model")])
    assert result.exit_code == 0, result.output
    (record,) = [json.loads(line) for line in result.output.splitlines()]
    assert (record["topic"]["id"], record["measurements"][0]["number"]) == ("public_health", 34867)
    for wrong, message in (
        (["--model", str(tmp_path)], "holds no model"),
        (["--engine", "rules", "--model", str(trained / "model")], "the rules have no model"),
        (["--engine", "magic"], "no such engine"),
    ):
        result = CliRunner().invoke(app, [*arguments, *wrong])
        assert result.exit_code == 2 and message in result.output and result.output.count("\n") == 1


def test_training_goes_on_from_a_model(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(f"start = '{trained / 'model'}'\nepochs = 1\nbatch_tokens = 300\n", "utf-8")
    arguments = ["-r", str(tmp_path / "r.toml"), "-d", str(trained / "gold"), "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(app, ["train", *arguments])
    assert result.exit_code == 0, result.output
    (epoch,) = json.loads((tmp_path / "out" / "epochs.json").read_text(encoding="utf-8"))
    assert epoch["triple"] > 0.9


def test_an_interrupted_run_goes_on_as_if_it_had_never_stopped(trained: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    from tagger.training.recipe import TrainRecipe
    from tagger.training.run import Epoch, run

    recipe = TrainRecipe(
        encoder=str(trained / "encoder"),
        data=str(trained / "gold"),
        epochs=4,
        patience=9,
        batch_tokens=300,
        section_dropout=0.5,
        mask_rate=0.5,
        number_rate=0.5,
        width_rate=0.5,
        adversarial=0.5,
        average=0.9,
    )
    list(run(recipe, tmp_path / "whole"))
    events = run(recipe, tmp_path / "parts")
    for event in events:  # stopped in the middle of the third epoch
        if not isinstance(event, Epoch) and event.epoch == 3:
            break
    events.close()
    list(run(recipe, tmp_path / "parts", resume=True))
    whole, parts = ((tmp_path / name / "epochs.json").read_text(encoding="utf-8") for name in ("whole", "parts"))
    assert whole == parts
    first, second = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "parts"))
    assert all(np.array_equal(first[name], second[name]) for name in first)
    with pytest.raises(TaggerError, match="holds a run of another recipe"):
        events = run(recipe, tmp_path / "other")
        next(event for event in events if isinstance(event, Epoch))
        events.close()
        list(run(TrainRecipe(encoder=recipe.encoder, data=recipe.data), tmp_path / "other", resume=True))


def test_the_scorer_takes_only_the_model_of_the_fold(trained: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(trained / "model", tmp_path / "authored-to-seeds")
    arguments = ["evaluate", "--engine", "model", "--gold", str(trained / "gold"), "--runs", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "| model | sentences |" in result.output
    shutil.copytree(trained / "model", tmp_path / "leave-one-report-out-000")
    result = CliRunner().invoke(app, [*arguments, "--protocol", "leave-one-report-out"])
    assert result.exit_code == 2 and "is not the training data of leave-one-report-out:000" in result.output


def test_a_long_sentence_is_windowed_not_cut(trained: Path) -> None:
    from tagger.document import Sentence
    from tagger.model.engine import ModelEngine

    text = "接诊3人次，随访5人。"[:-1] * 90 + "。"
    (prediction,) = ModelEngine.load(trained / "model").tag([Sentence(text, 0, len(text))])
    assert max(span.end for span in prediction.spans) > len(text) - 20


def test_batched_is_the_same_as_one_by_one(trained: Path) -> None:
    from tagger.document import Sentence
    from tagger.model.engine import ModelEngine

    engine = ModelEngine.load(trained / "model")
    sentences = [
        Sentence(text, 0, len(text)) for text in ("接诊3人次。", "好。", "健康管理高血压患者34867人，随访5人。")
    ]
    together, alone = engine.tag(sentences), [engine.tag([each])[0] for each in sentences]
    for a, b in zip(together, alone, strict=True):
        assert (a.topic, [span[:3] for span in a.spans]) == (b.topic, [span[:3] for span in b.spans])
        # Only the order of sums may differ; ranges measured in the batch itself would differ in the second digit.
        assert a.topic_score == pytest.approx(b.topic_score, abs=2e-4)
        assert [span.score for span in a.spans] == pytest.approx([span.score for span in b.spans], abs=2e-4)


def test_no_product_of_eight_bit_weights_can_overflow(trained: Path) -> None:
    onnx = pytest.importorskip("onnx")
    from onnx import numpy_helper

    graph = onnx.load(str(trained / "model" / "model.int8.onnx")).graph
    tables = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    weights = [tables[node.input[1]] for node in graph.node if node.op_type == "MatMulIntegerToFloat"]
    assert len(weights) == 7  # of one layer six, of the tag head one
    assert all(each.dtype == np.int8 and 2 * 255 * int(np.abs(each).max()) < 2**15 for each in weights)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=80), st.integers(50, 2000), st.integers(0, 99))
def test_training_batches_hold_each_example_once_in_few_shapes(lengths: list[int], tokens: int, seed: int) -> None:
    pytest.importorskip("torch")
    import random

    from tagger.training.loop import _WIDTH, Example, _batches
    from tagger.training.recipe import TrainRecipe

    data = [Example("健" * length, "", (), 0) for length in lengths]
    batches = _batches(data, TrainRecipe(batch_tokens=tokens), random.Random(seed))
    assert sorted(place for batch in batches for place in batch) == list(range(len(data)))
    for batch in batches:
        width = max(min(lengths[place], WINDOW) + 3 for place in batch)
        width += -width % _WIDTH
        assert len(batch) == 1 or len(batch) * width <= tokens


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    torch = pytest.importorskip("torch")
    from tagger.training.dropout import ByteDropout

    layer, ones = ByteDropout(0.1), torch.ones(1001, 100)
    torch.manual_seed(0)
    first = layer(ones)
    assert (first == 0).float().mean().item() == pytest.approx(26 / 256, abs=0.005)
    assert first.mean().item() == pytest.approx(1.0, abs=0.005)
    torch.manual_seed(0)
    assert torch.equal(layer(ones), first) and not torch.equal(layer(ones), first)
    assert layer.eval()(ones) is ones and ByteDropout(0.0)(ones) is ones


@pytest.mark.parametrize("name", ["meta.json", "vocab.txt", "taxonomy.yaml", "model.int8.onnx"])
def test_a_damaged_model_is_refused(trained: Path, tmp_path: Path, name: str) -> None:
    import shutil

    from tagger.model.engine import ModelEngine

    folder = tmp_path / "model"
    shutil.copytree(trained / "model", folder)
    (folder / name).write_bytes((folder / name).read_bytes()[:-9])
    with pytest.raises(TaggerError, match="is damaged"):
        ModelEngine.load(folder)
    (folder / name).unlink()
    with pytest.raises(TaggerError, match=r"is missing"):
        ModelEngine.load(folder)


def test_the_recipe_is_written_whole_and_read_back(trained: Path) -> None:
    from tagger.training.recipe import TrainRecipe, load_recipe

    recipe = load_recipe(TrainRecipe, trained / "model" / "recipe.toml")
    assert (recipe.epochs, recipe.encoder) == (12, str(trained / "encoder"))


@pytest.mark.parametrize(
    ("content", "message"),
    [("epoch = 3", "epoch is no key of a recipe"), ("epochs = '3'", "must be of type int"), ("epochs", "is not TOML")],
)
def test_a_wrong_recipe_is_refused(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(content, encoding="utf-8")
    result = CliRunner().invoke(app, ["train", "-r", str(tmp_path / "r.toml")])
    assert result.exit_code == 2 and message in result.output and result.output.count("\n") == 1


def test_adapting_writes_an_encoder_that_training_takes(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("健康管理高血压患者接诊随访人次。\n" * 60, encoding="utf-8")
    (tmp_path / "r.toml").write_text("epochs = 2\nbatch = 4\nlength = 32\n", encoding="utf-8")
    arguments = ["--corpus", str(tmp_path / "corpus"), "-e", str(trained / "encoder"), "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(app, ["adapt", "-r", str(tmp_path / "r.toml"), *arguments])
    assert result.exit_code == 0, result.output
    from tagger.training.trimming import load_trimmed

    vocabulary, encoder, _ = load_trimmed(tmp_path / "out")
    assert len(vocabulary) == encoder.get_input_embeddings().weight.shape[0]  # type: ignore[operator]
    assert json.loads((tmp_path / "out" / "origin.json").read_text(encoding="utf-8"))["sha256"]["corpus"]


def test_plain_transformers_loads_encoder_and_tag_head(trained: Path) -> None:
    from transformers import AutoModelForTokenClassification

    model = AutoModelForTokenClassification.from_pretrained(trained / "model")
    assert model.config.id2label[1] == "B-METRIC"
    assert model.classifier.weight.abs().sum() > 0


@given(st.integers(0, 10_000))
def test_what_training_changes_in_a_sentence_fits_its_tags(number: int) -> None:
    pytest.importorskip("torch")
    import random

    from tagger.training.loop import augment, examples
    from tagger.training.recipe import TrainRecipe

    (sentence,) = parse(
        "[public_health] {M1|管理}{V1|34,867}{U1|人}，完成（二0）{V2|9.5}{U2|%}。", Path("a.tagged")
    ).sentences
    (example,) = examples([sentence], ["public_health"])
    recipe = TrainRecipe(mask_rate=0.5, number_rate=0.5, width_rate=0.5)
    changed = augment(example, recipe, random.Random(number))
    assert len(changed.text) == len(example.text) and changed.tags == example.tags
    values = {place for span in sentence.spans if span.label == "VALUE" for place in range(span.start, span.end)}
    same = str.maketrans("０１２３４５６７８９．，：；（）％", "0123456789.,:;()%")
    for place, (old, new) in enumerate(zip(example.text.translate(same), changed.text.translate(same), strict=True)):
        assert old == new or place in values and (new.isdigit() or new in "*×xX")


def test_precision_is_what_is_asked_or_what_is_faster() -> None:
    pytest.importorskip("torch")
    from tagger.training.precision import find_precision

    assert find_precision("fp32") == "fp32" and find_precision("auto") in ("bf16", "fp32")
    with pytest.raises(TaggerError, match="precision fp8: is none of"):
        find_precision("fp8")


def test_a_release_has_a_card_and_a_tokenizer_for_plain_transformers(trained: Path, tmp_path: Path) -> None:
    from transformers import pipeline

    out = tmp_path / "release"
    out.mkdir()
    result = CliRunner().invoke(app, ["export", str(trained / "model"), "-o", str(out)])
    assert result.exit_code == 2 and "LIMITATIONS.md: is missing or empty" in result.output
    assert [path.name for path in out.iterdir()] == []
    (out / "LIMITATIONS.md").write_text("## Limitations\n\nIt knows one sentence.\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["export", str(trained / "model"), "-o", str(out)])
    assert result.exit_code == 0, result.output
    card = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "It knows one sentence." in card and "**train**: " in card and "8-bit ONNX" in card
    text = "健康管理高血压患者34867人。"
    found = pipeline("token-classification", model=str(out), aggregation_strategy="simple")(text)
    assert [(each["entity_group"], text[each["start"] : each["end"]]) for each in found] == [
        ("METRIC", "健康管理高血压患者"),
        ("VALUE", "34867"),
        ("UNIT", "人"),
    ]


def test_the_tokenizer_is_the_vocabulary(trained: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(trained / "model")
    text = "健康ABC“34867人”  *%\n。"
    encoded = tokenizer(text, "人", return_offsets_mapping=True)
    vocabulary = Vocabulary.load(trained / "model" / "vocab.txt")
    assert encoded["input_ids"] == [2, *vocabulary.encode(text), 3, *vocabulary.encode("人"), 3]
    assert encoded["offset_mapping"][1 : 1 + len(text)] == [(place, place + 1) for place in range(len(text))]
    assert encoded["token_type_ids"] == [0] * (len(text) + 2) + [1, 1]


def test_a_model_is_not_scored_on_what_it_has_seen(trained: Path, tmp_path: Path) -> None:
    arguments = ["evaluate", "--engine", "rules", "--engine", "model", "--model", str(trained / "model")]
    result = CliRunner().invoke(app, [*arguments, "--gold", str(trained / "gold" / "authored")])
    assert result.exit_code == 2 and "was trained on it" in result.output and result.output.count("\n") == 1
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.tagged").write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(app, [*arguments, "--gold", str(tmp_path / "mine")])
    assert result.exit_code == 0, result.output
    assert "| **mine, all** |" in result.output and "| model − rules |" in result.output


def test_predicting_needs_neither_torch_nor_transformers(trained: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tagger import Tagger\n"
        "from tagger.model.engine import ModelEngine\n"
        f"Tagger(ModelEngine.load(Path({str(trained / 'model')!r}))).tag('接诊3人次。')\n"
        "assert not {'torch', 'transformers', 'datasets', 'sklearn'} & set(sys.modules), sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
