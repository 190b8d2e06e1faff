"""`tagger taxonomy`: what the topics are, and how they change."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from tagger.cli.reporting import reported
from tagger.engines import DEFAULT
from tagger.errors import TaggerError

if TYPE_CHECKING:
    from tagger.data.migrate import Plan
    from tagger.migrations.difference import Answer, Question
    from tagger.taxonomy import Taxonomy

taxonomy_app = typer.Typer(help="The topic taxonomy: show, check, compare, migrate.", no_args_is_help=True)

_Data = Annotated[Path, typer.Option("--data", help="The data folder: taxonomy.yaml, gold/, compiled/.")]


@taxonomy_app.callback()
def _taxonomy() -> None:
    """The topic taxonomy."""


@taxonomy_app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show the topics, and labels if any: id, name, what each covers; version and hash."""
    from tagger.taxonomy import load_taxonomy

    with reported():
        taxonomy = load_taxonomy()
    if as_json:
        topics = [{"id": entry.id, "name": entry.name, "covers": entry.covers} for entry in taxonomy.topics]
        content = {"version": taxonomy.version, "hash": taxonomy.hash, "topics": topics}
        content |= {"labels": [each._asdict() for each in taxonomy.labels]} if taxonomy.labels else {}
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("id", no_wrap=True)
    table.add_column("主题 name", no_wrap=True)
    table.add_column("包括 covers")
    for entry in taxonomy.topics:
        table.add_row(entry.id, entry.name, entry.covers)
    for label in taxonomy.labels:
        table.add_row(label.id, label.name, label.covers)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120)
    console.print(f"taxonomy {taxonomy.version}, {len(taxonomy.topics)} topics, hash {taxonomy.hash[:12]}")
    console.print(table)


@taxonomy_app.command()
def check(
    path: Annotated[Optional[Path], typer.Argument(help="A taxonomy file; by default the shipped one.")] = None,
) -> None:
    """Check a taxonomy file, and the migrations in the folder migrations/ beside it.

    Exit code: 0 when nothing must be mended, 1 when something must, 2 when there is nothing to check.
    """
    from tagger.migrations import load_migrations
    from tagger.migrations.chain import faults, pending
    from tagger.taxonomy import default_path, load_taxonomy

    path = path or default_path()
    with reported():
        taxonomy = load_taxonomy(path)
        migrations = load_migrations(path.parent / "migrations")
    found = list(faults(taxonomy, migrations))
    for each in found:
        typer.echo(f"{path}: {each}")
    typer.echo(
        f"taxonomy {taxonomy.version}, {len(taxonomy.topics)} topics, {len(migrations)} migrations: {len(found)} faults"
    )
    if found:
        raise typer.Exit(1)
    for migration in pending(taxonomy, migrations):
        typer.echo(f"still to run: tagger taxonomy migrate {migration.path}")


@taxonomy_app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The taxonomy file as it is.")],
    new: Annotated[Path, typer.Argument(help="The taxonomy file as it shall be, with a version of its own.")],
    output: Annotated[Optional[Path], typer.Option("--output", "-o", help="Write the migration to this file.")] = None,
    answer: Annotated[
        Optional[list[str]],
        typer.Option(
            help="What became of a topic: ID=merge:ID, ID=drop:ID or ID=split:ID,ID; what a new one is near to: ID=add:ID,ID."
        ),
    ] = None,
) -> None:
    """Work out the migration between two taxonomy files; what became of a topic that is gone is asked, or said by --answer.

    The reasons are left open: write them before the migration is run. Exit code 2 when a question is left.
    """
    from tagger.migrations import Version
    from tagger.migrations.difference import ask, drifted, find_operations
    from tagger.migrations.files import write_migration
    from tagger.output.atomic import whole_file
    from tagger.taxonomy import load_taxonomy

    with reported():
        before, after = load_taxonomy(old), load_taxonomy(new)
        if before.hash == after.hash:
            typer.echo(f"{old} and {new} have the same version, ids and names: no migration is needed")
            return
        if before.version == after.version:
            raise TaggerError(f"{new}: has version {after.version} as {old} has; give it a version of its own")
        answers = _read_answers(answer or [])
        questions = ask(before, after, answers)
        if questions and sys.stdin.isatty():
            answers |= {each.topic: _prompt(each, after) for each in questions}
        elif questions:
            for each in questions:
                typer.echo(_question(each, after))
            raise TaggerError(f"{new}: {len(questions)} topics are gone; say what became of each by --answer, as above")
        operations = find_operations(before, after, answers)
        text = write_migration(Version.of(before), Version.of(after), operations)
        if output is None:
            typer.echo(text, nl=False)
        else:
            with whole_file(output) as temporary:
                temporary.write_text(text, encoding="utf-8")
            typer.echo(f"{output}: {len(operations)} operations; write the reason of each")
    drift = drifted(before, after, operations)
    if drift:
        typer.echo(
            f"not in the migration: covers or keywords of {', '.join(drift)}; edit them in the taxonomy file", err=True
        )


