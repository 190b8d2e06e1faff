"""The scorer: right scores for made-up engines whose mistakes are known."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagger.cli import app
from tagger.data.gold import GoldFile
from tagger.data.iob import encode
from tagger.data.markup import parse
from tagger.data.protocols import is_dev
from tagger.document import Prediction, Quantity, Sentence, Span
from tagger.eval.bootstrap import differences
from tagger.eval.reading import score_reading
from tagger.eval.tagging import Scored, score, tag_files, to_sentences
from tagger.linear import LinearEngine
from tagger.taxonomy import load_taxonomy

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


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A small gold folder of all three parts, one authored file in dev."""
    dev = next(f"d{number}" for number in range(99) if is_dev(f"d{number}"))
    train = [name for name in (f"t{number}" for number in range(99)) if not is_dev(name)][:4]
    for part, names in (("seeds", ["000"]), ("authored", [dev, *train]), ("challenge", ["rank"])):
        (tmp_path / part).mkdir()
        for name in names:
            header = f"# phenomenon: {name}\n" if part == "challenge" else ""
            (tmp_path / part / f"{name}.tagged").write_text(header + TEXT, encoding="utf-8")
    return tmp_path


def evaluate(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments)])
    return result.exit_code, result.output


def rows(output: str) -> list[str]:
    return [line.split(" | ")[0].strip("| ") for line in output.splitlines() if line.startswith("|")]


def test_the_command_prints_a_row_a_seed_and_a_phenomenon(gold: Path) -> None:
    code, output = evaluate("--engine", "rules", "--gold", gold)
    assert code == 0, output
    assert rows(output)[2:8] == [
        "seed 000",
        "**seeds, all**",
        "rank",
        "**challenge, all**",
        "**authored dev, all**",
        "**authored, all**",
    ]


def test_what_is_not_there_is_one_line_and_exit_code_2(gold: Path, tmp_path: Path) -> None:
    for arguments, message in (
        (("--gold", tmp_path / "none"), "lacks seeds or authored"),
        (("--gold", gold, "--engine", "magic"), "magic: no such engine; choose one of: rules, linear, model"),
        (("--gold", gold, "--protocol", "random"), "no such protocol"),
        (("--gold", gold, "--engine", "model", "--runs", tmp_path / "runs"), "holds no model"),
    ):
        code, output = evaluate(*arguments)
        assert (code, output.count("\n")) == (2, 1) and message in output


@pytest.mark.parametrize("protocol", ["authored-to-seeds", "leave-one-report-out"])
def test_engines_stand_in_one_report_with_their_difference(gold: Path, protocol: str) -> None:
    code, output = evaluate("--engine", "rules", "--engine", "linear", "--gold", gold, "--protocol", protocol)
    assert code == 0, output
    assert "| linear − rules | difference |" in output
    # The linear engine has seen the same sentences in the authored files: it knows them.
    linear = output[output.index("| linear | sentences") :]
    assert "| **seeds, all** | 3 | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 | — | 1.000 |" in linear
    assert ("**challenge, all**" in linear) == (protocol == "authored-to-seeds")
    assert "**authored, all**" not in linear  # it was trained on that


def test_the_page_shows_every_engine_and_its_errors(gold: Path) -> None:
    page = gold / "report.html"
    code, output = evaluate("--engine", "linear", "--engine", "rules", "--gold", gold, "--report", page)
    assert code == 0, output
    html = page.read_text(encoding="utf-8")
    assert "@@" not in html and "http" not in html
    assert "linear triple" in html and "rules triple" in html
    assert '<mark class="VALUE">3万</mark>' in html  # an error of the rules, shown with its sentence
    for title in ("seed 000", "rank", "中医药", "expected calibration error"):
        assert title in html


def test_documents_are_filled_and_checked(gold: Path) -> None:
    document = gold / "x.md"
    document.write_text("a\n<!-- scores:summary -->\nold\n<!-- end -->\nb\n", encoding="utf-8")
    arguments = ("--gold", gold, "--write", document)
    assert evaluate(*arguments, "--check")[0] == 1
    assert "old" in document.read_text(encoding="utf-8")
    assert evaluate(*arguments)[0] == 0
    text = document.read_text(encoding="utf-8")
    assert "**challenge, all**" in text and "| rank |" not in text and text.endswith("<!-- end -->\nb\n")
    assert evaluate(*arguments, "--check")[0] == 0
    document.write_text("no place", encoding="utf-8")
    code, output = evaluate(*arguments)
    assert code == 2 and "has no place for scores" in output


def test_no_difference_is_no_difference_and_a_large_one_is_seen(file: GoldFile) -> None:
    good = scored(file, right(file)) * 20
    bad = scored(file, [Prediction("tcm", 1.0, []) for _ in file.sentences]) * 20
    same = differences(good, good)
    assert all(found == (0.0, 0.0, 0.0) for found in same.values())
    better = differences(bad, good)
    assert better["METRIC"] == (1.0, 1.0, 1.0)
    assert better["topic macro-F1"].low > 0
    scores = score(bad)
    assert better["topic macro-F1"].score == pytest.approx(1 - scores.topic_macro_f1)
    assert better["exact"].score == pytest.approx(1 - scores.exact)


def test_counts_and_seqeval_say_the_same(file: GoldFile) -> None:
    predictions = right(file)
    predictions[0].spans = predictions[0].spans[1:]
    good, worse = scored(file, right(file)) * 5, scored(file, predictions) * 5
    found = differences(worse, good)
    assert found["METRIC"].score == pytest.approx(1 - score(worse).labels["METRIC"])
    assert found["triple"].score == pytest.approx(1 - (score(worse).triple.f1 or 0))


def test_the_linear_engine_gives_well_formed_spans(file: GoldFile) -> None:
    engine = LinearEngine(load_taxonomy(), file.sentences * 3)
    text = "接诊3万人次，随访5人。稳。"
    (prediction,) = engine.tag([Sentence(text, 0, len(text))])
    assert [text[span.start : span.end] for span in prediction.spans[:3]] == ["接诊", "3万", "人次"]
    assert encode(len(text), prediction.spans)
    assert engine.tag([]) == []
