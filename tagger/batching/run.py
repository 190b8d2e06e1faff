"""A run: what is left to do of the files, given to a pool, written to the dataset as it comes back."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from tagger.batching.pool import Pool
from tagger.batching.store import Store
from tagger.batching.worker import Failure, Item, Task, failure
from tagger.errors import TaggerError

# A task is so many files, or so many bytes of them: some hundred sentences, enough for the engine's batches, and little
# enough to lose.
TASK_FILES = 16
TASK_BYTES = 64 * 1024
SHOWN_FAILURES = 20
_CHUNK = 1 << 20


class Step(NamedTuple):
    """What a run has just done: one file."""

    sentences: int = 0
    failures: tuple[Failure, ...] = ()
    skipped: bool = False  # it was in the dataset already, unchanged


@dataclass
class Summary:
    """The sum of a run's steps."""

    files: int = 0
    skipped: int = 0
    failed: int = 0  # files with a failure
    sentences: int = 0  # that were tagged
    failures: list[Failure] = field(default_factory=list)  # the first of them
    more_failures: int = 0  # than these

    def add(self, step: Step) -> None:
        self.files += 1
        self.skipped += step.skipped
        self.failed += bool(step.failures)
        self.sentences += step.sentences
        room = max(0, SHOWN_FAILURES - len(self.failures))
        self.failures.extend(step.failures[:room])
        self.more_failures += len(step.failures[room:])


def score(files: Iterable[str], store: Store, pool: Pool) -> Iterator[Step]:
    """Bring the dataset up to date with files; yields a step for each as it is done.

    What is done is written before its step is yielded; a run that is stopped loses the tasks that were in flight and
    goes on from there when it is started again. Files with equal contents are scored once.
    """
    plan = _Plan(store)
    for tasks in (plan.first(files), plan.second()):
        for outcomes in pool.run(tasks):
            done = [outcome for outcome in outcomes if outcome.done]
            if texts := [record for outcome in outcomes if not outcome.done for record in outcome.documents]:
                store.put_texts(texts)
            if done:
                store.put([(outcome, plan.hashes.pop(outcome.path)) for outcome in done])
            yield from plan.take_steps()
            for outcome in done:
                yield Step(outcome.sentences, tuple(outcome.failures))
        yield from plan.take_steps()
    store.sweep()


class _Plan:
    """Cuts files into tasks, while the pool draws them.

    Tasks are cut over all files, done or not, so that a file is scored in the same company whenever a run was stopped.
    """

    def __init__(self, store: Store) -> None:
        self.hashes: dict[str, str] = {}
        self._store = store
        self._steps: list[Step] = []
        self._twins: list[str] = []  # files with the contents of an earlier one

    def first(self, files: Iterable[str]) -> Iterator[Task]:
        """Tasks of all files, each contents once."""
        seen: set[str] = set()
        task: list[Item] = []
        count = total = 0
        for path in files:
            try:
                digest, size = hash_file(path)
            except TaggerError as error:
                failed = failure(path, error)
                self._store.put_unreadable(path, failed)
                self._steps.append(Step(failures=(failed,)))
                continue
            twin = digest in seen
            seen.add(digest)
            if not twin and count and (count >= TASK_FILES or total + size > TASK_BYTES):
                if task:
                    yield tuple(task)
                task, count, total = [], 0, 0
            if not twin:
                count, total = count + 1, total + size
            if self._store.is_done(path, digest):
                self._steps.append(Step(skipped=True))
                continue
            self.hashes[path] = digest
            if twin:
                self._twins.append(path)
            else:
                task.append(Item(path, self._store.known(path, digest)))
        if task:
            yield tuple(task)

    def second(self) -> Iterator[Task]:
        """Tasks of the files that are equal to others: when those are done, only their names are left to read."""
        for path in self._twins:
            yield (Item(path, self._store.known(path, self.hashes[path])),)

    def take_steps(self) -> list[Step]:
        """The steps that needed no worker, since last asked."""
        steps, self._steps = self._steps, []
        return steps


def hash_file(path: str) -> tuple[str, int]:
    """SHA-256 and size of a file's bytes. Raises TaggerError where it cannot be read."""
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise TaggerError(f"{path}: the folder cannot be read; check its permissions")
        if not stat.S_ISREG(mode):
            raise TaggerError(f"{path}: is no regular file; name files and folders")
        digest, size = sha256(), 0
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        raise TaggerError(f"{path}: no such file; check the name") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TaggerError(f"{path}: cannot be read ({reason}); check the path and its permissions") from None
    return digest.hexdigest(), size


def watch(look: Callable[[], list[str]], wait: Callable[[], None]) -> Iterator[list[str]]:
    """For ever, the files that are new or changed and have stopped growing: alike in two looks, one wait apart."""
    before: dict[str, tuple[int, int]] = {}
    given: dict[str, tuple[int, int]] = {}
    while True:
        now = {path: state for path in look() if (state := _state(path)) is not None}
        ready = [path for path, state in now.items() if before.get(path) == state != given.get(path)]
        given.update((path, now[path]) for path in ready)
        before = now
        yield ready
        wait()


def _state(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
