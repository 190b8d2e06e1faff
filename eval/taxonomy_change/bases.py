"""Models to start from, each trained once; and what their encoders say of sentences, worked out once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import tomllib
import torch
from material import RUNS, write_data
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from tagger.data.gold import GoldFile, GoldSentence
from tagger.model.checkpoint import load_network
from tagger.model.inputs import windows
from tagger.model.lexicon import Lexicon
from tagger.model.network import TaggerNetwork
from tagger.retraining.head import HeadRecipe, balanced, fitted, grown, pooled
from tagger.retraining.labels import descriptions
from tagger.retraining.relation import Relation
from tagger.taxonomy import Taxonomy
from tagger.training.loop import Example, examples

_SECONDS = "seconds.txt"
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
    seconds = time.monotonic() - start
    (folder / _SECONDS).write_text(f"{seconds:.0f}\n", encoding="utf-8")
    print(f"{name}: trained in {seconds / 60:.1f} minutes", file=sys.stderr)
    return folder


def training_seconds(folder: Path) -> float:
    """How long the training of a model took; not all of it where it was interrupted."""
    return float((folder / _SECONDS).read_text(encoding="utf-8"))


class Features:
    """What an encoder says of a list of sentences: one row a window, and of which sentence it is."""

    def __init__(self, rows: Tensor, owners: Tensor) -> None:
        self.rows = rows
        self.owners = owners

    def of(self, chosen: Sequence[int]) -> tuple[Tensor, Tensor]:
        """The rows of the chosen sentences in their order, and for each row the place of its sentence in `chosen`."""
        places = {sentence: place for place, sentence in enumerate(chosen)}
        found = [(row, places[own]) for row, own in enumerate(self.owners.tolist()) if own in places]
        found.sort(key=lambda each: each[1])
        return self.rows[[row for row, _ in found]], torch.tensor([place for _, place in found])

    def predict(self, head: nn.Sequential, lexicon: Lexicon | None = None, data: Sequence[Example] = ()) -> list[int]:
        """The topic of every sentence, by the mean of its windows' logits, as the engine does it; `data` are the windows."""
        with torch.inference_mode():
            logits = head.eval()(self.rows)
        if lexicon is not None:
            texts, sections = [each.text for each in data], [each.section for each in data]
            logits = torch.from_numpy(lexicon.correct(logits.numpy(), texts, sections))
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


class Words(NamedTuple):
    """The taxonomy's own words for the untrained topics: what the encoder says of them, which topic each is of, and the words."""

    rows: Tensor
    allowed: Tensor
    windows: list[Example]


def described(folder: Path, name: str, relation: Relation, taxonomy: Taxonomy) -> Words:
    """The words of the taxonomy as a model reads them."""
    words = list(descriptions(taxonomy, relation))
    known = features(folder, f"words-{name}", [each.sentence for each in words])
    allowed = torch.tensor([[topic in each.topics for topic in relation.new] for each in words])
    return Words(
        known.rows, allowed, examples([replace(each.sentence, topic=each.topics[0]) for each in words], relation.new)
    )


class Material(NamedTuple):
    """What a head and its lexicon are fitted on: the rows of the sentences, then those of the words."""

    network: TaggerNetwork
    old: Sequence[str]
    relation: Relation
    rows: Tensor
    allowed: Tensor
    described: Tensor

    @classmethod
    def of(
        cls, network: TaggerNetwork, old: Sequence[str], relation: Relation, rows: Tensor, allowed: Tensor, words: Words
    ) -> Material:
        """Sentences and words together."""
        every = torch.cat([allowed, words.allowed])
        described = torch.arange(len(every)) >= len(allowed)
        return cls(network, old, relation, torch.cat([rows, words.rows]), every, described)

    def grown(self, chosen: Tensor | None = None) -> nn.Sequential:
        """The head with a row for each topic, not fitted."""
        its = ~self.described if chosen is None else chosen & ~self.described
        return grown(self.network, self.old, self.relation, self.rows[its], self.allowed[its])

    def fit(self, number: int, chosen: Tensor | None = None) -> nn.Sequential:
        """The head fitted as `tagger retrain` does it, on all rows or the chosen ones."""
        chosen = torch.ones(len(self.allowed), dtype=torch.bool) if chosen is None else chosen
        weights = balanced(self.allowed, self.described, self.relation)
        recipe = HeadRecipe(random_seed=number)
        return fitted(self.grown(chosen), self.rows[chosen], self.allowed[chosen], weights[chosen], recipe)


def f1(gold: Sequence[str], found: Sequence[str], topic: str) -> float:
    """F1 of one topic."""
    right = sum(a == b == topic for a, b in zip(gold, found, strict=True))
    total = sum(each == topic for each in gold) + sum(each == topic for each in found)
    return 2 * right / total if total else 0.0


def macro(gold: Sequence[str], found: Sequence[str], topics: Sequence[str]) -> float:
    """Mean F1 over topics."""
    return sum(f1(gold, found, topic) for topic in topics) / len(topics)
