"""Whether a taxonomy and its migrations belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tagger.errors import TaggerError
from tagger.migrations.migration import Migration, Version, apply
from tagger.taxonomy import Taxonomy


def pending(taxonomy: Taxonomy, migrations: Sequence[Migration]) -> list[Migration]:
    """The migrations still to be run. Raises TaggerError where the taxonomy is of none of their versions."""
    here = Version.of(taxonomy)
    if not migrations or here == migrations[-1].new:
        return []
    for number, each in enumerate(migrations):
        if each.old == here:
            return list(migrations[number:])
    raise TaggerError(
        f"taxonomy {taxonomy.version} ({taxonomy.hash[:12]}) is of no version that the migrations lead over; its ids and names "
        f"change by a migration only"
    )


def faults(taxonomy: Taxonomy, migrations: Sequence[Migration]) -> Iterator[str]:
    """What is wrong with a taxonomy and its migrations, run or still to run; one line each."""
    names = [entry.name for entry in taxonomy.topics]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"the name {name} stands twice; users see names only, give each topic its own"
    ended: dict[str, Migration] = {}
    for each in migrations:
        for topic in sorted(each.begins & ended.keys()):
            yield f"{each.path}: {topic} ended by {ended[topic].path.name}; an id is for ever, choose a new one"
        ended |= dict.fromkeys(each.ends, each)
    try:
        for each in pending(taxonomy, migrations):
            taxonomy = apply(each, taxonomy)
    except TaggerError as error:
        yield str(error)
