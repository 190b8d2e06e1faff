"""Rows of the tag head for labels that a model does not know: fitted on what its encoder, left as it is, says of each character.

The old rows stay as they are. What they say of a character does not change while new ones are fitted, so that the whole is a logistic
regression with few weights, which has one best solution. A sentence that nobody looked at for a label teaches only where the label
is not: on the characters of other entities; an O there may be the label.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tagger.data.gold import GoldSentence
from tagger.document import Label
from tagger.errors import TaggerError
from tagger.model.inputs import by_length
from tagger.model.network import TaggerNetwork
from tagger.model.vocabulary import Vocabulary
from tagger.training.loop import Example, allowed_tags, collate, examples

_BATCH_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class RowsRecipe:
    """How rows are fitted: `replay` sentences that nobody looked at, L-BFGS, a `penalty` on the squares of the weights."""

    random_seed: int = 0
    replay: int = 300
    penalty: float = 3.0
    steps: int = 40


class Characters(NamedTuple):
    """What is known of characters: states of the inner layer, (characters, hidden), the log-sum of what the old rows say of all tags
    and of the allowed ones, (characters,), and which of the new tags are allowed, (characters, new tags)."""

    states: Tensor
    old: Tensor
    old_allowed: Tensor
    allowed: Tensor


def choose(sentences: Sequence[GoldSentence], fresh: Sequence[Label], recipe: RowsRecipe) -> list[GoldSentence]:
    """All sentences that were looked at for a fresh label, and some of the others. Raises TaggerError where a label has no example."""
    looked_at = [each for each in sentences if {*fresh} & {*each.seen}]
    for label in fresh:
        if not any(entity.label == label for each in looked_at for entity in each.entities):
            raise TaggerError(
                f"no sentence to train on has a {label}; look at some: [topic +{label}] in front of it, {{{label}|…}} around what is one"
            )
    others = [each for each in sentences if not {*fresh} & {*each.seen}]
    return looked_at + random.Random(recipe.random_seed).sample(others, min(recipe.replay, len(others)))


def characters(network: TaggerNetwork, vocabulary: Vocabulary, data: Sequence[Example], tags: int) -> Characters:
    """What is known of the characters of examples that are tagged with `tags` tags, more than the network has."""
    network.eval()
    states, old, old_allowed, allowed = [], [], [], []
    with torch.inference_mode():
        for places in by_length([len(each.text) + len(each.section) + 3 for each in data], _BATCH_TOKENS):
            batch = [data[place] for place in places]
            arrays, gold, _ = collate(vocabulary, batch)
            may_be = allowed_tags(batch, gold, tags)
            if may_be is None:
                may_be = nn.functional.one_hot(gold.clamp(min=0), tags).bool()
            inputs = [torch.from_numpy(array) for array in arrays]
            own, known = gold >= 0, may_be[..., : network.tags]
            inner, hidden, _ = network.encode(*inputs)
            logits = network.tag(inner, hidden)
            states.append(inner[own])
            old.append(logits.logsumexp(-1)[own])
            old_allowed.append(logits.masked_fill(~known, -torch.inf).logsumexp(-1)[own])
            allowed.append(may_be[..., network.tags :][own])
    return Characters(*(torch.cat(each).clone() for each in (states, old, old_allowed, allowed)))


def fitted(known: Characters, recipe: RowsRecipe) -> nn.Linear:
    """The rows of the new tags, for states of the inner layer."""
    mean, spread = known.states.mean(0), known.states.std(0) + 1e-3
    scaled = (known.states - mean) / spread
    weight = torch.zeros(known.allowed.shape[1], scaled.shape[1], requires_grad=True)
    bias = torch.full((known.allowed.shape[1],), -2.0, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=recipe.steps, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        logits = scaled @ weight.T + bias
        whole = torch.logaddexp(known.old, logits.logsumexp(-1))
        right = torch.logaddexp(known.old_allowed, logits.masked_fill(~known.allowed, _NEVER).logsumexp(-1))
        total = ((whole - right).sum() + recipe.penalty * weight.square().sum()) / len(scaled)
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    rows = nn.Linear(scaled.shape[1], len(bias))
    with torch.no_grad():
        rows.weight.copy_(weight / spread)
        rows.bias.copy_(bias - rows.weight @ mean)
    return rows


_NEVER = -1e9  # not -inf: two of them have no logaddexp that can be differentiated


def fit_rows(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    sentences: Sequence[GoldSentence],
    labels: Sequence[Label],
    fresh: int,
    recipe: RowsRecipe | None = None,
) -> nn.Linear:
    """The rows of the last `fresh` of the labels that a taxonomy adds. Raises TaggerError where one has no example."""
    recipe = recipe or RowsRecipe()
    chosen = choose(sentences, labels[-fresh:], recipe)
    data = examples(chosen, sorted({each.topic for each in chosen}), labels)
    return fitted(characters(network, vocabulary, data, network.tags + 2 * fresh), recipe)


def grow(network: TaggerNetwork, rows: nn.Linear) -> None:
    """Put new rows behind those that the network has."""
    old = [network.added] if network.added is not None else []
    whole = nn.Linear(rows.in_features, sum(each.out_features for each in (*old, rows)))
    with torch.no_grad():
        whole.weight.copy_(torch.cat([each.weight for each in (*old, rows)]))
        whole.bias.copy_(torch.cat([each.bias for each in (*old, rows)]))
    network.added = whole.eval()
    network.tags += rows.out_features
