"""Worker processes: the same rows as one process makes, bounded work in hand, deaths survived, none left behind."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch_fakes import (
    RULES,
    BrokenEngine,
    CompanyEngine,
    DeadlyEngine,
    EndlessEngine,
    LateEngine,
    SlowEngine,
    bring_up_to_date,
    job,
    report,
    with_deadly_pdf,
    write_reports,
)
from office_files import archive

import tagger
from tagger import TaggerError
from tagger.batching import run
from tagger.batching.inputs import find_files
from tagger.batching.pool import LocalPool, Pool
from tagger.batching.run import Step, score
from tagger.batching.store import Store, dataset_rows
from tagger.batching.worker import Item, Outcome, Task
from tagger.document import TaggedDocument
from tagger.engines import Engine

TESTS = Path(__file__).parent
WAIT = 20.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_reports(tmp_path / "in", 12)


def score_in_processes(folder: Path, out: Path, load: Callable[[], Engine], workers: int = 2) -> list[Step]:
    made, settings = job(load)
    store, pool = Store(out, settings), LocalPool(made, workers)
    try:
        return list(score(find_files([str(folder)]), store, pool))
    finally:
        pool.close()
        store.close()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def wait_until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + WAIT
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            found += [int(entry.name)] if parent == pid else []
    return found


def test_processes_make_the_rows_that_one_process_makes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_up_to_date(folder, tmp_path / "one", RULES)
    monkeypatch.setattr(run, "TASK_FILES", 2)
    score_in_processes(folder, tmp_path / "two", RULES)
    assert dataset_rows(tmp_path / "one") == dataset_rows(tmp_path / "two")
    assert len(dataset_rows(tmp_path / "one")["documents"]) == 12


def test_no_more_tasks_are_drawn_than_are_worked_on(folder: Path) -> None:
    drawn = 0

    def tasks() -> Iterator[Task]:
        nonlocal drawn
        for path in find_files([str(folder)]):
            drawn += 1
            yield (Item(path),)

    pool: Pool = LocalPool(job(CompanyEngine)[0], 2)
    try:
        done = 0
        for outcomes in pool.run(tasks()):
            done += len(outcomes)
            assert drawn <= done + 4
        assert done == drawn == 12
    finally:
        pool.close()


def test_a_text_that_kills_its_worker_costs_only_itself(folder: Path, tmp_path: Path) -> None:
    for name in ("003.txt", "007.txt"):
        (folder / name).write_text("这一句话杀死进程。\n", encoding="utf-8")
    (folder / "005.txt").write_text("这一句话使引擎出错。\n", encoding="utf-8")
    score_in_processes(folder, tmp_path / "out", DeadlyEngine)
    rows = dataset_rows(tmp_path / "out")
    assert len(rows["documents"]) == 9
    reasons = {Path(doc).name: reason for _, _, doc, reason in rows["errors"]}
    assert reasons.keys() == {"003.txt", "005.txt", "007.txt"}
    assert "killed" in reasons["003.txt"] == reasons["007.txt"]
    assert reasons["005.txt"].startswith("cannot be scored (RuntimeError: 出错 了)")


def test_a_file_that_ends_its_reader_costs_neither_its_task_nor_its_archive(folder: Path, tmp_path: Path) -> None:
    texts = {f"{number}.txt": report(number).encode() for number in range(20, 24)}
    (folder / "a.pdf").write_bytes(b"%PDF-")
    inner = archive({"d.pdf": b"%PDF-", "24.txt": report(24).encode()})
    members = {"b.pdf": b"%PDF-", **texts, "c.pdf": b"%PDF-", "inner.zip": inner}
    (folder / "many.zip").write_bytes(archive(members))
    steps = score_in_processes(folder, tmp_path / "out", with_deadly_pdf)
    assert len(steps) == 14 and sum(bool(step.failures) for step in steps) == 2
    rows = dataset_rows(tmp_path / "out")
    assert len(rows["documents"]) == 12 + 4 + 1 and len(rows["contents"]) == 17
    reasons = {Path(doc).name: reason for _, _, doc, reason in rows["errors"]}
    assert set(reasons) == {"a.pdf", "b.pdf", "c.pdf", "d.pdf"}
    assert all("ended by signal 15; check that the file opens elsewhere" in each for each in reasons.values())


def test_a_text_that_keeps_its_worker_for_ever_is_given_up(folder: Path) -> None:
    made = dataclasses.replace(job(CompanyEngine)[0], load=EndlessEngine, patience=0.5)
    pool = LocalPool(made, 1)
    try:
        [outcome] = [each for part in pool.run([(Item(str(folder / "000.txt")),)]) for each in part]
    finally:
        pool.close()
    [failure] = outcome.failures
    assert failure.doc.endswith("000.txt") and "not done after 0.5 s" in failure.reason


def test_a_worker_killed_once_costs_nothing(folder: Path, tmp_path: Path) -> None:
    made, settings = job(SlowEngine)
    store, pool = Store(tmp_path / "out", settings), LocalPool(made, 2)
    try:
        steps = score(find_files([str(folder)]), store, Killing(pool))
        assert not any(step.failures for step in steps)
    finally:
        pool.close()
        store.close()
    bring_up_to_date(folder, tmp_path / "one", SlowEngine)
    assert dataset_rows(tmp_path / "out") == dataset_rows(tmp_path / "one")


class Killing:
    """A pool one of whose workers is killed after the first outcomes."""

    def __init__(self, pool: LocalPool) -> None:
        self.pool = pool
        self.killed = False

    def run(self, tasks: Iterator[Task]) -> Iterator[list[Outcome]]:
        single = ((item,) for task in tasks for item in task)
        for outcomes in self.pool.run(single):
            if not self.killed:
                os.kill(children(os.getpid())[-1], signal.SIGKILL)
                self.killed = True
            yield outcomes

    def close(self) -> None:
        self.pool.close()


def test_what_keeps_workers_from_starting_ends_the_run(folder: Path, tmp_path: Path) -> None:
    made, _ = job(CompanyEngine)
    for load, kind, words in (
        (BrokenEngine, ModuleNotFoundError, "engineless"),
        (LateEngine, TaggerError, "code 7"),
    ):
        pool = LocalPool(type(made)(load, 1.0), 2)
        with pytest.raises(kind, match=words):
            list(pool.run([(Item(path),) for path in find_files([str(folder)])]))
        pool.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=["KILL", "TERM", "INT"])
def test_workers_end_with_the_process_that_started_them(tmp_path: Path, number: int) -> None:
    folder = write_reports(tmp_path / "in", 40)
    code = (
        "if __name__ == '__main__':\n"
        "    import batch_fakes, tagger.engines\n"
        "    tagger.engines.load_engine = batch_fakes.endless\n"
        "    from tagger.cli import main\n"
        "    main()\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    command = [sys.executable, str(script), "batch", str(folder), "-o", str(tmp_path / "out"), "--workers", "2"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        # Two workers, and multiprocessing's own tracker of resources.
        assert wait_until(lambda: len(children(process.pid)) == 3)
        workers = children(process.pid)
        process.send_signal(number)
        code = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}[number]
        assert process.wait(WAIT) == code
        assert process.stderr is not None
        said = process.stderr.read()
        assert ("run the same command to go on" in said) == (number == signal.SIGINT), said
        assert wait_until(lambda: not any(map(is_alive, workers)))
    finally:
        process.kill()
        process.wait()


def test_watch_scores_files_as_they_come_until_ctrl_c(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out.sqlite"
    folder.mkdir()
    command = [sys.executable, "-m", "tagger", "batch", str(folder), "-o", str(out), "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    process = subprocess.Popen(
        [*command, "--watch", "--interval", "0.1", "--csv", str(tmp_path / "o.csv")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for count in (1, 2):
            write_reports(folder, count)
            assert "files to look at" in process.stdout.readline()
            assert "done, failed 0" in process.stdout.readline()
            assert len(dataset_rows(out)["documents"]) == count
        assert (tmp_path / "o.csv").read_text(encoding="utf-8-sig").count("\n") == 1 + 2 * 6
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=WAIT)
        assert process.returncode == 0 and errors == "" and str(out) in output
    finally:
        process.kill()
        process.wait()


def test_the_api_yields_documents_and_errors(folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    results = list(tagger.batch([folder], engine="rules", workers=2))
    documents = [each for each in results if isinstance(each, TaggedDocument)]
    [error] = [each for each in results if isinstance(each, TaggerError)]
    assert "empty.txt: the file is empty" in str(error)
    assert sorted(Path(each.source.name).name for each in documents) == [f"{number:03}.txt" for number in range(12)]
    alone = tagger.Tagger.load("rules").tag_file(str(folder / "004.txt"))
    [mine] = [each for each in documents if each.source.name.endswith("004.txt")]
    assert (mine.sentences, mine.sha256) == (alone.sentences, alone.sha256)


def test_the_api_is_lazy_and_leaves_no_process(folder: Path) -> None:
    documents = tagger.batch(str(folder), engine="rules", workers=1)
    before = set(children(os.getpid()))
    assert isinstance(next(documents), TaggedDocument)
    started = set(children(os.getpid())) - before
    assert started
    documents.close()  # type: ignore[attr-defined]
    left = set(children(os.getpid())) - before
    assert len(left) <= 1  # multiprocessing's own resource tracker, which is shared


@pytest.mark.parametrize(
    ("options", "words"),
    [({"engine": "nope"}, "nope"), ({"workers": 0}, "from 1"), ({"model": "nope", "engine": "model"}, "nope")],
)
def test_the_api_raises_before_anything_is_read(folder: Path, options: dict[str, object], words: str) -> None:
    with pytest.raises(TaggerError, match=words):
        tagger.batch(folder, **options)  # type: ignore[arg-type]


def test_a_report_of_the_fakes_is_read(folder: Path) -> None:
    assert len(tagger.Tagger.load("rules").tag(report(1, 5)).sentences) == 5
