"""`tagger data`: check, count, compile and convert the gold data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from tagger.cli.reporting import reported
from tagger.errors import TaggerError

if TYPE_CHECKING:
    from rich.console import Console

    from tagger.data.gold import GoldFile

data_app = typer.Typer(help="The annotated data: check, count, compile, convert.", no_args_is_help=True)

_GOLD = Path("data/gold")
_Path = Annotated[Path, typer.Argument(help="The gold folder, a folder of .tagged files, or one of them.")]
_FORMATS = "brat, conll, doccano, label-studio"


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=120)


@data_app.command()
def check(
    path: _Path = _GOLD,
    show: Annotated[
        bool, typer.Option("--list", help="Also list near-duplicates, and phrases treated in two ways.")
    ] = False,
) -> None:
    """Check gold files: form, topics, links, the source's characters, the guideline, near-duplicates, leaks, the freeze.

    Of a single file, or a folder without the parts of the gold data, only what it shows by itself is checked.
    Exit code: 0 when nothing must be mended, 1 when something must, 2 when there is nothing to check.
    """
    from tagger.data.check import check as run
    from tagger.data.layout import data_taxonomy

    with reported():
        report = run(path, data_taxonomy(path))
    for fault in report.faults:
        typer.echo(f"{fault.kind}: {fault.message}")
    if show:
        for line in report.near_duplicates:
            typer.echo(f"near-duplicate: {line}")
        for pair in report.pairs:
            treatments = f"{pair.first} {pair.first_treatment} | {pair.second} {pair.second_treatment}"
            typer.echo(f"two treatments ({pair.kind}): {treatments}")
    sentences = sum(len(file.sentences) for file in report.files)
    typer.echo(
        f"{len(report.files)} files, {sentences} sentences: {len(report.faults)} faults; "
        f"{len(report.near_duplicates)} of {report.authored} authored sentences near-duplicates; "
        f"{len(report.pairs)} phrases treated in two ways"
    )
    if report.faults:
        raise typer.Exit(1)


@data_app.command()
def stats(
    path: _Path = _GOLD,
    chart: Annotated[
        Optional[Path], typer.Option(help="Also draw sentences and values per topic (.svg or .png).")
    ] = None,
) -> None:
    """Count sentences and entities, per part and per topic."""
    from rich import box
    from rich.table import Table

    from tagger.data.corpus import hash_gold, tagged_paths
    from tagger.data.layout import data_taxonomy
    from tagger.data.markup import read_tagged
    from tagger.data.stats import count, draw

    with reported():
        paths = tagged_paths(path.resolve())
        taxonomy = data_taxonomy(path)
        files = [read_tagged(each) for each in paths]
        parts = {part: count(its) for part, its in _by_folder(files).items()}
        if chart is not None:
            if chart.suffix not in (".svg", ".png"):
                raise TaggerError(f"{chart}: the picture is an .svg or a .png")
            draw(parts, taxonomy, chart)
    columns = parts | {"all": count(files)} if len(parts) > 1 else parts
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("")
    for part in columns:
        table.add_column(part, justify="right")
    for field in ("files", "headings", "sentences", "characters", "metrics", "values", "masked", "units"):
        table.add_row(field, *(f"{getattr(counts, field):,}" for counts in columns.values()))
    table.add_section()
    for entry in taxonomy.topics:
        table.add_row(f"{entry.id} {entry.name}", *(str(counts.topics[entry.id]) for counts in columns.values()))
    console = _console()
    console.print(table)
    console.print(f"sentences per topic below; gold sha256 {hash_gold(files)[:12]}, taxonomy {taxonomy.version}")


def _by_folder(files: list[GoldFile]) -> dict[str, list[GoldFile]]:
    folders: dict[str, list[GoldFile]] = {}
    for file in files:
        folders.setdefault(file.path.parent.name, []).append(file)
    return folders


@data_app.command(name="compile")
def compile_(
    path: Annotated[Path, typer.Argument(help="The gold folder.")] = _GOLD,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for one PART.jsonl a part.")] = Path(
        "data/compiled"
    ),
) -> None:
    """Compile the gold data to JSONL: text, section path, role, topic, entities by character offset, links."""
    from tagger.data.compiled import to_jsonl
    from tagger.data.corpus import PARTS, is_gold_folder, load_part
    from tagger.output.atomic import whole_file

    with reported():
        if not is_gold_folder(path):
            raise TaggerError(f"{path}: is no gold folder: it has none of {', '.join(PARTS)}")
        parts = {part: load_part(path, part) for part in PARTS if (path / part).is_dir()}
        output.mkdir(parents=True, exist_ok=True)
        for part, files in parts.items():
            with whole_file(output / f"{part}.jsonl") as temporary:
                Path(temporary).write_text(to_jsonl(files), encoding="utf-8")
            typer.echo(f"{output / part}.jsonl: {sum(len(file.sentences) for file in files)} sentences")


@data_app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="What to convert: gold files, or another tool's export.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A new file; a folder for brat and for .tagged.")],
    to: Annotated[Optional[str], typer.Option(help=f"From .tagged to: {_FORMATS}.")] = None,
    read: Annotated[Optional[str], typer.Option("--from", help=f"To .tagged from: {_FORMATS}.")] = None,
) -> None:
    """Convert gold files to another annotation format, or such a format to gold files. Says what the format cannot hold."""
    with reported():
        _convert(source, output, to, read)


def _convert(source: Path, output: Path, to: str | None, read: str | None) -> None:
    from tagger.data.corpus import tagged_paths
    from tagger.data.formats import FORMATS
    from tagger.data.markup import read_tagged, write_new

    name = to or read
    if (to is None) == (read is None):
        raise TaggerError("convert: give either --to or --from")
    if name not in FORMATS:
        raise TaggerError(f"{name}: no such format; choose one of: {', '.join(FORMATS)}")
    chosen = FORMATS[name]
    if to is not None:
        files = [read_tagged(each) for each in tagged_paths(source)]
        if output.exists():
            raise TaggerError(f"{output}: is there already; name a new file or folder")
        output.parent.mkdir(parents=True, exist_ok=True)
        chosen.write(files, output)
    else:
        files = chosen.read(source)
        write_new(files, output)
    typer.echo(f"{output}: {len(files)} files, {sum(len(file.lines) for file in files)} lines")
    for lost in chosen.lost:
        typer.echo(f"not kept by {name}: {lost}", err=True)


@data_app.command(name="merge-review")
def merge_review(
    review: Annotated[
        Path, typer.Argument(help="The list that `tagger taxonomy migrate` wrote, every sentence decided.")
    ],
    migration: Annotated[Path, typer.Argument(help="The migration that it was written for.")],
    data: Annotated[Path, typer.Option(help="The data folder: taxonomy.yaml, gold/, compiled/.")] = Path("data"),
) -> None:
    """Take back the decisions that a migration needs, and run it. Refuses a list that is not decided to its end."""
    from tagger.cli.taxonomy import report
    from tagger.data.migrate import plan, run
    from tagger.data.review import read_answers
    from tagger.migrations import load_migration
    from tagger.output.lock import only_one

    with reported(), only_one(data):
        planned = plan(data, load_migration(migration))
        if planned is None:
            typer.echo(f"{data}: {migration.name} has been run already; nothing changed")
            return
        targets = planned.migration.targets(planned.old)
        answers = read_answers(review, planned.questions, planned.new, planned.sources, planned.labels, targets)
        report(planned, *run(planned, *answers))


@data_app.command()
def agreement(
    first: Annotated[Path, typer.Argument(help="One annotator's folder of .tagged files.")],
    second: Annotated[Path, typer.Argument(help="The other's, with the same file names.")],
) -> None:
    """Compare two annotations of the same reports: strict F1 of spans and links, Cohen's κ of topics, per file and pooled."""
    from rich import box
    from rich.table import Table

    from tagger.data.agreement import Agreement, compare
    from tagger.data.markup import read_tagged

    with reported():
        names, others = ({each.name for each in folder.glob("*.tagged")} for folder in (first, second))
        if not names & others:
            raise TaggerError(f"{first} and {second} share no .tagged file; name two annotators' folders")
        if names != others:
            alone = ", ".join(sorted(names ^ others))
            raise TaggerError(f"{first} and {second}: only one of them has {alone}; give both the same files")
        pairs = [(read_tagged(first / name), read_tagged(second / name)) for name in sorted(names)]
        rows: dict[str, Agreement] = {a.name: compare([(a, b)]) for a, b in pairs}
        rows["all"] = compare(pairs)
    table = Table(box=box.SIMPLE, pad_edge=False)
    for column in ("file", "sentences", *rows["all"].f1, "topic", "topic κ", "heading level", "heading role"):
        table.add_column(column, justify="left" if column == "file" else "right")
    for name, row in rows.items():
        scores = [*row.f1.values(), row.topic_accuracy, row.topic_kappa, row.heading_level, row.heading_role]
        table.add_row(name, str(row.sentences), *("—" if score is None else f"{score:.3f}" for score in scores))
    _console().print(table)
