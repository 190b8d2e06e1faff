"""Shared fixtures: the five real reports, tagged once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagger import Tagger
from tagger.document import TaggedDocument

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return Tagger.load("rules")


@pytest.fixture(scope="session")
def seeds(tagger: Tagger) -> dict[str, TaggedDocument]:
    """The seeds by their number: 000 … 004."""
    return {path.name[:3]: tagger.tag_file(str(path)) for path in sorted(SEEDS.glob("*.txt"))}
