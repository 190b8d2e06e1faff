"""`tagger evaluate`: score engines on the gold data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from tagger.cli.reporting import reported
from tagger.errors import TaggerError

if TYPE_CHECKING:
    from tagger.data.gold import GoldFile
    from tagger.eval.protocol import Outcome
    from tagger.eval.tagging import TaggingScores


def evaluate(
    engine: Annotated[
        Optional[list[str]],
        typer.Option(help="One of rules, linear, model; may be given several times. Default: rules."),
    ] = None,
    protocol: Annotated[
        str, typer.Option(help="What a trained engine learns from: authored-to-seeds or leave-one-report-out.")
    ] = "authored-to-seeds",
    gold: Annotated[
        Path,
        typer.Option(
            help="The gold folder, with the parts seeds, authored and challenge; with --model, any .tagged files."
        ),
    ] = Path("data/gold"),
    runs: Annotated[Path, typer.Option(help="Where the models of a protocol lie: one folder a fold.")] = Path("runs"),
    model: Annotated[
        Optional[Path],
        typer.Option(
            help="Score this trained model, which must not have seen the gold files, instead of a protocol's."
        ),
    ] = None,
    write: Annotated[
        Optional[list[Path]], typer.Option(help="Write the tables into this document, between its score marks.")
    ] = None,
    report: Annotated[
        Optional[Path], typer.Option(help="Also write a page with pictures and the worst errors (.html).")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="With --write: write nothing, exit with 1 where a document is out of date.")
    ] = False,
) -> None:
    """Score engines on the gold data: per seed, per phenomenon of the challenge set, and on the authored text.

    Spans, triples and topics are scored on gold sentences, the reader on the raw files. The tables are Markdown.

    Exit code: 0; 1 when --check finds a document out of date; 2 when data or engine is not there.
    """
    from tagger.eval.tables import filled, is_current

    with reported():
        engines = engine or (["rules"] if model is None else ["model"])
        lines = run(engines, protocol, gold, runs, report, model)
        typer.echo("\n".join(lines))
        stale = [path for path in write or [] if not is_current(path, lines)]
        for path in stale:
            if check:
                typer.echo(f"tagger: {path}: its scores are out of date; run again without --check", err=True)
            else:
                path.write_text(filled(path, lines), encoding="utf-8")
    if stale and check:
        raise typer.Exit(1)


COLUMNS = ("sentences", "METRIC", "VALUE", "UNIT", "triple", "topic acc.", "topic macro-F1", "values", "exact")


def run(
    engines: list[str], protocol: str, gold: Path, runs: Path, report: Path | None = None, model: Path | None = None
) -> list[str]:
    """The lines of the report. Raises TaggerError where the gold data or an engine is not there."""
    from datetime import date

    from tagger.data.corpus import PARTS, hash_gold, load_part, tagged_paths
    from tagger.data.markup import read_tagged
    from tagger.data.values import read_values, values_path
    from tagger.eval.protocol import CONTENDERS, TRAINED, run_given
    from tagger.eval.protocol import run as run_protocol
    from tagger.eval.report import render
    from tagger.taxonomy import load_taxonomy

    for name in engines:
        if name not in CONTENDERS:
            raise TaggerError(f"{name}: no such engine; choose one of: {', '.join(CONTENDERS)}")
        if model is not None and name in TRAINED and name != "model":
            raise TaggerError(f"{name}: is trained by a protocol; leave --model out, or score rules and model alone")
    if model is not None:
        parts = {gold.name: [read_tagged(path) for path in tagged_paths(gold)]}
    else:
        parts = {part: load_part(gold, part) for part in PARTS if (gold / part).is_dir()}
        if not {"seeds", "authored"} <= parts.keys():
            raise TaggerError(f"{gold}: lacks seeds or authored; name the gold folder with --gold")
    files = [file for part in parts.values() for file in part]
    for file in files:
        if not file.sentences:
            raise TaggerError(f"{file.path}: holds no sentence; tagger data check says more")
    titles = {file.name: _title(file) for file in files}
    values = {file.name: read_values(file) for file in files if values_path(file.path).exists()}
    if model is not None:
        outcomes = [run_given(name, model, files, values) for name in engines]
    else:
        outcomes = [run_protocol(name, protocol, gold, parts, values, runs) for name in engines]
    what = f"protocol {protocol}" if model is None else f"model {model}"
    lines = [
        f"{what}, taxonomy {load_taxonomy().version}, gold sha256 {hash_gold(files)[:12]}, {date.today().isoformat()}"
    ]
    if report is not None:
        report.write_text(render(lines[0], outcomes, titles, load_taxonomy()), encoding="utf-8")
    for outcome in outcomes:
        lines += ["", *_table(outcome, titles)]
    for number, outcome in enumerate(outcomes):
        for other in outcomes[:number]:
            lines += ["", *_compared(other, outcome)]
    if any(outcome.raw.triple.gold for outcome in outcomes):
        lines += ["", *_raw(outcomes)]
    return [*lines, "", *_reader(parts)]


def _title(file: GoldFile) -> str:
    return file.header.get("phenomenon", f"seed {file.name}")


def _table(outcome: Outcome, titles: dict[str, str]) -> Iterator[str]:
    from tagger.eval.tagging import score

    yield f"| {outcome.engine} | {' | '.join(COLUMNS)} |"
    yield "|---" * (len(COLUMNS) + 1) + "|"
    for part, tagged in outcome.parts.items():
        if not part.startswith("authored"):  # whose files are too many to be told apart in a table
            yield from (_row(titles[name], score(scored)) for name, scored in tagged.items())
        yield _row(f"**{part}, all**", score(outcome.pooled(part)))


def _compared(first: Outcome, second: Outcome) -> Iterator[str]:
    from tagger.eval.bootstrap import differences

    yield f"| {second.engine} − {first.engine} | difference | 95% interval (paired bootstrap, blocks of ten sentences) |"
    yield "|---|---|---|"
    for part in (part for part in second.parts if part in first.parts):
        for name, found in differences(first.pooled(part), second.pooled(part)).items():
            sign = " *" if found.low > 0 or found.high < 0 else ""
            yield f"| {part}: {name} | {found.score:+.3f}{sign} | {found.low:+.3f} … {found.high:+.3f} |"


def _raw(outcomes: list[Outcome]) -> Iterator[str]:
    yield "| end to end, from the raw files of the seeds | METRIC | VALUE | UNIT | triple | topic acc. |"
    yield "|---" * 6 + "|"
    for outcome in outcomes:
        raw = outcome.raw
        numbers = [*(counts.f1 for counts in raw.labels.values()), raw.triple.f1, raw.topic.f1]
        yield f"| {outcome.engine} | {' | '.join(map(_number, numbers))} |"


def _reader(parts: dict[str, list[GoldFile]]) -> Iterator[str]:
    from tagger.eval.reading import score_reading

    yield "| reader, from the raw files | sentences F1 | headings F1 | heading level | section role |"
    yield "|---" * 5 + "|"
    for part, files in parts.items():
        read = score_reading(files)
        if read is not None:
            shares = (read.sentences.f1, read.headings.f1, read.level, read.role)
            yield f"| {part} | {' | '.join(map(_number, shares))} |"


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
