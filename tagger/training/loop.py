"""The training loop: a generator that yields after each step; the caller evaluates, saves and logs."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from tagger.data.gold import GoldSentence
from tagger.data.iob import TAGS, encode, make_tags
from tagger.document import Label
from tagger.model.inputs import WINDOW, Batch, build, by_length, section_text, windows
from tagger.model.network import TaggerNetwork
from tagger.model.vocabulary import Vocabulary
from tagger.training.precision import autocast
from tagger.training.recipe import TrainRecipe

_IGNORED = -100
_TAG_IDS = {tag: number for number, tag in enumerate(TAGS)}
# Batches have few different shapes: for each new one the kernels of bfloat16 products are made anew, which takes longer than
# the products.
_WIDTH = 16
_NUMBER, _DIGIT = re.compile(r"\d[\d.,]*\d|\d"), re.compile(r"\d")
_HALF = "0123456789.,:;()%"
_FULL = "０１２３４５６７８９．，：；（）％"
_TO_FULL, _TO_HALF = str.maketrans(_HALF, _FULL), str.maketrans(_FULL, _HALF)


@dataclass(frozen=True, slots=True)
class Example:
    """One window of a sentence as it is trained on.

    `unseen` are the tags of labels that nobody looked for: where it says O, it may be any of these.
    """

    text: str
    section: str
    tags: tuple[int, ...]
    topic: int
    unseen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the loop stands: epoch and step count from 1; loss is the mean of the epoch so far."""

    epoch: int
    step: int
    steps: int
    loss: float
    epoch_done: bool


def examples(sentences: Sequence[GoldSentence], topics: Sequence[str], labels: Sequence[Label] = ()) -> list[Example]:
    """The training windows of gold sentences; `labels` are those that the taxonomy adds."""
    ids = {tag: number for number, tag in enumerate(make_tags(labels))}
    tags = [[ids[tag] for tag in encode(len(each.text), each.spans)] for each in sentences]
    unseen = [
        tuple(number for tag, number in ids.items() if tag[2:] in labels and tag[2:] not in each.seen)
        for each in sentences
    ]
    return [
        Example(
            sentences[n].text[start:end],
            section_text(sentences[n].section),
            tuple(tags[n][start:end]),
            topics.index(sentences[n].topic),
            unseen[n],
        )
        for n, start, end in windows([len(each.text) for each in sentences])
    ]


def augment(example: Example, recipe: TrainRecipe, chance: random.Random) -> Example:
    """The example as this epoch shows it. Every change is character for character, so that the tags still fit."""
    text, section = example.text, example.section
    if chance.random() < recipe.section_dropout:
        section = ""
    if chance.random() < recipe.number_rate:
        text = _in_values(example, text, lambda number: _DIGIT.sub(lambda _: chance.choice("0123456789"), number))
    if chance.random() < recipe.mask_rate:
        mask = chance.choice("*×xX")
        text = _in_values(example, text, lambda number: mask * len(number))
    if chance.random() < recipe.width_rate:
        text = text.translate(_TO_FULL if chance.random() < 0.5 else _TO_HALF)
    return replace(example, text=text, section=section)


def _in_values(example: Example, text: str, change: Callable[[str], str]) -> str:
    """The text with every annotated number changed."""
    value = {_TAG_IDS["B-VALUE"], _TAG_IDS["I-VALUE"]}

    def replace(match: re.Match[str]) -> str:
        inside = all(tag in value for tag in example.tags[match.start() : match.end()])
        return change(match[0]) if inside else match[0]

    return _NUMBER.sub(replace, text)


def collate(vocabulary: Vocabulary, batch: Sequence[Example]) -> tuple[Batch, Tensor, Tensor]:
    """Arrays of a batch, its tags (ignored outside the sentence) and its topics."""
    arrays = build(vocabulary, [each.text for each in batch], [each.section for each in batch], _WIDTH)
    tags = torch.full(arrays.input_ids.shape, _IGNORED)
    for row, each in enumerate(batch):
        tags[row, 1 : 1 + len(each.tags)] = torch.tensor(each.tags)
    return arrays, tags, torch.tensor([each.topic for each in batch])


