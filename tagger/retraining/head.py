"""The topic head of another taxonomy: rows taken over from the old one, then fitted on what the encoder, left as it is, says.

The encoder is run once over all sentences; the head alone is small enough to be fitted in seconds.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from tagger.model.inputs import by_length
from tagger.model.network import TaggerNetwork
from tagger.model.vocabulary import Vocabulary
from tagger.retraining.relation import Relation
from tagger.training.loop import Example, collate

_BATCH_TOKENS = 4096


def pooled(network: TaggerNetwork, vocabulary: Vocabulary, data: Sequence[Example]) -> Tensor:
    """What the topic head sees of each example, (examples, 2 * hidden)."""
    network.eval()
    found = torch.empty(len(data), 2 * network.config.hidden_size)
    with torch.inference_mode():
        for places in by_length([len(each.text) + len(each.section) + 3 for each in data], _BATCH_TOKENS):
            arrays, *_ = collate(vocabulary, [data[place] for place in places])
            found[places] = network.encode(*(torch.from_numpy(array) for array in arrays))[1]
    return found


def grown(network: TaggerNetwork, rows: Sequence[str], relation: Relation, examples: Mapping[str, Tensor]) -> nn.Sequential:
    """The topic head with a row for each new topic, in their order.

    `rows` are the topics of the old head's rows; `examples` what the encoder says of those of each topic that it cannot
    tell, (examples, 2 * hidden). The row of a topic that is one old one or several is their mean, as is that of every part of
    a split; that of an added one points to its class mean, as long as the others are (Qi et al. 2018, weight imprinting).
    """
    head: nn.Sequential = copy.deepcopy(network.topic)
    last = head[-1]
    fresh = nn.Linear(last.in_features, len(relation.new))
    with torch.no_grad():
        for place, topic in enumerate(relation.new):
            own = [number for number, row in enumerate(rows) if row in relation.origins[topic]]
            if own:
                fresh.weight[place], fresh.bias[place] = last.weight[own].mean(0), last.bias[own].mean()
            else:
                direction = head[:-1](examples[topic]).mean(0) - last.weight.mean(0)
                fresh.weight[place] = direction / direction.norm() * last.weight.norm(dim=1).mean()
                fresh.bias[place] = last.bias.mean()
    head[-1] = fresh
    return head