def _read_answers(given: list[str]) -> dict[str, Answer]:
    from tagger.migrations.difference import read_answer

    pairs = [each.partition("=") for each in given]
    return {topic: read_answer(text, f"--answer {topic}") for topic, _, text in pairs}


def _question(question: Question, new: Taxonomy) -> str:
    nearest = ", ".join(f"{topic} {new.name(topic)}" for topic in question.nearest)
    form = f"--answer {question.topic}=merge:ID, =drop:ID or =split:ID,ID"
    return f"{question.topic} {question.name} is gone: where do its sentences go? nearest: {nearest} ({form})"


def _prompt(question: Question, new: Taxonomy) -> Answer:
    from tagger.migrations.difference import read_answer

    typer.echo(_question(question, new))
    while True:
        try:
            return read_answer(typer.prompt(question.topic), question.topic)
        except TaggerError as error:
            typer.echo(error)


@taxonomy_app.command()
def migrate(
    migrations: Annotated[list[Path], typer.Argument(help="Migration files, in their order.")],
    data: _Data = Path("data"),
    review: Annotated[
        Path,
        typer.Option("--review", help="Where the list of what a person must look at is written, if there is anything."),
    ] = Path("review.tagged"),
    looks: Annotated[
        int, typer.Option(help="How many sentences that list has to be looked at for new labels.", min=0)
    ] = 100,
    engine: Annotated[str, typer.Option(help="Whose doubt orders that list: model or rules.")] = DEFAULT,
    model: Annotated[
        Optional[Path], typer.Option(help="The folder of a trained model instead of the released one.")
    ] = None,
) -> None:
    """Bring a data folder to the next version of the taxonomy: gold files, raw annotations, compiled form, taxonomy.yaml.

    Where a person must decide about sentences, the list of them is written and the data left as it is; `tagger data merge-review`
    takes the answers and runs the migration. Stopped at any moment, the folder is as it was or as it will be; run again, it changes nothing.
    """
    from tagger.data.migrate import plan, run
    from tagger.migrations import load_migration
    from tagger.output.lock import only_one

    with reported(), only_one(data):
        for migration in [load_migration(path) for path in migrations]:
            planned = plan(data, migration)
            if planned is None:
                typer.echo(f"{data}: {migration.path.name} has been run already; nothing changed")
            elif planned.questions or planned.labels and looks:
                _write_review(planned, looks, review, engine, model)
                return
            else:
                report(planned, *run(planned, {}))


def report(plan: Plan, files: int, sentences: int) -> None:
    """Say what a migration has changed, and what is left to people."""
    from tagger.data.migrate import mentions

    what = "sentences" if plan.labels else "topic marks"
    typer.echo(
        f"{plan.data}: taxonomy {plan.old.version} -> {plan.new.version}; {sentences} {what} changed in {files} files"
    )
    for path, topics in mentions(plan):
        typer.echo(f"still names {', '.join(topics)}, bring it up to date: {path}", err=True)


def _write_review(plan: Plan, looks: int, path: Path, engine: str, model: Path | None) -> None:
    from tagger.data.layout import require_taxonomy
    from tagger.data.markup import format_file
    from tagger.data.review import ask_labels, count_by_topic, make_list
    from tagger.engines import load_engine
    from tagger.output.atomic import whole_file

    then = f"tagger data merge-review {path} {plan.migration.path} --data {plan.data}"
    if path.exists():
        raise TaggerError(f"{path}: is there already; decide it and run: {then}; or move it away to have it made anew")
    loaded = load_engine(engine, model)
    require_taxonomy(plan.data / "gold", loaded.taxonomy, str(model) if model else f"the engine ({engine})")
    title = f"{plan.migration.path.name}: taxonomy {plan.old.version} -> {plan.new.version}"
    if plan.questions:
        counts = ", ".join(f"{topic} {count}" for topic, count in count_by_topic(plan.questions).items())
        typer.echo(f"{len(plan.questions)} sentences for a person to look at ({counts})")
    chosen = ask_labels(plan.sources, plan.labels, looks)
    if chosen:
        typer.echo(
            f"{len(chosen)} to look at for {', '.join(each.id for each in plan.labels)}; any beginning of the list will do"
        )
    targets = plan.migration.targets(plan.old)
    listed = make_list(plan.questions, plan.new, loaded, title, path, chosen, plan.labels, targets)
    text = format_file(listed)
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    if chosen:
        typer.echo(
            f"{path}: in each [… +todo_LABEL] mark what is one and take todo_ away, or delete the lines that nobody looks at"
        )
    if plan.questions:
        typer.echo(f"{path}: in each [todo_TOPIC] take todo_ away, or write another topic")
    typer.echo(f"{path}: then: {then}")
    typer.echo(f"{plan.data}: not changed yet")