def allowed_tags(batch: Sequence[Example], tags: Tensor, count: int) -> Tensor | None:
    """Which of `count` tags each token may have, (batch, tokens, count), for tags as `collate` gives them.

    None where that is the tag it has: every label was looked for in all sentences.
    """
    if not any(each.unseen for each in batch):
        return None
    unseen = torch.tensor([[tag in each.unseen for tag in range(count)] for each in batch])
    only = nn.functional.one_hot(tags.clamp(min=0), count).bool()
    return only | (tags == 0).unsqueeze(-1) & unseen.unsqueeze(1)


def tag_loss(logits: Tensor, tags: Tensor, allowed: Tensor | None) -> Tensor:
    """Cross-entropy of tags, of the sum of those that are allowed where several are; (…, tags) of logits, outside tokens ignored."""
    if allowed is None:
        return nn.functional.cross_entropy(logits.flatten(0, -2), tags.flatten(), ignore_index=_IGNORED)
    scores = logits.log_softmax(-1).masked_fill(~allowed, -torch.inf).logsumexp(-1)
    return -scores[tags != _IGNORED].mean()


class Trainer:
    """Trains a network in place. Everything random is drawn per epoch, so that a resumed run goes the same way."""

    def __init__(
        self, network: TaggerNetwork, vocabulary: Vocabulary, data: Sequence[Example], recipe: TrainRecipe
    ) -> None:
        self.network = network
        self.vocabulary = vocabulary
        self.data = data
        self.recipe = recipe
        self.optimizer = _optimizer(network, recipe)
        self._average = _copied(network) if recipe.average else {}  # by name; empty where none is kept

    def steps(self, done: int = 0) -> Iterator[Progress]:
        """Train the epochs after the `done` first ones; yields after every step. Stop asking to stop training."""
        recipe = self.recipe
        epochs = [_batches(self.data, recipe, self._chance(epoch)) for epoch in range(1, recipe.epochs + 1)]
        steps = sum(map(len, epochs))
        warmup = max(1, math.ceil(steps * recipe.warmup))
        step = sum(map(len, epochs[:done]))
        for epoch, batches in enumerate(epochs[done:], done + 1):
            torch.manual_seed(recipe.random_seed * 1000 + epoch)
            chance = self._chance(-epoch)
            total = 0.0
            for number, batch in enumerate(batches, 1):
                # Rates rise over the warm-up and fall to 0 in a straight line.
                share = min((step + 1) / warmup, max(0.0, (steps - step) / max(1, steps - warmup)))
                for group in self.optimizer.param_groups:
                    group["lr"] = group["peak"] * share
                total += self._step([augment(self.data[place], recipe, chance) for place in batch])
                step += 1
                yield Progress(epoch, step, steps, total / number, number == len(batches))

    def _chance(self, epoch: int) -> random.Random:
        return random.Random(f"{self.recipe.random_seed} {epoch}")

    def _step(self, batch: Sequence[Example]) -> float:
        self.network.train()
        arrays, tags, topics = collate(self.vocabulary, batch)
        inputs = [torch.from_numpy(array) for array in arrays]
        allowed = allowed_tags(batch, tags, self.network.tags)
        loss = _loss(self.network, inputs, tags, topics, self.recipe, allowed)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        if self.recipe.adversarial:
            _attack(self.network, inputs, tags, topics, self.recipe, allowed)
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        own = self.network.state_dict()
        for name, value in self._average.items():
            value.lerp_(own[name], 1 - self.recipe.average)
        return float(loss.detach())

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Within it the network has the weights that are scored and kept: averaged ones (Polyak and Juditsky 1992)."""
        if not self._average:
            yield
            return
        own = _copied(self.network)
        self.network.load_state_dict(self._average)
        try:
            yield
        finally:
            self.network.load_state_dict(own)

    def state(self) -> dict[str, Tensor]:
        """Weights, their average and the optimizer's moments, by name, to go on from."""
        tensors = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        tensors |= {f"average.{name}": value for name, value in self._average.items()}
        for number, parameter in enumerate(self._parameters()):
            own = self.optimizer.state[parameter]
            tensors |= {f"optimizer.{number}.{name}": value for name, value in own.items()}
        return {name: value.detach().clone().contiguous() for name, value in tensors.items()}

    def load_state(self, tensors: Mapping[str, Tensor]) -> None:
        """Take up what `state` gave."""
        self.network.load_state_dict(_under("network.", tensors))
        self._average = _under("average.", tensors)
        for number, parameter in enumerate(self._parameters()):
            self.optimizer.state[parameter] = _under(f"optimizer.{number}.", tensors)

    def _parameters(self) -> list[nn.Parameter]:
        return [each for group in self.optimizer.param_groups for each in group["params"]]


