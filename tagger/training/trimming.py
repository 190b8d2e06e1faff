"""Any Chinese BERT as a character model: of its vocabulary only what is one character is kept, with its embeddings.

What Chinese report text needs and most vocabularies lack (curly quotes, the dash) takes the embedding of its plain form.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from transformers import AutoTokenizer, PretrainedConfig

from tagger.model.network import load_config, load_encoder
from tagger.model.vocabulary import SPECIAL, UNK, Vocabulary

# Symbols kept beside ASCII and CJK: units, marks of enumeration and masking, full-width forms.
_SYMBOLS = "·×÷°±²³℃‰′″※→←↑↓≈≤≥≦≧≠∶∕∞√①②③④⑤⑥⑦⑧⑨⑩■□▲△●○◆◇★☆㎡…–‧•αβγμ｜￥"
_PLAIN = {"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "…": "."}


def is_kept(token: str) -> bool:
    """Whether a token of a base vocabulary is a character of report text."""
    if len(token) != 1:
        return False
    code = ord(token)
    return (
        0x21 <= code < 0x7F
        or 0x4E00 <= code <= 0x9FFF
        or 0x3001 <= code <= 0x3015
        or 0xFF01 <= code <= 0xFF5E
        or token in _SYMBOLS
    )


def load_trimmed(folder: str | Path) -> tuple[Vocabulary, nn.Module, PretrainedConfig]:
    """The encoder of a folder or name, its vocabulary cut to characters and its embeddings to match."""
    config, encoder = load_config(folder), load_encoder(folder)
    own = Path(folder) / "vocab.txt"
    if own.exists():
        known = {token: number for number, token in enumerate(own.read_text(encoding="utf-8").splitlines())}
    else:
        known = AutoTokenizer.from_pretrained(folder).get_vocab()
    kept = sorted((token for token in known if is_kept(token)), key=known.__getitem__)
    added = [token for token in _PLAIN if token not in known]
    tokens = [*SPECIAL, *kept, *added]
    source = [known.get(token, known.get(_PLAIN.get(token, UNK), known[UNK])) for token in tokens]
    embeddings = encoder.get_input_embeddings()  # type: ignore[operator]
    cut = nn.Embedding(len(tokens), embeddings.weight.shape[1], padding_idx=0)
    with torch.no_grad():
        cut.weight.copy_(embeddings.weight[torch.tensor(source)])
    encoder.set_input_embeddings(cut)  # type: ignore[operator]
    config.vocab_size = encoder.config.vocab_size = len(tokens)  # type: ignore[union-attr]
    return Vocabulary(tokens), encoder, config
