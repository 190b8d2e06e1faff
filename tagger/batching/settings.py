"""What a text was scored with: a change of any of it means scoring anew."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from tagger import __version__
from tagger.batching.records import CONTENT_STORED, DOCUMENT_STORED, MEASUREMENT_STORED, SENTENCE_STORED
from tagger.taxonomy import Taxonomy


class Settings(NamedTuple):
    """The engine and all that its results depend on; `key` stands for all of it. `model` is the hash of its meta.json."""

    key: str
    engine: str
    tagger: str
    model: str | None
    taxonomy_version: str
    taxonomy_hash: str


def make_settings(engine: str, taxonomy: Taxonomy, model: str | None = None, keep_text: bool = False) -> Settings:
    """Settings with their key, which also changes with the columns that are kept."""
    parts = (engine, __version__, model, taxonomy.version, taxonomy.hash)
    columns = (CONTENT_STORED, DOCUMENT_STORED, SENTENCE_STORED, MEASUREMENT_STORED, keep_text)
    return Settings(sha256(repr((parts, columns)).encode()).hexdigest()[:16], *parts)


def engine_settings(engine: str, model: Path | None, keep_text: bool = False) -> Settings:
    """The settings of a run with an engine that `load_engine` knows. Raises TaggerError where there is none."""
    if engine == "model":
        from tagger.model.release import META, default_folder, digest, model_taxonomy, read_meta

        folder = model or default_folder()
        meta = read_meta(folder)
        return make_settings(engine, model_taxonomy(folder, meta), digest(folder / META), keep_text)
    from tagger.engines import load_engine

    return make_settings(engine, load_engine(engine, model).taxonomy, None, keep_text)
