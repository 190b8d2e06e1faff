"""Workers: processes that score tasks, each with an engine of its own.

A pool is handed tasks and gives back outcomes as they come; what runs behind it (this machine, a cluster) is its own affair.
"""

from __future__ import annotations

import contextlib
import math
import os
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Protocol

from tagger.batching.records import shown
from tagger.batching.worker import Failure, Job, Outcome, Scorer, Task
from tagger.errors import TaggerError

# Tasks given to one worker: the one it works on, and the next, so that it never waits.
_AHEAD = 2
# Members of an archive that may end their process before the archive is given up.
_MAX_LOST = 100
# One worker is one thread: with more, workers would get into each other's way.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "RAYON_NUM_THREADS")


class Pool(Protocol):
    """Whatever scores tasks in parallel."""

    def run(self, tasks: Iterable[Task]) -> Iterator[list[Outcome]]:
        """Score tasks, drawing no more of them than are worked on; yield the outcomes of each task when it is done.

        Every item of every task gets exactly one outcome that is done; one whose worker died gets a failure.
        """
        ...

    def close(self) -> None:
        """Stop all workers, also in the middle of a task."""
        ...


def count_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


class LocalPool:
    """Processes on this machine. One that dies costs at most the file it read, and only after a second try alone."""

    def __init__(self, job: Job, workers: int) -> None:
        self._job = job
        self._size = workers
        self._workers: list[_Worker] = []

    def run(self, tasks: Iterable[Task]) -> Iterator[list[Outcome]]:
        """Score tasks; see Pool."""
        source = iter(tasks)
        again: deque[Task] = deque()  # what a worker that died had been given
        alone: set[str] = set()  # paths whose worker died once
        while True:
            self._hand_out(again, source)
            if not any(worker.given for worker in self._workers):
                return
            for worker in self._ready():
                outcomes = worker.receive()
                if outcomes is None:
                    self._workers.remove(worker)
                    yield from _bury(worker, again, alone)
                elif outcomes and not outcomes[0].done:
                    yield outcomes
                elif outcomes:
                    self._hand_out(again, source)  # before the caller takes its time over the outcomes
                    yield outcomes

    def close(self) -> None:
        """Kill all workers."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def _hand_out(self, again: deque[Task], source: Iterator[Task]) -> None:
        for depth in range(1, _AHEAD + 1):
            for place in range(self._size):
                if place < len(self._workers) and len(self._workers[place].given) >= depth:
                    continue
                if place >= len(self._workers) and depth > 1:
                    continue
                task = again.popleft() if again else next(source, None)
                if task is None:
                    return
                if place >= len(self._workers):
                    self._workers.append(_Worker(self._job))
                self._workers[place].give(task)

    def _ready(self) -> list[_Worker]:
        """The busy workers that have something to say, or are dead; none where one was given up just now."""
        busy = {worker.connection: worker for worker in self._workers if worker.given}
        first = min(worker.due for worker in busy.values())
        ready = wait(list(busy), None if math.isinf(first) else max(0.0, first - time.monotonic()))
        now = time.monotonic()
        for worker in busy.values():
            if worker.connection not in ready and worker.due <= now:
                worker.give_up()
        return [busy[connection] for connection in ready if isinstance(connection, Connection)]


def _bury(worker: _Worker, again: deque[Task], alone: set[str]) -> Iterator[list[Outcome]]:
    """Take back what a dead worker had: the task it worked on file by file, the next one as it was.

    An archive whose worker died when it was alone is read without the member at which it did.
    """
    first, *rest = worker.given
    again.extend(rest)
    if len(first) == 1 and first[0].path in alone:
        (item,) = first
        if worker.member is not None and worker.member not in dict(item.lost) and len(item.lost) < _MAX_LOST:
            again.append((item._replace(lost=(*item.lost, (worker.member, worker.obituary()))),))
            return
        yield [Outcome(item.path, failures=[Failure(shown(item.path), worker.obituary())])]
        return
    alone.update(item.path for item in first)
    again.extend((item,) for item in first)


class _Worker:
    """One process and the tasks it was given and has not answered, the one it works on first."""

    def __init__(self, job: Job) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.given: deque[Task] = deque()
        self.member: int | None = None  # of the archive it reads: how many it has read before
        self.due = math.inf  # when the task it works on will have taken too long; loading may take its time
        self._patience = job.patience
        self._late = self._started = False
        self._process: BaseProcess = context.Process(target=_serve, args=(theirs, job), daemon=True)
        before = {name: os.environ.get(name) for name in _THREADS}
        os.environ.update(dict.fromkeys(_THREADS, "1"))  # read when numpy is imported, before any code of ours runs
        try:
            self._process.start()
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
        theirs.close()

    def give(self, task: Task) -> None:
        """Hand it one more task."""
        if self._started and not self.given:
            self._wait_anew()
        self.given.append(task)
        with contextlib.suppress(OSError):  # dead: found out when its answer is read
            self.connection.send(task)

    def receive(self) -> list[Outcome] | None:
        """Outcomes of the task it worked on, or part of them; [] when there are none yet; None when it is dead.

        Raises what kept it from loading its engine.
        """
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            _kill_group(self._process.pid)
            self._process.join()
            self.connection.close()
            if not self._started:
                raise TaggerError(f"a worker ended before it had loaded its engine: {self.obituary()}") from None
            return None
        if isinstance(answer, Exception):
            raise answer
        self._started = True
        self._wait_anew()
        if answer is None:
            return []
        if isinstance(answer, int):
            self.member = answer
            return []
        outcomes: list[Outcome] = answer
        if outcomes[0].done:
            self.given.popleft()
            self.member = None
        return outcomes

    def _wait_anew(self) -> None:
        self.due = time.monotonic() + self._patience

    def give_up(self) -> None:
        """End it in the middle of its task; the next thing read from it is that it is dead."""
        self._late = True
        self._end()

    def obituary(self) -> str:
        """Why it died, as far as can be told."""
        if self._late:
            return f"the process that scored it was not done after {self._patience:g} s; check that the file opens elsewhere"
        code = self._process.exitcode or 0
        if code == -9:
            return (
                "the process that scored it was killed, most often for want of memory; "
                "run with fewer --workers, or split the file"
            )
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        return f"the process that scored it ended {how}; check that the file opens elsewhere"

    def kill(self) -> None:
        """End it and what it started."""
        self._end()
        self._process.join()
        self.connection.close()

    def _end(self) -> None:
        _kill_group(self._process.pid)
        self._process.kill()


def _kill_group(group: int | None) -> None:
    """Kill a worker's process group: a reader may have started a program of its own."""
    if group is not None and hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)


def _serve(connection: Connection, job: Job) -> None:
    """The life of a worker: load the engine, answer tasks, end with the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    if hasattr(os, "setpgrp"):
        os.setpgrp()
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    # Tasks are taken off the pipe at once: the parent never waits in sending while this process waits in answering. And
    # however the parent ends, its end of the pipe closes with it.
    threading.Thread(target=_listen, args=(connection, tasks), daemon=True).start()
    try:
        scorer = Scorer(job)
    except Exception as error:
        connection.send(error)
        return
    connection.send(None)
    while True:
        for answer in scorer.score(tasks.get()):
            connection.send(answer)


def _listen(connection: Connection, tasks: queue.SimpleQueue[Task]) -> None:
    while True:
        try:
            tasks.put(connection.recv())
        except (EOFError, OSError):
            if hasattr(os, "getpgrp"):
                _kill_group(os.getpgrp())
            os._exit(1)
