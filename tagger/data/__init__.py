"""Gold data: the `.tagged` markup, its checks, its compiled form, and the ways into other tools and back."""

from __future__ import annotations

from tagger.data.gold import GoldEntity, GoldFile, GoldHeading, GoldLine, GoldLink, GoldSentence
from tagger.data.markup import MarkupError, format_file, parse, read_tagged

__all__ = [
    "GoldEntity",
    "GoldFile",
    "GoldHeading",
    "GoldLine",
    "GoldLink",
    "GoldSentence",
    "MarkupError",
    "format_file",
    "parse",
    "read_tagged",
]
