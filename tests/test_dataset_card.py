"""DATASET.md says what is so: its counts are those of the files, its agreement that of the raw annotations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tagger.data.adjudication import raw_folder
from tagger.data.agreement import compare
from tagger.data.corpus import PARTS, load_part
from tagger.data.markup import read_tagged
from tagger.data.protocols import is_dev
from tagger.data.stats import count
from tagger.taxonomy import load_taxonomy

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "data" / "gold"
CARD = (ROOT / "data" / "DATASET.md").read_text(encoding="utf-8")


def row(name: str) -> list[str]:
    (found,) = re.findall(rf"^\| {re.escape(name)} \| (.*) \|$", CARD, re.MULTILINE)
    return [cell.strip() for cell in found.split("|")]


@pytest.mark.parametrize("part", PARTS)
def test_the_counts_are_right(part: str) -> None:
    counts = count(load_part(GOLD, part))
    fields = ("files", "headings", "sentences", "characters", "metrics", "values", "masked", "units")
    assert row(part) == [f"{getattr(counts, field):,}" for field in fields]


def test_the_topics_are_right() -> None:
    counts = [count(load_part(GOLD, part)) for part in PARTS]
    for entry in load_taxonomy().topics:
        assert row(f"`{entry.id}`") == [entry.name, *(str(each.topics[entry.id]) for each in counts)]


def test_the_size_is_what_was_promised() -> None:
    authored, challenge = count(load_part(GOLD, "authored")), count(load_part(GOLD, "challenge"))
    assert authored.sentences >= 6000 and authored.values >= 6000 and authored.files >= 100
    assert min(authored.topics[entry.id] for entry in load_taxonomy().topics) >= 200
    assert challenge.sentences >= 300


def test_the_dev_share_is_right() -> None:
    files = load_part(GOLD, "authored")
    dev = [file for file in files if is_dev(file.name)]
    sentences = sum(len(file.sentences) for file in dev)
    assert f"{len(dev)} files, {sentences} sentences" in CARD


@pytest.mark.parametrize("part", PARTS)
def test_the_agreement_is_right(part: str) -> None:
    folders = [raw_folder(GOLD / part, annotator) for annotator in ("first", "second")]
    names = sorted(path.name for path in folders[0].glob("*.tagged"))
    assert names and names == sorted(path.name for path in folders[1].glob("*.tagged"))
    agreement = compare((read_tagged(folders[0] / name), read_tagged(folders[1] / name)) for name in names)
    scores = [*agreement.f1.values(), agreement.topic_kappa]
    assert row(f"{part}, twice") == [
        str(agreement.sentences),
        *(f"{score:.3f}" for score in scores if score is not None),
    ]
    assert part != "authored" or agreement.sentences >= 1000
