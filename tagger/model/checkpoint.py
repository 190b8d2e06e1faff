"""A trained network back from its folder."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file
from transformers import AutoConfig

from tagger.model.network import TaggerNetwork
from tagger.model.release import VOCABULARY, WEIGHTS, read_meta, verified
from tagger.model.vocabulary import Vocabulary


def load_network(folder: Path) -> tuple[Vocabulary, TaggerNetwork]:
    """Vocabulary and network of a model folder. Raises TaggerError where it is missing or damaged."""
    meta = read_meta(folder)
    vocabulary = Vocabulary.load(verified(folder, meta, VOCABULARY))
    weights = {name: value.float() for name, value in load_file(verified(folder, meta, WEIGHTS)).items()}
    network = TaggerNetwork(AutoConfig.from_pretrained(folder), len(meta.rows), labels=len(meta.labels))
    network.load_state_dict(weights)
    return vocabulary, network.eval()
