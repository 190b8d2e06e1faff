"""The dataset: one SQLite file, written by one process, one transaction for each task that comes back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from tagger.batching.records import CONTENT_STORED, DOCUMENT_STORED, MEASUREMENT_STORED, SENTENCE_STORED, Record, shown
from tagger.batching.schema import connect, connect_to_read
from tagger.batching.settings import Settings
from tagger.batching.worker import Failure, Outcome
from tagger.errors import TaggerError
from tagger.reading.source import is_archive

_GONE = "its scored text was taken out of the dataset meanwhile; run again"


class Counts(NamedTuple):
    """How much is in a dataset."""

    documents: int
    contents: int
    sentences: int
    measurements: int
    errors: int


class Store:
    """A dataset that is being written."""

    def __init__(self, path: Path, settings: Settings) -> None:
        """Open or make the dataset. Raises TaggerError where it is another file, or cannot be written."""
        self.path = path
        self._settings = settings.key
        self._connection = connect(path)
        with self._transaction():
            self._insert("settings", [settings], "OR IGNORE")
        # A run that was stopped in an archive leaves texts of it that no document has yet.
        query = "SELECT id FROM contents WHERE settings = ? AND id NOT IN (SELECT content FROM documents)"
        self._left = frozenset(row[0] for row in self._connection.execute(query, (settings.key,)))

    def close(self) -> None:
        self._connection.close()

    def is_done(self, path: str, sha256: str) -> bool:
        """Whether a file with these contents was scored with these settings, all of it without a failure."""
        query = """SELECT 1 FROM files f WHERE file = ? AND sha256 = ? AND settings = ?
            AND NOT EXISTS (SELECT 1 FROM errors e WHERE e.file = f.file)"""
        return self._connection.execute(query, (shown(path), sha256, self._settings)).fetchone() is not None

    def known(self, path: str, sha256: str) -> frozenset[int]:
        """The texts that were scored of this file, as it was or is, and of files with the same contents."""
        query = """SELECT d.content FROM files f JOIN documents d ON d.file = f.file JOIN contents c ON c.id = d.content
            WHERE (f.file = ? OR f.sha256 = ?) AND c.settings = ?"""
        found = frozenset(row[0] for row in self._connection.execute(query, (shown(path), sha256, self._settings)))
        return found | self._left if is_archive(path) else found

    def put(self, outcomes: Iterable[tuple[Outcome, str]]) -> None:
        """Write what became of files, each with the SHA-256 it had, all or nothing, in place of what was there of them."""
        with self._transaction():
            for outcome, sha256 in outcomes:
                self._put(outcome, sha256)

    def put_texts(self, records: Iterable[Record]) -> None:
        """Write texts of an archive that is not done, all or nothing; its documents come with `put`."""
        with self._transaction():
            for record in records:
                self._put_content(record)

    def put_unreadable(self, path: str, failure: Failure) -> None:
        """Note that a file could not even be opened; what the dataset has of it stays."""
        with self._transaction():
            self._insert("files", [(shown(path), None, None)], "OR IGNORE")
            self._put_failures(shown(path), [failure])

    def others(self, files: Iterable[str]) -> list[str]:
        """The files of the dataset that are not among these, nor in a folder that is: one that could not be read."""
        known = {shown(path) for path in files}
        rows = self._connection.execute("SELECT file FROM files ORDER BY file")
        return [file for (file,) in rows if file not in known and known.isdisjoint(map(str, Path(file).parents))]

    def remove(self, files: Iterable[str]) -> None:
        """Take files out of the dataset, with all that came of them."""
        with self._transaction():
            for file in files:
                self._remove(file)
        self.sweep()

    def sweep(self) -> None:
        """Take out texts that no document has any more, and folders that can be read again."""
        unread = self._connection.execute("SELECT file FROM files WHERE sha256 IS NULL").fetchall()
        with self._transaction():
            for (file,) in unread:
                if os.path.isdir(file) and os.access(file, os.R_OK | os.X_OK):
                    self._remove(file)
            self._connection.execute("DELETE FROM contents WHERE id NOT IN (SELECT content FROM documents)")

    def counts(self) -> Counts:
        """How much is in the dataset; a text under two names counts as two documents."""
        query = """SELECT count(*), count(DISTINCT content), coalesce(sum(c.sentences), 0), coalesce(sum(c.measurements), 0),
            (SELECT count(*) FROM errors) FROM documents d JOIN contents c ON c.id = d.content"""
        return Counts(*self._connection.execute(query).fetchone())

    def _remove(self, file: str) -> None:
        for table in ("documents", "errors", "files"):
            self._connection.execute(f"DELETE FROM {table} WHERE file = ?", (file,))

    def _put(self, outcome: Outcome, sha256: str) -> None:
        file = shown(outcome.path)
        self._connection.execute("DELETE FROM documents WHERE file = ?", (file,))
        self._connection.execute(
            "INSERT INTO files VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET sha256 = excluded.sha256, settings = excluded.settings",
            (file, sha256, self._settings),
        )
        failures = list(outcome.failures)
        documents = []
        for position, record in enumerate(outcome.documents):
            if self._put_content(record):
                documents.append((file, position, *record.document))
            else:
                failures.append(Failure(record.document[0], _GONE))
        self._insert("documents", documents)
        self._put_failures(file, failures)

    def _put_content(self, record: Record) -> bool:
        """Write a text unless it is there; whether it is there now."""
        content = record.document[DOCUMENT_STORED.index("content")]
        if self._connection.execute("SELECT 1 FROM contents WHERE id = ?", (content,)).fetchone():
            return True
        if record.content is None:
            return False
        self._insert("contents", [record.content])
        self._insert("sentences", ((content, *values) for values in record.sentences))
        self._insert("measurements", ((content, *values) for values in record.measurements))
        return True

    def _put_failures(self, file: str, failures: list[Failure]) -> None:
        self._connection.execute("DELETE FROM errors WHERE file = ?", (file,))
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        rows = [(file, place, each.doc, each.reason, now) for place, each in enumerate(failures)]
        self._insert("errors", rows)

    def _insert(self, table: str, rows: Iterable[tuple[Any, ...]], conflict: str = "") -> None:
        marks = ", ".join("?" * _WIDTHS[table])
        self._connection.executemany(f"INSERT {conflict} INTO {table} VALUES ({marks})", rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise TaggerError(
                f"{self.path}: cannot be written ({error}); see that there is room and nothing else holds it, then run again"
            ) from None
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


_WIDTHS = {
    "settings": len(Settings._fields),
    "files": 3,
    "contents": len(CONTENT_STORED),
    "documents": 2 + len(DOCUMENT_STORED),
    "sentences": 1 + len(SENTENCE_STORED),
    "measurements": 1 + len(MEASUREMENT_STORED),
    "errors": 5,
}


def dataset_rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a dataset by table, in the order of their keys, less the times of errors.

    Two datasets that say the same are equal by this, however their runs were cut up.
    """
    with closing(connect_to_read(path)) as connection:
        tables = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in _WIDTHS
            if table != "errors"
        }
        tables["errors"] = connection.execute("SELECT file, position, doc, reason FROM errors ORDER BY 1, 2").fetchall()
    return tables
