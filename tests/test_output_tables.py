"""CSV and Excel: the facts of the JSONL row for row, in files that spreadsheet programs open."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tagger import Tagger, TaggerError
from tagger.document import (
    Document,
    Entity,
    Measurement,
    Quantity,
    Sentence,
    TaggedDocument,
    TaggedSentence,
    Topic,
)
from tagger.output import tables, write
from tagger.output.jsonl import write_jsonl
from tagger.output.rows import measurement_rows
from tagger.output.tables import write_csv, write_xlsx

MIXED = "患者3.4万人，占比1：1.5，同比下降5%，排名第二，约30-50人，XX人，达0.3‰，人口1234567890123456人。\n"
AWKWARD = '说"是"，\r\n或\n换行;分号\t制表'


@pytest.fixture(params=["000", "001", "002", "003", "004", "mixed"])
def document(request: pytest.FixtureRequest, tagger: Tagger, seeds: dict[str, TaggedDocument]) -> TaggedDocument:
    return seeds[request.param] if request.param in seeds else tagger.tag(MIXED, "mixed")


def said(text: str, value: str = "5", name: str = "n") -> TaggedDocument:
    """A document of one sentence and one measurement, with exactly these texts."""
    entity = Entity("VALUE", 0, len(value), value, 1.0)
    sentence = Sentence(text, 0, len(text), section=(text,))
    tagged = TaggedSentence(0, sentence, Topic("t", "T", 1.0), [entity], [Measurement(None, entity, None, Quantity())])
    return TaggedDocument(Document(name, text, None, [sentence], [], []), [tagged], "rules", "1", "h")


def records(document: TaggedDocument) -> list[dict[str, Any]]:
    file = io.StringIO()
    write_jsonl([document], file)
    return [json.loads(line) for line in file.getvalue().split("\n")[:-1]]


def facts(document: TaggedDocument) -> list[dict[str, Any]]:
    """The measurements as the JSONL has them, under the column names of the tables."""
    rows = []
    for record in records(document):
        for measurement in record["measurements"]:
            row = {**measurement, "doc": record["doc"], "sentence": record["index"], "text": record["text"]}
            row |= {"section": " > ".join(record["section"]), "role": record["role"], "topic": record["topic"]["id"]}
            row |= {"topic_name": record["topic"]["name"], "needs_review": record["needs_review"]}
            row["ratio"] = ":".join(map(str, row["ratio"])) if row["ratio"] else None
            for label in ("metric", "value", "unit"):
                span = measurement[label] or {"text": None, "start": None, "end": None}
                row |= {label: span["text"], f"{label}_start": span["start"], f"{label}_end": span["end"]}
            rows.append(row)
    return rows


def sentence_facts(document: TaggedDocument) -> list[dict[str, Any]]:
    return [
        {
            **{key: record[key] for key in ("doc", "index", "start", "end", "role", "needs_review", "text")},
            "section": " > ".join(record["section"]),
            "topic": record["topic"]["id"],
            "topic_name": record["topic"]["name"],
            "topic_score": record["topic"]["score"],
            "metrics": sum(entity["label"] == "METRIC" for entity in record["entities"]),
            "measurements": len(record["measurements"]),
        }
        for record in records(document)
    ]


def spelled(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Rows as CSV holds them: nothing for null, true and false as JSON spells them."""
    words = {None: "", True: "true", False: "false"}
    return [
        {key: words[value] if value is None or isinstance(value, bool) else str(value) for key, value in row.items()}
        for row in rows
    ]


def csv_rows(document: TaggedDocument, rows: str = "measurements") -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    write_csv([document], file, rows)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


def book(path: Path, *documents: TaggedDocument) -> Workbook:
    write_xlsx(documents, path)
    return load_workbook(path)


