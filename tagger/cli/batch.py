"""`tagger batch`: folders of reports in, one dataset out, resumed and brought up to date by running it again."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, NoReturn, Optional

import typer

from tagger.cli.reporting import reported
from tagger.engines import DEFAULT, ENGINES
from tagger.errors import TaggerError

if TYPE_CHECKING:
    from tagger.batching.pool import Pool
    from tagger.batching.run import Step, Summary
    from tagger.batching.store import Counts, Store
    from tagger.batching.worker import Job

    Look = Callable[[], list[str]]

POOLS = ("local", "ray")


class Outputs(NamedTuple):
    """Where the dataset lies, and what else is written of it when it is up to date."""

    dataset: Path
    csv: Path | None
    xlsx: Path | None
    parquet: Path | None


def batch(
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help="The dataset: an SQLite file, or a folder of Parquet (a name ending in / or .parquet).",
        ),
    ],
    inputs: Annotated[
        Optional[list[str]], typer.Argument(metavar="IN…", help="Files, folders (with all below them) and patterns.")
    ] = None,
    files_from: Annotated[
        Optional[str], typer.Option(help="Also read the files named in this list, one a line; - is standard input.")
    ] = None,
    engine: Annotated[str, typer.Option(help=f"One of {', '.join(ENGINES)}.")] = DEFAULT,
    model: Annotated[
        Optional[Path], typer.Option(help="The folder of a trained model. Default: the released one.")
    ] = None,
    workers: Annotated[Optional[int], typer.Option(min=1, help="Processes that score. Default: one per core.")] = None,
    engine_pool: Annotated[str, typer.Option(help=f"Where they run: {', '.join(POOLS)}.")] = "local",
    max_mb: Annotated[float, typer.Option(help="Refuse files larger than this.")] = 50,
    keep_text: Annotated[bool, typer.Option(help="Keep the texts too: what offsets count in.")] = False,
    csv: Annotated[Optional[Path], typer.Option(help="Also write the measurements to this CSV.")] = None,
    xlsx: Annotated[Optional[Path], typer.Option(help="Also write the measurements to this workbook.")] = None,
    parquet: Annotated[Optional[Path], typer.Option(help="Also write the tables as Parquet into this folder.")] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Take files out of the dataset that are not among those of this run.")
    ] = False,
    watch: Annotated[bool, typer.Option(help="Go on: score files as they come, until stopped with Ctrl-C.")] = False,
    interval: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks with --watch.")] = 5,
) -> None:
    """Score many reports into one dataset; run it again to go on where it was stopped, and to score what is new.

    Exit code: 0 when every file was scored, 1 when some failed (they are listed), 2 when an option is wrong.
    """
    from tagger.reading.source import limit_of

    with reported():
        if files_from is None and not inputs:
            raise TaggerError("nothing to score; name files, folders or patterns, or a list of files with --files-from")
        if prune and watch:
            raise TaggerError("--prune is for a run that ends; leave out --watch, or --prune")
        limit_of(max_mb)
        outputs = _outputs(output, csv, xlsx, parquet)
        look = _look(inputs or [], files_from, outputs, watch)
        with _ended_by_sigterm(), _opened(outputs, engine, model, keep_text, max_mb, workers, engine_pool) as opened:
            summary = _watched(look, interval, outputs, *opened) if watch else _once(look(), prune, outputs, *opened)
    if summary.failed:
        raise typer.Exit(1)


def _outputs(output: str, csv: Path | None, xlsx: Path | None, parquet: Path | None) -> Outputs:
    """Check the outputs, each by itself and against each other, before anything is scored."""
    from tagger.output.atomic import check_writable

    if output.endswith(("/", "\\")) or output.lower().endswith(".parquet"):
        if parquet is not None:
            raise TaggerError(f"--parquet {parquet}: {output} is a folder of Parquet already; leave one of them out")
        from tagger.batching.schema import IN_FOLDER

        parquet = Path(output)
        dataset = parquet / IN_FOLDER
    else:
        dataset = Path(output)
        if dataset.is_dir():
            raise TaggerError(f"{output}: is a folder; name an SQLite file, or write {output}/ for a folder of Parquet")
    for path, suffix in ((csv, ".csv"), (xlsx, ".xlsx")):
        if path is not None and path.suffix.lower() != suffix:
            raise TaggerError(f"--{suffix[1:]} {path}: let the name end in {suffix}")
        # Said before hours of scoring, not after.
        if path is not None and not path.absolute().parent.is_dir():
            raise TaggerError(f"{path}: there is no folder {path.parent}; make it, or name another place")
        if path is not None and path.is_dir():
            raise TaggerError(f"{path}: is a folder; name a file")
        if path is not None and path.resolve() == dataset.resolve():
            raise TaggerError(f"{path}: is named for two outputs; name two files")
        if path is not None:
            check_writable(path)
    if parquet is not None:
        from importlib.util import find_spec

        if find_spec("pyarrow") is None:
            raise TaggerError('Parquet needs pyarrow; install it with: pip install "report-tagger[parquet]"')
        try:
            parquet.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TaggerError(f"{parquet}: cannot be made a folder ({error.strerror}); choose another place") from None
        check_writable(parquet / "documents.parquet")
    return Outputs(dataset, csv, xlsx, parquet)


def _look(inputs: list[str], files_from: str | None, outputs: Outputs, watch: bool) -> Look:
    """What finds the files of this run, whenever it is called. Raises TaggerError where the inputs are wrong."""
    from tagger.batching.inputs import find_files, read_list

    listed = read_list(files_from) if files_from is not None else []
    own = [path for path in outputs if path is not None]

    def look() -> list[str]:
        files = find_files(inputs, listed, own, waiting=watch)
        if not files and not watch:
            raise TaggerError(f"{', '.join(inputs) or files_from}: there is no file in it; name another place")
        return files

    look()
    return look


@contextmanager
def _opened(
    outputs: Outputs,
    engine: str,
    model: Path | None,
    keep_text: bool,
    max_mb: float,
    workers: int | None,
    engine_pool: str,
) -> Iterator[tuple[Store, Pool]]:
    """The dataset and the workers of a run; closed whatever ends it."""
    from functools import partial

    from tagger.batching.settings import engine_settings
    from tagger.batching.store import Store
    from tagger.batching.worker import Job
    from tagger.engines import load_engine

    settings = engine_settings(engine, model, keep_text)
    job = Job(partial(load_engine, engine, model, threads=1), max_mb, settings.key, keep_text)
    pool = _pool(engine_pool, job, workers)
    store = Store(outputs.dataset, settings)
    try:
        yield store, pool
    finally:
        pool.close()
        store.close()


def _pool(name: str, job: Job, workers: int | None) -> Pool:
    if name == "local":
        from tagger.batching.pool import LocalPool, count_cores

        return LocalPool(job, workers or count_cores())
    if name == "ray":
        from importlib.util import find_spec

        if find_spec("ray") is None:
            raise TaggerError(
                '--engine-pool ray: Ray is not installed; install it with: pip install "report-tagger[ray]"'
            )
        from tagger.batching.ray_pool import RayPool

        return RayPool(job, workers)
    raise TaggerError(f"--engine-pool {name}: choose one of: {', '.join(POOLS)}")


def _once(files: list[str], prune: bool, outputs: Outputs, store: Store, pool: Pool) -> Summary:
    from tagger.batching.run import Summary, score

    summary = Summary()
    start = time.monotonic()
    try:
        for step in _progress(score(files, store, pool), files, summary):
            summary.add(step)
    except KeyboardInterrupt:
        typer.echo(f"tagger: stopped; {outputs.dataset} has what was done: run the same command to go on", err=True)
        raise
    others = store.others(files)
    if prune:
        store.remove(others)
    _report(summary, store.counts(), time.monotonic() - start, outputs)
    if others:
        what = "were taken out of it" if prune else "stay in it; --prune takes them out"
        message = f"{outputs.dataset}: {len(others):,} files that are not among those of this run {what}"
        typer.echo(f"tagger: {message}", err=True)
    # After the report: what keeps a file from being written must hide neither what failed nor the files before it.
    for path in _export(outputs):
        typer.echo(str(path))
    return summary


def _watched(look: Look, interval: float, outputs: Outputs, store: Store, pool: Pool) -> Summary:
    from tagger.batching.run import Summary, score, watch

    total = Summary()
    start = time.monotonic()
    stale = False  # whether the exports lack something that is in the dataset
    try:
        for files in watch(look, lambda: time.sleep(interval)):
            if not files:
                continue
            typer.echo(f"{time.strftime('%H:%M:%S')} files to look at {len(files)}")
            failed = total.failed
            for step in score(files, store, pool):
                total.add(step)
                stale |= not step.skipped
                for failure in step.failures:
                    typer.echo(f"tagger: {failure.doc}: {failure.reason}", err=True)
            if stale:
                for _ in _export(outputs):
                    pass
                stale = False
                typer.echo(f"{time.strftime('%H:%M:%S')} done, failed {total.failed - failed}")
    except KeyboardInterrupt:  # the way to end it
        if stale:
            for _ in _export(outputs):
                pass
    total.failures.clear()  # each was said when it came
    _report(total, store.counts(), time.monotonic() - start, outputs)
    return total


def _export(outputs: Outputs) -> Iterator[Path]:
    """Write what else is to be written of the dataset; yields each as soon as it is there."""
    from tagger.batching import export

    if outputs.csv is not None:
        export.write_csv(outputs.dataset, outputs.csv)
        yield outputs.csv
    if outputs.xlsx is not None:
        sheets = export.write_xlsx(outputs.dataset, outputs.xlsx)
        if sheets > 1:
            typer.echo(
                f"tagger: {outputs.xlsx}: more rows than Excel has in a sheet; they are on {sheets} sheets", err=True
            )
        yield outputs.xlsx
    if outputs.parquet is not None:
        export.write_parquet(outputs.dataset, outputs.parquet)
        yield outputs.parquet


def _report(summary: Summary, counts: Counts, seconds: float, outputs: Outputs) -> None:
    """The failures on standard error, then the run and the dataset in a table."""
    for failure in summary.failures:
        typer.echo(f"tagger: {failure.doc}: {failure.reason}", err=True)
    if summary.more_failures:
        typer.echo(f"tagger: … and {summary.more_failures} more; all are in error_view of {outputs.dataset}", err=True)
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    rate = summary.sentences / seconds if seconds else 0
    for name, value in (
        ("files 文件", f"{summary.files:,}"),
        ("  up to date 已有", f"{summary.skipped:,}"),
        ("  scored 新处理", f"{summary.files - summary.skipped - summary.failed:,}"),
        ("  failed 失败", f"{summary.failed:,}"),
        ("sentences tagged 句", f"{summary.sentences:,}"),
        ("seconds 秒", f"{seconds:.1f} ({rate:,.0f} sentences/s)"),
        ("in the dataset 数据集", ""),
        ("  documents 文档", f"{counts.documents:,} ({counts.contents:,} texts)"),
        ("  sentences 句", f"{counts.sentences:,}"),
        ("  measurements 数值", f"{counts.measurements:,}"),
        ("  errors 错误", f"{counts.errors:,}"),
    ):
        table.add_row(name, value)
    console = Console(highlight=False)
    console.print(table)
    typer.echo(str(outputs.dataset))


def _progress(steps: Iterator[Step], files: list[str], summary: Summary) -> Iterator[Step]:
    """The steps, with a bar on a terminal."""
    if not sys.stderr.isatty():
        yield from steps
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(files))
        start = time.monotonic()
        for step in steps:
            yield step
            rate = summary.sentences / max(time.monotonic() - start, 0.1)
            text = f"{summary.files}/{len(files)} files  {rate:,.0f} sentences/s  {summary.failed} failed"
            progress.update(task, advance=1, description=text)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does: workers stopped, temporary files removed."""

    def end(number: int, frame: object) -> NoReturn:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
