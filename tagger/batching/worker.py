"""What a worker does with a task: read its files, tag their sentences together, give back one outcome per file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tagger.batching.records import content_id, known_record, record, shown
from tagger.document import Document, TaggedDocument
from tagger.engines import Engine
from tagger.errors import TaggerError
from tagger.pipeline import Tagger
from tagger.reading import read
from tagger.reading.source import Source, load_all

# Sentences in one call of the engine: enough to fill batches of sentences of like length.
CALL_SENTENCES = 1024


class Item(NamedTuple):
    """A file to score; reports in it whose contents are `known` are read, but not tagged again."""

    path: str
    known: frozenset[int] = frozenset()


Task = tuple[Item, ...]


class Failure(NamedTuple):
    """A report that could not be scored, and why, in one line."""

    doc: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What became of a file: its reports in order (Record, or TaggedDocument), and those of them that failed."""

    path: str
    documents: list[Any] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    sentences: int = 0  # that were tagged


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker of a run needs; it travels to other processes, so `load` is a function of a module.

    `settings` None asks for TaggedDocuments instead of records. A task that takes longer than `patience` seconds is given
    up like one whose worker died: a damaged file may keep its reader busy for ever.
    """

    load: Callable[[], Engine]
    max_mb: float
    settings: str | None = None
    keep_text: bool = False
    patience: float = 1800


class Scorer:
    """Scores tasks with one engine, loaded once."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._tagger = Tagger(job.load())

    def score(self, task: Task) -> list[Outcome]:
        """One outcome per item, in order.

        With an engine that looks at a sentence and its own paragraph, results do not depend on what else is in the
        task; with one whose arithmetic is coarse (8-bit), the same task gives the same results.
        """
        outcomes = [Outcome(item.path) for item in task]
        waiting: list[tuple[Outcome, int, Source, Document]] = []
        sentences = 0
        for item, outcome in zip(task, outcomes, strict=True):
            for source, document in self._read(item, outcome):
                place = len(outcome.documents)
                outcome.documents.append(None)  # its place in the order; filled when it is tagged
                settings = self._job.settings
                if settings is not None and content_id(source, settings) in item.known:
                    try:
                        outcome.documents[place] = known_record(source, document, settings)
                    except Exception as error:
                        outcome.failures.append(failure(source.name, error))
                    continue
                waiting.append((outcome, place, source, document))
                sentences += len(document.sentences)
                if sentences >= CALL_SENTENCES:
                    self._tag(waiting)
                    waiting, sentences = [], 0
        self._tag(waiting)
        for outcome in outcomes:
            outcome.documents = [each for each in outcome.documents if each is not None]
        return outcomes

    def _read(self, item: Item, outcome: Outcome) -> Iterator[tuple[Source, Document]]:
        try:
            for source in load_all(item.path, self._job.max_mb):
                if isinstance(source, TaggerError):
                    outcome.failures.append(failure(item.path, source))
                    continue
                try:
                    document = read(source.text, source.name, source.encoding)
                except Exception as error:
                    outcome.failures.append(failure(source.name, error))
                    continue
                yield source, document
        except Exception as error:  # whatever a damaged file makes a reader do, the other files go on
            outcome.failures.append(failure(item.path, error))

    def _tag(self, waiting: Sequence[tuple[Outcome, int, Source, Document]]) -> None:
        if not waiting:
            return
        try:
            tagged = self._tagger.tag_documents([document for *_, document in waiting])
        except Exception as error:
            if len(waiting) == 1:
                outcome, _, source, _ = waiting[0]
                outcome.failures.append(failure(source.name, error))
                return
            for each in waiting:  # one of them is to blame
                self._tag([each])
            return
        for (outcome, place, source, _), document in zip(waiting, tagged, strict=True):
            outcome.sentences += len(document.sentences)
            try:
                outcome.documents[place] = self._result(source, document)
            except Exception as error:
                outcome.failures.append(failure(source.name, error))

    def _result(self, source: Source, document: TaggedDocument) -> Any:
        document.sha256 = source.sha256
        if self._job.settings is None:
            return document
        return record(source, document, self._job.settings, self._job.keep_text)


def failure(doc: str, error: Exception) -> Failure:
    """An error as one line; one that no reader foresaw says so."""
    if isinstance(error, TaggerError):
        message = str(error)
    elif isinstance(error, MemoryError):
        message = f"{doc}: there is not enough memory to score it; run with fewer --workers, or split it"
    else:
        message = f"{doc}: cannot be scored ({type(error).__name__}: {error}); check that the file opens elsewhere"
    reason = " ".join(message.split()).removeprefix(f"{doc}: ")
    return Failure(shown(doc), shown(reason))
