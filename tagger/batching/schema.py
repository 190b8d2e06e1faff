"""The tables and views of a dataset, and how its file is opened.

Rows of a text are keyed by its contents, not by when it was scored: two runs over the same files make the same rows.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tagger.batching.records import (
    CONTENT_STORED,
    DOCUMENT_STORED,
    EXACT,
    MEASUREMENT_STORED,
    SENTENCE,
    SENTENCE_STORED,
)
from tagger.errors import TaggerError
from tagger.output.rows import MEASUREMENT_COLUMNS

VERSION = 2
IN_FOLDER = "dataset.sqlite"  # in a folder of Parquet: what a run goes on from
_APPLICATION = 0x74616772  # "tagr" in the file's header
_BUSY_SECONDS = 60

# What is said of a report as a whole, in the order of the views: (key, what people read).
REPORT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("doc", "文件"),
    ("title", "标题"),
    ("region", "地区"),
    ("within", "上级地区"),
    ("level", "级别"),
    ("period", "时期"),
    ("period_start", "起"),
    ("period_end", "止"),
    ("issuer", "发文单位"),
)
# A text under two names has its rows under both: `doc` is the report, `file` the file it was in, an archive perhaps.
_FILE = ("file", "所在文件")
VIEW_COLUMNS = (*REPORT_COLUMNS, _FILE, ("place", "位置"), *MEASUREMENT_COLUMNS[1:], ("planned", "计划"))

REAL = ("number", "low", "high", "topic_score")
INTEGER = (
    *("id", "content", "position", "sentence", "index", "start", "end", "metrics", "measurements", "sentences"),
    *("characters", "rank", "approximate", "masked", "planned", "needs_review"),
    *(f"{name}_{side}" for name in ("metric", "value", "unit") for side in ("start", "end")),
)


def _typed(columns: tuple[str, ...]) -> str:
    types = dict.fromkeys(REAL, "REAL") | dict.fromkeys(INTEGER, "INTEGER")
    return ", ".join(f'"{name}" {types.get(name, "TEXT")}' for name in columns)


def _view_column(key: str) -> str:
    if key in MEASUREMENT_STORED:
        return f'm."{key}"'
    return f'd."{key}"' if key in ("file", *DOCUMENT_STORED) else f's."{key}"'


_MEASUREMENT_VIEW = ", ".join(
    f'{_view_column(key)} AS "{key}"' for key in (*(key for key, _ in VIEW_COLUMNS), *(f"{key}_text" for key in EXACT))
)
_REPORT = ", ".join(f'd."{key}"' for key, _ in REPORT_COLUMNS)

_TABLES = f"""
CREATE TABLE settings (key TEXT PRIMARY KEY, engine TEXT NOT NULL, tagger TEXT NOT NULL, model TEXT,
    taxonomy_version TEXT NOT NULL, taxonomy_hash TEXT NOT NULL);
CREATE TABLE files (file TEXT PRIMARY KEY, sha256 TEXT, settings TEXT);
CREATE TABLE contents ({_typed(CONTENT_STORED)}, PRIMARY KEY (id));
CREATE TABLE documents (file TEXT NOT NULL REFERENCES files, position INTEGER NOT NULL, {_typed(DOCUMENT_STORED)},
    PRIMARY KEY (file, position)) WITHOUT ROWID;
CREATE TABLE sentences (content INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE, {_typed(SENTENCE_STORED)},
    PRIMARY KEY (content, "index")) WITHOUT ROWID;
CREATE TABLE measurements (content INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE, {_typed(MEASUREMENT_STORED)},
    PRIMARY KEY (content, position)) WITHOUT ROWID;
CREATE TABLE errors (file TEXT NOT NULL REFERENCES files, position INTEGER NOT NULL, doc TEXT NOT NULL,
    reason TEXT NOT NULL, time TEXT NOT NULL, PRIMARY KEY (file, position)) WITHOUT ROWID;
