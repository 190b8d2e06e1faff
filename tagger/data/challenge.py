"""The challenge set is frozen: its contents are hashed, and each version of it stands in VERSIONS.jsonl, the last one valid."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from tagger.data.corpus import VERSIONS, hash_files
from tagger.data.markup import read_text
from tagger.errors import TaggerError


def digest(folder: Path) -> str:
    """SHA-256 over every `.tagged` file and sidecar of the folder."""
    return hash_files(
        each for each in folder.iterdir() if each.suffix in (".tagged", ".jsonl") and each.name != VERSIONS
    )


def freeze(folder: Path, reason: str) -> None:
    """Add the set as it is now as the next version, where it has changed since the last. Raises TaggerError if unreadable."""
    versions = [json.loads(line) for line in read_text(folder / VERSIONS).splitlines()]
    now = digest(folder)
    if versions[-1]["sha256"] != now:
        number = versions[-1]["version"] + 1
        version = {"version": number, "sha256": now, "date": date.today().isoformat(), "reason": reason}
        with (folder / VERSIONS).open("a", encoding="utf-8", newline="") as log:
            log.write(json.dumps(version, ensure_ascii=False) + "\n")


def check_frozen(folder: Path) -> str | None:
    """What is wrong with the freeze, or None. A change needs a new line in VERSIONS.jsonl: version, sha256, date, reason."""
    if not (folder / VERSIONS).exists():
        return f"{folder / VERSIONS}: is missing; freeze the set with version 1 and its sha256 {digest(folder)}"
    try:
        versions = [json.loads(line) for line in read_text(folder / VERSIONS).splitlines()]
        numbers = [each["version"] for each in versions]
        last = str(versions[-1]["sha256"])
    except (TaggerError, ValueError, KeyError, IndexError, TypeError) as error:
        return f"{folder / VERSIONS}: is no list of versions, one JSON line each ({error}); take the last good one"
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        return f"{folder / VERSIONS}: versions are {numbers}; they are numbered from 1 without a gap"
    now = digest(folder)
    if last != now:
        return (
            f"{folder}: has changed since version {numbers[-1]} ({now[:12]}, not {last[:12]}); "
            f"take the change back, or add version {numbers[-1] + 1} with its sha256 {now} and the reason to {VERSIONS}"
        )
    return None
