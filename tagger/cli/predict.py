"""`tagger predict`: report files in, one table out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Optional

import typer

from tagger.cli.reporting import reported
from tagger.engines import DEFAULT, ENGINES
from tagger.errors import TaggerError
from tagger.output import FORMATS, ROWS


def predict(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE…", help="Reports (.txt, .md, .docx, .pdf, .html, .xlsx, .csv, .doc); - is standard input."
        ),
    ],
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="Write to this file, whole or not at all.")
    ] = None,
    form: Annotated[
        Optional[str],
        typer.Option(
            "--format",
            "-f",
            help=f"One of {', '.join(FORMATS)}. Default: by the suffix of -o; a table on a terminal, JSONL in a pipe.",
        ),
    ] = None,
    engine: Annotated[str, typer.Option(help=f"One of {', '.join(ENGINES)}.")] = DEFAULT,
    model: Annotated[
        Optional[Path], typer.Option(help="The folder of a trained model. Default: the released one.")
    ] = None,
    rows: Annotated[str, typer.Option(help=f"What a CSV row is: {' or '.join(ROWS)}.")] = "measurements",
    documents: Annotated[
        Optional[Path], typer.Option(help="Also write one JSON line per report here: headings, what was dropped.")
    ] = None,
    max_mb: Annotated[float, typer.Option(help="Refuse files larger than this.")] = 50,
) -> None:
    """Tag reports: the topic of every sentence; metric, value and unit of every quantity.

    Exit code: 0 when every file was read, 1 when some were not, 2 when none was or an option is wrong.
    """
    with reported():
        failed, read = run(files, output, form, engine, model, rows, documents, max_mb)
    if failed:
        raise typer.Exit(1 if read else 2)


def run(
    files: list[str],
    output: Path | None,
    form: str | None,
    engine: str,
    model: Path | None,
    rows: str,
    documents: Path | None,
    max_mb: float,
) -> tuple[int, int]:
    """Tag files and write them; report each bad file on standard error. Returns (bad files, good files)."""
    from tagger.output import choose_format, write
    from tagger.output.atomic import whole_file
    from tagger.output.jsonl import write_document_records
    from tagger.pipeline import Tagger

    chosen = choose_format(form, output)
    if rows not in ROWS:
        raise TaggerError(f"--rows {rows}: choose one of: {', '.join(ROWS)}")
    if rows != ROWS[0] and chosen != "csv":
        raise TaggerError(f"--rows {rows}: only a CSV has a choice of rows, and this is {chosen}; add --format csv")
    _check_outputs(files, output, documents)
    tagger = Tagger.load(engine, model)
    tagged = []
    failed = 0
    for name in _progress(files):
        try:
            tagged.append(tagger.tag_file(name, max_mb))
        except TaggerError as error:
            failed += 1
            typer.echo(f"tagger: {error}", err=True)
    if not tagged:
        pass  # nothing could be read: nothing is written
    elif documents is None:
        write(tagged, chosen, output, rows)
    else:
        # Both files or neither: the records wait in their temporary file until the output is written.
        with whole_file(documents) as temporary:
            with open(temporary, "w", encoding="utf-8") as file:
                write_document_records(tagged, file)
            write(tagged, chosen, output, rows)
    if failed and len(files) > 1:
        typer.echo(f"tagger: {failed} of {len(files)} files could not be read", err=True)
    return failed, len(tagged)


def _check_outputs(files: list[str], output: Path | None, documents: Path | None) -> None:
    """Refuse to write over a report, two outputs into one file, or where nothing can be written."""
    from tagger.output.atomic import check_writable

    outputs = [path for path in (output, documents) if path is not None and path.is_file()]
    for path in outputs:
        for name in files:
            if os.path.exists(name) and os.path.samefile(path, name):
                raise TaggerError(f"{path}: is one of the reports; name another file for the output")
    if output is not None and documents is not None and output.resolve() == documents.resolve():
        raise TaggerError(f"{output}: is named for the output and for --documents; name two files")
    for place in (output, documents):
        if place is not None:
            check_writable(place)


# About a second's work: below it a bar would only flicker.
_BAR_BYTES = 1_000_000


def _progress(files: list[str]) -> Iterator[str]:
    """The files, with a bar on a terminal that goes by their sizes where the work takes more than a moment."""
    sizes = [os.path.getsize(name) if os.path.isfile(name) else 0 for name in files]
    if sum(sizes) < _BAR_BYTES or not sys.stderr.isatty():
        yield from files
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=sum(sizes))
        for name, size in zip(files, sizes, strict=True):
            progress.update(task, description=os.path.basename(name))
            yield name
            progress.advance(task, size)
