"""`tagger retrain`: a model for another taxonomy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from tagger.cli.reporting import reported
from tagger.errors import TaggerError


def retrain(
    taxonomy: Annotated[Path, typer.Option(help="The new taxonomy file.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder for the model.")],
    migration: Annotated[
        Optional[list[Path]],
        typer.Option(
            help="A migration that leads to it; several in order. Default: those of migrations/ beside the taxonomy, or none."
        ),
    ] = None,
    model: Annotated[Optional[Path], typer.Option(help="The model to start from. Default: the released one.")] = None,
    data: Annotated[
        Optional[Path],
        typer.Option(
            "--data", "-d", help="A gold folder, in either taxonomy. Default: data/gold, none with --no-train."
        ),
    ] = None,
    examples: Annotated[
        Optional[list[Path]],
        typer.Option(
            help="A .tagged file or folder of the new taxonomy to train on besides; may be given several times."
        ),
    ] = None,
    train: Annotated[
        bool,
        typer.Option(
            "--train/--no-train",
            help="Fit the topic head and heads for new labels, or take the model over as it is: enough for new names and merges.",
        ),
    ] = True,
    report: Annotated[
        Optional[Path], typer.Option(help="Also write a page with what changed: scores, flow, examples (.html).")
    ] = None,
    max_drop: Annotated[
        float, typer.Option(help="What kept topics (macro-F1) and each old label (F1) may lose on dev, in points.")
    ] = 1.0,
) -> None:
    """Carry a model over into another taxonomy, and compare the two on the held-out sentences of the data.

    Encoder and old tags stay as they are. The model is written in any case; exit code 1 says that what was kept lost too much.
    """
    with reported("train"):
        from tagger.retraining.run import retrain as run

        if data is None and train:
            data = Path("data/gold")
        if data is None and report is not None:
            raise TaggerError(f"{report}: there is nothing to compare on; name a gold folder with --data")
        if report is not None:
            from tagger.output.atomic import check_writable

            check_writable(report)
        comparison = run(
            taxonomy=taxonomy,
            migrations=migration or [],
            model=model,
            data=data,
            examples=examples or [],
            train=train,
            out=output,
        )
        if comparison is not None:
            from tagger.retraining.comparison import table

            typer.echo("\n".join([*table(comparison), ""]))
            if report is not None:
                from tagger.output.atomic import whole_file
                from tagger.retraining.page import render

                with whole_file(report) as path:
                    path.write_text(render(comparison, max_drop), encoding="utf-8")
    typer.echo(f"{output}: the model for taxonomy {_version(output)}")
    if comparison is not None:
        for what, drop in (("kept topics", comparison.drop), ("old labels", comparison.label_drop)):
            if drop > max_drop:
                typer.echo(f"tagger: {what} lose {drop:.1f} points, more than --max-drop {max_drop:g}", err=True)
                raise typer.Exit(1)


def _version(folder: Path) -> str:
    from tagger.model.release import read_meta

    return read_meta(folder).taxonomy_version
