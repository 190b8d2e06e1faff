"""The two ways to train and test that every engine is held to, and the challenge set beside them (data/DATASET.md)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tagger.data.corpus import load_part
from tagger.data.gold import GoldFile
from tagger.errors import TaggerError

if TYPE_CHECKING:
    from datasets import DatasetDict

AUTHORED_TO_SEEDS = "authored-to-seeds"
LEAVE_ONE_OUT = "leave-one-report-out"
RELEASE = "release"  # no protocol: trained on all but the challenge set, which alone can test it
PROTOCOLS = (AUTHORED_TO_SEEDS, LEAVE_ONE_OUT)
_DEV_SHARE = 10  # one authored file in so many is dev


class Fold(NamedTuple):
    """One training and its test. No file is in two of the three."""

    name: str
    train: list[GoldFile]
    dev: list[GoldFile]
    test: list[GoldFile]


def folds(protocol: str, root: Path) -> Iterator[Fold]:
    """The folds of a protocol: one for authored-to-seeds, one a seed for leave-one-report-out.

    Dev is always whole authored files, picked by a hash of their names, so that adding a file moves no other.
    Raises TaggerError where there is no such protocol.
    """
    authored, seeds = load_part(root, "authored"), load_part(root, "seeds")
    dev = [file for file in authored if is_dev(file.name)]
    train = [file for file in authored if not is_dev(file.name)]
    if protocol == AUTHORED_TO_SEEDS:
        yield Fold(protocol, train, dev, seeds)
    elif protocol == LEAVE_ONE_OUT:
        for seed in seeds:
            yield Fold(f"{protocol}:{seed.name}", train + [each for each in seeds if each is not seed], dev, [seed])
    else:
        raise TaggerError(f"{protocol}: no such protocol; choose one of: {', '.join(PROTOCOLS)}")


def find_fold(name: str, root: Path) -> Fold:
    """The fold of that name: `authored-to-seeds`, `leave-one-report-out:003` or `release`. Raises TaggerError."""
    protocol = name.partition(":")[0]
    if name == RELEASE:
        (fold,) = folds(AUTHORED_TO_SEEDS, root)
        return Fold(RELEASE, fold.train + fold.test, fold.dev, load_part(root, "challenge"))
    found = {fold.name: fold for fold in folds(protocol, root)}
    if name not in found:
        raise TaggerError(f"{name}: no such fold; choose one of: {', '.join(found)}")
    return found[name]


def is_dev(name: str) -> bool:
    """Whether the authored file of that name is held out for dev."""
    return int(sha256(name.encode()).hexdigest(), 16) % _DEV_SHARE == 0


def load_dataset(root: Path, protocol: str = AUTHORED_TO_SEEDS, seed: str | None = None) -> DatasetDict:
    """A fold as a `datasets.DatasetDict` with train, validation and test; `seed` names the fold of leave-one-report-out.

    Raises TaggerError where there is no such protocol or fold, or the gold data is malformed.
    """
    from datasets import DatasetDict

    from tagger.data.compiled import to_dataset
    from tagger.data.layout import data_taxonomy

    wanted = protocol if seed is None else f"{protocol}:{seed}"
    fold = find_fold(wanted, root)
    taxonomy = data_taxonomy(root)
    topics, labels = ([entry.id for entry in its] for its in (taxonomy.topics, taxonomy.labels))
    parts = {"train": fold.train, "validation": fold.dev, "test": fold.test}
    return DatasetDict({name: to_dataset(files, topics, labels) for name, files in parts.items()})
