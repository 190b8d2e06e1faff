"""Output: one writer per format, all fed the same rows."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from tagger.document import TaggedDocument
from tagger.errors import TaggerError
from tagger.output.atomic import whole_file

FORMATS = ("table", "jsonl", "csv", "xlsx", "html")
ROWS = ("measurements", "sentences")
_SUFFIXES = {".jsonl": "jsonl", ".csv": "csv", ".xlsx": "xlsx", ".html": "html", ".htm": "html", ".txt": "table"}


def choose_format(name: str | None, path: Path | None) -> str:
    """The format asked for by name, else by the output's suffix, else a table for a terminal and JSONL for a pipe."""
    if name is not None:
        if name not in FORMATS:
            raise TaggerError(f"--format {name}: no such format; choose one of: {', '.join(FORMATS)}")
        return name
    if path is not None:
        if path.suffix.lower() not in _SUFFIXES:
            raise TaggerError(
                f"{path}: the suffix names no format; add --format, or end the name with .jsonl, .csv, .xlsx or .html"
            )
        return _SUFFIXES[path.suffix.lower()]
    return "table" if sys.stdout is not None and sys.stdout.isatty() else "jsonl"


def write(documents: Iterable[TaggedDocument], form: str, path: Path | None, rows: str = "measurements") -> None:
    """Write documents in a format to a file, whole or not at all, or to standard output (`path` None)."""
    if path is None:
        if form == "xlsx":
            raise TaggerError("--format xlsx: a workbook cannot go to the terminal; name a file with -o")
        _write_stdout(documents, form, rows)
        return
    with whole_file(path) as temporary:
        if form == "xlsx":
            from tagger.output.tables import write_xlsx

            write_xlsx(documents, temporary)
            return
        # Excel opens UTF-8 CSV as such only with a byte order mark.
        encoding = "utf-8-sig" if form == "csv" else "utf-8"
        with open(temporary, "w", encoding=encoding, newline="", errors="surrogatepass") as file:
            _write_text(documents, form, file, rows)


def _write_stdout(documents: Iterable[TaggedDocument], form: str, rows: str) -> None:
    if sys.stdout is None:
        raise TaggerError("standard output is closed; name a file with -o")
    if isinstance(sys.stdout, io.TextIOWrapper):
        if form == "table":
            sys.stdout.reconfigure(errors="replace")  # a console that lacks a character shows a sign
        else:
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # data is UTF-8 whatever the console speaks
    try:
        _write_text(documents, form, sys.stdout, rows)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more can be flushed at exit
        raise TaggerError(f"standard output: cannot be written ({error.strerror}); name a file with -o") from None


def _write_text(documents: Iterable[TaggedDocument], form: str, file: TextIO, rows: str) -> None:
    # Each writer is imported where it is used: a run pays for one format only.
    if form == "jsonl":
        from tagger.output.jsonl import write_jsonl

        write_jsonl(documents, file)
    elif form == "csv":
        from tagger.output.tables import write_csv

        write_csv(documents, file, rows)
    elif form == "html":
        from tagger.output.html import write_html

        write_html(documents, file)
    else:
        from tagger.output.terminal import write_terminal

        write_terminal(documents, file)
