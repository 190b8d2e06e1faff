"""The taxonomy as data: topics and added entity labels with stable ids, a version, and a hash of what a model must agree with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tagger.document import CORE
from tagger.errors import TaggerError

_ID = re.compile(r"[a-z][a-z0-9_]*")
_KEYS = {"id", "name", "covers", "keywords"}
_LABEL = re.compile(r"[A-Z][A-Z_]+")
_LABEL_KEYS = {"id", "name", "covers", "pattern"}


class TopicEntry(NamedTuple):
    """One topic of the taxonomy; `keywords` maps a keyword to its weight in the rule engine."""

    id: str
    name: str
    covers: str
    keywords: dict[str, float]


class LabelEntry(NamedTuple):
    """An entity label beside METRIC, VALUE and UNIT; `pattern` finds most of its spans, as a suggestion for annotators."""

    id: str
    name: str
    covers: str = ""
    pattern: str = ""


class Taxonomy(NamedTuple):
    """A version of the taxonomy. `hash` covers version, ids and names only: what predictions mean."""

    version: str
    topics: tuple[TopicEntry, ...]
    hash: str
    labels: tuple[LabelEntry, ...] = ()

    def name(self, topic: str) -> str:
        """The name users see for a topic id."""
        return next(entry.name for entry in self.topics if entry.id == topic)


def default_path() -> Path:
    """Where the taxonomy lies: in the installed package, or in data/ of a checkout."""
    packaged = Path(__file__).parent / "data" / "taxonomy.yaml"
    return packaged if packaged.exists() else Path(__file__).parent.parent / "data" / "taxonomy.yaml"


@lru_cache(maxsize=8)
def load_taxonomy(path: Path | None = None) -> Taxonomy:
    """Load and check a taxonomy file. Raises TaggerError naming the file and the fault."""
    source = path or default_path()
    content = read_yaml(source, "a taxonomy file")
    if not isinstance(content, dict) or not content.get("version") or not isinstance(content.get("topics"), list):
        raise TaggerError(f"{source}: needs a version and a list of topics; see data/taxonomy.yaml")
    if not content["topics"]:
        raise TaggerError(f"{source}: has no topics; see data/taxonomy.yaml")
    topics: list[TopicEntry] = []
    for number, each in enumerate(content["topics"], 1):
        entry = read_topic(each, f"{source}: topic {number}")
        if any(entry.id == other.id for other in topics):
            raise TaggerError(f"{source}: topic id {entry.id!r} stands twice; an id names one topic")
        topics.append(entry)
    if not isinstance(content.get("labels", []), list):
        raise TaggerError(f"{source}: labels is no list; see data/migrations/README.md")
    labels: list[LabelEntry] = []
    for number, each in enumerate(content.get("labels", []), 1):
        label = read_label(each, f"{source}: label {number}")
        if any(label.id == other.id for other in labels):
            raise TaggerError(f"{source}: label id {label.id!r} stands twice; an id names one label")
        labels.append(label)
    return make_taxonomy(str(content["version"]), topics, labels)


def make_taxonomy(version: str, topics: Iterable[TopicEntry], labels: Iterable[LabelEntry] = ()) -> Taxonomy:
    """A taxonomy of checked topics and labels, with its hash; ids of labels are in capitals, so that none looks like a topic's."""
    topics, labels = tuple(topics), tuple(labels)
    named = [(entry.id, entry.name) for entry in topics] + [(entry.id, entry.name) for entry in labels]
    lines = [version, *("\t".join(pair) for pair in named)]
    return Taxonomy(version, topics, sha256("\n".join(lines).encode()).hexdigest(), labels)


def read_yaml(path: Path, what: str) -> Any:
    """The content of a YAML file, every scalar as it is written: version 2026.10 is not the number 2026.1.

    Raises TaggerError naming the file; `what` says in the message what kind of file it should be.
    """
    import yaml

    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except OSError as error:
        raise TaggerError(f"{path}: cannot be read ({error.strerror}); name {what}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise TaggerError(f"{path}: is not valid YAML ({reason}); mend it") from None


def read_topic(content: Any, place: str) -> TopicEntry:
    """One topic as YAML has it. Raises TaggerError, which begins with `place`, where it is none."""
    if not isinstance(content, dict) or not {"id", "name"} <= set(content) <= _KEYS:
        raise TaggerError(f"{place} needs id and name, and may have covers and keywords, nothing else")
    if not isinstance(content["id"], str) or not _ID.fullmatch(content["id"]):
        raise TaggerError(f"{place} has the id {content['id']!r}, which is not lower_snake_case")
    if not content["name"] or not isinstance(content["name"], str):
        raise TaggerError(f"{place} ({content['id']}) has no name")
    keywords = read_keywords(content.get("keywords") or {}, f"{place} ({content['id']})")
    return TopicEntry(content["id"], content["name"], str(content.get("covers", "")), keywords)


def read_label(content: Any, place: str) -> LabelEntry:
    """One label as YAML has it. Raises TaggerError, which begins with `place`, where it is none."""
    if not isinstance(content, dict) or not {"id", "name"} <= set(content) <= _LABEL_KEYS:
        raise TaggerError(f"{place} needs id and name, and may have covers and pattern, nothing else")
    if not all(isinstance(each, str) for each in content.values()):
        raise TaggerError(f"{place} has a field that is no text")
    entry = LabelEntry(**content)
    if not _LABEL.fullmatch(entry.id) or entry.id in CORE:
        raise TaggerError(f"{place} has the id {entry.id!r}, which is not UPPER_CASE, or one of {', '.join(CORE)}")
    if not entry.name:
        raise TaggerError(f"{place} ({entry.id}) has no name")
    try:
        re.compile(entry.pattern)
    except re.error as error:
        raise TaggerError(f"{place} ({entry.id}) has a pattern that is no regular expression ({error})") from None
    return entry


def read_keywords(content: Any, place: str) -> dict[str, float]:
    """Keywords with their weights. Raises TaggerError, which begins with `place`, where they are none."""
    keywords: dict[str, float] = {}
    fault = TaggerError(f"{place} has keywords that are not lists of words under a numeric weight, as 3: [词, 词]")
    if not isinstance(content, dict):
        raise fault
    for weight, words in content.items():
        try:
            value = float(weight)
        except (TypeError, ValueError):
            raise fault from None
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            raise fault
        keywords.update(dict.fromkeys(words, value))
    return keywords
