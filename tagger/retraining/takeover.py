"""A model taken over into a taxonomy that renames and merges: no weight changes, only what its outputs stand for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tagger.errors import TaggerError
from tagger.model.lexicon import LEXICON
from tagger.model.release import (
    META,
    ONNX,
    ONNX_INT8,
    TAXONOMY,
    VOCABULARY,
    WEIGHTS,
    digest,
    read_meta,
    verified,
    write_meta,
)
from tagger.model.tokenizer import TOKENIZER, TOKENIZER_CONFIG
from tagger.retraining.relation import Relation
from tagger.taxonomy import load_taxonomy

CONFIG = "config.json"
_CHECKED = (VOCABULARY, WEIGHTS, ONNX, ONNX_INT8, LEXICON)
_BESIDE = (CONFIG, TOKENIZER, TOKENIZER_CONFIG)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside `path`; it becomes `path` when the block ends well, and is removed otherwise.

    Raises TaggerError where something is there already.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise TaggerError(f"{path}: is there already; name a new folder with -o")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=".tagger-"))
    try:
        yield temporary
        temporary.chmod(0o755)
        temporary.replace(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def take_over(folder: Path, taxonomy: Path, relation: Relation, out: Path) -> None:
    """Fill `out` with the model of `folder`, its outputs standing for the topics of the file `taxonomy`.

    The probability of a merged topic is the sum of what the model gives its sources. Raises TaggerError where the model is
    damaged, or where there is a topic or label that it cannot tell without training.
    """
    if relation.untrained:
        raise TaggerError(
            f"{taxonomy}: {', '.join(relation.untrained)} cannot be told without examples; leave --no-train out"
        )
    meta = read_meta(folder)
    fresh = [entry.id for entry in load_taxonomy(taxonomy).labels if entry.id not in meta.labels]
    if fresh:
        raise TaggerError(f"{taxonomy}: {', '.join(fresh)} cannot be told without examples; leave --no-train out")
    for name in _CHECKED:
        if (folder / name).exists():
            shutil.copy(verified(folder, meta, name), out / name)
    copy_beside(folder, out)
    rows = [relation.targets[row][0] for row in meta.rows]
    write_retrained(folder, taxonomy, out, {"rows": rows, "retrained": {"trained": False}})


def copy_beside(folder: Path, out: Path) -> None:
    """Copy what lies beside the weights and holds no topics."""
    for name in _BESIDE:
        if (folder / name).exists():
            shutil.copy(folder / name, out / name)


def write_retrained(folder: Path, taxonomy: Path, out: Path, changes: dict[str, Any]) -> None:
    """Write taxonomy and meta.json of a model made from that of `folder`; `changes` are the keys in which it differs."""
    meta, new = read_meta(folder), load_taxonomy(taxonomy)
    shutil.copy(taxonomy, out / TAXONOMY)
    content = {name: value for name, value in meta.content.items() if name not in ("format", "checksums", "rows")}
    content |= {
        "topics": [entry.id for entry in new.topics],
        "taxonomy": {"version": new.version, "hash": new.hash},
        **changes,
    }
    content["retrained"] |= {"from": {"taxonomy": meta.content["taxonomy"], "meta_sha256": digest(folder / META)}}
    write_meta(out, content)
