"""The topic head of another taxonomy: rows taken over from the old one, then fitted on what the encoder, left as it is, says.

The encoder is run once over all sentences; the head alone is small enough to be fitted in seconds.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tagger.model.inputs import by_length
from tagger.model.network import TaggerNetwork
from tagger.model.vocabulary import Vocabulary
from tagger.retraining.relation import Relation
from tagger.training.loop import Example, collate

_BATCH_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class HeadRecipe:
    """How a topic head is fitted; the rate falls to 0 in a straight line."""

    random_seed: int = 0
    steps: int = 250
    batch: int = 256
    rate: float = 1e-3
    weight_decay: float = 0.01
    dropout: float = 0.1


def pooled(network: TaggerNetwork, vocabulary: Vocabulary, data: Sequence[Example]) -> Tensor:
    """What the topic head sees of each example, (examples, 2 * hidden)."""
    network.eval()
    found = torch.empty(len(data), 2 * network.config.hidden_size)
    with torch.inference_mode():
        for places in by_length([len(each.text) + len(each.section) + 3 for each in data], _BATCH_TOKENS):
            arrays, *_ = collate(vocabulary, [data[place] for place in places])
            found[places] = network.encode(*(torch.from_numpy(array) for array in arrays))[2]
    return found


def grown(
    network: TaggerNetwork, rows: Sequence[str], relation: Relation, features: Tensor, allowed: Tensor
) -> nn.Sequential:
    """The topic head with a row for each new topic, in their order.

    `rows` are the topics of the old head's rows; `features`, (examples, 2 * hidden), what the encoder says of the examples,
    `allowed`, (examples, topics), which topics each may have. The row of a topic that comes from old ones is their mean, and so
    is that of every part of a split; that of an added one points to its class mean, as long as the others are (weight
    imprinting, Qi et al. 2018).
    """
    head: nn.Sequential = copy.deepcopy(network.topic).eval()
    below, last = head[:-1], head[-1]
    assert isinstance(last, nn.Linear)
    fresh = nn.Linear(last.in_features, len(relation.new))
    with torch.no_grad():
        for place, topic in enumerate(relation.new):
            own = [number for number, row in enumerate(rows) if row in relation.origins[topic]]
            if own:
                fresh.weight[place], fresh.bias[place] = last.weight[own].mean(0), last.bias[own].mean()
            else:
                direction = below(features[allowed[:, place]]).mean(0) - last.weight.mean(0)
                fresh.weight[place] = direction / direction.norm() * last.weight.norm(dim=1).mean()
                fresh.bias[place] = last.bias.mean()
    head[-1] = fresh
    return head


def fitted(
    head: nn.Sequential, features: Tensor, allowed: Tensor, weights: Tensor, recipe: HeadRecipe
) -> nn.Sequential:
    """The head fitted on the features, each example to be of one of the topics that it may have; `weights` say how often it is drawn.

    The loss is that of the sum of their probabilities, so that a sentence of a split topic that nobody has looked at since
    still says that it is of one of the parts.
    """
    torch.manual_seed(recipe.random_seed)
    for module in head.modules():
        if isinstance(module, nn.Dropout):
            module.p = recipe.dropout
    optimizer = torch.optim.AdamW(head.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay)
    head.train()
    for step in range(recipe.steps):
        chosen = torch.multinomial(weights, recipe.batch, replacement=True)
        scores = head(nn.functional.dropout(features[chosen], recipe.dropout)).log_softmax(-1)
        loss = -scores.masked_fill(~allowed[chosen], -torch.inf).logsumexp(-1).mean()
        optimizer.param_groups[0]["lr"] = recipe.rate * (1 - step / recipe.steps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return head.eval()


def balanced(allowed: Tensor, described: Tensor, relation: Relation) -> Tensor:
    """How often each example is drawn, so that the few of a topic that the old head cannot tell come as often as those of others.

    `described`, (examples,), says which are words of the taxonomy and no sentences: these come as often as the sentences again.
    """
    certain = allowed.sum(1) == 1
    untrained = torch.tensor([topic in relation.untrained for topic in relation.new])
    counts = (allowed & (certain & ~described)[:, None]).sum(0).float()
    mean = counts[~untrained].mean() if (~untrained).any() else counts.mean()
    weights = torch.ones(len(allowed))
    for group, limit in ((~described, 1.0), (described, 0.0)):
        its = allowed & (certain & group)[:, None]
        shares = torch.where(untrained, (mean / its.sum(0).clamp(min=1)).clamp(min=limit), 1.0)
        weights = torch.where(certain & group, (its * shares).sum(1), weights)
    return weights
