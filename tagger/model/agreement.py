"""Whether a model speaks the taxonomy of the data."""

from __future__ import annotations

from pathlib import Path

from tagger.errors import TaggerError
from tagger.migrations import Version, load_migrations
from tagger.migrations.versions import describe
from tagger.model.release import Meta
from tagger.taxonomy import Taxonomy, default_path

MIGRATIONS = "migrations"  # the folder beside a taxonomy


def require_agreement(folder: Path, meta: Meta, taxonomy: Taxonomy) -> None:
    """Raises TaggerError, naming the migrations to run, where the model of `folder` speaks another taxonomy than the data."""
    spoken = Version(meta.taxonomy_version, meta.taxonomy_hash)
    if spoken.hash != taxonomy.hash:
        known = load_migrations(default_path().parent / MIGRATIONS)
        raise TaggerError(describe("the data", Version.of(taxonomy), f"the model {folder}", spoken, known))
