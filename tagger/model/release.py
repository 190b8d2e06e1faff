"""A model folder: which files it holds, what meta.json says of them, and that they are whole."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tagger.data.iob import TAGS, make_tags
from tagger.document import Label
from tagger.errors import TaggerError
from tagger.model.lexicon import LEXICON
from tagger.taxonomy import Taxonomy, load_taxonomy

META = "meta.json"
VOCABULARY = "vocab.txt"
TAXONOMY = "taxonomy.yaml"
WEIGHTS = "model.safetensors"
ONNX, ONNX_INT8 = "model.onnx", "model.int8.onnx"
FORMAT = 1


class Meta(NamedTuple):
    """What a model says of itself. `review` are the scores below which a topic or a span is in doubt.

    `rows` names the topic of every output of the topic head: those of topics that were merged without training stand in it
    several times, and the probability of such a topic is the sum of theirs. `labels` are those beside METRIC, VALUE and UNIT.
    """

    topics: tuple[str, ...]
    rows: tuple[str, ...]
    labels: tuple[Label, ...]
    taxonomy_version: str
    taxonomy_hash: str
    topic_temperature: float
    tag_temperature: float
    review: dict[str, float]
    checksums: dict[str, str]
    content: dict[str, Any]


def default_folder() -> Path:
    """Where the released model lies: in the installed package, or in model/ of a checkout."""
    packaged = Path(__file__).parent / "released"
    return packaged if packaged.exists() else Path(__file__).parent.parent.parent / "model"


def digest(path: Path) -> str:
    """SHA-256 of a file's contents."""
    return sha256(path.read_bytes()).hexdigest()


def write_meta(folder: Path, content: dict[str, Any]) -> None:
    """Write meta.json with the checksums of the files that lie beside it."""
    names = (VOCABULARY, TAXONOMY, WEIGHTS, ONNX, ONNX_INT8, LEXICON)
    checksums = {name: digest(folder / name) for name in names if (folder / name).exists()}
    text = json.dumps({"format": FORMAT, **content, "checksums": checksums}, ensure_ascii=False, indent=1)
    (folder / META).write_text(text + "\n", encoding="utf-8")


def read_meta(folder: Path) -> Meta:
    """Read meta.json. Raises TaggerError naming the folder where it is missing, foreign, or of another format."""
    path = folder / META
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise TaggerError(f"{folder}: holds no model ({META} is missing); name a model folder with --model") from None
    except ValueError:
        raise TaggerError(f"{path}: is damaged (not JSON); take the model folder anew") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise TaggerError(f"{path}: is no model of this format ({FORMAT}); take one made by this version of tagger")
    tags = content.get("tags")
    labels = tuple(dict.fromkeys(str(tag)[2:] for tag in tags[len(TAGS) :])) if isinstance(tags, list) else ()
    if tags != list(make_tags(labels)):
        raise TaggerError(
            f"{path}: its tags are {tags}, not {list(TAGS)} and those of added labels; take another model"
        )
    try:
        topics: tuple[str, ...] = tuple(content["topics"])
        rows: tuple[str, ...] = tuple(content["rows"]) if "rows" in content else topics
        if set(rows) != set(topics):
            raise ValueError("rows and topics are not of the same topics")
        return Meta(
            topics,
            rows,
            labels,
            content["taxonomy"]["version"],
            content["taxonomy"]["hash"],
            float(content["temperature"]["topic"]),
            float(content["temperature"]["tag"]),
            {name: float(score) for name, score in content["review"].items()},
            dict(content["checksums"]),
            content,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TaggerError(f"{path}: is damaged ({error}); take the model folder anew") from None


def verified(folder: Path, meta: Meta, name: str) -> Path:
    """The path of one of the folder's files, whole as it was released. Raises TaggerError where it is not."""
    path = folder / name
    if not path.is_file():
        raise TaggerError(f"{path}: is missing; take the model folder anew")
    if digest(path) != meta.checksums.get(name):
        raise TaggerError(f"{path}: is damaged (its checksum is not that of {META}); take the model folder anew")
    return path


def model_taxonomy(folder: Path, meta: Meta) -> Taxonomy:
    """The taxonomy that the model speaks. Raises TaggerError where file and meta.json disagree."""
    taxonomy = load_taxonomy(verified(folder, meta, TAXONOMY))
    ids = tuple(tuple(entry.id for entry in its) for its in (taxonomy.topics, taxonomy.labels))
    if taxonomy.hash != meta.taxonomy_hash or ids != (meta.topics, meta.labels):
        raise TaggerError(f"{folder}: {TAXONOMY} is not the one that {META} names; take the model folder anew")
    return taxonomy
