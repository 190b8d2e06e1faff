"""A readable summary for a terminal: topics with counts, then the measurements."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from tagger.document import Measurement, Quantity, TaggedDocument
from tagger.output.rows import ROLE_NAMES, plain_number

if TYPE_CHECKING:
    from rich.table import Table

_BOUNDS = {"min": "≥", "max": "≤"}
_CHANGES = {"up": "↑", "down": "↓"}
_PIPE_WIDTH = 120
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def write_terminal(documents: Iterable[TaggedDocument], file: TextIO) -> None:
    """Print each report's topics and measurements as tables."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console = Console(file=file, highlight=False, width=_PIPE_WIDTH)
    for document in documents:
        source = document.source
        console.print()
        console.print(Text(clean(source.name) or "(text)", style="bold"))
        for heading in source.headings:
            if heading.level == 0:
                console.print(Text(clean(heading.text)))
                break
        measurements = sum(len(tagged.measurements) for tagged in document.sentences)
        masked = sum(m.quantity.masked for tagged in document.sentences for m in tagged.measurements)
        review = sum(tagged.needs_review for tagged in document.sentences)
        console.print(
            Text(
                f"{len(document.sentences)} 句 sentences, {measurements} 个数值 measurements ({masked} 遮盖 masked), "
                f"{review} 句待核 to review, {len(source.dropped)} 处页面杂项 dropped; engine {document.engine}",
                style="dim",
            )
        )
        console.print(_topics_table(document))
        if measurements:
            console.print(_measurements_table(document))


def _topics_table(document: TaggedDocument) -> Table:
    from rich import box
    from rich.table import Table

    sentences = Counter(tagged.topic.name for tagged in document.sentences)
    values: Counter[str] = Counter()
    for tagged in document.sentences:
        values[tagged.topic.name] += len(tagged.measurements)
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("主题 topic")
    table.add_column("句 sentences", justify="right")
    table.add_column("数值 measurements", justify="right")
    for name, count in sentences.most_common():
        table.add_row(name, str(count), str(values[name]))
    return table


def _measurements_table(document: TaggedDocument) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column("主题 topic", no_wrap=True)
    table.add_column("性质", no_wrap=True)
    table.add_column("指标 metric", overflow="fold", ratio=1, min_width=16)
    table.add_column("原文 as written", justify="right", no_wrap=True)
    table.add_column("数值 number", justify="right", no_wrap=True)
    table.add_column("单位 unit", no_wrap=True)
    for tagged in document.sentences:
        needs_review = tagged.needs_review  # looks at all its measurements: once a sentence, not once a row
        for measurement in tagged.measurements:
            quantity = measurement.quantity
            table.add_row(
                Text(tagged.topic.name),
                ROLE_NAMES[tagged.sentence.role],
                Text(
                    clean(measurement.metric.text) if measurement.metric else "—",
                    style="" if measurement.metric else "dim",
                ),
                Text(as_written(measurement)),
                Text(spell(quantity), style="yellow" if quantity.masked or needs_review else "bold"),
                Text(quantity.unit_normalized or ""),
            )
    return table


def as_written(measurement: Measurement) -> str:
    """VALUE and UNIT as the report has them, breaks shown as ⏎."""
    text = measurement.value.text + (measurement.unit.text if measurement.unit else "")
    return clean("⏎".join(text.splitlines()))


def clean(text: str) -> str:
    """A report's text for a terminal: control characters, which could steer it, are shown as a sign."""
    return _CONTROL.sub("\ufffd", text)


def spell(quantity: Quantity) -> str:
    """What a quantity says, for people: ≈1,000, ≥95, 3,000–5,000, 1:1.5, 第2, ↓4, or 遮盖 where it is masked."""
    if quantity.masked:
        return "遮盖"
    if quantity.rank is not None:
        return ("前" if quantity.bound == "max" else "第") + str(quantity.rank)
    if quantity.ratio is not None:
        return ":".join(_digits(plain_number(part)) for part in quantity.ratio)
    if quantity.low is not None and quantity.high is not None:
        body = f"{_digits(plain_number(quantity.low))}–{_digits(plain_number(quantity.high))}"
    elif quantity.number is not None:
        body = _digits(plain_number(quantity.number))
    else:
        return "待核"
    prefix = _CHANGES.get(quantity.change or "", "") + _BOUNDS.get(quantity.bound or "", "")
    return prefix + ("≈" if quantity.approximate else "") + body


def _digits(number: float | None) -> str:
    return f"{number:,}" if number is not None else ""
