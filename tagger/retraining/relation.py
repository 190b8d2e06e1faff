"""How the topics of a model's taxonomy and those of the next one hang together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tagger.errors import TaggerError


@dataclass(frozen=True)
class Relation:
    """Old and new topics, and the old ones that each new one comes from; none where it is added."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    origins: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(
        cls, old: Sequence[str], new: Sequence[str], origins: Mapping[str, tuple[str, ...]] | None = None
    ) -> Relation:
        """The relation that a migration's `origins` give; without one, topics of the same id are the same.

        Raises TaggerError where an old topic comes to nothing: what its sentences become has to be said.
        """
        found = {topic: (topic,) if topic in old else () for topic in new} if origins is None else dict(origins)
        if set(found) != set(new) or not {each for its in found.values() for each in its} <= set(old):
            raise TaggerError(
                "the migration does not lead from the model's topics to those of the taxonomy; name the files that do, "
                "in order, with --migration"
            )
        relation = cls(tuple(old), tuple(new), found)
        lost = [topic for topic in old if not relation.targets[topic]]
        if lost:
            raise TaggerError(
                f"topic {lost[0]} is not in the new taxonomy; say what it becomes in a migration file, and name it with --migration"
            )
        return relation

    @cached_property
    def targets(self) -> dict[str, tuple[str, ...]]:
        """The new topics that each old one comes to: several where it is split."""
        return {topic: tuple(each for each in self.new if topic in self.origins[each]) for topic in self.old}

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """New topics that are one old one and nothing else, under whatever name."""
        return tuple(
            each for each in self.new if len(self.origins[each]) == 1 and self.targets[self.origins[each][0]] == (each,)
        )

    @cached_property
    def untrained(self) -> tuple[str, ...]:
        """New topics that the old head cannot tell: added ones, and those that an old one is split into."""
        return tuple(
            each
            for each in self.new
            if not self.origins[each] or any(len(self.targets[old]) > 1 for old in self.origins[each])
        )

    def labels(self, topic: str) -> tuple[str, ...]:
        """The new topics that a sentence labelled `topic` may have; none where neither taxonomy knows it.

        Several for a sentence of a topic that is split and has not been looked at since.
        """
        return (topic,) if topic in self.new else self.targets.get(topic, ())
