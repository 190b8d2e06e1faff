"""Migration files: `m001_what_changes.yaml`, numbered, each beginning where the last ends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from tagger.errors import TaggerError
from tagger.migrations.migration import Migration, Version
from tagger.migrations.operations import Operation, read_operation, write_operation
from tagger.taxonomy import read_yaml

_NAME = re.compile(r"m([0-9]{3,})_[a-z0-9_]+\.yaml")
_HASH = re.compile(r"[0-9a-f]{64}")


def load_migration(path: Path) -> Migration:
    """Load and check a migration file. Raises TaggerError naming the file and the fault."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise TaggerError(f"{path}: is not named as a migration is, m001_what_changes.yaml; rename it")
    content = read_yaml(path, "a migration file")
    if not isinstance(content, dict) or set(content) != {"from", "to", "operations"}:
        raise TaggerError(f"{path}: needs from, to and operations, nothing else; see data/migrations/README.md")
    operations = content["operations"]
    if not isinstance(operations, list) or not operations:
        raise TaggerError(f"{path}: has no list of operations; see data/migrations/README.md")
    read = tuple(read_operation(each, f"{path}: operation {number}") for number, each in enumerate(operations, 1))
    old, new = (_version(content[key], f"{path}: {key}") for key in ("from", "to"))
    if old.version == new.version:
        raise TaggerError(f"{path}: goes from version {old.version} to the same; give the new taxonomy a version")
    return Migration(path, int(match[1]), old, new, read)


def _version(content: Any, place: str) -> Version:
    if not isinstance(content, dict) or set(content) != {"version", "hash"} or not all(content.values()):
        raise TaggerError(f"{place} needs the version and hash of a taxonomy (tagger taxonomy show --json)")
    version, digest = content["version"], content["hash"]
    if not isinstance(version, str) or not isinstance(digest, str) or not _HASH.fullmatch(digest):
        raise TaggerError(f"{place}: the hash is 64 hexadecimal digits (tagger taxonomy show --json)")
    return Version(version, digest)


def load_migrations(folder: Path) -> list[Migration]:
    """The migrations of a folder in order; none where it is missing. Folders below it are not looked into.

    Raises TaggerError where one is malformed, a number is missing or stands twice, or one does not start where the last ends.
    """
    migrations = sorted((load_migration(each) for each in folder.glob("m*.yaml")), key=lambda each: each.number)
    for number, each in enumerate(migrations, 1):
        if each.number != number:
            raise TaggerError(f"{each.path}: is number {each.number} where {number} is due; number them without a gap")
    for last, each in pairwise(migrations):
        if last.new != each.old:
            raise TaggerError(f"{each.path}: does not start from what {last.path.name} makes ({last.new.hash[:12]})")
    return migrations


def write_migration(old: Version, new: Version, operations: Iterable[Operation]) -> str:
    """The text of a migration file; `load_migration` gives it back, once every operation has its reason."""
    import yaml

    content = {
        "from": old._asdict(),
        "to": new._asdict(),
        "operations": [write_operation(each) for each in operations],
    }
    text: str = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1_000_000)
    return text
