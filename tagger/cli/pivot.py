"""`tagger pivot`: one indicator out of a dataset, by place and time."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Optional

import typer

from tagger.cli.reporting import reported


def pivot(
    dataset: Annotated[Path, typer.Argument(help="What tagger batch has written (SQLite).")],
    metric: Annotated[str, typer.Option(help="Text in the metric's name, for example 高血压患者.")],
    by: Annotated[str, typer.Option(help="Columns that name a row, with commas between.")] = "region,period",
    exact: Annotated[bool, typer.Option("--exact", help="The whole name, not a part of it.")] = False,
    plans: Annotated[bool, typer.Option("--plans", help="Also what reports only plan to do or aim at.")] = False,
    csv: Annotated[
        Optional[Path], typer.Option(help="Write the table to this CSV, with every figure's source.")
    ] = None,
) -> None:
    """One indicator as a table: a row per place and period, a column per group of metric names, the names shown below.

    Where reports disagree the cell shows every number; a masked value stays masked.
    """
    with reported():
        from tagger.batching.export import measurement_view_rows
        from tagger.batching.schema import connect_to_read
        from tagger.indicators import build_pivot
        from tagger.indicators.tables import write_csv, write_pivot

        with closing(connect_to_read(dataset)) as connection:
            named = ({**row, "document": row["doc"]} for row in measurement_view_rows(connection))
            table = build_pivot(named, metric, by=[key.strip() for key in by.split(",")], exact=exact, plans=plans)
        if table.plans:
            typer.echo(f"tagger: {table.plans:,} planned or aimed at, not counted; --plans takes them in", err=True)
        if csv is None:
            write_pivot(table, sys.stdout)
        else:
            write_csv(table, csv)
