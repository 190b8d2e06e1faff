"""The network: a BERT encoder (Devlin et al. 2019) with a linear tag head on its characters and a topic head on the whole.

The names of encoder and tag head are those of `transformers.BertForTokenClassification`, which loads them as they are. Labels that a
taxonomy adds have small heads of their own, which read the states of an inner layer: the last one has forgotten, for METRIC, VALUE
and UNIT, much of what tells others apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig

from tagger.data.iob import TAGS
from tagger.model.engine import Runner
from tagger.model.inputs import Batch

INNER = 1  # the layer whose states the heads of added labels read, counted from 1
REACH = 7  # so many characters a head sees at once
_WIDTH = 64


class LabelHead(nn.Module):
    """Logits of B and I of one added label, (batch, tokens, 2), from the states of the inner layer, which are 0 outside the sentence."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.near = nn.Conv1d(hidden, _WIDTH, REACH, padding=REACH // 2)
        self.dropout = nn.Dropout(0.0)
        self.out = nn.Linear(_WIDTH, 2)

    def forward(self, inner: Tensor) -> Tensor:
        near = torch.relu(self.near(self.dropout(inner).transpose(1, 2))).transpose(1, 2)
        logits: Tensor = self.out(self.dropout(near))
        return logits


class TaggerNetwork(nn.Module):
    """Encoder, tag head, topic head. One pass gives both."""

    def __init__(
        self, config: PretrainedConfig, topics: int, encoder: nn.Module | None = None, labels: int = 0
    ) -> None:
        """`labels` is how many there are beside METRIC, VALUE and UNIT."""
        super().__init__()
        self.config = config
        fresh = {"dtype": torch.float32, "add_pooling_layer": False}
        self.bert = AutoModel.from_config(config, **fresh) if encoder is None else encoder  # type: ignore[no-untyped-call]
        self.dropout = nn.Dropout(config.hidden_dropout_prob)
        self.classifier = nn.Linear(config.hidden_size, len(TAGS))
        self.added = nn.ModuleList(LabelHead(config.hidden_size) for _ in range(labels))
        self.topic = nn.Sequential(
            nn.Linear(2 * config.hidden_size, config.hidden_size),
            nn.Tanh(),
            nn.Dropout(config.hidden_dropout_prob),
            nn.Linear(config.hidden_size, topics),
        )

    def forward(self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of tags, (batch, tokens, 7 + 2 * labels), and of topics, (batch, topics), from arrays of shape (batch, tokens)."""
        inner, hidden, whole = self.encode(input_ids, token_type_ids, attention_mask)
        whole = self.dropout(whole)
        return self.tag(self.dropout(inner), self.dropout(hidden)), self.topic(whole)

    def tag(self, inner: Tensor, hidden: Tensor) -> Tensor:
        """Logits of tags from what `encode` says of the characters."""
        tags: Tensor = self.classifier(hidden)
        return torch.cat([tags, *(head(inner) for head in self.added)], dim=-1) if self.added else tags

    @property
    def tags(self) -> int:
        """How many tags it tells apart."""
        return len(TAGS) + 2 * len(self.added)

    def encode(
        self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """What the heads see: the characters in layer INNER, 0 outside the sentence, and in the last, (batch, tokens, hidden); and the
        whole, (batch, 2 * hidden)."""
        # With four dimensions the mask is taken as it is; made from two it would cost a fifth of the time of the ONNX graph.
        seen = attention_mask[:, None, None, :].bool()
        inputs = {"input_ids": input_ids, "token_type_ids": token_type_ids, "attention_mask": seen}
        states = self.bert(**inputs, output_hidden_states=True)
        hidden = states.last_hidden_state
        # The topic is seen in [CLS], which knows the section path, and in the mean of the sentence's own characters.
        own = (attention_mask * (1 - token_type_ids)).unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * own).sum(1) / own.sum(1)
        return states.hidden_states[INNER] * own, hidden, torch.cat([hidden[:, 0], mean], dim=-1)


def torch_runner(network: TaggerNetwork) -> Runner:
    """The network itself as what an engine runs."""

    def run(batch: Batch) -> tuple[Any, Any]:
        network.eval()
        with torch.inference_mode():
            tags, topics = network(*(torch.from_numpy(array) for array in batch))
        return tags.numpy(), topics.numpy()

    return run


def load_encoder(folder: str | Path) -> nn.Module:
    """A Hugging Face encoder in full precision, without its pooler."""
    model: nn.Module = AutoModel.from_pretrained(folder, dtype=torch.float32, add_pooling_layer=False)
    return model


def load_config(folder: str | Path) -> PretrainedConfig:
    """The configuration of a Hugging Face encoder."""
    config: PretrainedConfig = AutoConfig.from_pretrained(folder)
    return config
