"""The lexicon: what it reads in a text, and how it corrects the topic head."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.errors import TaggerError
from tagger.model.lexicon import Entry, Keywords, Lexicon, grams, margins
from tagger.taxonomy import TopicEntry, make_taxonomy

TAXONOMY = make_taxonomy(
    "1", [TopicEntry(each, each, "", words) for each, words in (("a", {"接诊": 2.0}), ("b", {}), ("c", {"执法": 3.0}))]
)
ROWS = ["a", "b", "c"]


def test_a_lead_is_over_the_best_of_the_others() -> None:
    assert Keywords(TAXONOMY).leads("接诊，执法", "") == {"a": -1.0, "b": -3.0, "c": 1.0}


def test_grams_are_of_the_text_and_of_the_nearest_heading() -> None:
    assert grams("监督B", "一、总则/执法") == {"监", "督", "b", "监督", "督b", "执", "法", "执法"}
    assert grams("", "") == set()


def test_an_entry_moves_its_own_topic_alone() -> None:
    logits = np.array([[2.0, 1.0, 0.0]] * 2, np.float32)
    entry = Entry(head=0.5, keywords=2.0, bias=-1.0, weights={"监督": 9.0})
    lexicon = Lexicon({2: entry}, ROWS, TAXONOMY)
    corrected = lexicon.correct(logits, ["监督", "防控"], ["", "一/执法"])
    assert (corrected[:, :2] == logits[:, :2]).all()
    # Log odds against the two others: half of the head's, the bias, the word divided by
    # the root of the number of n-grams; the keyword stands in the second one's heading and weighs .55 of 3 there.
    odds = corrected[:, 2] - np.log(np.exp(2) + np.exp(1))
    head = 0.5 * margins(logits, [2])[0, 0]
    assert odds == pytest.approx([head - 1 + 9 / 3**0.5, head - 1 + 2 * 0.55 * 3])
    assert corrected.argmax(1).tolist() == [2, 2]


@given(st.lists(st.floats(-50, 50, width=32), min_size=3, max_size=3))
def test_margins_are_the_log_odds_of_the_softmax(row: list[float]) -> None:
    logits = np.array([row], np.float64)
    share = np.exp(logits - logits.max())[0]
    share /= share.sum()
    if 1e-6 < share[1] < 1 - 1e-6:
        assert margins(logits, [1])[0, 0] == pytest.approx(np.log(share[1] / (1 - share[1])), rel=1e-6, abs=1e-6)


def test_a_lexicon_is_read_as_it_was_written(tmp_path: Path) -> None:
    lexicon = Lexicon({1: Entry(0.25, 0.5, -2.0, {"监督": 1.5, "督": -0.5})}, ROWS, TAXONOMY)
    lexicon.save(tmp_path / "lexicon.json")
    assert Lexicon.load(tmp_path / "lexicon.json", ROWS, TAXONOMY).entries == lexicon.entries


@pytest.mark.parametrize("text", ["", "[1]", '{"x": {}}', '{"1": {"head": 1}}'])
def test_what_is_no_lexicon_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lexicon.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TaggerError, match=r"lexicon\.json: is no lexicon"):
        Lexicon.load(path, ROWS, TAXONOMY)
