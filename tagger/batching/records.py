"""A tagged report as the rows of the dataset: plain tuples, so that they cross from process to process cheaply.

Column names are those of the CSV and Excel output (`tagger.output.rows`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from itertools import takewhile
from typing import Any, NamedTuple

from tagger.batching.sources import FACTS, facts, place_label
from tagger.document import Document, TaggedDocument, TaggedSentence
from tagger.extraction.plans import are_planned
from tagger.output.rows import MEASUREMENT_COLUMNS, SENTENCE_COLUMNS, measurement_rows, sentence_rows
from tagger.reading.roles import report_year
from tagger.reading.source import Source

Values = tuple[Any, ...]

EXACT = ("number", "low", "high")  # columns with the exact decimal beside the floating-point number
# Columns of a measurement that are its own; the others are its sentence's.
_OF_SENTENCE = ("doc", "section", "role", "topic", "topic_name", "needs_review", "text")
MEASUREMENT = tuple(key for key, _ in MEASUREMENT_COLUMNS if key not in _OF_SENTENCE)
MEASUREMENT_STORED = ("position", *MEASUREMENT, "planned", *(f"{key}_text" for key in EXACT))
SENTENCE = tuple(key for key, _ in SENTENCE_COLUMNS if key != "doc")
SENTENCE_STORED = (*SENTENCE, "place")
DOCUMENT_STORED = ("doc", "content", "title", *FACTS)
CONTENT_STORED = ("id", "sha256", "format", "settings", "encoding", "characters", "sentences", "measurements", "text")

_INTEGERS = 2**63  # from here on SQLite has no integers
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Record(NamedTuple):
    """One report as rows. `content` is None where it was scored before: then there are no sentences either."""

    document: Values
    content: Values | None
    sentences: list[Values]
    measurements: list[Values]


def shown(text: str) -> str:
    """A text as UTF-8 can hold it: the bytes of a file name that are none are written as they were escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def content_id(source: Source, settings: str) -> int:
    """The key of a text scored with some settings: 63 bits that are the same in every run."""
    key = f"{source.sha256} {source.format} {settings}"
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big") >> 1


def known_record(source: Source, document: Document, settings: str) -> Record:
    """A report whose text is in the dataset already: only its name and what goes with it."""
    return Record(_document_values(source, document, settings), None, [], [])


def record(source: Source, tagged: TaggedDocument, settings: str, keep_text: bool) -> Record:
    """A report that was just tagged."""
    document = tagged.source
    sentences: list[Values] = [
        (*(row[key] for key in SENTENCE), place_label(source, row["start"])) for row in sentence_rows(tagged)
    ]
    year = _year(document)  # not that of the file name: the rows of a text are the same under any
    found = [
        (measurement, planned)
        for each in tagged.sentences
        for measurement, planned in zip(each.measurements, _planned(each, year), strict=True)
    ]
    measurements: list[Values] = []
    for position, (row, (measurement, planned)) in enumerate(zip(measurement_rows(tagged), found, strict=True)):
        exact = [getattr(measurement.quantity, key) for key in EXACT]
        row.update(zip(EXACT, map(_real, exact), strict=True))
        if row["rank"] is not None and row["rank"] >= _INTEGERS:
            row["rank"] = None
        measurements.append((position, *(row[key] for key in MEASUREMENT), planned, *map(_text, exact)))
    content = (
        content_id(source, settings),
        source.sha256,
        source.format,
        settings,
        document.encoding,
        len(document.text),
        len(sentences),
        len(measurements),
        document.text if keep_text else None,
    )
    made = Record(_document_values(source, document, settings), content, sentences, measurements)
    return _without_surrogates(made) if _SURROGATE.search(document.text) else made


def _document_values(source: Source, document: Document, settings: str) -> Values:
    return (source.name, content_id(source, settings), _title(document), *facts(document, source.name))


def _title(document: Document) -> str | None:
    """The lines of the title as one, each once."""
    lines = takewhile(lambda heading: heading.level == 0, document.headings)
    return "".join(dict.fromkeys(heading.text for heading in lines)) or None


def _year(document: Document) -> int | None:
    """The year that the report looks back on, as its title and opening say."""
    title = "".join(heading.text for heading in document.headings if heading.level == 0)
    return report_year(title + (document.sentences[0].text if document.sentences else ""))


def _planned(tagged: TaggedSentence, year: int | None) -> list[bool]:
    """Whether each value of a sentence is planned."""
    starts = tagged.sentence.indices([each.value.start for each in tagged.measurements])
    values = [
        (start, start + len(each.value.text), each.unit.text if each.unit else "")
        for start, each in zip(starts, tagged.measurements, strict=True)
    ]
    return are_planned(tagged.text, values, year)


def _real(number: Decimal | None) -> float | None:
    """The nearest float; None beyond the floats, where the exact text alone says it."""
    if number is None:
        return None
    real = float(number)
    return real if math.isfinite(real) else None


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _without_surrogates(made: Record) -> Record:
    """Lone surrogates are no UTF-8: a sign of the same length stands for each, so that offsets hold."""

    def clean(values: Values) -> Values:
        return tuple(_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value for value in values)

    def clean_all(rows: Sequence[Values]) -> list[Values]:
        return [clean(row) for row in rows]

    content = clean(made.content) if made.content else None
    return Record(clean(made.document), content, clean_all(made.sentences), clean_all(made.measurements))
