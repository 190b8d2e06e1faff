"""The taxonomy as data: topics with stable ids, a version, and a hash of what a model must agree with."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tagger.errors import TaggerError

_ID = re.compile(r"[a-z][a-z0-9_]*")
_KEYS = {"id", "name", "covers", "keywords"}


class TopicEntry(NamedTuple):
    """One topic of the taxonomy; `keywords` maps a keyword to its weight in the rule engine."""

    id: str
    name: str
    covers: str
    keywords: dict[str, float]


class Taxonomy(NamedTuple):
    """A version of the taxonomy. `hash` covers version, ids and names only: what predictions mean."""

    version: str
    topics: tuple[TopicEntry, ...]
    hash: str

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
    import yaml

    source = path or default_path()
    try:
        # Every scalar as it is written: version 2026.10 is not the number 2026.1.
        content = yaml.load(source.read_text(encoding="utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except OSError as error:
        raise TaggerError(f"{source}: cannot be read ({error.strerror}); name a taxonomy file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise TaggerError(f"{source}: is not valid YAML ({reason}); mend it") from None
    return _check(content, source)


def _check(content: Any, source: Path) -> Taxonomy:
    if not isinstance(content, dict) or not content.get("version") or not isinstance(content.get("topics"), list):
        raise TaggerError(f"{source}: needs a version and a list of topics; see data/taxonomy.yaml")
    if not content["topics"]:
        raise TaggerError(f"{source}: has no topics; see data/taxonomy.yaml")
    topics = []
    seen: set[str] = set()
    for number, entry in enumerate(content["topics"], 1):
        if not isinstance(entry, dict) or not {"id", "name"} <= set(entry) <= _KEYS:
            raise TaggerError(
                f"{source}: topic {number} needs id and name, and may have covers and keywords, nothing else"
            )
        topic = str(entry["id"])
        if not _ID.fullmatch(topic) or topic in seen:
            raise TaggerError(f"{source}: topic id {topic!r} is not lower_snake_case or stands twice")
        seen.add(topic)
        if not entry["name"] or not isinstance(entry["name"], str):
            raise TaggerError(f"{source}: topic {topic} has no name")
        keywords = _check_keywords(entry.get("keywords") or {}, topic, source)
        topics.append(TopicEntry(topic, str(entry["name"]), str(entry.get("covers", "")), keywords))
    version = str(content["version"])
    digest = sha256("\n".join([version, *(f"{entry.id}\t{entry.name}" for entry in topics)]).encode()).hexdigest()
    return Taxonomy(version, tuple(topics), digest)


def _check_keywords(content: Any, topic: str, source: Path) -> dict[str, float]:
    keywords: dict[str, float] = {}
    fault = TaggerError(f"{source}: keywords of {topic} must be lists of words under a numeric weight, as 3: [词, 词]")
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
