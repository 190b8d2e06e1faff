"""Engines: whatever tags sentences. Everything downstream speaks to this protocol alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tagger.document import Prediction, Sentence
from tagger.errors import TaggerError
from tagger.taxonomy import Taxonomy, load_taxonomy

ENGINES = ("rules",)


class Engine(Protocol):
    """Tags sentences with topics and entities, in the words of one taxonomy."""

    name: str
    taxonomy: Taxonomy

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        """One prediction per sentence, in order; spans sorted and not overlapping."""
        ...


def load_engine(name: str) -> Engine:
    """The engine of that name. Raises TaggerError when there is none."""
    if name == "rules":
        from tagger.rules import RulesEngine

        return RulesEngine(load_taxonomy())
    raise TaggerError(f"{name}: no such engine; choose one of: {', '.join(ENGINES)}")
