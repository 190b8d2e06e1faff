"""JSONL and document records: they fit their schemas, and their offsets index the decoded original."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tagger import Tagger
from tagger.document import TaggedDocument
from tagger.output.jsonl import write_document_records, write_jsonl

SEEDS = ("000", "001", "002", "003", "004")
MIXED = "一、工作\n患者3.4万人，占比1：1.5，同比下降5%，排名第二，约30-50人，XX人，患者34\n867人。\n门诊达95%以上。\n"


def schema(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files("tagger.output").joinpath(f"{name}.schema.json").read_text("utf-8"))
    return content


def strict(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def lines(write: Any, *documents: TaggedDocument) -> list[dict[str, Any]]:
    file = io.StringIO()
    write(documents, file)
    text = file.getvalue()
    assert not text or text.endswith("\n")
    return [json.loads(line, parse_constant=strict) for line in text.split("\n")[:-1]]


def kept(original: str, record: dict[str, Any], removed: list[list[Any]]) -> str:
    cut = {position for start, end, _ in removed for position in range(start, end)}
    return "".join(original[i] for i in range(record["start"], record["end"]) if i not in cut)


def original_of(document: TaggedDocument) -> str:
    """The report decoded as the document record says, not as the reader remembers it."""
    record = lines(write_document_records, document)[0]
    return Path(record["doc"]).read_bytes().decode(record["encoding"])


@pytest.fixture(params=SEEDS)
def seed(request: pytest.FixtureRequest, seeds: dict[str, TaggedDocument]) -> TaggedDocument:
    return seeds[request.param]


@pytest.mark.parametrize("name", ["sentence", "document"])
def test_schemas_are_schemas_and_refuse_unknown_and_missing_keys(name: str, seeds: dict[str, TaggedDocument]) -> None:
    Draft202012Validator.check_schema(schema(name))
    validator = Draft202012Validator(schema(name))
    record = lines(write_jsonl if name == "sentence" else write_document_records, seeds["000"])[0]
    assert not validator.is_valid({**record, "extra": 1})
    for key in record:
        assert not validator.is_valid({other: value for other, value in record.items() if other != key}), key


def test_sentence_records_of_the_seeds_fit_the_schema(seed: TaggedDocument) -> None:
    validator = Draft202012Validator(schema("sentence"))
    records = lines(write_jsonl, seed)
    assert records
    assert [error.message for record in records for error in validator.iter_errors(record)] == []


def test_document_records_of_the_seeds_fit_the_schema(seed: TaggedDocument) -> None:
    (record,) = lines(write_document_records, seed)
    assert [error.message for error in Draft202012Validator(schema("document")).iter_errors(record)] == []


def test_every_kind_of_quantity_fits_the_schema(tagger: Tagger) -> None:
    records = lines(write_jsonl, tagger.tag(MIXED))
    validator = Draft202012Validator(schema("sentence"))
    assert [error.message for record in records for error in validator.iter_errors(record)] == []
    found = {
        key
        for record in records
        for measurement in record["measurements"]
        for key, value in measurement.items()
        if value not in (None, False)
    }
    assert {"number", "low", "high", "ratio", "rank", "masked", "approximate", "bound", "change"} <= found


def test_text_is_the_original_less_what_was_removed(seed: TaggedDocument) -> None:
    original = original_of(seed)
    for record in lines(write_jsonl, seed):
        assert record["text"] == kept(original, record, record["removed"])
        for entity in record["entities"]:
            assert record["start"] <= entity["start"] < entity["end"] <= record["end"]
            assert entity["text"] == kept(original, entity, record["removed"])


def test_headings_and_dropped_ranges_index_the_original(seed: TaggedDocument) -> None:
    original = original_of(seed)
    (record,) = lines(write_document_records, seed)
    assert record["headings"]
    for heading in record["headings"]:
        assert heading["text"] == kept(original, heading, heading["removed"])
    for dropped in record["dropped"]:
        assert dropped["text"] == original[dropped["start"] : dropped["end"]]


def test_every_character_lies_in_one_sentence_heading_or_dropped_range(seed: TaggedDocument) -> None:
    original = original_of(seed)
    (record,) = lines(write_document_records, seed)
    covered = [0] * len(original)
    for piece in [*lines(write_jsonl, seed), *record["headings"], *record["dropped"]]:
        for position in range(piece["start"], piece["end"]):
            covered[position] += 1
    assert max(covered) == 1
    assert [original[i] for i, times in enumerate(covered) if not times and not original[i].isspace()] == []


def test_entities_are_in_order_and_apart_and_measurements_are_made_of_them(seed: TaggedDocument) -> None:
    for record in lines(write_jsonl, seed):
        entities = record["entities"]
        assert all(left["end"] <= right["start"] for left, right in pairwise(entities))
        places = {(entity["label"], entity["start"], entity["end"], entity["text"]) for entity in entities}
        for measurement in record["measurements"]:
            for label in ("metric", "value", "unit"):
                if span := measurement[label]:
                    assert (label.upper(), span["start"], span["end"], span["text"]) in places
        values = [measurement["value"]["start"] for measurement in record["measurements"]]
        assert values == [entity["start"] for entity in entities if entity["label"] == "VALUE"]


def test_document_record_counts_what_the_lines_hold(seed: TaggedDocument) -> None:
    records = lines(write_jsonl, seed)
    (record,) = lines(write_document_records, seed)
    data = Path(record["doc"]).read_bytes()
    assert record["sentences"] == len(records) == records[-1]["index"] + 1
    assert record["measurements"] == sum(len(line["measurements"]) for line in records)
    assert record["sha256"] == sha256(data).hexdigest()
    assert record["characters"] == len(data.decode(record["encoding"]))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_offsets_hold_in_every_encoding_and_newline(
    tagger: Tagger, tmp_path: Path, encoding: str, newline: str
) -> None:
    report = tmp_path / "r.txt"
    bom = b"\xfe\xff" if encoding == "utf-16-be" else b""
    report.write_bytes(bom + (MIXED * 8).replace("\n", newline).encode(encoding))
    document = tagger.tag_file(str(report))
    original = original_of(document)
    records = lines(write_jsonl, document)
    assert [r["text"] for r in records] == [kept(original, r, r["removed"]) for r in records]
    assert sum(len(r["measurements"]) for r in records) >= 8


@pytest.mark.parametrize("mark", ["\n", "\u2028", "\x85", '"', "\\", "\t"])
def test_one_sentence_is_one_line_whatever_it_holds(tagger: Tagger, mark: str) -> None:
    document = tagger.tag(f"管理患者34{mark}867人。")
    records = lines(write_jsonl, document)
    assert [record["text"] for record in records] == [tagged.text for tagged in document.sentences]


def test_several_documents_keep_their_names_and_indices(tagger: Tagger) -> None:
    records = lines(write_jsonl, tagger.tag("门诊5人。出院6人。", "a"), tagger.tag("门诊5人。", "b"))
    assert [(record["doc"], record["index"]) for record in records] == [("a", 0), ("a", 1), ("b", 0)]
