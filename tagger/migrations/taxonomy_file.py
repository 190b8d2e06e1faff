"""A taxonomy file rewritten for its next version: what has not changed stays as it is written, comments and all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tagger.migrations.operations import write_keywords, write_label
from tagger.taxonomy import LabelEntry, Taxonomy, TopicEntry

_TOPIC = re.compile(r"^ *- +id: *['\"]?([a-z][a-z0-9_]*)['\"]? *$", re.MULTILINE)
_LABELS = re.compile(r"^labels:", re.MULTILINE)
_NAME = re.compile(r"^( +name: *).*$", re.MULTILINE)
_VERSION = re.compile(r"^version:.*$", re.MULTILINE)
_WIDE = 1_000_000  # one list, one line


def rewrite(text: str, old: Taxonomy, new: Taxonomy) -> str:
    """The text of the new taxonomy's file, made from that of the old one's.

    A file whose topics do not each begin with `- id: …` on a line of its own is written anew, and loses its comments.
    """
    added = new.labels[len(old.labels) :]
    text, labels = _part(text)
    labels += "" if not added else ("" if labels else "labels:\n") + "".join(map(_render_label, added))
    starts = list(_TOPIC.finditer(text))
    if [match[1] for match in starts] != [entry.id for entry in old.topics] or not _VERSION.search(text):
        labels = "labels:\n" + "".join(map(_render_label, new.labels)) if new.labels else ""
        return f"version: {_scalar(new.version)}\ntopics:\n" + "".join(map(_render, new.topics)) + labels
    ends = [match.start() for match in starts[1:]] + [len(text)]
    blocks = {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}
    known = {entry.id: entry for entry in old.topics}
    written = [_block(entry, known.get(entry.id), blocks) for entry in new.topics]
    head = _VERSION.sub(lambda _: f"version: {_scalar(new.version)}", text[: starts[0].start()], count=1)
    return head + "".join(block if block.endswith("\n") else block + "\n" for block in written) + labels


def _part(text: str) -> tuple[str, str]:
    """The text before the labels, and the labels to its end."""
    match = _LABELS.search(text)
    if match is None:
        return text, ""
    labels = text[match.start() :]
    return text[: match.start()], labels if labels.endswith("\n") else labels + "\n"


def _render_label(entry: LabelEntry) -> str:
    first, *rest = (f"{name}: {_scalar(value)}" for name, value in write_label(entry).items())
    return "".join(f"    {line}\n" for line in (first, *rest)).replace("    ", "  - ", 1)


def _block(entry: TopicEntry, old: TopicEntry | None, blocks: dict[str, str]) -> str:
    if old is None or entry not in (old, old._replace(name=entry.name)):
        return _render(entry)
    block = blocks[entry.id]
    return block if entry == old else _NAME.sub(lambda match: match[1] + _scalar(entry.name), block, count=1)


def _render(entry: TopicEntry) -> str:
    lines = [f"  - id: {entry.id}", f"    name: {_scalar(entry.name)}"]
    lines += [f"    covers: {_scalar(entry.covers)}"] if entry.covers else []
    lines += ["    keywords:"] if entry.keywords else []
    lines += [f"      {weight:g}: {_flow(words)}" for weight, words in write_keywords(entry.keywords).items()]
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    return text if re.fullmatch(r"[\w.]+", text) else _flow([text])[1:-1]


def _flow(content: Sequence[Any]) -> str:
    import yaml

    dumped: str = yaml.safe_dump(content, allow_unicode=True, default_flow_style=True, width=_WIDE)
    return dumped.strip()
