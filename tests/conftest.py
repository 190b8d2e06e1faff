"""Shared fixtures: the five real reports, tagged once."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tagger import Tagger
from tagger.document import TaggedDocument

SEEDS = Path(__file__).parent.parent / "seeds"


# A shell that starts the tests in the background has them ignore Ctrl-C, and so would the commands they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return Tagger.load("rules")


@pytest.fixture(scope="session")
def seeds(tagger: Tagger) -> dict[str, TaggedDocument]:
    """The seeds by their number: 000 … 004."""
    return {path.name[:3]: tagger.tag_file(str(path)) for path in sorted(SEEDS.glob("*.txt"))}