def sheet_rows(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(values_only=True)
    keys = [label.split()[-1] for label in header]
    return [dict(zip(keys, row, strict=True)) for row in rows]


def test_csv_measurements_are_those_of_the_jsonl(document: TaggedDocument) -> None:
    assert csv_rows(document) == spelled(facts(document))


def test_csv_sentences_are_those_of_the_jsonl(document: TaggedDocument) -> None:
    assert csv_rows(document, "sentences") == spelled(sentence_facts(document))


def test_xlsx_sheets_are_the_measurements_and_sentences_of_the_jsonl(document: TaggedDocument, tmp_path: Path) -> None:
    sheets = book(tmp_path / "r.xlsx", document).worksheets
    assert len(sheets) == 2
    for sheet, expected in zip(sheets, (facts(document), sentence_facts(document)), strict=True):
        for row in expected:
            row["section"] = row["section"] or None  # an empty cell
            for key, value in row.items():
                if isinstance(value, int) and value >= 10**15:
                    row[key] = str(value)  # Excel keeps 15 digits of a number
        assert sheet_rows(sheet) == expected


def test_xlsx_numbers_are_numbers_and_flags_are_flags(tagger: Tagger, tmp_path: Path) -> None:
    row = sheet_rows(book(tmp_path / "r.xlsx", tagger.tag("管理患者3.4万人。")).worksheets[0])[0]
    assert (row["number"], row["masked"]) == (34000, False)
    assert type(row["number"]) is int and type(row["masked"]) is bool


def test_xlsx_header_is_frozen_and_filters_span_the_rows(seeds: dict[str, TaggedDocument], tmp_path: Path) -> None:
    for sheet in book(tmp_path / "r.xlsx", *seeds.values()).worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.max_row > len(seeds)


@pytest.mark.parametrize("text", ["=1+1", "=SUM(A1:A9)", "+1", "-1", "@x", "'x", "#N/A", "001", "1e5", "2023-01-01"])
def test_xlsx_text_stays_text(tmp_path: Path, text: str) -> None:
    for sheet in book(tmp_path / "r.xlsx", said(text, value=text, name=text)).worksheets:
        cells = {label.value.split()[-1]: cell for label, cell in zip(*sheet.iter_rows(), strict=True)}
        for key in {"doc", "section", "text", "value"} & cells.keys():
            assert (cells[key].data_type, cells[key].value) == ("s", text), key


@pytest.mark.parametrize("code", [0, 1, 8, 11, 12, 31, 0xD800, 0xFFFE, 0xFFFF])
def test_xlsx_survives_characters_that_xml_forbids(tmp_path: Path, code: int) -> None:
    text = f"前{chr(code)}后"
    for sheet in book(tmp_path / "r.xlsx", said(text, value=text, name=text)).worksheets:
        assert {sheet_rows(sheet)[0][key] for key in ("doc", "section", "text")} == {"前\ufffd后"}


@pytest.mark.parametrize("length", [32_767, 32_768, 40_000])
def test_xlsx_cuts_long_text_to_what_a_cell_holds(tmp_path: Path, length: int) -> None:
    text = "长" * length
    for sheet in book(tmp_path / "r.xlsx", said(text, value=text)).worksheets:
        cell = sheet_rows(sheet)[0]["text"]
        assert len(cell) <= 32_767
        assert cell == text if length <= 32_767 else cell.endswith("长…")


def test_a_sentence_of_40000_characters_goes_into_both_tables(tagger: Tagger, tmp_path: Path) -> None:
    document = tagger.tag("健" * 40_000 + "管理34867人。")
    assert [row["number"] for row in csv_rows(document)] == ["34867"]
    assert [row["number"] for row in sheet_rows(book(tmp_path / "r.xlsx", document).worksheets[0])] == [34867]


def test_xlsx_refuses_more_rows_than_a_sheet_holds(
    monkeypatch: pytest.MonkeyPatch, seeds: dict[str, TaggedDocument], tmp_path: Path
) -> None:
    monkeypatch.setattr(tables, "EXCEL_ROWS", 10)
    with pytest.raises(TaggerError, match="csv"):
        write([seeds["000"]], "xlsx", tmp_path / "r.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rows", ["measurements", "sentences"])
def test_csv_round_trips_newlines_quotes_and_commas(rows: str) -> None:
    (row,) = csv_rows(said(AWKWARD, value=AWKWARD, name=AWKWARD), rows)
    assert row["text"] == row["section"] == row["doc"] == AWKWARD
    assert rows == "sentences" or row["value"] == AWKWARD


def test_csv_file_has_one_byte_order_mark_and_excel_line_ends(seeds: dict[str, TaggedDocument], tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write(seeds.values(), "csv", path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\xef\xbb\xbf") == 1
    assert b"\r\r\n" not in data
    with open(path, encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == [row for seed in seeds.values() for row in spelled(facts(seed))]


def test_tables_of_a_report_without_sentences_have_headers_only(tagger: Tagger, tmp_path: Path) -> None:
    document = tagger.tag("")
    assert document.sentences == []
    assert csv_rows(document) == []
    for sheet in book(tmp_path / "r.xlsx", document).worksheets:
        assert sheet.max_row == 1 and sheet.max_column > 10


def test_a_sentence_of_many_values_is_looked_at_once(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tagger.tag("管理高血压患者1人，" * 50)
    looks: list[TaggedSentence] = []
    monkeypatch.setattr(TaggedSentence, "needs_review", property(lambda tagged: looks.append(tagged) or False))
    assert len(list(measurement_rows(document))) == 50
    assert len(looks) == 1
