"""What a text was scored with: a change of any of it means scoring anew."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import tagger
from tagger.batching.records import CONTENT_STORED, DOCUMENT_STORED, MEASUREMENT_STORED, SENTENCE_STORED
from tagger.taxonomy import Taxonomy

# The code between a file's bytes and its rows, beside the package of the engine itself.
_CODE = (
    *("document.py", "pipeline.py", "reading", "extraction", "metadata", "output/rows.py"),
    *("batching/records.py", "batching/sources.py", "batching/worker.py"),
)

_SOURCES = (".py", ".txt", ".yaml")  # the model that is released in its package has a hash of its own


class Settings(NamedTuple):
    """The engine and all that its results depend on; `key` stands for all of it.

    `tagger` is the version with a hash of the code (0.1.0+1f2e3d4c), `model` the hash of the model's meta.json.
    """

    key: str
    engine: str
    tagger: str
    model: str | None
    taxonomy_version: str
    taxonomy_hash: str


def make_settings(engine: str, taxonomy: Taxonomy, model: str | None = None, keep_text: bool = False) -> Settings:
    """Settings with their key, which also changes with the columns that are kept and the taxonomy's keywords."""
    parts = (engine, f"{tagger.__version__}+{code_hash(engine)}", model, taxonomy.version, taxonomy.hash)
    keywords = [sorted(topic.keywords.items()) for topic in taxonomy.topics]
    columns = (CONTENT_STORED, DOCUMENT_STORED, SENTENCE_STORED, MEASUREMENT_STORED, keep_text)
    return Settings(sha256(repr((parts, columns, keywords)).encode()).hexdigest()[:16], *parts)


def code_hash(engine: str, root: Path = Path(tagger.__file__).parent) -> str:
    """Eight hex digits that change with the code that makes an engine's rows: two states of one version are told apart."""
    digest = sha256()
    for name in (*_CODE, engine):
        place = root / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in _SOURCES and path.is_file() and "released" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def engine_settings(engine: str, model: Path | None, keep_text: bool = False) -> Settings:
    """The settings of a run with an engine that `load_engine` knows. Raises TaggerError where there is none."""
    if engine == "model":
        from tagger.model.release import META, default_folder, digest, model_taxonomy, read_meta

        folder = model or default_folder()
        meta = read_meta(folder)
        return make_settings(engine, model_taxonomy(folder, meta), digest(folder / META), keep_text)
    from tagger.engines import load_engine

    return make_settings(engine, load_engine(engine, model).taxonomy, None, keep_text)
