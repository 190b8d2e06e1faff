"""Models to start from, each trained once; and what their encoders say of sentences, worked out once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import tomllib
import torch
from material import RUNS, write_data
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from tagger.data.gold import GoldFile, GoldSentence
from tagger.model.checkpoint import load_network
from tagger.model.inputs import windows
from tagger.retraining.head import HeadRecipe, balanced, fitted, pooled
from tagger.retraining.labels import descriptions
from tagger.retraining.relation import Relation
from tagger.taxonomy import load_taxonomy
from tagger.training.loop import examples

RECIPE = Path(__file__).with_name("base.toml")


def train(name: str, taxonomy: Path, train: Sequence[GoldFile], dev: Sequence[GoldFile], fraction: float) -> Path:
    """The folder of the model of that name, trained if it is not there yet; an interrupted training goes on."""
    folder = RUNS / name
    if (folder / "meta.json").exists():
        return folder
    changes = {"data": str(write_data(RUNS / f"{name}-data", taxonomy, train, dev)), "fraction": fraction}
    recipe = tomllib.loads(RECIPE.read_text(encoding="utf-8")) | changes
    path = RUNS / f"{name}.toml"
    lines = (
        f'{key} = "{value}"\n' if isinstance(value, str) else f"{key} = {value}\n" for key, value in recipe.items()
    )
    path.write_text("".join(lines), encoding="utf-8")
    start = time.monotonic()
    command = [sys.executable, "-m", "tagger", "train", "-r", str(path), "-o", str(folder), "--resume"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    print(f"{name}: trained in {(time.monotonic() - start) / 60:.1f} minutes", file=sys.stderr)
    return folder


class Features:
    """What an encoder says of a list of sentences: one row a window, and of which sentence it is."""

    def __init__(self, rows: Tensor, owners: Tensor) -> None:
        self.rows = rows
        self.owners = owners

    def of(self, chosen: Sequence[int]) -> tuple[Tensor, Tensor]:
        """The rows of the chosen sentences, and for each row the place of its sentence in `chosen`."""
        places = {sentence: place for place, sentence in enumerate(chosen)}
        found = [(row, places[own]) for row, own in enumerate(self.owners.tolist()) if own in places]
        return self.rows[[row for row, _ in found]], torch.tensor([place for _, place in found])

    def predict(self, head: nn.Sequential) -> list[int]:
        """The topic of every sentence, by the mean of its windows' logits, as the engine does it."""
        with torch.inference_mode():
            logits = head.eval()(self.rows)
        sums = torch.zeros(int(self.owners.max()) + 1, logits.shape[1]).index_add_(0, self.owners, logits)
        return sums.argmax(1).tolist()


def features(folder: Path, part: str, sentences: Sequence[GoldSentence]) -> Features:
    """What the encoder of a model says of the sentences of a part; kept beside the model."""
    path = folder / f"features-{part}.safetensors"
    if not path.exists():
        vocabulary, network = load_network(folder)
        topics = sorted({each.topic for each in sentences})
        owners = [window.sentence for window in windows([len(each.text) for each in sentences])]
        rows = pooled(network, vocabulary, examples(sentences, topics))
        save_file({"rows": rows, "owners": torch.tensor(owners)}, path)
    return Features(**load_file(path))


def described(folder: Path, name: str, relation: Relation) -> tuple[Tensor, Tensor]:
    """What the encoder says of the taxonomy's own words for the untrained topics, and which topic each word is of."""
    words = list(descriptions(load_taxonomy(), relation))
    known = features(folder, f"words-{name}", [each.sentence for each in words])
    return known.rows, torch.tensor([[topic in each.topics for topic in relation.new] for each in words])


def fit(
    head: nn.Sequential, rows: Tensor, allowed: Tensor, words: tuple[Tensor, Tensor], relation: Relation, number: int
) -> nn.Sequential:
    """The head fitted as `tagger retrain` does it."""
    every = torch.cat([allowed, words[1]])
    weights = balanced(every, torch.arange(len(every)) >= len(allowed), relation)
    return fitted(head, torch.cat([rows, words[0]]), every, weights, HeadRecipe(random_seed=number))


def f1(gold: Sequence[str], found: Sequence[str], topic: str) -> float:
    """F1 of one topic."""
    right = sum(a == b == topic for a, b in zip(gold, found, strict=True))
    total = sum(each == topic for each in gold) + sum(each == topic for each in found)
    return 2 * right / total if total else 0.0


def macro(gold: Sequence[str], found: Sequence[str], topics: Sequence[str]) -> float:
    """Mean F1 over topics."""
    return sum(f1(gold, found, topic) for topic in topics) / len(topics)
