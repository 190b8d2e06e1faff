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


