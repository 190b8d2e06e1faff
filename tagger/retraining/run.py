"""A model for another taxonomy: taken over as it is, or with its topic head fitted; then compared with what it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tagger.data.corpus import tagged_paths
from tagger.data.layout import MIGRATIONS, data_taxonomy, require_taxonomy
from tagger.data.markup import read_tagged
from tagger.data.protocols import find_fold
from tagger.errors import TaggerError
from tagger.migrations import Version, apply, load_migration, load_migrations
from tagger.migrations.versions import between, compose
from tagger.model.engine import ModelEngine
from tagger.model.release import default_folder, model_taxonomy, read_meta
from tagger.retraining.comparison import Comparison
from tagger.retraining.relation import Relation
from tagger.retraining.takeover import new_folder, take_over
from tagger.taxonomy import Taxonomy, load_taxonomy


def retrain(
    *,
    taxonomy: Path,
    migrations: Sequence[Path] = (),
    model: Path | None = None,
    data: Path | None = None,
    examples: Sequence[Path] = (),
    train: bool = True,
    out: Path,
) -> Comparison | None:
    """Fill the folder `out` with the model of `model` for the taxonomy of another file, and compare the two on dev.

    Without `migrations` those beside the taxonomy are taken, where they lead from the model's to it. `data` is a gold folder
    of either taxonomy, which may be left out where nothing is trained, and then nothing is compared; `examples` are `.tagged`
    files or folders of the new one besides, to train on. Raises TaggerError where something is missing, malformed or does not fit; then `out` is not made.
    """
    folder = model or default_folder()
    meta = read_meta(folder)
    old, new = model_taxonomy(folder, meta), load_taxonomy(taxonomy)
    if old.hash == new.hash:
        raise TaggerError(f"{folder}: speaks taxonomy {old.version} already; there is nothing to do")
    if [each.id for each in new.labels][: len(old.labels)] != [each.id for each in old.labels]:
        raise TaggerError(
            f"{taxonomy}: lacks labels of the model, or has them in another order; a label is added, never changed"
        )
    if data is not None and data_taxonomy(data).hash != old.hash:
        require_taxonomy(data, new, str(taxonomy))
    relation = relate(old, new, taxonomy, migrations)
    fold = find_fold(meta.content["recipe"]["fold"], data) if data is not None else None
    with new_folder(out) as temporary:
        if not train:
            take_over(folder, taxonomy, relation, temporary)
        elif fold is None:
            raise TaggerError("training needs labelled sentences; name a gold folder with --data")
        else:
            from tagger.retraining.fitting import fit

            shown = [read_tagged(each) for path in examples for each in tagged_paths(path)]
            fit(folder, taxonomy, relation, fold, shown, temporary)
        after = ModelEngine.load(temporary) if fold is not None else None
    if fold is None or after is None:
        return None
    return Comparison.of(relation, ModelEngine.load(folder), after, fold.dev)


def relate(old: Taxonomy, new: Taxonomy, path: Path, migrations: Sequence[Path]) -> Relation:
    """The relation of two taxonomies; `path` is the file of the new one. Raises TaggerError as `retrain` does."""
    steps = [load_migration(each) for each in migrations]
    if not steps:
        steps = between(load_migrations(path.parent / MIGRATIONS), Version.of(old), Version.of(new))
    ids = [entry.id for entry in old.topics], [entry.id for entry in new.topics]
    if not steps:
        return Relation.of(*ids)
    origins: dict[str, tuple[str, ...]] = {topic: (topic,) for topic in ids[0]}
    taxonomy = old
    for each in steps:
        origins = compose(origins, each.origins(taxonomy))
        taxonomy = apply(each, taxonomy)
    if taxonomy.hash != new.hash:
        raise TaggerError(
            f"{steps[-1].path}: makes taxonomy {taxonomy.version} ({taxonomy.hash[:12]}), {path} is {new.version} "
            f"({new.hash[:12]}); name the taxonomy that it makes, or the migrations that are missing"
        )
    return Relation.of(*ids, origins)
