"""The facts of a tagged report as plain rows: what every output format writes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tagger.document import Entity, Measurement, Quantity, TaggedDocument, TaggedSentence

Row = dict[str, Any]

SECTION_SEPARATOR = " > "
ROLE_NAMES = {"work": "工作", "problem": "问题", "plan": "打算", "overview": "概述"}

# Columns of the measurement table and of the sentence table: (key, what people read).
MEASUREMENT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("doc", "文件"),
    ("sentence", "句序"),
    ("section", "章节"),
    ("role", "性质"),
    ("topic", "主题代码"),
    ("topic_name", "主题"),
    ("metric", "指标"),
    ("value", "数值原文"),
    ("unit", "单位"),
    ("number", "数值"),
    ("low", "下限"),
    ("high", "上限"),
    ("ratio", "比"),
    ("rank", "名次"),
    ("unit_normalized", "规范单位"),
    ("approximate", "约数"),
    ("bound", "界限"),
    ("change", "增减"),
    ("masked", "遮盖"),
    ("needs_review", "待核"),
    ("metric_start", "指标起"),
    ("metric_end", "指标止"),
    ("value_start", "数值起"),
    ("value_end", "数值止"),
    ("unit_start", "单位起"),
    ("unit_end", "单位止"),
    ("text", "句子"),
)
SENTENCE_COLUMNS: tuple[tuple[str, str], ...] = (
    ("doc", "文件"),
    ("index", "句序"),
    ("start", "起"),
    ("end", "止"),
    ("section", "章节"),
    ("role", "性质"),
    ("topic", "主题代码"),
    ("topic_name", "主题"),
    ("topic_score", "主题得分"),
    ("metrics", "指标数"),
    ("measurements", "数值数"),
    ("needs_review", "待核"),
    ("text", "句子"),
)


def plain_number(number: Decimal | None) -> int | float | None:
    """A Decimal as JSON and Excel hold it: an int where it is whole, else the nearest float (exact to 15 digits)."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def sentence_record(document: TaggedDocument, tagged: TaggedSentence) -> Row:
    """One sentence as its JSONL record; see sentence.schema.json."""
    sentence = tagged.sentence
    return {
        "doc": document.source.name,
        "index": tagged.index,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
        "section": list(sentence.section),
        "role": sentence.role,
        "topic": {"id": tagged.topic.id, "name": tagged.topic.name, "score": round(tagged.topic.score, 4)},
        "entities": [entity._asdict() for entity in tagged.entities],
        "measurements": [_measurement_record(measurement) for measurement in tagged.measurements],
        "removed": [list(removed) for removed in sentence.removed],
        "needs_review": tagged.needs_review,
    }


def document_record(document: TaggedDocument) -> Row:
    """One report as its document record; see document.schema.json."""
    source = document.source
    return {
        "doc": source.name,
        "sha256": document.sha256,
        "encoding": source.encoding,
        "characters": len(source.text),
        "engine": document.engine,
        "taxonomy": {"version": document.taxonomy_version, "hash": document.taxonomy_hash},
        "sentences": len(document.sentences),
        "measurements": sum(len(tagged.measurements) for tagged in document.sentences),
        "title": [heading.text for heading in source.headings if heading.level == 0],
        "headings": [
            {
                "start": heading.start,
                "end": heading.end,
                "text": heading.text,
                "level": heading.level,
                "role": heading.role,
                "removed": [list(removed) for removed in heading.removed],
            }
            for heading in source.headings
        ],
        "dropped": [
            {"start": cut.start, "end": cut.end, "reason": cut.reason, "text": source.text[cut.start : cut.end]}
            for cut in source.dropped
        ],
    }


def measurement_rows(document: TaggedDocument) -> Iterator[Row]:
    """One row per VALUE, keyed by MEASUREMENT_COLUMNS."""
    for tagged in document.sentences:
        needs_review = tagged.needs_review  # looks at all its measurements: once a sentence, not once a row
        for measurement in tagged.measurements:
            quantity = measurement.quantity
            row: Row = {
                "doc": document.source.name,
                "sentence": tagged.index,
                "section": SECTION_SEPARATOR.join(tagged.sentence.section),
                "role": tagged.sentence.role,
                "topic": tagged.topic.id,
                "topic_name": tagged.topic.name,
                **_quantity_facts(quantity),
                "ratio": ":".join(f"{part:f}" for part in quantity.ratio) if quantity.ratio else None,
                "needs_review": needs_review,
                "text": tagged.text,
            }
            for name in ("metric", "value", "unit"):
                entity: Entity | None = getattr(measurement, name)
                row[name] = entity.text if entity else None
                row[f"{name}_start"] = entity.start if entity else None
                row[f"{name}_end"] = entity.end if entity else None
            yield row


def sentence_rows(document: TaggedDocument) -> Iterator[Row]:
    """One row per sentence, keyed by SENTENCE_COLUMNS."""
    for tagged in document.sentences:
        sentence = tagged.sentence
        yield {
            "doc": document.source.name,
            "index": tagged.index,
            "start": sentence.start,
            "end": sentence.end,
            "section": SECTION_SEPARATOR.join(sentence.section),
            "role": sentence.role,
            "topic": tagged.topic.id,
            "topic_name": tagged.topic.name,
            "topic_score": round(tagged.topic.score, 4),
            "metrics": sum(entity.label == "METRIC" for entity in tagged.entities),
            "measurements": len(tagged.measurements),
            "needs_review": tagged.needs_review,
            "text": sentence.text,
        }


def _measurement_record(measurement: Measurement) -> Row:
    return {
        "metric": _place(measurement.metric),
        "value": _place(measurement.value),
        "unit": _place(measurement.unit),
        **_quantity_facts(measurement.quantity),
    }


def _quantity_facts(quantity: Quantity) -> Row:
    return {
        "number": plain_number(quantity.number),
        "low": plain_number(quantity.low),
        "high": plain_number(quantity.high),
        "ratio": [plain_number(part) for part in quantity.ratio] if quantity.ratio else None,
        "rank": quantity.rank,
        "unit_normalized": quantity.unit_normalized,
        "approximate": quantity.approximate,
        "bound": quantity.bound,
        "change": quantity.change,
        "masked": quantity.masked,
    }


def _place(entity: Entity | None) -> Row | None:
    return {"start": entity.start, "end": entity.end, "text": entity.text} if entity else None
