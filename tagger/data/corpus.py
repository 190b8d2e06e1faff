"""The gold folder: its parts, their files, and a hash of what they hold."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from tagger.data.gold import GoldFile
from tagger.data.markup import read_tagged
from tagger.errors import TaggerError

PARTS = ("seeds", "authored", "challenge")
DEFAULT = Path("data/gold")


def tagged_paths(path: Path) -> list[Path]:
    """The `.tagged` files of a folder and its parts in order, raw annotations left out; or the one file.

    Raises TaggerError where there is none.
    """
    if path.is_file():
        return [path]
    found = sorted(each for each in path.rglob("*.tagged") if "raw" not in each.relative_to(path).parts)
    if not found:
        raise TaggerError(f"{path}: holds no .tagged file; name a file, or a folder such as data/gold")
    return found


def load_part(root: Path, part: str) -> list[GoldFile]:
    """The files of one part of the gold folder. Raises TaggerError where the part is missing or malformed."""
    if part not in PARTS:
        raise TaggerError(f"{part}: no such part of the gold data; choose one of: {', '.join(PARTS)}")
    return [read_tagged(path) for path in tagged_paths(root / part)]


def hash_files(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents, so that a renamed, changed, added or missing file is seen."""
    digest = sha256()
    for path in sorted(paths, key=lambda each: each.name):
        digest.update(f"{path.name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
