"""What a worker does with a task: read its files, tag their sentences together, give back one outcome per file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tagger.batching.records import Record, content_id, known_record, record, shown
from tagger.document import Document, TaggedDocument
from tagger.engines import Engine
from tagger.errors import TaggerError
from tagger.pipeline import Tagger
from tagger.reading import read_source
from tagger.reading.source import Source, is_archive, load_all

# Sentences in one call of the engine: enough to fill batches of sentences of like length.
CALL_SENTENCES = 1024


class Item(NamedTuple):
    """A file to score; reports in it whose contents are `known` are read, but not tagged again.

    `lost` are the members of an archive that ended the process that read them: their numbers, and how it ended.
    """

    path: str
    known: frozenset[int] = frozenset()
    lost: tuple[tuple[int, str], ...] = ()


Task = tuple[Item, ...]


class Failure(NamedTuple):
    """A report that could not be scored, and why, in one line."""

    doc: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What became of a file: its reports in order (Record, or TaggedDocument), and those of them that failed.

    One that is not `done` has some of the reports of an archive, before the whole of it.
    """

    path: str
    documents: list[Any] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    sentences: int = 0  # that were tagged
    done: bool = True


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

    def score(self, task: Task) -> Iterator[int | list[Outcome]]:
        """At last one outcome per item, in order; before it, of an archive, what is done of it so far.

        That is the number of members that were read, after each, and now and then an outcome that is not `done`, with
        the reports that were tagged: they are let go here, so that an archive of thousands takes no more memory than one
        of ten.

        With an engine that looks at a sentence and its own paragraph, results do not depend on what else is in the
        task; with one whose arithmetic is coarse (8-bit), the same task gives the same results.
        """
        outcomes = [Outcome(item.path) for item in task]
        waiting: list[tuple[Outcome, int, Source, Document]] = []
        sentences = 0  # of known reports too: the others are tagged in the same company whatever is known
        for item, outcome in zip(task, outcomes, strict=True):
            archive = is_archive(item.path)
            if archive:
                yield 0
            for count, found in enumerate(self._read(item), 1):
                if isinstance(found, Failure):
                    outcome.failures.append(found)
                else:
                    source, document = found
                    sentences += len(document.sentences)
                    outcome.documents.append(None)  # its place in the order; filled when it is tagged
                    waiting.append((outcome, len(outcome.documents) - 1, source, document))
                if sentences >= CALL_SENTENCES:
                    self._finish(waiting, task)
                    waiting, sentences = [], 0
                    if archive and (done := self._let_go(outcome)):
                        yield [Outcome(item.path, done, done=False)]
                if archive:
                    yield count
        self._finish(waiting, task)
        for outcome in outcomes:
            outcome.documents = [each for each in outcome.documents if each is not None]
        yield outcomes

    def _read(self, item: Item) -> Iterator[tuple[Source, Document] | Failure]:
        try:
            for source in load_all(item.path, self._job.max_mb, dict(item.lost)):
                if isinstance(source, TaggerError):
                    yield failure(item.path, source)
                    continue
                try:
                    document = read_source(source)
                except Exception as error:
                    yield failure(source.name, error)
                    continue
                yield source, document
        except Exception as error:  # whatever a damaged file makes a reader do, the other files go on
            yield failure(item.path, error)

    def _let_go(self, outcome: Outcome) -> list[Any]:
        """The reports of an outcome that are done; of a record its name and facts stay."""
        done = []
        for place, made in enumerate(outcome.documents):
            if made is None or isinstance(made, Record) and made.content is None:
                continue
            done.append(made)
            light = made._replace(content=None, sentences=[], measurements=[]) if isinstance(made, Record) else None
            outcome.documents[place] = light
        return done

    def _finish(self, waiting: Sequence[tuple[Outcome, int, Source, Document]], task: Task) -> None:
        """Tag the reports that wait, less those that are known."""
        known = {item.path: item.known for item in task}
        unknown = []
        for each in waiting:
            outcome, place, source, document = each
            settings = self._job.settings
            if settings is None or content_id(source, settings) not in known[outcome.path]:
                unknown.append(each)
                continue
            try:
                outcome.documents[place] = known_record(source, document, settings)
            except Exception as error:
                outcome.failures.append(failure(source.name, error))
        self._tag(unknown)

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
    if reason.startswith(f"{doc}!/"):  # a member of an archive
        doc, _, reason = reason.partition(": ")
    return Failure(shown(doc), shown(reason))
