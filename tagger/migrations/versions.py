"""Versions that do not go together: which migrations lie between two, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tagger.migrations.migration import Migration, Version


def between(migrations: Sequence[Migration], old: Version, new: Version) -> list[Migration]:
    """The migrations that lead from one version to another, in order; none where there is no such way."""
    starts = {each.old: each for each in migrations}
    found: list[Migration] = []
    here = old
    while here != new:
        step = starts.get(here)
        if step is None or step in found:
            return []
        found.append(step)
        here = step.new
    return found


def compose(first: Mapping[str, tuple[str, ...]], second: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The origins over two steps, or over the targets of two steps: `second` is looked up in `first`."""
    return {
        topic: tuple(dict.fromkeys(each for middle in its for each in first.get(middle, ())))
        for topic, its in second.items()
    }


def describe(what: str, has: Version, other: str, wants: Version, migrations: Sequence[Migration]) -> str:
    """One line for data and a model, say, that speak different taxonomies: what each speaks, and what to run.

    `what` is the one to be migrated when it is the older.
    """
    text = f"{what}: speaks taxonomy {has.version} ({has.hash[:12]}), {other} {wants.version} ({wants.hash[:12]}); "
    forward, back = between(migrations, has, wants), between(migrations, wants, has)
    if forward:
        return text + f"run tagger taxonomy migrate {' '.join(str(each.path) for each in forward)}"
    if back:
        paths = " ".join(str(each.path) for each in back)
        return text + f"the data has gone on by {paths}: carry the model over with tagger retrain, or take older data"
    return text + "no migration leads from one to the other; write it with tagger taxonomy diff"
