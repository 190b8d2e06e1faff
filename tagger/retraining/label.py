"""A label that a model does not know, learnt by a head of its own from what the encoder, left as it is, says of the characters.

The old tags stay as they are, so that what they say of a character comes down to two numbers. Sentences are of three kinds: looked
at for the label; not looked at, where the taxonomy's pattern finds something, which is taken for the label, and the rest for none of
it; and others not looked at, which teach where the label is not on the characters of other entities alone: an O there may be it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tagger.data.gold import GoldSentence
from tagger.data.suggest import suggested
from tagger.document import CORE
from tagger.errors import TaggerError
from tagger.model.inputs import by_length
from tagger.model.network import LabelHead, TaggerNetwork
from tagger.model.vocabulary import Vocabulary
from tagger.taxonomy import LabelEntry
from tagger.training.loop import allowed_tags, collate, examples

_BATCH_TOKENS = 4096
_NEVER = -1e9  # not -inf: two of them have no logaddexp that can be differentiated


@dataclass(frozen=True, slots=True)
class LabelRecipe:
    """How a head is fitted; the rate falls to 0 in a straight line.

    Of sentences that were looked at all are used, of the others at most `matched` with a match of the pattern and `replay` without;
    a batch has as many of each as `batch` says.
    """

    random_seed: int = 0
    matched: int = 400
    replay: int = 200
    steps: int = 300
    batch: tuple[int, int, int] = (6, 10, 4)
    rate: float = 2e-3
    weight_decay: float = 0.01
    dropout: float = 0.3


class Seen(NamedTuple):
    """One window: states of the inner layer from [CLS] to [SEP], (tokens, hidden); for its characters the log-sum of what the old
    tags get, of those of them that are allowed, (characters,), and which of the new tags are, (characters, 2)."""

    states: Tensor
    old: Tensor
    old_allowed: Tensor
    allowed: Tensor


def learn_label(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    sentences: Sequence[GoldSentence],
    labels: Sequence[LabelEntry],
    recipe: LabelRecipe | None = None,
) -> LabelHead:
    """Put a head for the last of `labels` behind those that the network has for the others; the head.

    Raises TaggerError where no sentence has such a span.
    """
    recipe = recipe or LabelRecipe()
    known = (*CORE, *(each.id for each in labels))
    sentences = [replace(s, entities=tuple(each for each in s.entities if each.label in known)) for s in sentences]
    groups = choose(sentences, labels[-1], recipe)
    read = [characters(network, vocabulary, group, labels) for group in groups]
    head = fitted(read, network.config.hidden_size, recipe)
    network.added.append(head)
    return head


def choose(
    sentences: Sequence[GoldSentence], label: LabelEntry, recipe: LabelRecipe
) -> tuple[list[GoldSentence], list[GoldSentence], list[GoldSentence]]:
    """The sentences that were looked at; some others with what the pattern finds; some without. Raises TaggerError as `learn_label`."""
    looked_at = [each for each in sentences if label.id in each.seen]
    if not any(entity.label == label.id for each in looked_at for entity in each.entities):
        raise TaggerError(
            f"no sentence to train on has a {label.id}; look at some: [topic +{label.id}] in front, {{{label.id}|…}} around what is one"
        )
    others = [each for each in sentences if label.id not in each.seen]
    random.Random(recipe.random_seed).shuffle(others)
    matched, rest = [], []
    for each in others:
        found = suggested(each, [label])
        if found:
            entities = sorted([*each.entities, *found], key=lambda entity: entity.start)
            matched.append(replace(each, entities=tuple(entities), seen=(*each.seen, label.id)))
        else:
            rest.append(each)
    return looked_at, matched[: recipe.matched], rest[: recipe.replay]


def characters(
    network: TaggerNetwork, vocabulary: Vocabulary, sentences: Sequence[GoldSentence], labels: Sequence[LabelEntry]
) -> list[Seen]:
    """What the network, which lacks the last of the labels, says of the windows of sentences, in their order."""
    network.eval()
    topics = sorted({each.topic for each in sentences})
    data = examples(sentences, topics, [each.id for each in labels])
    known, count = network.tags, network.tags + 2
    found: dict[int, Seen] = {}
    with torch.inference_mode():
        for places in by_length([len(each.text) + len(each.section) + 3 for each in data], _BATCH_TOKENS):
            batch = [data[place] for place in places]
            arrays, gold, _ = collate(vocabulary, batch)
            only = nn.functional.one_hot(gold.clamp(min=0), count).bool()
            several = allowed_tags(batch, gold, count)
            allowed = only if several is None else several
            inner, hidden, _ = network.encode(*(torch.from_numpy(array) for array in arrays))
            logits = network.tag(inner, hidden)
            old = logits.logsumexp(-1)
            old_allowed = logits.masked_fill(~allowed[..., :known], _NEVER).logsumexp(-1)
            for row, place in enumerate(places):
                end = len(data[place].text) + 1
                states, own = inner[row, : end + 1].clone(), (old, old_allowed, allowed[..., known:])
                found[place] = Seen(states, *(each[row, 1:end].clone() for each in own))
    return [found[place] for place in range(len(data))]


def fitted(groups: Sequence[Sequence[Seen]], hidden: int, recipe: LabelRecipe) -> LabelHead:
    """A head fitted on windows of the three kinds, of which the last two may be missing."""
    torch.manual_seed(recipe.random_seed)
    chance = random.Random(recipe.random_seed)
    head = LabelHead(hidden)
    head.dropout.p = recipe.dropout
    with torch.no_grad():
        head.out.weight.zero_()
        head.out.bias.fill_(-3.0)  # a new label is rare
    optimizer = torch.optim.AdamW(head.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay)
    head.train()
    for step in range(recipe.steps):
        pairs = zip(groups, recipe.batch, strict=True)
        batch = [each for group, count in pairs for each in chance.sample(group, min(count, len(group)))]
        states = nn.utils.rnn.pad_sequence([each.states for each in batch], batch_first=True)
        logits = head(states)
        new = torch.cat([logits[row, 1 : 1 + len(each.old)] for row, each in enumerate(batch)])
        old, old_allowed, allowed = (torch.cat(each) for each in list(zip(*batch, strict=True))[1:])
        whole = torch.logaddexp(old, new.logsumexp(-1))
        right = torch.logaddexp(old_allowed, new.masked_fill(~allowed, _NEVER).logsumexp(-1))
        optimizer.param_groups[0]["lr"] = recipe.rate * (1 - step / recipe.steps)
        optimizer.zero_grad()
        (whole - right).mean().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    head.dropout.p = 0.0
    return head.eval()
