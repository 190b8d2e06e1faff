"""Workers on a Ray cluster: one actor per core, each with a worker process of its own, as on one machine.

Files are read where the actors run: paths lie on a file system that all nodes share, and tagger is installed on each.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterable, Iterator
from typing import Any

from tagger.batching.pool import LocalPool
from tagger.batching.worker import Job, Outcome, Task
from tagger.errors import TaggerError


class RayPool:
    """Scores tasks on the cluster that this process is connected to, or that RAY_ADDRESS or this machine names.

    Raises TaggerError where there is no cluster.
    """

    def __init__(self, job: Job, workers: int | None = None) -> None:
        import ray

        self._job = job
        if not ray.is_initialized():
            try:
                ray.init(address="auto", log_to_driver=False, logging_level=logging.ERROR)
            except ConnectionError:
                raise TaggerError(
                    "--engine-pool ray: there is no Ray cluster here; start one with `ray start --head`, or set RAY_ADDRESS"
                ) from None
        resources: Any = ray.cluster_resources
        self._workers = workers or max(1, int(resources().get("CPU", 1)))

    def run(self, tasks: Iterable[Task]) -> Iterator[list[Outcome]]:
        """Score tasks; see Pool. The cluster is given all tasks at once, and holds back results that are not taken."""
        import ray.data

        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        rows = [{"task": pickle.dumps(task)} for task in tasks]
        if not rows:
            return
        workers = min(self._workers, len(rows))
        results = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            _Actor,
            fn_constructor_args=(self._job,),
            batch_size=1,
            concurrency=workers,
            num_cpus=1,
        )
        for row in results.iter_rows():
            yield pickle.loads(row["outcomes"])

    def close(self) -> None:
        """Nothing to do: the actors end with the run that they were started for."""


class _Actor:
    """One worker of a cluster. A process of its own keeps a file that kills its reader from killing the actor."""

    def __init__(self, job: Job) -> None:
        self._pool = LocalPool(job, 1)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[bytes]]:
        """Score the one task of a batch; its outcomes as one row."""
        [task] = batch["task"]
        outcomes = [outcome for part in self._pool.run([pickle.loads(task)]) for outcome in part]
        return {"outcomes": [pickle.dumps(outcomes)]}
