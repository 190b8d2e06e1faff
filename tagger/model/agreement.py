"""Whether a model speaks the taxonomy of the data, and which migrations lead from one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tagger.errors import TaggerError
from tagger.migrations import Migration, apply, load_migrations
from tagger.model.release import Meta
from tagger.taxonomy import Taxonomy, default_path

MIGRATIONS = "migrations"  # the folder beside a taxonomy


def steps_between(folder: Path, old: str, new: str) -> list[Migration]:
    """The migrations of a folder from the taxonomy of one hash to that of another; none where they do not lead there.

    Raises TaggerError where one is malformed.
    """
    steps: list[Migration] = []
    for each in load_migrations(folder):
        if steps or each.old.hash == old:
            steps.append(each)
            if each.new.hash == new:
                return steps
    return []


def compose(migrations: Sequence[Migration], old: Taxonomy, new: Taxonomy) -> dict[str, tuple[str, ...]]:
    """For every new topic the old ones that it comes from, over several migrations one after the other.

    Raises TaggerError where they do not start from the one taxonomy, or end at the other.
    """
    found = {entry.id: (entry.id,) for entry in old.topics}
    taxonomy = old
    for each in migrations:
        step = each.origins(taxonomy)
        found = {topic: tuple(old for source in sources for old in found[source]) for topic, sources in step.items()}
        taxonomy = apply(each, taxonomy)
    if taxonomy.hash != new.hash:
        raise TaggerError(
            f"{migrations[-1].path}: makes taxonomy {taxonomy.version} ({taxonomy.hash[:12]}), the new one is {new.version} "
            f"({new.hash[:12]}); name the taxonomy that it makes, or the migrations that are missing"
        )
    return found


def require_agreement(folder: Path, meta: Meta, taxonomy: Taxonomy) -> None:
    """Raises TaggerError, naming the migrations to run, where the model of `folder` speaks another taxonomy than the data."""
    if meta.taxonomy_hash == taxonomy.hash:
        return
    known = default_path().parent / MIGRATIONS
    for old, new, command in (
        (meta.taxonomy_hash, taxonomy.hash, f"tagger retrain --model {folder} --taxonomy {default_path()} --migration"),
        (taxonomy.hash, meta.taxonomy_hash, "tagger taxonomy migrate"),
    ):
        steps = steps_between(known, old, new)
        if steps:
            remedy = f"run {command} {' '.join(str(each.path) for each in steps)}"
            break
    else:
        remedy = f"no migration of {known} leads from one to the other; write one with tagger taxonomy diff"
    raise TaggerError(f"{folder}: speaks taxonomy {meta.taxonomy_version}, the data {taxonomy.version}; {remedy}")
