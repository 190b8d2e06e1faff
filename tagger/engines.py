"""Engines: whatever tags sentences. Everything downstream speaks to this protocol alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from tagger.document import Prediction, Sentence
from tagger.errors import TaggerError
from tagger.taxonomy import Taxonomy, load_taxonomy

ENGINES = ("model", "rules")
DEFAULT = "model"


class Engine(Protocol):
    """Tags sentences with topics and entities, in the words of one taxonomy."""

    name: str
    taxonomy: Taxonomy

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        """One prediction per sentence, in order; spans sorted and not overlapping."""
        ...


def load_engine(name: str, model: Path | None = None, threads: int = 0) -> Engine:
    """The engine of that name; `model` is the folder of a trained one. Raises TaggerError when there is none.

    `threads` is how many it may use; 0 lets it use all cores.
    """
    if name == "rules":
        if model is not None:
            raise TaggerError(f"{model}: the rules have no model; leave --model out, or choose --engine model")
        from tagger.rules import RulesEngine

        return RulesEngine(load_taxonomy())
    if name == "model":
        from tagger.model.engine import ModelEngine

        return ModelEngine.load(model, threads)
    raise TaggerError(f"{name}: no such engine; choose one of: {', '.join(ENGINES)}")
