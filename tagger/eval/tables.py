"""Score tables in documents: written between two marks by a command, so that no figure is typed by hand.

`<!-- scores:all -->` … `<!-- end -->` holds the whole table, `<!-- scores:summary -->` only the rows that
pool a part, and no table of differences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tagger.data.markup import read_text
from tagger.errors import TaggerError

_BLOCK = re.compile(r"(<!-- scores:(all|summary) -->\n).*?(<!-- end -->)", re.DOTALL)
_POOLED = "| **"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def summary(lines: Sequence[str]) -> list[str]:
    """The lines without the rows of single files, and without the tables of differences."""
    tables = "\n".join(lines).split("\n\n")
    kept = []
    for table in tables:
        header, *rows = table.split("\n")
        if "| difference |" in header:
            continue
        pooled = "| sentences | METRIC |" in header
        kept.append("\n".join([header, *(row for row in rows if not pooled or row.startswith((_POOLED, "|---")))]))
    return "\n\n".join(kept).split("\n")


def filled(path: Path, lines: Sequence[str]) -> str:
    """The document with its score tables as they are now. Raises TaggerError where it has no place for them."""
    text = read_text(path)
    tables = {"all": "\n".join(lines), "summary": "\n".join(summary(lines))}
    new, count = _BLOCK.subn(lambda match: f"{match[1]}\n{tables[match[2]]}\n\n{match[3]}", text)
    if not count:
        raise TaggerError(f"{path}: has no place for scores; put <!-- scores:summary --> and <!-- end --> into it")
    return new


def is_current(path: Path, lines: Sequence[str]) -> bool:
    """Whether the document's tables are those of now, the date aside."""
    return _DATE.sub("", filled(path, lines)) == _DATE.sub("", read_text(path))
