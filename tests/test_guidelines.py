"""Every example of the guideline is well-formed markup, and the right ones pass the checks."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import pytest

from tagger.data.corpus import load_part
from tagger.data.gold import GoldLine, GoldSentence, Outline
from tagger.data.guideline import violations
from tagger.data.markup import parse_line
from tagger.taxonomy import load_taxonomy

GUIDELINE = (Path(__file__).parent.parent / "data" / "GUIDELINES.md").read_text(encoding="utf-8")
RULE = re.compile(r"^\*\*(\d\.\d+)", re.MULTILINE)
BLOCKS = re.findall(r"^```tagged\n(.*?)^```$", GUIDELINE, re.MULTILINE | re.DOTALL)
TOPICS = {entry.id for entry in load_taxonomy().topics}


def lines(block: str) -> list[tuple[str, str]]:
    return [(line[0], line[2:]) for line in block.splitlines()]


def parsed(marked: list[str]) -> list[GoldLine]:
    outline = Outline()
    return [parse_line(line, number, outline) for number, line in enumerate(marked, 1)]


@pytest.mark.parametrize("block", BLOCKS)
def test_right_examples_pass_the_checks(block: str) -> None:
    right = [marked for mark, marked in lines(block) if mark in "+?"]
    assert right
    for line in parsed(right):
        if isinstance(line, GoldSentence):
            assert line.topic in TOPICS
            assert list(violations(line)) == []


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.startswith("+")])
def test_a_minimal_pair_is_one_text_annotated_two_ways(block: str) -> None:
    stretches = {mark: [marked for _, marked in its] for mark, its in groupby(lines(block), key=lambda line: line[0])}
    assert list(stretches) == ["+", "-", "?"]
    right, wrong = stretches["+"], stretches["-"]
    assert right != wrong
    nested = re.compile(r"\{[MVU][\d,]*\||\}")  # a wrong example may nest, which no parser takes
    assert [nested.sub("", line.split("] ", 1)[1]) for line in right] == [
        nested.sub("", line.split("] ", 1)[1]) for line in wrong
    ] or "".join(nested.sub("", line.split("] ", 1)[1]) for line in right) == "".join(
        nested.sub("", line.split("] ", 1)[1]) for line in wrong
    )


def test_every_rule_that_can_has_its_examples() -> None:
    # Chrome is no line of markup: it stands in a list of its own.
    rules = [number for number in RULE.findall(GUIDELINE) if number != "1.4"]
    sections = RULE.split(GUIDELINE)[1:]
    shown = [number for number, body in zip(sections[::2], sections[1::2], strict=True) if "```tagged\n+" in body]
    assert shown == rules


def test_the_checks_see_the_wrong_examples_they_are_for() -> None:
    seen = set()
    sections = RULE.split(GUIDELINE)[1:]
    for number, body in zip(sections[::2], sections[1::2], strict=True):
        for marked in re.findall(r"^- (\[[a-z_]+\] .*)", body, re.MULTILINE):
            try:
                line = parse_line(marked)
            except ValueError:
                seen.add(number)
                continue
            if isinstance(line, GoldSentence) and list(violations(line)):
                seen.add(number)
    assert {"1.1", "3.1", "3.2", "3.3", "3.8", "3.25", "3.26"} <= seen


def test_no_example_gives_a_test_sentence_away() -> None:
    # An annotator who has read the guideline must not have seen the solution of a sentence that tests engines or people.
    size = 10
    root = Path(__file__).parent.parent / "data" / "gold"
    tested = [line.text for part in ("seeds", "challenge") for file in load_part(root, part) for line in file.lines]
    known = {text[start : start + size] for text in tested for start in range(len(text) - size + 1)}
    markup = re.compile(r"\{[MVU][\d,]*\||\}")
    for block in BLOCKS:
        for _, marked in lines(block):
            text = markup.sub("", marked.split("] ", 1)[1])
            shared = [text[start : start + size] for start in range(len(text) - size + 1)]
            assert not known.intersection(shared), marked