CREATE INDEX documents_content ON documents (content);
CREATE INDEX documents_place ON documents (region, period);
CREATE INDEX files_sha256 ON files (sha256);
CREATE INDEX measurements_metric ON measurements (metric);
CREATE VIEW measurement_view AS SELECT {_MEASUREMENT_VIEW}
    FROM documents d JOIN measurements m ON m.content = d.content
    JOIN sentences s ON s.content = m.content AND s."index" = m.sentence
    ORDER BY d.file, d.position, m.position;
CREATE VIEW sentence_view AS SELECT {_REPORT}, d.file, s.place, {", ".join(f's."{key}"' for key in SENTENCE)}
    FROM documents d JOIN sentences s ON s.content = d.content
    ORDER BY d.file, d.position, s."index";
CREATE VIEW document_view AS SELECT {_REPORT}, d.evidence, d.file, d.position, c.sha256, c.format, c.encoding,
    c.characters, c.sentences, c.measurements, t.engine, t.model, t.tagger, t.taxonomy_version, t.taxonomy_hash, d.content
    FROM documents d JOIN contents c ON c.id = d.content JOIN settings t ON t.key = c.settings
    ORDER BY d.file, d.position;
CREATE VIEW error_view AS SELECT doc, reason, time, file FROM errors ORDER BY file, position;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open a dataset, made anew where there is none. Raises TaggerError for any other file, which is left as it is."""
    try:
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    except sqlite3.Error as error:
        raise TaggerError(f"{path}: cannot be written ({error}); choose another place") from None
    try:
        _prepare(connection, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        if "not a database" in str(error):
            raise TaggerError(f"{path}: is no dataset of tagger; name another file") from None
        raise TaggerError(f"{path}: cannot be written ({error}); choose another place") from None
    except TaggerError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")  # KiB: texts come in the order of their hashes, all over the file
    connection.execute("BEGIN IMMEDIATE")  # two runs that begin together: one makes the tables, the other finds them
    application, version, tables = (
        connection.execute(query).fetchone()[0]
        for query in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    )
    if application == _APPLICATION and version > VERSION:
        raise TaggerError(
            f"{path}: was made by a newer tagger (format {version}, this one writes {VERSION}); update tagger"
        )
    if application == _APPLICATION and version == VERSION:
        connection.execute("ROLLBACK")
        return
    if application == _APPLICATION:
        raise TaggerError(f"{path}: {_older(version)}; name another file, or move this one away")
    if application or version or tables:
        raise TaggerError(f"{path}: is no dataset of tagger; name another file")
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _older(version: int) -> str:
    return f"was made by an older tagger (format {version}, this one writes {VERSION})"


def _roll_back(path: Path) -> None:
    """Undo what a killed run left half written; a connection that only reads could not, and would take the file for none."""
    if not path.with_name(f"{path.name}-journal").exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        raise TaggerError(
            f"{path}: a run was stopped while it wrote, and it cannot be undone here ({error}); run tagger batch again"
        ) from None
    except sqlite3.DatabaseError:
        return  # no database: said by who asked for one


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a dataset that is there, to read it; of a folder of Parquet the one in it. Raises TaggerError for any other file."""
    if path.is_dir():
        path = path / IN_FOLDER
    if not path.is_file():
        raise TaggerError(f"{path}: no such dataset; make one with: tagger batch FOLDER -o {path}")
    _roll_back(path)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
    try:
        (application,), (version,) = (
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
        )
    except sqlite3.DatabaseError:
        application = version = None
    if (application, version) != (_APPLICATION, VERSION):
        connection.close()
        if application == _APPLICATION and version < VERSION:
            raise TaggerError(f"{path}: {_older(version)}; move it away and run tagger batch again")
        raise TaggerError(
            f"{path}: is no dataset of this tagger (format {VERSION}); name what tagger batch has written"
        )
    return connection