def _copied(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.state_dict().items()}


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _loss(
    network: TaggerNetwork,
    inputs: Sequence[Tensor],
    tags: Tensor,
    topics: Tensor,
    recipe: TrainRecipe,
    allowed: Tensor | None,
) -> Tensor:
    with autocast(recipe.precision):
        tag_logits, topic_logits = network(*inputs)
    loss = tag_loss(tag_logits.float(), tags, allowed)
    topic_loss = nn.functional.cross_entropy(topic_logits.float(), topics, label_smoothing=recipe.label_smoothing)
    return loss + recipe.topic_weight * topic_loss


def _attack(
    network: TaggerNetwork,
    inputs: Sequence[Tensor],
    tags: Tensor,
    topics: Tensor,
    recipe: TrainRecipe,
    allowed: Tensor | None,
) -> None:
    """Add the gradient at the embeddings moved a step up the loss (fast gradient method)."""
    weight = network.bert.get_input_embeddings().weight  # type: ignore[operator]
    step = recipe.adversarial * weight.grad / (weight.grad.norm() + 1e-12)
    with torch.no_grad():
        weight.add_(step)
    _loss(network, inputs, tags, topics, recipe, allowed).backward()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        weight.sub_(step)


def _optimizer(network: TaggerNetwork, recipe: TrainRecipe) -> torch.optim.Optimizer:
    groups = []
    for own, rate in ((True, recipe.encoder_rate), (False, recipe.head_rate)):
        named = [(name, each) for name, each in network.named_parameters() if name.startswith("bert.") == own]
        for decays in (True, False):
            # No decay on biases and norms, as in BERT's own training.
            chosen = [each for name, each in named if (each.dim() > 1) == decays]
            decay = recipe.weight_decay if decays else 0.0
            groups.append({"params": chosen, "lr": rate, "peak": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups, fused=True)


def _batches(data: Sequence[Example], recipe: TrainRecipe, chance: random.Random) -> list[list[int]]:
    """One epoch's batches, in random order: each of `recipe.batch_tokens` tokens, its sentences of one width."""
    order = list(range(len(data)))
    chance.shuffle(order)
    batches: list[list[int]] = []
    open_batches: dict[int, list[int]] = {}
    for place in order:
        tokens = min(WINDOW, len(data[place].text)) + len(data[place].section) + 3
        width = math.ceil(tokens / _WIDTH) * _WIDTH
        batch = open_batches.setdefault(width, [])
        batch.append(place)
        if len(batch) >= max(1, recipe.batch_tokens // width):
            batches.append(open_batches.pop(width))
    # What is left of each width goes together with the next wider ones.
    rest = [(place, width) for width, batch in open_batches.items() for place in batch]
    batches += [
        [rest[each][0] for each in batch] for batch in by_length([width for _, width in rest], recipe.batch_tokens)
    ]
    chance.shuffle(batches)
    return batches
