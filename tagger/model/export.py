"""A trained model folder made ready for use: 8-bit ONNX, checked against the weights, and the weights in half precision."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
from safetensors.torch import save_file

from tagger.data.gold import GoldFile
from tagger.data.protocols import find_fold
from tagger.engines import Engine
from tagger.errors import TaggerError
from tagger.eval.tagging import score, tag_files
from tagger.model.card import CARD, limitations, render
from tagger.model.checkpoint import load_network
from tagger.model.engine import BATCH_TOKENS, ModelEngine, onnx_runner
from tagger.model.inputs import WINDOW, Batch, build, by_length, section_text
from tagger.model.network import torch_runner
from tagger.model.onnx import export
from tagger.model.quantization import measure_ranges, merge_twins, quantize
from tagger.model.release import ONNX_INT8, TAXONOMY, VOCABULARY, WEIGHTS, model_taxonomy, read_meta, write_meta
from tagger.model.smoothing import observed, smoothed
from tagger.model.tokenizer import write_tokenizer
from tagger.model.vocabulary import Vocabulary

TOLERANCE = 1e-3  # between the logits of torch and those of ONNX in full precision
LOSS = 0.003  # of F1 of spans and topics that 8 bits may cost on dev
_GATED = ("spans", "topic macro-F1")  # of a single label dev has so few that chance moves its F1 as far
_SENTENCES = 500  # of the training text, on which the ranges of 8-bit inputs are measured
_SAMPLE = ("健康管理高血压患者34867人，注册率达到113.75％。", "全面加强党的建设。" * 20, "*")


def export_folder(folder: Path, output: Path | None = None) -> Iterator[str]:
    """Write the 8-bit ONNX of a model folder, check it, and cut the weights to half precision; yields what was measured.

    With `output` the whole is a release: written there, with tokenizer and card. Raises TaggerError where the exported
    network does not say what the trained one says, or a release lacks its LIMITATIONS.md.
    """
    limits = limitations(output) if output is not None else None
    meta = read_meta(folder)
    vocabulary, network = load_network(folder)
    batch = build(vocabulary, _SAMPLE, ["", "党的建设", ""])
    measured = []
    taxonomy = model_taxonomy(folder, meta)
    fold = find_fold(meta.content["recipe"]["fold"], Path(meta.content["recipe"]["data"]))
    runner = torch_runner(network)
    expected = runner(batch)
    trained = _scores(ModelEngine(runner, vocabulary, taxonomy, rows=meta.rows), fold.dev)
    sample = _sample(vocabulary, fold.train)
    with observed(network) as maxima:
        for each in sample:
            runner(each)
    with tempfile.TemporaryDirectory() as temporary:
        plain, small = Path(temporary) / "model.onnx", Path(temporary) / ONNX_INT8
        export(smoothed(network, maxima), plain)
        found = onnx_runner(plain)(batch)
        seen = batch.attention_mask.astype(bool)
        distance = max(float(np.abs(found[0] - expected[0])[seen].max()), float(np.abs(found[1] - expected[1]).max()))
        if distance > TOLERANCE:
            raise TaggerError(f"{folder}: ONNX differs from the trained network by {distance:.4f}; it was not written")
        measured.append(f"ONNX in full precision: logits within {distance:.1e} of the trained network")
        graph = onnx.load(str(plain))
        merge_twins(graph)
        quantize(graph, measure_ranges(graph, sample))
        onnx.save(graph, str(small))
        shrunk = _scores(ModelEngine(onnx_runner(small), vocabulary, taxonomy, rows=meta.rows), fold.dev)
        shown = ", ".join(f"{name} {shrunk[name] - trained[name]:+.4f}" for name in trained)
        measured.append(f"8-bit ONNX, {small.stat().st_size / 1e6:.1f} MB: F1 on dev {shown}")
        yield from measured
        if max(trained[name] - shrunk[name] for name in _GATED) > LOSS:
            raise TaggerError(f"{folder}: 8 bits cost more than {LOSS} of F1 on dev; nothing was written")
        target = output or folder
        shutil.copy(small, target / ONNX_INT8)
    weights = {name: value.half() for name, value in network.state_dict().items()}
    save_file(weights, target / WEIGHTS, {"format": "pt"})
    write_tokenizer(vocabulary, target)
    if output is not None:
        for name in (VOCABULARY, TAXONOMY, "config.json"):
            shutil.copy(folder / name, output / name)
    content = {name: value for name, value in meta.content.items() if name not in ("format", "checksums")}
    content["export"] = measured
    write_meta(target, content)
    if limits is not None:
        (target / CARD).write_text(render(content, limits), encoding="utf-8")


def _sample(vocabulary: Vocabulary, files: Sequence[GoldFile]) -> list[Batch]:
    """Sentences from all over the training files, batched by length, to measure ranges on."""
    sentences = [sentence for file in files for sentence in file.sentences]
    chosen = sentences[:: max(1, len(sentences) // _SENTENCES)]
    texts = [each.text[:WINDOW] for each in chosen]
    sections = [section_text(each.section) for each in chosen]
    lengths = [len(text) + len(section) for text, section in zip(texts, sections, strict=True)]
    return [
        build(vocabulary, [texts[place] for place in places], [sections[place] for place in places])
        for places in by_length(lengths, BATCH_TOKENS)
    ]


def _scores(engine: Engine, files: Sequence[GoldFile]) -> dict[str, float]:
    """F1 of spans of all labels and of each, of triples and of topics."""
    found = score([each for one in tag_files(engine, files, {}) for each in one])
    return {
        "spans": found.micro,
        **found.labels,
        "triple": found.triple.f1 or 0.0,
        "topic macro-F1": found.topic_macro_f1,
    }
