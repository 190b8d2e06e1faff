"""The gold folder: its parts, their files, and a hash of what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from tagger.data import layout
from tagger.data.adjudication import ANNOTATORS, LOG
from tagger.data.gold import GoldFile
from tagger.data.layout import data_taxonomy
from tagger.data.markup import read_tagged
from tagger.data.values import values_path
from tagger.errors import TaggerError
from tagger.taxonomy import Taxonomy

PARTS = ("seeds", "authored", "challenge")
VERSIONS = "VERSIONS.jsonl"  # the list of versions of the challenge set


def tagged_paths(path: Path) -> list[Path]:
    """The `.tagged` files of a folder, or of the parts of a gold folder; or the one file.

    Raises TaggerError where there is none.
    """
    if path.is_file():
        return [path]
    parts = [path / part for part in PARTS if (path / part).is_dir()]
    found = [each for folder in parts or [path] for each in sorted(folder.glob("*.tagged")) if each.is_file()]
    if not found:
        raise TaggerError(f"{path}: holds no .tagged file; name a file, or a folder such as data/gold")
    return found


def is_gold_folder(path: Path) -> bool:
    """Whether a folder has the parts of the gold data."""
    return any((path / part).is_dir() for part in PARTS)


def strangers(root: Path) -> Iterator[Path]:
    """What lies in a gold folder without a place there: it would be trained or tested on by nobody, or hide something."""
    for path in sorted(root.rglob("*")):
        if path.is_dir():
            continue
        folder, *rest = path.relative_to(root).parts
        if folder == "raw":
            known = len(rest) == 3 and rest[0] in PARTS and rest[1] in ANNOTATORS and path.suffix == ".tagged"
        else:
            known = len(rest) == 1 and folder in PARTS and _belongs(path)
        if not known:
            yield path


def _belongs(path: Path) -> bool:
    """Whether a file of a part is a gold file, or goes with one."""
    if path.name in (LOG, VERSIONS):
        return True
    for suffix in (".values.jsonl", ".chrome.jsonl", ".txt", ".tagged"):
        if path.name.endswith(suffix):
            return path.with_name(path.name.removesuffix(suffix) + ".tagged").exists()
    return False


def load_part(root: Path, part: str) -> list[GoldFile]:
    """The files of one part of the gold folder.

    Raises TaggerError where the part is missing or malformed, or has a topic or label that the taxonomy of its data folder has not.
    """
    if part not in PARTS:
        raise TaggerError(f"{part}: no such part of the gold data; choose one of: {', '.join(PARTS)}")
    files = [read_tagged(path) for path in tagged_paths(root / part)]
    check_topics(files, data_taxonomy(root), root)
    return files


def check_topics(files: Iterable[GoldFile], taxonomy: Taxonomy, folder: Path) -> None:
    """Raise TaggerError at the first sentence with a topic or label that the taxonomy of a data folder does not have."""
    for file in files:
        for sentence in file.sentences:
            for each in layout.strangers(sentence, taxonomy):
                raise TaggerError(f"{file.path}:{sentence.number}: {layout.stranger(each, folder)}: {sentence.text}")


def hash_gold(files: Iterable[GoldFile]) -> str:
    """SHA-256 over gold files and the readings beside them: all that a score depends on."""
    paths = [path for file in files for path in (file.path, values_path(file.path)) if path.exists()]
    return hash_files(paths)


def hash_files(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents, so that a renamed, changed, added or missing file is seen."""
    digest = sha256()
    for path in sorted(paths, key=lambda each: each.name):
        digest.update(f"{path.name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
