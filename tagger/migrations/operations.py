"""The operations on a taxonomy, each with its reason, and how a migration file writes them.

An id is for ever: no operation changes one, and a topic that means something else (a part of a split) gets a new one.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Union

from tagger.errors import TaggerError
from tagger.taxonomy import LabelEntry, TopicEntry, read_keywords, read_label, read_topic


class Add(NamedTuple):
    """A new topic; some sentences of the `related` topics may belong to it. It stands after the topic `after`, or last."""

    topic: TopicEntry
    related: tuple[str, ...]
    after: str | None
    reason: str


class AddLabel(NamedTuple):
    """A new entity label; which sentences have been looked at for it is said sentence by sentence."""

    label: LabelEntry
    reason: str


class Rename(NamedTuple):
    """A new name for a topic that means what it meant."""

    topic: str
    name: str
    reason: str


class Merge(NamedTuple):
    """Topics become one: one of them, which keeps its name unless it is given one, or a new one.

    Without `covers` or `keywords` it has those of all its sources.
    """

    topics: tuple[str, ...]
    into: str
    name: str | None
    covers: str | None
    keywords: dict[str, float] | None
    reason: str


class Split(NamedTuple):
    """A topic becomes several, all with new ids: none of them means what the whole meant."""

    topic: str
    into: tuple[TopicEntry, ...]
    reason: str


class Drop(NamedTuple):
    """A topic ends; its sentences go to another."""

    topic: str
    into: str
    reason: str


Operation = Union[Add, AddLabel, Rename, Merge, Split, Drop]

# What an operation must have, beside its own key and reason, and what it may have.
_FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "add": (set(), {"from", "after"}),
    "add_label": (set(), set()),
    "rename": ({"name"}, set()),
    "merge": ({"into"}, set()),
    "split": ({"into"}, set()),
    "drop": ({"into"}, set()),
}


def read_operation(content: Any, place: str) -> Operation:
    """One operation as YAML has it. Raises TaggerError, which begins with `place`, where it is none."""
    kinds = [key for key in _FIELDS if key in content] if isinstance(content, dict) else []
    if len(kinds) != 1:
        raise TaggerError(f"{place} is not one of: {', '.join(_FIELDS)}; name it by its first key, as rename: ID")
    (kind,) = kinds
    place = f"{place} ({kind})"
    needed, allowed = _FIELDS[kind]
    if not {kind, *needed} <= set(content) <= {kind, "reason", *needed, *allowed}:
        fields = ", ".join(sorted(needed | {"reason"}))
        also = f", may have {', '.join(sorted(allowed))}" if allowed else ""
        raise TaggerError(f"{place} needs {fields}{also}, and has nothing else")
    reason = content.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise TaggerError(f"{place} has no reason; say why the taxonomy changes")
    if kind == "add":
        after = content.get("after")
        related = _ids(content.get("from", []), f"{place}: from", 0)
        return Add(read_topic(content["add"], place), related, after and _id(after, f"{place}: after"), reason)
    if kind == "add_label":
        return AddLabel(read_label(content["add_label"], place), reason)
    if kind == "rename":
        name = content["name"]
        if not isinstance(name, str) or not name:
            raise TaggerError(f"{place} has no name")
        return Rename(_id(content["rename"], place), name, reason)
    if kind == "merge":
        return _merge(_ids(content["merge"], place, 2), content["into"], place, reason)
    if kind == "split":
        parts = content["into"]
        if not isinstance(parts, list) or len(parts) < 2:
            raise TaggerError(f"{place} needs a list of at least two topics under into")
        return Split(_id(content["split"], place), tuple(read_topic(each, place) for each in parts), reason)
    return Drop(_id(content["drop"], place), _id(content["into"], f"{place}: into"), reason)


def _merge(topics: tuple[str, ...], into: Any, place: str, reason: str) -> Merge:
    if isinstance(into, str):
        into = {"id": into}
    if not isinstance(into, dict) or not {"id"} <= set(into) <= {"id", "name", "covers", "keywords"}:
        raise TaggerError(f"{place}: into needs an id, and may have name, covers and keywords, nothing else")
    if into["id"] not in topics:
        read_topic(into, f"{place}: into")  # a new topic has all that a topic needs
    name, covers = into.get("name"), into.get("covers")
    if not all(each is None or isinstance(each, str) for each in (name, covers)) or name == "":
        raise TaggerError(f"{place}: into has a name or covers that is no text")
    keywords = read_keywords(into["keywords"] or {}, f"{place}: into") if "keywords" in into else None
    return Merge(topics, _id(into["id"], f"{place}: into"), name, covers, keywords, reason)


def _id(content: Any, place: str) -> str:
    if not isinstance(content, str) or not content:
        raise TaggerError(f"{place} needs the id of a topic")
    return content


def _ids(content: Any, place: str, least: int) -> tuple[str, ...]:
    if not isinstance(content, list) or len(content) < least or len({*map(str, content)}) != len(content):
        raise TaggerError(f"{place} needs a list of {f'at least {least} ' if least else ''}topic ids, each once")
    return tuple(_id(each, place) for each in content)


def write_operation(operation: Operation) -> dict[str, Any]:
    """The operation as YAML has it; `read_operation` gives it back."""
    if isinstance(operation, Add):
        content: dict[str, Any] = {"add": write_topic(operation.topic)}
        content |= {"from": list(operation.related)} if operation.related else {}
        content |= {"after": operation.after} if operation.after else {}
    elif isinstance(operation, AddLabel):
        content = {"add_label": write_label(operation.label)}
    elif isinstance(operation, Rename):
        content = {"rename": operation.topic, "name": operation.name}
    elif isinstance(operation, Merge):
        into: dict[str, Any] = {"id": operation.into}
        into |= {"name": operation.name} if operation.name is not None else {}
        into |= {"covers": operation.covers} if operation.covers is not None else {}
        into |= {"keywords": write_keywords(operation.keywords)} if operation.keywords is not None else {}
        content = {"merge": list(operation.topics), "into": into}
    elif isinstance(operation, Split):
        content = {"split": operation.topic, "into": [write_topic(each) for each in operation.into]}
    else:
        content = {"drop": operation.topic, "into": operation.into}
    return content | {"reason": operation.reason}


def write_label(entry: LabelEntry) -> dict[str, str]:
    """The label as YAML has it."""
    return {name: value for name, value in entry._asdict().items() if value}


def write_topic(entry: TopicEntry) -> dict[str, Any]:
    """The topic as YAML has it."""
    content: dict[str, Any] = {"id": entry.id, "name": entry.name}
    content |= {"covers": entry.covers} if entry.covers else {}
    return content | ({"keywords": write_keywords(entry.keywords)} if entry.keywords else {})


def write_keywords(keywords: dict[str, float]) -> dict[float, list[str]]:
    """The keywords as YAML has them: lists of words by falling weight."""
    weights = sorted(set(keywords.values()), reverse=True)
    return {
        int(weight) if weight == int(weight) else weight: [word for word, its in keywords.items() if its == weight]
        for weight in weights
    }
