"""A migration: the version of the taxonomy it starts from, the one it makes, and the operations between.

Operations are applied in order, but none takes apart what another has made: every topic of the old taxonomy is merged, split or
dropped at most once, so that `origins` says of every topic all there is to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tagger.errors import TaggerError
from tagger.migrations.operations import Add, AddLabel, Drop, Merge, Operation, Rename, Split
from tagger.taxonomy import LabelEntry, Taxonomy, TopicEntry, make_taxonomy


class Version(NamedTuple):
    """A version of a taxonomy, as a migration names it."""

    version: str
    hash: str

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> Version:
        return cls(taxonomy.version, taxonomy.hash)


@dataclass(frozen=True)
class Migration:
    """One step from a version of the taxonomy to the next."""

    path: Path
    number: int
    old: Version
    new: Version
    operations: tuple[Operation, ...]

    @property
    def begins(self) -> set[str]:
        """The topics and labels that were not there before: added, parts of a split, merged ones with a new id."""
        added = {each.topic.id for each in self.operations if isinstance(each, Add)}
        added |= {each.label.id for each in self.operations if isinstance(each, AddLabel)}
        parts = {part.id for each in self.operations if isinstance(each, Split) for part in each.into}
        return added | parts | {e.into for e in self.operations if isinstance(e, Merge) and e.into not in e.topics}

    @property
    def ends(self) -> set[str]:
        """The topics that are not there afterwards: split, dropped, merged into another."""
        merged = {
            topic for each in self.operations if isinstance(each, Merge) for topic in {*each.topics} - {each.into}
        }
        return merged | {each.topic for each in self.operations if isinstance(each, (Split, Drop))}

    def origins(self, taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
        """For every topic of the new taxonomy, in its order, the old topics whose sentences it takes; `taxonomy` is the old one.

        A kept or renamed topic takes its own, a merged one those of all its sources, one into which another is dropped
        those too, every part of a split the split one's, a new topic none. Raises TaggerError as `apply` does.
        """
        return {each.id: self._walk(taxonomy).origins[each.id] for each in apply(self, taxonomy).topics}

    def targets(self, taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
        """For every topic of the old taxonomy the new ones that its sentences may belong to.

        One: they follow by themselves. Several: a person must look; so after a split, and where a new topic is related.
        A sentence of any other topic may belong to a new one too: see `tagger.data.review`. Raises TaggerError as `apply` does.
        """
        walk = self._walk(taxonomy)
        found: dict[str, tuple[str, ...]] = {}
        for topic in taxonomy.topics:
            inherit = [new for new, old in walk.origins.items() if topic.id in old]
            new = [new for new, related in walk.related.items() if topic.id in related]
            found[topic.id] = (*inherit, *new)
        return found

    def _walk(self, taxonomy: Taxonomy) -> _Walk:
        walk = _Walk(taxonomy, str(self.path))
        for number, operation in enumerate(self.operations, 1):
            walk.take(operation, number)
        return walk


def apply(migration: Migration, taxonomy: Taxonomy) -> Taxonomy:
    """The taxonomy that the migration makes of the one it starts from.

    Raises TaggerError naming the migration's file where the taxonomy is another than it starts from, an operation names a
    topic that is not there, or what comes out is not what it says it makes.
    """
    if Version.of(taxonomy) != migration.old:
        raise TaggerError(
            f"{migration.path}: starts from taxonomy {migration.old.version} ({migration.old.hash[:12]}), this one is "
            f"{taxonomy.version} ({taxonomy.hash[:12]}); run the migrations in order, each once"
        )
    made = make(migration, taxonomy)
    if made.hash != migration.new.hash:
        raise TaggerError(
            f"{migration.path}: says it makes taxonomy {migration.new.version} with hash {migration.new.hash}, its operations make "
            f"{made.hash}; mend the operations, or write that hash if they are right"
        )
    return made


def make(migration: Migration, taxonomy: Taxonomy) -> Taxonomy:
    """What the operations make of a taxonomy, whatever hashes the migration names. Raises TaggerError as `apply` does."""
    walk = migration._walk(taxonomy)
    return make_taxonomy(migration.new.version, walk.topics, walk.labels)


class _Walk:
    """The state of a taxonomy between operations: its topics, where each has its sentences from, what may move to new ones."""

    def __init__(self, taxonomy: Taxonomy, place: str) -> None:
        self.topics: list[TopicEntry] = list(taxonomy.topics)
        self.labels: list[LabelEntry] = list(taxonomy.labels)
        self.origins: dict[str, tuple[str, ...]] = {each.id: (each.id,) for each in taxonomy.topics}
        self.related: dict[str, tuple[str, ...]] = {}
        self._place = place
        self._old = set(self.origins)
        # What an operation made or renamed no other may change; nor may it take apart what got a dropped one's sentences.
        self._touched: set[str] = set()
        self._filled: set[str] = set()

    def take(self, operation: Operation, number: int) -> None:
        """Apply one operation. Raises TaggerError naming it."""
        place = f"{self._place}: operation {number} ({type(operation).__name__.lower()})"
        if isinstance(operation, Add):
            self._add(operation, place)
        elif isinstance(operation, AddLabel):
            if any(each.id == operation.label.id for each in self.labels):
                raise TaggerError(f"{place}: {operation.label.id} is a label already; choose a new id")
            self.labels.append(operation.label)
        elif isinstance(operation, Rename):
            self._claim([operation.topic], place, set())
            self._replace(operation.topic, self._entry(operation.topic)._replace(name=operation.name))
        elif isinstance(operation, Merge):
            self._merge(operation, place)
        elif isinstance(operation, Split):
            self._claim([operation.topic], place, self._filled)
            self._new(operation.into, place)
            self._replace(operation.topic, *operation.into)
            old = self.origins.pop(operation.topic)
            self.origins |= {each.id: old for each in operation.into}
        else:
            self._drop(operation, place)

    def _add(self, operation: Add, place: str) -> None:
        self._new([operation.topic], place)
        for topic in operation.related:
            if topic not in self._old:
                raise TaggerError(f"{place}: from names {topic}, which is no topic of the old taxonomy")
        if operation.after is None:
            self.topics.append(operation.topic)
        else:
            self._require(operation.after, place)
            self._replace(operation.after, self._entry(operation.after), operation.topic)
        self.origins[operation.topic.id] = ()
        self.related[operation.topic.id] = operation.related

    def _merge(self, operation: Merge, place: str) -> None:
        self._claim(operation.topics, place, self._filled)
        sources = [each for each in self.topics if each.id in operation.topics]
        kept = operation.into in operation.topics
        merged = merge_topics(operation, sources)
        if not kept:
            self._new([merged], place)
        here = operation.into if kept else sources[0].id
        self._replace(here, merged)
        for topic in operation.topics:
            if topic != here:
                self._replace(topic)
        self.origins[operation.into] = tuple(old for each in sources for old in self.origins.pop(each.id))

    def _drop(self, operation: Drop, place: str) -> None:
        self._claim([operation.topic], place, self._filled)
        self._require(operation.into, place)
        if operation.into == operation.topic:
            raise TaggerError(f"{place}: {operation.topic} cannot be dropped into itself; name another topic")
        self._replace(operation.topic)
        self.origins[operation.into] += self.origins.pop(operation.topic)
        self._filled.add(operation.into)

    def _claim(self, topics: Iterable[str], place: str, filled: set[str]) -> None:
        for topic in topics:
            self._require(topic, place)
            if topic in self._touched | filled:
                raise TaggerError(f"{place}: {topic} is changed by an operation before; say it in one operation")
            self._touched.add(topic)

    def _new(self, topics: Iterable[TopicEntry], place: str) -> None:
        for topic in topics:
            if topic.id in self._old or topic.id in self._touched:
                raise TaggerError(f"{place}: {topic.id} is or was another topic; an id is for ever, choose a new one")
            self._touched.add(topic.id)

    def _require(self, topic: str, place: str) -> None:
        if topic not in self.origins:
            raise TaggerError(f"{place}: {topic} is no topic of the taxonomy at this point; mend the id")

    def _entry(self, topic: str) -> TopicEntry:
        return next(each for each in self.topics if each.id == topic)

    def _replace(self, topic: str, *entries: TopicEntry) -> None:
        place = next(number for number, each in enumerate(self.topics) if each.id == topic)
        self.topics[place : place + 1] = entries


def merge_topics(operation: Merge, sources: Sequence[TopicEntry]) -> TopicEntry:
    """The topic that a merge makes; what it does not say is taken from the sources, the heaviest weight of a keyword."""
    name = operation.name
    if name is None:
        name = next(each.name for each in sources if each.id == operation.into)
    covers = operation.covers
    if covers is None:
        covers = "、".join(each.covers for each in sources if each.covers)
    keywords = operation.keywords
    if keywords is None:
        words = [pair for each in sources for pair in each.keywords.items()]
        keywords = dict(
            sorted(words, key=lambda pair: pair[1])
        )  # of equal words the last counts, which is the heaviest
        keywords = {word: keywords[word] for word, _ in words}
    return TopicEntry(operation.into, name, covers, keywords)
