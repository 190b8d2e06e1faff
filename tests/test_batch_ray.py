"""A Ray cluster makes the rows that one machine makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_fakes import RULES, bring_up_to_date, job, write_reports

from tagger import TaggerError
from tagger.batching import run
from tagger.batching.inputs import find_files
from tagger.batching.ray_pool import RayPool
from tagger.batching.run import score
from tagger.batching.store import Store, dataset_rows

ray: Any = pytest.importorskip("ray")
pytest.importorskip("ray.data")


@pytest.fixture
def cluster() -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    yield
    ray.shutdown()


def test_a_cluster_makes_the_rows_of_one_machine(
    cluster: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "TASK_FILES", 3)
    folder = write_reports(tmp_path / "in", 10)
    (folder / "copy.txt").write_bytes((folder / "000.txt").read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    made, settings = job(RULES)
    store = Store(tmp_path / "ray", settings)
    steps = list(score(find_files([str(folder)]), store, RayPool(made)))
    assert sum(not step.skipped for step in steps) == 12
    again = list(score(find_files([str(folder)]), store, RayPool(made)))
    assert sum(not step.skipped for step in again) == 1  # the empty one
    store.close()
    bring_up_to_date(folder, tmp_path / "here", RULES)
    rows = dataset_rows(tmp_path / "ray")
    assert rows == dataset_rows(tmp_path / "here")
    assert len(rows["documents"]) == 11 and len(rows["errors"]) == 1


def test_no_cluster_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    with pytest.raises(TaggerError, match="no Ray cluster here"):
        RayPool(job(RULES)[0])
