"""A training from recipe to model folder: the best epoch by dev score, calibrated, with everything that made it written down."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from tagger.data.corpus import hash_files
from tagger.data.gold import GoldFile
from tagger.data.iob import TAGS
from tagger.data.protocols import Fold, find_fold
from tagger.errors import TaggerError
from tagger.eval.tagging import Scored, TaggingScores, score, tag_files
from tagger.model.checkpoint import load_network
from tagger.model.engine import ModelEngine, Runner, Settings
from tagger.model.inputs import Batch
from tagger.model.network import TaggerNetwork
from tagger.model.release import TAXONOMY, VOCABULARY, WEIGHTS, read_meta, write_meta
from tagger.model.vocabulary import Vocabulary
from tagger.taxonomy import Taxonomy, default_path, load_taxonomy
from tagger.training.calibration import calibrate
from tagger.training.loop import Progress, examples, train
from tagger.training.recipe import TrainRecipe, to_toml
from tagger.training.trimming import load_trimmed


class Epoch(NamedTuple):
    """What an epoch gave: its mean loss, its dev scores, and whether it is the best so far."""

    number: int
    loss: float
    dev: TaggingScores
    best: bool


def torch_runner(network: TaggerNetwork) -> Runner:
    """The network itself as what an engine runs."""

    def run(batch: Batch) -> tuple[Any, Any]:
        network.eval()
        with torch.inference_mode():
            tags, topics = network(*(torch.from_numpy(array) for array in batch))
        return tags.numpy(), topics.numpy()

    return run


def dev_score(scores: TaggingScores) -> float:
    """What the best epoch is chosen by: linked triples, METRIC and topics, each as much as the other."""
    return ((scores.triple.f1 or 0.0) + scores.labels.get("METRIC", 0.0) + scores.topic_macro_f1) / 3


def run(recipe: TrainRecipe, out: Path) -> Iterator[Progress | Epoch]:
    """Train by the recipe and fill the folder `out`; yields every step and every epoch.

    Raises TaggerError for gold data or an encoder that is not there.
    """
    taxonomy = load_taxonomy()
    fold = find_fold(recipe.fold, Path(recipe.data))
    vocabulary, network = start_network(recipe, taxonomy)
    topics = [entry.id for entry in taxonomy.topics]
    sentences = [sentence for file in fold.train for sentence in file.sentences]
    if recipe.fraction < 1:
        order = np.random.default_rng(recipe.random_seed).permutation(len(sentences))
        sentences = [sentences[place] for place in order[: int(len(order) * recipe.fraction)]]
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipe.toml").write_text(to_toml(recipe), encoding="utf-8")
    vocabulary.save(out / VOCABULARY)
    (out / TAXONOMY).write_bytes(default_path().read_bytes())
    engine = ModelEngine(torch_runner(network), vocabulary, taxonomy)
    history: list[Epoch] = []
    for progress in train(network, vocabulary, examples(sentences, topics), recipe):
        yield progress
        if not progress.epoch_done:
            continue
        dev = score(_tag(engine, fold.dev))
        best = not history or dev_score(dev) > max(dev_score(each.dev) for each in history)
        history.append(Epoch(progress.epoch, progress.loss, dev, best))
        if best:
            save_file({name: value.contiguous() for name, value in network.state_dict().items()}, out / WEIGHTS)
        (out / "epochs.json").write_text(json.dumps([_record(each) for each in history], indent=1) + "\n")
        yield history[-1]
        if len(history) - max(each.number for each in history if each.best) >= recipe.patience:
            break
    network.load_state_dict(load_file(out / WEIGHTS))
    settings, calibration = calibrate(network, vocabulary, taxonomy, fold.dev)
    _describe(out, recipe, fold, taxonomy, network, settings, history, calibration)


def start_network(recipe: TrainRecipe, taxonomy: Taxonomy) -> tuple[Vocabulary, TaggerNetwork]:
    """What training begins with: the model of `start`, or the encoder with fresh heads.

    Raises TaggerError where it cannot be loaded, or speaks another taxonomy.
    """
    if not recipe.start:
        return new_network(recipe, len(taxonomy.topics))
    folder = Path(recipe.start)
    meta = read_meta(folder)
    if meta.taxonomy_hash != taxonomy.hash:
        raise TaggerError(
            f"{folder}: speaks taxonomy {meta.taxonomy_version}, the data {taxonomy.version}; train anew from an encoder"
        )
    vocabulary, network = load_network(folder)
    set_dropout(network, recipe.dropout)
    return vocabulary, network


def set_dropout(network: torch.nn.Module, share: float) -> None:
    """Set every dropout of a network."""
    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = share


def new_network(recipe: TrainRecipe, topics: int) -> tuple[Vocabulary, TaggerNetwork]:
    """Vocabulary and network of a recipe, the heads fresh. Raises TaggerError where the encoder cannot be loaded."""
    torch.manual_seed(recipe.random_seed)
    try:
        vocabulary, encoder, config = load_trimmed(recipe.encoder)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise TaggerError(
            f"{recipe.encoder}: is no encoder that can be loaded ({reason}); name a folder or a hub name"
        ) from None
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = recipe.dropout
    network = TaggerNetwork(config, topics, encoder)
    set_dropout(network, recipe.dropout)
    return vocabulary, network


def _tag(engine: ModelEngine, files: list[GoldFile]) -> list[Scored]:
    return [each for one in tag_files(engine, files, {}) for each in one]


def _record(epoch: Epoch) -> dict[str, Any]:
    dev = epoch.dev
    return {
        "epoch": epoch.number,
        "loss": round(epoch.loss, 5),
        "best": epoch.best,
        **{label: round(f1, 5) for label, f1 in dev.labels.items()},
        "triple": round(dev.triple.f1 or 0.0, 5),
        "topic_accuracy": round(dev.topic_accuracy, 5),
        "topic_macro_f1": round(dev.topic_macro_f1, 5),
        "exact": round(dev.exact, 5),
    }


def _describe(
    out: Path,
    recipe: TrainRecipe,
    fold: Fold,
    taxonomy: Taxonomy,
    network: TaggerNetwork,
    settings: Settings,
    history: list[Epoch],
    calibration: dict[str, Any],
) -> None:
    import transformers

    config = network.config.to_dict()
    config |= {
        "architectures": ["BertForTokenClassification"],
        "id2label": dict(enumerate(TAGS)),
        "label2id": {tag: number for number, tag in enumerate(TAGS)},
    }
    (out / "config.json").write_text(json.dumps(config, indent=1, default=str) + "\n", encoding="utf-8")
    best = next(each for each in reversed(history) if each.best)
    write_meta(
        out,
        {
            "tags": list(TAGS),
            "topics": [entry.id for entry in taxonomy.topics],
            "taxonomy": {"version": taxonomy.version, "hash": taxonomy.hash},
            "temperature": {"topic": settings.topic_temperature, "tag": settings.tag_temperature},
            "review": {"topic": settings.topic_review, "span": settings.span_review},
            "recipe": asdict(recipe),
            "data": {
                name: {"sha256": hash_files(file.path for file in files), "files": [file.name for file in files]}
                for name, files in (("train", fold.train), ("dev", fold.dev))
            },
            "dev": _record(best) | calibration,
            "date": date.today().isoformat(),
            "versions": {
                "python": platform.python_version(),
                "torch": torch.__version__,
                "transformers": transformers.__version__,
            },
        },
    )
