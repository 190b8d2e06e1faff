"""`tagger train`, `tagger adapt`, `tagger export`: make a model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from tagger.cli.reporting import reported

if TYPE_CHECKING:
    from tagger.training.loop import Progress
    from tagger.training.recipe import AdaptRecipe, TrainRecipe

_LOG_EVERY = 100  # steps


def train(
    recipe: Annotated[Optional[Path], typer.Option("--recipe", "-r", help="A TOML file of training/.")] = None,
    data: Annotated[Optional[Path], typer.Option("--data", "-d", help="The gold folder.")] = None,
    encoder: Annotated[
        Optional[str], typer.Option("--encoder", "-e", help="Folder or hub name of a Chinese BERT.")
    ] = None,
    fold: Annotated[
        Optional[str], typer.Option(help="authored-to-seeds, leave-one-report-out:SEED, or release.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the model.")] = Path("runs/model"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run in the same folder.")] = False,
) -> None:
    """Train a model by a recipe: the best epoch by dev score, calibrated, with recipe, data hashes and scores beside it."""
    with reported("train"):
        from tagger.training.recipe import TrainRecipe, load_recipe

        chosen = load_recipe(TrainRecipe, recipe, data=str(data) if data else None, encoder=encoder, fold=fold)
        _train(chosen, output, resume)


def _train(recipe: TrainRecipe, output: Path, resume: bool) -> None:
    from tagger.training.run import Epoch, run

    def steps() -> Iterator[Progress]:
        for event in run(recipe, output, resume):
            if not isinstance(event, Epoch):
                yield event
                continue
            dev = event.dev
            labels = " ".join(f"{label} {f1:.3f}" for label, f1 in dev.labels.items())
            typer.echo(
                f"epoch {event.number}: loss {event.loss:.3f}; dev {labels} triple {dev.triple.f1 or 0:.3f} "
                f"topic {dev.topic_macro_f1:.3f}{' *' if event.best else ''}"
            )

    _show(steps())
    typer.echo(f"{output}: the model of the epoch marked *")


def adapt(
    recipe: Annotated[Optional[Path], typer.Option("--recipe", "-r", help="A TOML file of training/.")] = None,
    corpus: Annotated[Optional[Path], typer.Option(help="A folder of .txt files.")] = None,
    encoder: Annotated[
        Optional[str], typer.Option("--encoder", "-e", help="Folder or hub name of a Chinese BERT.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the encoder.")] = Path("runs/encoder"),
) -> None:
    """Adapt an encoder to report text: masked-language-model training on unlabelled reports."""
    with reported("train"):
        from tagger.training.adaptation import run
        from tagger.training.recipe import AdaptRecipe, load_recipe

        chosen: AdaptRecipe = load_recipe(AdaptRecipe, recipe, corpus=str(corpus) if corpus else None, encoder=encoder)
        _show(run(chosen, output))
    typer.echo(f"{output}: the adapted encoder")


def export(
    folder: Annotated[Path, typer.Argument(help="A model folder that tagger train has made.")],
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", help="Make it a release, with card, in this folder. Default: in place."),
    ] = None,
) -> None:
    """Export a trained model to ONNX with 8-bit weights, and check that it says what the trained one says."""
    with reported("train"):
        from tagger.model.export import export_folder

        for line in export_folder(folder, output):
            typer.echo(line)


def _show(steps: Iterator[Progress]) -> None:
    """Run through the steps: a bar on a terminal, now and then a line elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=None)
        for step in steps:
            bar.update(
                task,
                completed=step.step,
                total=step.steps,
                description=f"epoch {step.epoch}, loss {step.loss:.3f}",
            )
            if bar.disable and step.step % _LOG_EVERY == 0:
                console.print(f"step {step.step} of {step.steps}: epoch {step.epoch}, loss {step.loss:.3f}")
