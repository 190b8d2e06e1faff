"""JSONL: one sentence a line; and the document records beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TextIO

from tagger.document import TaggedDocument
from tagger.output.rows import document_record, sentence_record


def write_jsonl(documents: Iterable[TaggedDocument], file: TextIO) -> None:
    """Write one line per sentence."""
    for document in documents:
        for tagged in document.sentences:
            file.write(dump(sentence_record(document, tagged)))


def write_document_records(documents: Iterable[TaggedDocument], file: TextIO) -> None:
    """Write one line per report: encoding, headings, what was dropped, which engine and taxonomy."""
    for document in documents:
        file.write(dump(document_record(document)))


def dump(record: dict[str, Any]) -> str:
    """A record as one line of JSON."""
    return json.dumps(record, ensure_ascii=False) + "\n"
