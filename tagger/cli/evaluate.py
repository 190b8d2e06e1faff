"""`tagger evaluate`: score engines on the gold data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from tagger.engines import ENGINES
from tagger.errors import TaggerError

if TYPE_CHECKING:
    from tagger.data.gold import GoldFile
    from tagger.eval.tagging import TaggingScores


def evaluate(
    engine: Annotated[
        Optional[list[str]], typer.Option(help=f"One of {', '.join(ENGINES)}; may be given several times.")
    ] = None,
    gold: Annotated[Path, typer.Option(help="The gold folder, with the parts seeds, authored and challenge.")] = Path(
        "data/gold"
    ),
    write: Annotated[
        Optional[list[Path]], typer.Option(help="Write the tables into this document, between its score marks.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="With --write: write nothing, exit with 1 where a document is out of date.")
    ] = False,
) -> None:
    """Score engines on the gold data: per seed, per phenomenon of the challenge set, and on the authored text.

    Spans, triples and topics are scored on gold sentences, the reader on the raw files. The table is Markdown.

    Exit code: 0; 1 when --check finds a document out of date; 2 when data or engine is not there.
    """
    from tagger.eval.tables import filled, is_current

    try:
        lines = run(engine or [ENGINES[0]], gold)
        typer.echo("\n".join(lines))
        stale = [path for path in write or [] if not is_current(path, lines)]
        for path in stale:
            if check:
                typer.echo(f"tagger: {path}: its scores are out of date; run again without --check", err=True)
            else:
                path.write_text(filled(path, lines), encoding="utf-8")
        if stale and check:
            raise typer.Exit(1)
    except TaggerError as error:
        typer.echo(f"tagger: {error}", err=True)
        raise typer.Exit(2) from None


COLUMNS = ("sentences", "METRIC", "VALUE", "UNIT", "triple", "topic acc.", "topic macro-F1", "values", "exact")


def run(engines: list[str], gold: Path) -> list[str]:
    """The lines of the report. Raises TaggerError where the gold data or an engine is not there."""
    from datetime import date

    from tagger.data.corpus import PARTS, hash_files, load_part
    from tagger.data.values import read_values, values_path
    from tagger.engines import load_engine
    from tagger.eval.reading import score_reading
    from tagger.eval.tagging import score, tag_files

    parts = {part: load_part(gold, part) for part in PARTS if (gold / part).is_dir()}
    if not parts:
        raise TaggerError(f"{gold}: has none of the parts {', '.join(PARTS)}; name the gold folder")
    files = [file for part in parts.values() for file in part]
    values = {file.name: read_values(file) for file in files if values_path(file.path).exists()}
    lines = []
    for name in engines:
        loaded = load_engine(name)
        lines += [
            f"engine {name}, taxonomy {loaded.taxonomy.version}, gold sha256 {hash_files(f.path for f in files)[:12]}, "
            f"{date.today().isoformat()}",
            "",
            f"| part | {' | '.join(COLUMNS)} |",
            "|---" * (len(COLUMNS) + 1) + "|",
        ]
        for part, its in parts.items():
            tagged = tag_files(loaded, its, values)
            if part != "authored":  # its files are too many to be told apart in a table
                lines += [_row(_title(part, file), score(one)) for file, one in zip(its, tagged, strict=True)]
            lines.append(_row(f"**{part}, all**", score([each for one in tagged for each in one])))
        lines.append("")
    lines += [
        "| reader, from the raw files | sentences F1 | headings F1 | heading level | section role |",
        "|---" * 5 + "|",
    ]
    for part, its in parts.items():
        read = score_reading(its)
        if read is not None:
            shares = (read.sentences.f1, read.headings.f1, read.level, read.role)
            lines.append(f"| {part} | {' | '.join(map(_number, shares))} |")
    return lines


def _title(part: str, file: GoldFile) -> str:
    return f"seed {file.name}" if part == "seeds" else file.header.get("phenomenon", file.name)


def _row(title: str, scores: TaggingScores) -> str:
    right, _, found = scores.values
    numbers = [
        *(_number(scores.labels.get(label)) for label in ("METRIC", "VALUE", "UNIT")),
        _number(scores.triple.f1),
        _number(scores.topic_accuracy),
        _number(scores.topic_macro_f1),
        _number(right / found if found else None),
        _number(scores.exact),
    ]
    return f"| {title} | {scores.sentences} | {' | '.join(numbers)} |"


def _number(number: float | None) -> str:
    return "—" if number is None else f"{number:.3f}"
