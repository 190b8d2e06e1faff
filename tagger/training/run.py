"""A training from recipe to model folder: the best epoch by dev score, calibrated, with everything that made it written down."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from tagger.data.corpus import hash_files
from tagger.data.gold import GoldFile, GoldSentence
from tagger.data.iob import TAGS, make_tags
from tagger.data.layout import data_taxonomy_path, require_taxonomy
from tagger.data.markup import read_text
from tagger.data.protocols import Fold, find_fold
from tagger.errors import TaggerError
from tagger.eval.tagging import Scored, TaggingScores, score, tag_files
from tagger.model.checkpoint import load_network
from tagger.model.engine import ModelEngine, Settings
from tagger.model.network import TaggerNetwork, torch_runner
from tagger.model.release import TAXONOMY, VOCABULARY, WEIGHTS, digest, model_taxonomy, read_meta, write_meta
from tagger.model.vocabulary import Vocabulary
from tagger.taxonomy import Taxonomy, load_taxonomy
from tagger.training.adaptation import ORIGIN
from tagger.training.calibration import calibrate
from tagger.training.curves import draw
from tagger.training.dropout import set_dropout
from tagger.training.loop import Progress, Trainer, examples
from tagger.training.precision import AUTO, find_precision
from tagger.training.recipe import TrainRecipe, load_recipe, to_toml
from tagger.training.trimming import load_trimmed

RECIPE, EPOCHS, CURVES, STATE = "recipe.toml", "epochs.json", "curves.png", "state.safetensors"
_SEEDS = "seeds"  # the part of real reports


class Epoch(NamedTuple):
    """What an epoch gave: its mean loss, its dev scores, and whether it is the best so far."""

    number: int
    loss: float
    dev: TaggingScores
    best: bool


def dev_score(scores: TaggingScores) -> float:
    """What the best epoch is chosen by: linked triples, METRIC and topics, each as much as the other."""
    return ((scores.triple.f1 or 0.0) + scores.labels.get("METRIC", 0.0) + scores.topic_macro_f1) / 3


def run(recipe: TrainRecipe, out: Path, resume: bool = False) -> Iterator[Progress | Epoch]:
    """Train by the recipe and fill the folder `out`; yields every step and every epoch.

    With `resume` it goes on after the last epoch that the folder holds, the same way as if it had never stopped.
    Raises TaggerError for gold data or an encoder that is not there, and for a folder of another recipe.
    """
    taxonomy_path = data_taxonomy_path(Path(recipe.data))
    taxonomy = load_taxonomy(taxonomy_path)
    recipe = replace(recipe, precision=_precision(recipe, out, resume))
    fold = find_fold(recipe.fold, Path(recipe.data))
    topics, labels = ([entry.id for entry in its] for its in (taxonomy.topics, taxonomy.labels))
    vocabulary, network = start_network(recipe, taxonomy)
    trainer = Trainer(network, vocabulary, examples(_sentences(fold, recipe), topics, labels), recipe)
    history: list[dict[str, Any]] = _resume(trainer, recipe, out) if resume else []
    out.mkdir(parents=True, exist_ok=True)
    (out / RECIPE).write_text(to_toml(recipe), encoding="utf-8")
    vocabulary.save(out / VOCABULARY)
    (out / TAXONOMY).write_bytes(taxonomy_path.read_bytes())
    engine = ModelEngine(torch_runner(network), vocabulary, taxonomy)
    for progress in trainer.steps(len(history)) if not _is_over(history, recipe) else ():
        yield progress
        if not progress.epoch_done:
            continue
        with trainer.averaged():
            dev = score(_tag(engine, fold.dev))
            best = all(dev_score(dev) > each["dev_score"] for each in history)
            if best:
                save_file({name: value.contiguous() for name, value in network.state_dict().items()}, out / WEIGHTS)
        history.append(_record(progress, dev, best))
        save_file(trainer.state(), out / STATE)
        (out / EPOCHS).write_text(json.dumps(history, indent=1) + "\n", encoding="utf-8")
        yield Epoch(progress.epoch, progress.loss, dev, best)
        if _is_over(history, recipe):
            break
    network.load_state_dict(load_file(out / WEIGHTS))
    settings, calibration = calibrate(network, vocabulary, taxonomy, fold.dev)
    _describe(out, recipe, fold, taxonomy, network, settings, history, calibration)
    draw(history, out / CURVES)
    (out / STATE).unlink()


def _sentences(fold: Fold, recipe: TrainRecipe) -> list[GoldSentence]:
    """The training sentences of a fold: of the authored ones the recipe's fraction, of the seeds all."""
    authored, seeds = (
        [sentence for file in fold.train if (file.path.parent.name == _SEEDS) == real for sentence in file.sentences]
        for real in (False, True)
    )
    order = np.random.default_rng(recipe.random_seed).permutation(len(authored))
    chosen = sorted(order[: round(len(order) * recipe.fraction)])
    return [authored[place] for place in chosen] + seeds


