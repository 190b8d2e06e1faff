"""How one version of the taxonomy becomes the next: numbered files of operations, and what they say of every topic."""

from __future__ import annotations

from tagger.migrations.files import load_migration, load_migrations
from tagger.migrations.migration import Migration, Version, apply
from tagger.migrations.operations import Add, AddLabel, Drop, Merge, Operation, Rename, Split

__all__ = [
    "Add",
    "AddLabel",
    "Drop",
    "Merge",
    "Migration",
    "Operation",
    "Rename",
    "Split",
    "Version",
    "apply",
    "load_migration",
    "load_migrations",
]
