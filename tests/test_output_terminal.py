"""The table for a terminal: topics with counts, every measurement a row, nothing cut, nothing interpreted."""

from __future__ import annotations

import io
import re
from collections import Counter
from decimal import Decimal

import pytest

from tagger import Tagger
from tagger.document import Document, Entity, Measurement, Quantity, Sentence, TaggedDocument, TaggedSentence, Topic
from tagger.output.terminal import write_terminal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def measured(metric: str, name: str) -> TaggedDocument:
    """A report of one sentence that gives 5 for exactly this metric."""
    text = metric + "5"
    entities = [Entity("METRIC", 0, len(metric), metric, 1.0), Entity("VALUE", len(metric), len(text), "5", 1.0)]
    sentence = Sentence(text, 0, len(text))
    measurement = Measurement(entities[0], entities[1], None, Quantity(Decimal(5)))
    tagged = TaggedSentence(0, sentence, Topic("t", "T", 1.0), entities, [measurement])
    return TaggedDocument(Document(name, text, None, [sentence], [], []), [tagged], "rules", "1", "h")


def shown(document: TaggedDocument, file: io.StringIO | None = None) -> str:
    file = file or io.StringIO()
    write_terminal([document], file)
    return file.getvalue()


def table(output: str, header: str) -> list[str]:
    """The lines under the header of that table, up to the next empty line."""
    lines = iter(output.splitlines())
    next(line for line in lines if header in line)
    return list(iter(lambda: next(lines, "").strip(), ""))[1:]


@pytest.fixture(params=["000", "001", "002", "003", "004"])
def seed(request: pytest.FixtureRequest, seeds: dict[str, TaggedDocument]) -> TaggedDocument:
    return seeds[request.param]


def test_topics_are_counted(seed: TaggedDocument) -> None:
    rows = [line.split() for line in table(shown(seed), "句 sentences  ")]
    sentences = Counter(t.topic.name for t in seed.sentences)
    values = Counter(t.topic.name for t in seed.sentences for _ in t.measurements)
    assert {row[0]: (int(row[1]), int(row[2])) for row in rows} == {
        name: (count, values[name]) for name, count in sentences.items()
    }


def test_every_measurement_is_a_row_with_its_topic(seed: TaggedDocument) -> None:
    names = {t.topic.name for t in seed.sentences}
    rows = [line.split()[0] for line in table(shown(seed), "原文 as written") if line.split()[0] in names]
    assert rows == [t.topic.name for t in seed.sentences for _ in t.measurements]


@pytest.mark.parametrize("columns", ["80", "120"])
def test_nothing_is_cut_on_usual_terminals(monkeypatch: pytest.MonkeyPatch, seed: TaggedDocument, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert "…" not in seed.source.text.replace("……", "")
    assert "…" not in shown(seed, Terminal())
    assert "…" not in shown(seed)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("患者3.4万人。", "34,000"),
        ("占比1：1.5。", "1:1.5"),
        ("门诊同比下降5%。", "↓5"),
        ("全省排名第二。", "第2"),
        ("全省排名前三。", "前3"),
        ("每次约30-50人。", "≈30–50"),
        ("接种率达95%以上。", "≥95"),
        ("患者XX人。", "遮盖"),
        ("新建卫生室 1 2 0 个。", "待核"),
    ],
)
def test_numbers_are_spelled_for_people(tagger: Tagger, text: str, number: str) -> None:
    (row,) = table(shown(tagger.tag(text)), "原文 as written")
    assert number in row.split()


def test_a_report_name_and_text_are_not_taken_for_markup() -> None:
    output = shown(measured("管理[bold]患者[/nope]:smile:", "[red]r[/red].txt"))
    assert "[red]r[/red].txt" in output
    assert "管理[bold]患者[/nope]:smile:" in output


def test_a_file_gets_no_colours(seed: TaggedDocument) -> None:
    assert "\x1b" not in shown(seed)


def test_escape_sequences_of_a_report_do_not_reach_the_terminal() -> None:
    output = shown(measured("管理\x1b]0;title\x07患者\x1b[2J", "a\x1b[2Jb.txt"), Terminal())
    assert "管理" in output
    assert re.findall(r"\x1b(?!\[[0-9;]*m)|\x07", output) == []


def test_a_report_without_measurements_has_no_empty_table(tagger: Tagger) -> None:
    output = shown(tagger.tag("工作很好。"))
    assert "0 个数值" in output and "原文" not in output
