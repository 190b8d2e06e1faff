"""Engines for tests of batch scoring; a module of its own, because worker processes import it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from multiprocessing import parent_process
from pathlib import Path

from tagger.batching.inputs import find_files
from tagger.batching.run import Step, score
from tagger.batching.settings import Settings, make_settings
from tagger.batching.store import Store
from tagger.batching.worker import Job, Outcome, Scorer, Task
from tagger.document import Prediction, Sentence, Span
from tagger.engines import Engine, load_engine
from tagger.taxonomy import load_taxonomy

RULES = partial(load_engine, "rules")


class CompanyEngine:
    """Says of a sentence what stood before it in its paragraph: an engine that minds its company, as the rules do."""

    name = "company"

    def __init__(self) -> None:
        self.taxonomy = load_taxonomy()

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        topics = [entry.id for entry in self.taxonomy.topics]
        made = []
        before: tuple[int, tuple[str, ...]] | None = None
        for sentence in sentences:
            place = (sentence.paragraph, sentence.section)
            made.append(Prediction(topics[place == before], 0.5, [Span("VALUE", 0, 1, 0.5)]))
            before = place
        return made


class DeadlyEngine(CompanyEngine):
    """Ends its process at a sentence that says so, and raises at another."""

    name = "deadly"

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        for sentence in sentences:
            if "杀死" in sentence.text:
                os.kill(os.getpid(), 9)
            if "出错" in sentence.text:
                raise RuntimeError("出错\n了")
        return super().tag(sentences)


class SlowEngine(CompanyEngine):
    """Takes its time."""

    name = "slow"

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        time.sleep(0.2)
        return super().tag(sentences)


class BrokenEngine:
    """Cannot be loaded."""

    def __init__(self) -> None:
        raise ModuleNotFoundError("No module named 'engineless'", name="engineless")


class LateEngine:
    """Ends its process while it is loaded."""

    def __init__(self) -> None:
        os._exit(7)


class HerePool:
    """A pool without processes, for tests of what is done with its outcomes."""

    def __init__(self, job: Job) -> None:
        self.scorer = Scorer(job)
        self.tasks: list[Task] = []

    def run(self, tasks: Iterable[Task]) -> Iterator[list[Outcome]]:
        for task in tasks:
            self.tasks.append(task)
            yield from (answer for answer in self.scorer.score(task) if not isinstance(answer, int))

    def close(self) -> None:
        pass


def report(number: int, sentences: int = 3) -> str:
    """A short report whose figures are its number's."""
    lines = [f"第{number}县{2010 + number % 10}年卫生工作总结", "一、公共卫生"]
    lines += [f"规范管理高血压患者{number * 100 + place}人，管理率{place + 60}.5%。" for place in range(sentences)]
    return "\n".join(lines) + "\n"


def write_reports(folder: Path, count: int, sentences: int = 3) -> Path:
    """Write reports 0 … count-1 into a new folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:03}.txt").write_text(report(number, sentences), encoding="utf-8")
    return folder


def job(load: Callable[[], Engine], keep_text: bool = False, max_mb: float = 1) -> tuple[Job, Settings]:
    """A job with an engine, and the settings that go with it."""
    engine = load()
    settings = make_settings(engine.name, engine.taxonomy, None, keep_text)
    return Job(load, max_mb, settings.key, keep_text), settings


def bring_up_to_date(
    folder: Path, out: Path, load: Callable[[], Engine], keep_text: bool = False, max_mb: float = 1
) -> list[Step]:
    """Score a folder into a dataset, in this process."""
    made, settings = job(load, keep_text, max_mb)
    store = Store(out, settings)
    try:
        return list(score(find_files([str(folder)]), store, HerePool(made)))
    finally:
        store.close()


def with_deadly_pdf() -> Engine:
    """The rules, in a process that a PDF ends, as a fault in PDFium would."""
    from tagger.reading.formats import pdf

    if parent_process() is None:
        return RULES()  # the tests' own process asks for the settings alone
    pdf.read_pdf = lambda data, name, limit: os.kill(os.getpid(), 15)  # type: ignore[assignment]
    return RULES()


class EndlessEngine(CompanyEngine):
    """Never comes back."""

    name = "endless"

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        time.sleep(3600)
        return []


def endless(name: str, model: Path | None = None, threads: int = 0) -> Engine:
    """What stands in for load_engine where a run is not to end."""
    return EndlessEngine()


def slow(name: str, model: Path | None = None, threads: int = 0) -> Engine:
    """What stands in for load_engine where a run is to be caught in the middle."""
    return SlowEngine()
