"""The command line: one file per command; a command parses its options, calls one plain function, prints."""

from __future__ import annotations

import signal
import sys
from typing import Annotated, NoReturn

import typer

from tagger import __version__
from tagger.cli.batch import batch
from tagger.cli.data import data_app
from tagger.cli.evaluate import evaluate
from tagger.cli.pivot import pivot
from tagger.cli.predict import predict
from tagger.cli.retrain import retrain
from tagger.cli.taxonomy import taxonomy_app
from tagger.cli.train import adapt, export, train

app = typer.Typer(
    name="tagger",
    help="Chinese health-bureau work reports to tables: topics, metrics, values, units, linked and normalised.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(predict)
app.command()(batch)
app.command()(pivot)
app.command()(evaluate)
app.command()(train)
app.command()(retrain)
app.command()(adapt)
app.command()(export)
app.add_typer(data_app, name="data")
app.add_typer(taxonomy_app, name="taxonomy")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tagger {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


def main() -> NoReturn:
    """Run the command line; a closed pipe or Ctrl-C ends it quietly."""
    if hasattr(signal, "SIGPIPE"):
        # The reader went away (tagger … | head): end as other tools do, not with an exit code that says files failed.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)
