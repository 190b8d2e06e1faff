"""`tagger taxonomy`: what the topics are."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tagger.cli.reporting import reported

taxonomy_app = typer.Typer(help="The topic taxonomy.", no_args_is_help=True)


@taxonomy_app.callback()
def _taxonomy() -> None:
    """The topic taxonomy."""


@taxonomy_app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show the topics: id, name, what each covers; version and hash."""
    from tagger.taxonomy import load_taxonomy

    with reported():
        taxonomy = load_taxonomy()
    if as_json:
        topics = [{"id": entry.id, "name": entry.name, "covers": entry.covers} for entry in taxonomy.topics]
        typer.echo(
            json.dumps({"version": taxonomy.version, "hash": taxonomy.hash, "topics": topics}, ensure_ascii=False)
        )
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
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120)
    console.print(f"taxonomy {taxonomy.version}, {len(taxonomy.topics)} topics, hash {taxonomy.hash[:12]}")
    console.print(table)
