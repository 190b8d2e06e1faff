"""`tagger.batch`: the Python API of batch scoring."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from tagger.batching.inputs import find_files
from tagger.batching.pool import LocalPool, count_cores
from tagger.batching.settings import engine_settings
from tagger.batching.worker import Item, Job, Task
from tagger.document import TaggedDocument
from tagger.engines import DEFAULT, load_engine
from tagger.errors import TaggerError

_TASK_FILES = 4


def batch(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    engine: str = DEFAULT,
    model: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    max_mb: float = 50,
) -> Iterator[TaggedDocument | TaggerError]:
    """Tag files, folders and patterns on all cores; yield each report as it is done, or the error that kept it from it.

    Lazy: what is not asked for is not read, but for what the workers have in hand. The order is that in which workers
    finish. Workers are new processes: a script guards its call with `if __name__ == "__main__":`.
    Raises TaggerError before anything is read where an argument is wrong.
    """
    single = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    files = find_files([os.fspath(path) for path in single])
    folder = Path(model) if model is not None else None
    engine_settings(engine, folder)  # what is wrong with the engine is said here, not by each worker
    size = count_cores() if workers is None else workers
    if size < 1:
        raise TaggerError(f"workers={size}: give a number of processes from 1")
    return _documents(files, Job(partial(load_engine, engine, folder, threads=1), max_mb), size)


def _documents(files: list[str], job: Job, workers: int) -> Iterator[TaggedDocument | TaggerError]:
    pool = LocalPool(job, min(workers, max(1, -(-len(files) // _TASK_FILES))))
    try:
        for outcomes in pool.run(_tasks(files)):
            for outcome in outcomes:
                yield from outcome.documents
                yield from (TaggerError(f"{failure.doc}: {failure.reason}") for failure in outcome.failures)
    finally:
        pool.close()


def _tasks(files: list[str]) -> Iterator[Task]:
    items = iter([Item(path) for path in files])
    while task := tuple(islice(items, _TASK_FILES)):
        yield task
