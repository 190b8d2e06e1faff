"""The other way to add a topic: all weights tuned at a low rate on the few sentences, repeated, and a sample of the old ones."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from bases import Features
from torch import nn

from tagger.data.gold import GoldSentence
from tagger.model.checkpoint import load_network
from tagger.model.inputs import windows
from tagger.model.network import TaggerNetwork
from tagger.model.vocabulary import Vocabulary
from tagger.retraining.head import pooled
from tagger.retraining.relation import Relation
from tagger.training.loop import Trainer, examples
from tagger.training.recipe import TrainRecipe

_REPLAY = 800  # old sentences
_RECIPE = TrainRecipe(epochs=2, encoder_rate=5e-5, head_rate=2e-4, topic_weight=0.5, precision="fp32")


class Tuned:
    """A tuned network, asked for topics alone."""

    def __init__(self, vocabulary: Vocabulary, network: TaggerNetwork, relation: Relation) -> None:
        self.network = network
        self._vocabulary = vocabulary
        self._relation = relation

    def topics(self, parts: Mapping[str, Sequence[GoldSentence]]) -> dict[str, list[str]]:
        """The topic of every sentence of dev and of the held-out files."""
        found = {}
        for part in ("dev", "held-out"):
            sentences = parts[part]
            owners = [window.sentence for window in windows([len(each.text) for each in sentences])]
            rows = pooled(self.network, self._vocabulary, examples(sentences, self._relation.new))
            said = Features(rows, torch.tensor(owners)).predict(self.network.topic)
            found[part] = [self._relation.new[place] for place in said]
        return found


def tuned(
    folder: Path,
    head: nn.Sequential,
    relation: Relation,
    replay: Sequence[GoldSentence],
    shown: Sequence[GoldSentence],
    number: int,
) -> Tuned:
    """The network of a folder with a fitted head, tuned. The few sentences are repeated until they are as many as those of an old topic."""
    vocabulary, network = load_network(folder)
    network.topic = head
    chosen = random.Random(f"replay {number}").sample(list(replay), min(_REPLAY, len(replay)))
    times = max(1, round(len(chosen) / len(relation.old) / len(shown)))
    data = examples([*chosen, *list(shown) * times], relation.new)
    for _ in Trainer(network, vocabulary, data, _RECIPE).steps():
        pass
    return Tuned(vocabulary, network, relation)
