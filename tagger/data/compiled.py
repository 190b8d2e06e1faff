"""The compiled form: one JSON line a sentence, for any tool that reads JSON, and typed as a `datasets.DatasetDict`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tagger.data.gold import LABELS, ROLES, GoldFile, GoldSentence

if TYPE_CHECKING:
    from datasets import Dataset, Features


def records(files: Iterable[GoldFile]) -> Iterator[dict[str, Any]]:
    """One record per sentence: document, line, text, section path, role, topic, entities, links.

    Entities are character ranges of the text; links name them by their place in that list, null where there is none. Where the
    sentence was looked at for labels that a taxonomy adds, `seen` names them.
    """
    for file in files:
        for sentence in file.sentences:
            yield _record(file, sentence)


def _record(file: GoldFile, sentence: GoldSentence) -> dict[str, Any]:
    index = {entity: number for number, entity in enumerate(sentence.entities)}
    return {
        "document": file.name,
        "line": sentence.number,
        "text": sentence.text,
        "section": list(sentence.section),
        "role": sentence.role,
        "topic": sentence.topic,
        "entities": [{"label": each.label, "start": each.start, "end": each.end} for each in sentence.entities],
        "links": [
            {
                "group": link.group,
                "metric": index[link.metric] if link.metric else None,
                "value": index[link.value],
                "unit": index[link.unit] if link.unit else None,
            }
            for link in sentence.links
        ],
        **({"seen": list(sentence.seen)} if sentence.seen else {}),
    }


def to_jsonl(files: Iterable[GoldFile]) -> str:
    """The records as JSON lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records(files))


def features(topics: Iterable[str], labels: Sequence[str] = ()) -> Features:
    """The types of a record's fields; `topics` and `labels` are the ids of the taxonomy, in its order."""
    from datasets import ClassLabel, Features, List, Value

    return Features(
        {
            "document": Value("string"),
            "line": Value("int32"),
            "text": Value("string"),
            "section": List(Value("string")),
            "role": ClassLabel(names=list(ROLES)),
            "topic": ClassLabel(names=list(topics)),
            "entities": List(
                {"label": ClassLabel(names=[*LABELS, *labels]), "start": Value("int32"), "end": Value("int32")}
            ),
            "links": List(
                {"group": Value("int32"), "metric": Value("int32"), "value": Value("int32"), "unit": Value("int32")}
            ),
            **({"seen": List(ClassLabel(names=list(labels)))} if labels else {}),
        }
    )


def to_dataset(files: Iterable[GoldFile], topics: Iterable[str], labels: Sequence[str] = ()) -> Dataset:
    """The records as a typed dataset."""
    from datasets import Dataset

    rows = [{"seen": [], **record} if labels else record for record in records(files)]
    return Dataset.from_list(rows, features=features(topics, labels))
