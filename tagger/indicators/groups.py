"""Metric names that measure the same, brought together; every group shows the names it is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tagger.indicators.measures import Kind
from tagger.indicators.signatures import Signature, signature


@dataclass(frozen=True, slots=True)
class Member:
    """A name as reports write it, with its unit, and how often it stands there."""

    name: str
    unit: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """Names with one signature. `name` is the most frequent of them, then the shortest; members the most frequent first."""

    name: str
    kind: Kind
    signature: Signature
    members: tuple[Member, ...]

    @property
    def count(self) -> int:
        """How often its names occur, all together."""
        return sum(member.count for member in self.members)


def group_names(names: Iterable[tuple[str, str | None]]) -> list[Group]:
    """Group names, each with its unit, by signature; the most frequent group first. The order of `names` is of no account."""
    members: dict[Signature, list[Member]] = {}
    for (name, unit), count in Counter(names).items():
        members.setdefault(signature(name, unit), []).append(Member(name, unit, count))
    groups = [_group(key, found) for key, found in members.items()]
    return sorted(groups, key=lambda group: (-group.count, len(group.name), group.name, group.signature))


def _group(key: Signature, members: list[Member]) -> Group:
    counts: Counter[str] = Counter()
    for member in members:
        counts[member.name] += member.count
    name = min(counts, key=lambda each: (-counts[each], len(each), each))
    ordered = sorted(members, key=lambda each: (-each.count, len(each.name), each.name, each.unit or ""))
    return Group(name, key.kind, key, tuple(ordered))
