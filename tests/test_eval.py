"""The scorer: right scores for made-up engines whose mistakes are known."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagger.cli import app
from tagger.data.gold import GoldFile
from tagger.data.markup import parse
from tagger.document import Prediction, Quantity, Sentence, Span
from tagger.eval.reading import score_reading
from tagger.eval.tagging import Scored, score, tag_files, to_sentences

TEXT = (
    "[#1 work] 一、工作\n"
    "[tcm] {M1|接诊}{V1|3万}{U1|人次}，{M2|随访}{V2|5}{U2|人}。\n"
    "[overview] 好。\n"
    "[#1] 二、其他\n"
    "[governance] 稳。\n"
)


@pytest.fixture
def file() -> GoldFile:
    return parse(TEXT, Path("a.tagged"))


class Fixed:
    """An engine that says what it is told."""

    name = "fixed"

    def __init__(self, predictions: list[Prediction]) -> None:
        self.predictions = predictions

    def tag(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        assert len(sentences) == len(self.predictions)
        return self.predictions


def right(file: GoldFile) -> list[Prediction]:
    return [Prediction(each.topic, 1.0, each.spans) for each in file.sentences]


def scored(file: GoldFile, predictions: list[Prediction], **values: dict[tuple[int, int], Quantity]) -> list[Scored]:
    return [each for one in tag_files(Fixed(predictions), [file], values) for each in one]  # type: ignore[arg-type]


def test_what_is_all_right_scores_one(file: GoldFile) -> None:
    scores = score(scored(file, right(file)))
    assert scores.labels == {"METRIC": 1.0, "VALUE": 1.0, "UNIT": 1.0}
    assert (scores.micro, scores.triple.f1, scores.topic_accuracy, scores.topic_macro_f1, scores.exact) == (1,) * 5
    assert scores.values.found == 0  # nobody has read them by hand


def test_a_span_one_character_off_is_wrong(file: GoldFile) -> None:
    predictions = right(file)
    first = predictions[0].spans
    predictions[0].spans = [Span("METRIC", first[0].start + 1, first[0].end, 1.0), *first[1:]]
    scores = score(scored(file, predictions))
    assert scores.labels == {"METRIC": 0.5, "VALUE": 1.0, "UNIT": 1.0}
    assert scores.triple == (1, 2, 2)
    assert scores.exact == pytest.approx(2 / 3)


def test_a_missing_label_is_not_hidden(file: GoldFile) -> None:
    predictions = [Prediction(each.topic, 1.0, []) for each in file.sentences]
    scores = score(scored(file, predictions))
    assert scores.labels == {"METRIC": 0.0, "VALUE": 0.0, "UNIT": 0.0}
    assert scores.triple.f1 == 0.0


def test_topics_without_gold_do_not_count(file: GoldFile) -> None:
    predictions = right(file)
    predictions[2].topic = "workforce"
    scores = score(scored(file, predictions))
    assert scores.topic_f1 == {"governance": 0.0, "overview": 1.0, "tcm": 1.0}
    assert scores.topic_macro_f1 == pytest.approx(2 / 3)


def test_readings_are_scored_in_every_field(file: GoldFile) -> None:
    by_hand = {
        (1, 1): Quantity(Decimal(30000), unit_normalized="人次"),
        (1, 2): Quantity(Decimal(5), unit_normalized="人", approximate=True),
    }
    scores = score(scored(file, right(file), a=by_hand))
    assert (scores.values.right, scores.values.found) == (1, 2)
    # A VALUE that was not found does not count here: it counts in the F1 of VALUE.
    predictions = right(file)
    predictions[0].spans = predictions[0].spans[:3]
    scores = score(scored(file, predictions, a=by_hand))
    assert (scores.values.right, scores.values.found) == (1, 1)


def test_engines_get_the_outline(file: GoldFile) -> None:
    first, second, third = to_sentences(file)
    assert (first.section, first.role) == (("一、工作",), "work")
    assert first.paragraph == second.paragraph != third.paragraph


def test_the_reader_is_scored_by_places_in_the_source(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("一、工作\n　　接诊3万人次，随访5人。好。\n二、其他\n　　稳。\n", encoding="utf-8")
    file = parse(f"# source: a.txt\n{TEXT}", tmp_path / "a.tagged")
    scores = score_reading([file])
    assert scores is not None
    assert (scores.sentences.f1, scores.headings.f1, scores.level, scores.role) == (1.0, 1.0, 1.0, 1.0)
    worse = parse(f"# source: a.txt\n{TEXT.replace('[#1] 二、其他', '[tcm] 二、其他')}", tmp_path / "a.tagged")
    scores = score_reading([worse])
    assert scores is not None
    assert (scores.sentences.gold, scores.sentences.right, scores.headings.gold, scores.headings.found) == (4, 3, 1, 2)
    assert score_reading([parse(TEXT, tmp_path / "a.tagged")]) is None


def test_the_command_prints_a_row_a_seed_and_a_phenomenon(tmp_path: Path) -> None:
    for part, header in (("seeds", ""), ("authored", ""), ("challenge", "# phenomenon: rank\n")):
        (tmp_path / part).mkdir()
        (tmp_path / part / f"{part}.tagged").write_text(header + TEXT, encoding="utf-8")
    result = CliRunner().invoke(app, ["evaluate", "--engine", "rules", "--gold", str(tmp_path)])
    assert result.exit_code == 0, result.output
    rows = [line.split(" | ")[0].strip("| ") for line in result.output.splitlines() if line.startswith("|")]
    assert rows[2:7] == ["seed seeds", "**seeds, all**", "**authored, all**", "rank", "**challenge, all**"]
    result = CliRunner().invoke(app, ["evaluate", "--gold", str(tmp_path / "none")])
    assert result.exit_code == 2 and "has none of the parts" in result.output
    result = CliRunner().invoke(app, ["evaluate", "--engine", "magic", "--gold", str(tmp_path)])
    assert result.exit_code == 2 and "no such engine" in result.output
