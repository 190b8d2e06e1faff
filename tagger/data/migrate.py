"""A data folder brought to the next version of the taxonomy: all of it or none of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tagger.data import challenge
from tagger.data.adjudication import LOG, carry, is_annotated_twice, read_log
from tagger.data.compiled import to_jsonl
from tagger.data.corpus import PARTS, VERSIONS, load_part
from tagger.data.gold import GoldSentence
from tagger.data.layout import COMPILED, GOLD, MIGRATIONS, TAXONOMY
from tagger.data.markup import read_text
from tagger.data.relabel import Place, Sources, new_topics, read_sources, remark, rewrite_lines
from tagger.data.review import Question, ask
from tagger.errors import TaggerError
from tagger.migrations import Migration, Version, apply, load_migrations
from tagger.migrations.taxonomy_file import rewrite
from tagger.output.folder import recover, whole_folder
from tagger.taxonomy import LabelEntry, Taxonomy, load_taxonomy


class Plan(NamedTuple):
    """A migration that a data folder is ready for, and what a person must decide first."""

    data: Path
    migration: Migration
    old: Taxonomy
    new: Taxonomy
    sources: Sources
    questions: list[Question]

    @property
    def labels(self) -> tuple[LabelEntry, ...]:
        """The labels that the migration adds; no sentence needs looking at for them, but a model learns from those that are."""
        return self.new.labels[len(self.old.labels) :]


class Change(NamedTuple):
    """What a migration changed."""

    files: int
    sentences: int


def plan(data: Path, migration: Migration) -> Plan | None:
    """What the migration means for a data folder; None where it has been run there already.

    Raises TaggerError where the data is of another version, is a mixture of two, or is malformed.
    """
    recover(data)
    if not (data / GOLD).is_dir() or not (data / TAXONOMY).is_file():
        raise TaggerError(f"{data}: is no data folder; name one with {TAXONOMY} and {GOLD}/ in it")
    load_taxonomy.cache_clear()  # the file may have changed since it was read
    old = load_taxonomy(data / TAXONOMY)
    past = load_migrations(data / MIGRATIONS)
    if Version.of(old) == migration.new or any(_is_past(each, migration, old, past) for each in past):
        read_sources(data, old)
        return None
    new = apply(migration, old)
    due = next((each.number for each in past if each.old == Version.of(old)), len(past) + 1)
    if migration.number != due:
        raise TaggerError(
            f"{migration.path}: is number {migration.number} where {due} is due in {data / MIGRATIONS}; rename it"
        )
    if due <= len(past) and past[due - 1].operations != migration.operations:
        raise TaggerError(
            f"{migration.path}: is another migration than {past[due - 1].path}; run that, or take it away"
        )
    sources = read_sources(data, old)
    return Plan(data, migration, old, new, sources, ask(sources, migration, old))


def _is_past(each: Migration, wanted: Migration, now: Taxonomy, chain: list[Migration]) -> bool:
    """Whether `each` is the wanted migration, and lies before the version that the data has now."""
    ends = [other.new for other in chain]
    return (
        (each.old, each.new) == (wanted.old, wanted.new)
        and Version.of(now) in ends
        and ends.index(each.new) <= ends.index(Version.of(now))
    )


def run(plan: Plan, answers: Mapping[Place, str], looked_at: Mapping[Place, GoldSentence] | None = None) -> Change:
    """Rewrite the data folder; `answers` has the topic of every sentence that was asked about, `looked_at` those with added labels.

    Stopped at any moment it leaves the folder as it was or as it will be. Raises TaggerError where it cannot be written, or the
    challenge set or an adjudication log is not as it should be before.
    """
    topics = new_topics(plan.sources, plan.migration.targets(plan.old), answers)
    gold = plan.data / GOLD
    if (gold / "challenge" / VERSIONS).exists():
        fault = challenge.check_frozen(gold / "challenge")
        if fault:
            raise TaggerError(fault)
    files = {**plan.sources.gold, **plan.sources.raw}
    texts: dict[str, str] = {}
    sentences = 0
    for name, file in files.items():
        changed = {each.number: topics[name][each.number] for each in file.sentences}
        changed = {each.number: changed[each.number] for each in file.sentences if each.topic != changed[each.number]}
        seen = {
            place.line: replace(sentence, topic=topics[name][place.line])
            for place, sentence in (looked_at or {}).items()
            if place.file == name
        }
        if changed or seen:
            texts[name] = rewrite_lines(remark(read_text(file.path), changed), seen)
            sentences += len(changed.keys() | seen.keys())
    with whole_folder(plan.data) as staged:
        for name, text in texts.items():
            _write(staged / GOLD / name, text)
        _write_taxonomy(staged / TAXONOMY, plan)
        _keep(staged / MIGRATIONS, plan.migration)
        for part in PARTS:
            if (gold / part).is_dir():
                _follow(staged, part, plan)
    load_taxonomy.cache_clear()
    return Change(len(texts), sentences)


def mentions(plan: Plan) -> list[tuple[Path, list[str]]]:
    """The texts of the data folder that still name a topic which the migration ended; people wrote them, people mend them."""
    found = []
    for path in sorted(plan.data.glob("*.md")):
        text = read_text(path)
        topics = [topic for topic in sorted(plan.migration.ends) if re.search(rf"\b{topic}\b", text, re.ASCII)]
        found += [(path, topics)] if topics else []
    return found


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())  # line ends stay as they are


def _write_taxonomy(path: Path, plan: Plan) -> None:
    _write(path, rewrite(read_text(path), plan.old, plan.new))
    written = load_taxonomy.__wrapped__(path)
    if written != plan.new:
        raise TaggerError(
            f"{plan.data / TAXONOMY}: cannot be rewritten for {plan.new.version}; write it as tagger does"
        )


def _keep(folder: Path, migration: Migration) -> None:
    """Put the migration among those that the data came by."""
    if not any(each.number == migration.number for each in load_migrations(folder)):
        folder.mkdir(exist_ok=True)
        _write(folder / migration.path.name, read_text(migration.path))


def _follow(staged: Path, part: str, plan: Plan) -> None:
    """Bring what is made from a part, or speaks of it, in line with its new topics."""
    folder = staged / GOLD / part
    load_taxonomy.cache_clear()
    files = load_part(staged / GOLD, part)
    if (folder / LOG).exists():
        twice = [file for file in files if is_annotated_twice(file)]
        entries = carry(folder, twice, read_log(folder))
        _write(folder / LOG, "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries))
    if (folder / VERSIONS).exists():
        challenge.freeze(folder, f"Taxonomy {plan.new.version}, by {plan.migration.path.name}: topics only.")
    compiled = staged / COMPILED / f"{part}.jsonl"
    if compiled.exists():
        _write(compiled, to_jsonl(files))
