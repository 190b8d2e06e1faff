"""The data folder: the taxonomy that its gold data speaks, and the migrations it came by."""

from __future__ import annotations

from pathlib import Path

from tagger.data.gold import GoldSentence
from tagger.errors import TaggerError
from tagger.migrations import Migration, Version, load_migrations
from tagger.migrations.versions import describe
from tagger.taxonomy import Taxonomy, default_path, load_taxonomy

TAXONOMY, GOLD, COMPILED, MIGRATIONS = "taxonomy.yaml", "gold", "compiled", "migrations"


def data_folder(path: Path) -> Path | None:
    """The data folder in which something lies: the nearest folder above with a taxonomy.yaml beside gold/, or itself.

    Below the working folder it is named from there, as messages should.
    """
    path, here = path.resolve(), Path.cwd()
    for each in (path, *path.parents):
        if (each / GOLD).is_dir() and (each / TAXONOMY).exists():
            return each.relative_to(here) if each.is_relative_to(here) else each
    return None


def data_taxonomy_path(path: Path) -> Path:
    """The file of the taxonomy that gold data speaks: that of its data folder, the shipped one where it lies in none."""
    folder = data_folder(path)
    # By its full path: a taxonomy once read is kept, whatever the working folder is by then.
    return (folder / TAXONOMY).resolve() if folder else default_path()


def data_taxonomy(path: Path) -> Taxonomy:
    """The taxonomy that gold data speaks."""
    return load_taxonomy(data_taxonomy_path(path))


def data_migrations(path: Path) -> list[Migration]:
    """The migrations in the data folder of something, run or still to run."""
    folder = data_folder(path)
    return load_migrations(folder / MIGRATIONS) if folder else []


def require_taxonomy(path: Path, taxonomy: Taxonomy, who: str) -> None:
    """Raise TaggerError, naming the migration to run, where gold data does not speak this taxonomy.

    `who` is what speaks it, for the message: a model's folder.
    """
    own = data_taxonomy(path)
    if own.hash != taxonomy.hash:
        raise TaggerError(
            describe(str(path), Version.of(own), who, Version.of(taxonomy), data_migrations(path)),
        )


def strangers(sentence: GoldSentence, taxonomy: Taxonomy) -> list[str]:
    """The topic and labels in front of a sentence that the taxonomy does not have."""
    found = [] if any(entry.id == sentence.topic for entry in taxonomy.topics) else [sentence.topic]
    return found + [each for each in sentence.seen if all(entry.id != each for entry in taxonomy.labels)]


def stranger(topic: str, path: Path) -> str:
    """What is wrong with a topic or label that the taxonomy of its data folder does not have, and what to do about it."""
    own = data_taxonomy(path)
    kind = "topic" if topic.islower() else "label"
    for migration in data_migrations(path):
        if migration.new == Version.of(own) and topic in migration.ends:
            return (
                f"{topic} is no {kind} of taxonomy {own.version} any more; put the {TAXONOMY} of {migration.old.version} back and "
                f"run tagger taxonomy migrate {migration.path}"
            )
        if migration.old == Version.of(own) and topic in migration.begins:
            return f"{topic} is no {kind} of taxonomy {own.version} yet; run tagger taxonomy migrate {migration.path} on older data"
    return f"{topic} is no {kind} of taxonomy {own.version}"
