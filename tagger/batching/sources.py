"""What the rest of the reader gives to a batch: the reports in a file, and the facts about a report as a whole.

Each is one call, so that a reader of more formats, and of metadata, comes in here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tagger.document import Document
from tagger.errors import TaggerError
from tagger.reading.source import Source, load

METADATA = ("region", "level", "period", "issuer", "evidence")


class Facts(NamedTuple):
    """Region, level, period and issuer of a report as text, and the evidence for them; None where not said."""

    region: str | None = None
    level: str | None = None
    period: str | None = None
    issuer: str | None = None
    evidence: str | None = None


def load_all(path: str, max_mb: float) -> Iterator[Source | TaggerError]:
    """The reports in a file: one, or for an archive each of its members."""
    try:
        yield load(path, max_mb)
    except TaggerError as error:
        yield error


def source_format(source: Source) -> str:
    """The format a source was read as; the same bytes read as another format are another report."""
    return "txt"


def place_label(source: Source, start: int) -> str | None:
    """The page or paragraph, in the words of the format, where the character `start` of the text stands."""
    return None


def facts(document: Document, name: str) -> Facts:
    """What title, name and text say of the report as a whole."""
    return Facts()