def _precision(recipe: TrainRecipe, out: Path, resume: bool) -> str:
    """What to train in: what an interrupted run began with, what is asked, or what is faster here."""
    if resume and recipe.precision == AUTO and (out / RECIPE).exists():
        return load_recipe(TrainRecipe, out / RECIPE).precision
    return find_precision(recipe.precision)


def _resume(trainer: Trainer, recipe: TrainRecipe, out: Path) -> list[dict[str, Any]]:
    """Load the state of an interrupted run; its epochs so far, none where it did not finish one."""
    if not (out / EPOCHS).exists() or not (out / STATE).exists():
        return []
    if read_text(out / RECIPE) != to_toml(recipe):
        raise TaggerError(f"{out}: holds a run of another recipe; give the same recipe, or another folder")
    history: list[dict[str, Any]] = json.loads(read_text(out / EPOCHS))
    trainer.load_state(load_file(out / STATE))
    return history


def _is_over(history: list[dict[str, Any]], recipe: TrainRecipe) -> bool:
    """Whether the last of the recipe's epochs is done, or too many have gone by without a better one."""
    best = max((each["epoch"] for each in history if each["best"]), default=0)
    return len(history) >= recipe.epochs or len(history) - best >= recipe.patience


def start_network(recipe: TrainRecipe, taxonomy: Taxonomy) -> tuple[Vocabulary, TaggerNetwork]:
    """What training begins with: the model of `start`, or the encoder with fresh heads.

    Raises TaggerError where it cannot be loaded, or speaks another taxonomy.
    """
    if not recipe.start:
        return new_network(recipe, len(taxonomy.topics), len(taxonomy.labels))
    folder = Path(recipe.start)
    meta = read_meta(folder)
    require_taxonomy(Path(recipe.data), model_taxonomy(folder, meta), str(folder))
    if meta.rows != meta.topics:
        raise TaggerError(
            f"{folder}: has topics merged without training; fit its topic head first, with tagger retrain"
        )
    vocabulary, network = load_network(folder)
    set_dropout(network, recipe.dropout, recipe.attention_dropout)
    return vocabulary, network


def new_network(recipe: TrainRecipe, topics: int, labels: int = 0) -> tuple[Vocabulary, TaggerNetwork]:
    """Vocabulary and network of a recipe, the heads fresh. Raises TaggerError where the encoder cannot be loaded."""
    torch.manual_seed(recipe.random_seed)
    try:
        vocabulary, encoder, config = load_trimmed(recipe.encoder)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise TaggerError(
            f"{recipe.encoder}: is no encoder that can be loaded ({reason}); name a folder or a hub name"
        ) from None
    config.hidden_dropout_prob, config.attention_probs_dropout_prob = recipe.dropout, recipe.attention_dropout
    network = TaggerNetwork(config, topics, encoder, labels)
    set_dropout(network, recipe.dropout, recipe.attention_dropout)
    return vocabulary, network


def _tag(engine: ModelEngine, files: list[GoldFile]) -> list[Scored]:
    return [each for one in tag_files(engine, files, {}) for each in one]


def _record(progress: Progress, dev: TaggingScores, best: bool) -> dict[str, Any]:
    return {
        "epoch": progress.epoch,
        "loss": round(progress.loss, 5),
        "best": best,
        "dev_score": dev_score(dev),
        **scores_of(dev),
    }


def scores_of(dev: TaggingScores) -> dict[str, float]:
    """The scores that are kept with a model."""
    return {
        **{label: round(f1, 5) for label, f1 in dev.labels.items()},
        "triple": round(dev.triple.f1 or 0.0, 5),
        "topic_accuracy": round(dev.topic_accuracy, 5),
        "topic_macro_f1": round(dev.topic_macro_f1, 5),
        "exact": round(dev.exact, 5),
    }


def _origin(recipe: TrainRecipe) -> dict[str, Any]:
    """Where the encoder comes from, as it says itself; empty where it does not."""
    path = Path(recipe.encoder) / ORIGIN
    origin: dict[str, Any] = json.loads(read_text(path)) if path.is_file() else {}
    return origin


def _describe(
    out: Path,
    recipe: TrainRecipe,
    fold: Fold,
    taxonomy: Taxonomy,
    network: TaggerNetwork,
    settings: Settings,
    history: list[dict[str, Any]],
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
    best = next(each for each in reversed(history) if each["best"])
    write_meta(
        out,
        {
            "tags": list(make_tags(entry.id for entry in taxonomy.labels)),
            "topics": [entry.id for entry in taxonomy.topics],
            "taxonomy": {"version": taxonomy.version, "hash": taxonomy.hash},
            "temperature": {"topic": settings.topic_temperature, "tag": settings.tag_temperature},
            "review": {"topic": settings.topic_review, "span": settings.span_review},
            "recipe": asdict(recipe),
            "encoder": _origin(recipe),
            "data": {
                name: {
                    "sha256": hash_files(file.path for file in files),
                    "files": {file.name: digest(file.path) for file in files},
                }
                for name, files in (("train", fold.train), ("dev", fold.dev))
            },
            "dev": best | calibration,
            "date": date.today().isoformat(),
            "versions": {
                "python": platform.python_version(),
                "torch": torch.__version__,
                "transformers": transformers.__version__,
            },
        },
    )
