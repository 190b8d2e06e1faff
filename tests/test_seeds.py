"""The five real reports, end to end: what must be in the output, and that every offset keeps its promise."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tagger.document import Measurement, Stretch, TaggedDocument

NUMBERS = ["000", "001", "002", "003", "004"]


def find(document: TaggedDocument, metric: str) -> list[Measurement]:
    return [m for s in document.sentences for m in s.measurements if m.metric and m.metric.text == metric]


def kept(text: str, start: int, end: int, stretch: Stretch) -> str:
    """`text[start:end]` less the removed ranges, character by character."""
    out = {i for cut in stretch.removed for i in range(cut.start, cut.end)}
    return "".join(text[i] for i in range(start, end) if i not in out)


@pytest.mark.parametrize(
    ("seed", "metric", "number", "unit"),
    [
        ("000", "健康管理高血压患者", "34867", "人"),
        ("000", "占全市常住人口", "79.25", "%"),
        ("000", "专项投资", "434000", "元"),
        ("001", "严重精神障碍患者规范管理率", "99.97", "%"),
        ("003", "注册率", "113.75", "%"),
        ("003", "死亡率", "0", "/10万"),
        ("003", "补贴资金", "33636750", "元"),
    ],
)
def test_known_measurements(seeds: dict[str, TaggedDocument], seed: str, metric: str, number: str, unit: str) -> None:
    found = [(m.quantity.number, m.quantity.unit_normalized) for m in find(seeds[seed], metric)]
    assert (Decimal(number), unit) in found


def test_ratio_rank_and_shared_metric(seeds: dict[str, TaggedDocument]) -> None:
    (ratio,) = find(seeds["004"], "床人比")
    assert ratio.quantity.ratio == (Decimal(1), Decimal("1.5"))
    assert ratio.quantity.number is None
    (rank,) = find(seeds["001"], "市政府对县政府卫生健康工作考核")
    assert rank.quantity.rank == 2
    medicine = find(seeds["003"], "发放中药")
    assert [m.quantity.number for m in medicine] == [204348, 388053, 224991]
    assert [m.quantity.approximate for m in medicine] == [True, False, False]


@pytest.mark.parametrize(("seed", "least"), [("002", 270), ("004", 60)])
def test_masked_counts_stay_masked(seeds: dict[str, TaggedDocument], seed: str, least: int) -> None:
    masked = [m for s in seeds[seed].sentences for m in s.measurements if m.quantity.masked]
    assert len(masked) >= least
    for measurement in masked:
        quantity = measurement.quantity
        assert (quantity.number, quantity.low, quantity.high, quantity.ratio, quantity.rank) == (None,) * 5


def test_every_mask_is_masked_and_names_are_no_values(seeds: dict[str, TaggedDocument]) -> None:
    for document in seeds.values():
        for sentence in document.sentences:
            for measurement in sentence.measurements:
                assert measurement.quantity.masked == any(mark in measurement.value.text for mark in "*×")
    text = seeds["002"].source.text
    names = {i for i in range(len(text)) if text.startswith(("*医院", "*镇卫生院", "*建设"), i)}
    assert names
    values = {m.value.start for s in seeds["002"].sentences for m in s.measurements}
    assert not names & values


@pytest.mark.parametrize("seed", NUMBERS)
def test_offsets_are_promises(seeds: dict[str, TaggedDocument], seed: str) -> None:
    document = seeds[seed]
    text = document.source.text
    for sentence in document.sentences:
        stretch = sentence.sentence
        assert sentence.text == kept(text, stretch.start, stretch.end, stretch)
        for entity in sentence.entities:
            assert stretch.start <= entity.start < entity.end <= stretch.end
            assert entity.text == kept(text, entity.start, entity.end, stretch)
    for heading in document.source.headings:
        assert heading.text == kept(text, heading.start, heading.end, heading)


@pytest.mark.parametrize("seed", NUMBERS)
def test_nothing_is_lost(seeds: dict[str, TaggedDocument], seed: str) -> None:
    source = seeds[seed].source
    ranges = [(s.start, s.end) for s in source.sentences] + [(h.start, h.end) for h in source.headings]
    ranges += [(cut.start, cut.end) for cut in source.dropped]
    ranges.sort()
    position = 0
    for start, end in ranges:
        assert position <= start
        assert not source.text[position:start].strip()
        position = end
    assert not source.text[position:].strip()


def test_seed_001_has_no_chrome_among_its_sentences(seeds: dict[str, TaggedDocument]) -> None:
    document = seeds["001"]
    dropped = {document.source.text[cut.start : cut.end] for cut in document.source.dropped}
    assert {
        "VIP专免",
        "2024-05-21",
        "999+",
        "20.74KB",
        "7 页",
        "海报",
        "侵权投诉",
        "标签: #工作总结",
        "展开>>",
        "收起<<",
    } <= dropped
    said = "".join(s.text for s in document.sentences)
    for mark in ("VIP", "999+", "KB", "海报", "展开", "收起", "摘要"):
        assert mark not in said
    assert [cut.reason for cut in document.source.dropped].count("repeated_abstract") == 1


@pytest.mark.parametrize(
    ("seed", "roles"),
    [
        ("000", {"overview", "work"}),
        ("001", {"overview", "work"}),
        ("002", {"overview", "work", "problem", "plan"}),
        ("003", {"overview", "work", "plan"}),
        ("004", {"overview", "work", "problem", "plan"}),
    ],
)
def test_roles(seeds: dict[str, TaggedDocument], seed: str, roles: set[str]) -> None:
    assert {s.sentence.role for s in seeds[seed].sentences} == roles


def test_section_paths(seeds: dict[str, TaggedDocument]) -> None:
    (sentence,) = [s for s in seeds["003"].sentences if s.text.startswith("截止目前，我县健康码")]
    assert sentence.sentence.section == (
        "1、工作开展情况",
        "（一）抓实抓细疫情防控各项工作，落实疫情防控常态化。",
        "四是全面推广健康码运用。",
    )
    (mixed,) = [s for s in seeds["003"].sentences if s.text.startswith("截止目前，全县贫困人口县域内就诊率")]
    assert [heading[:4] for heading in mixed.sentence.section] == ["1、工作", "（2）抓", "四是抓实"]


def test_seeds_need_no_review(seeds: dict[str, TaggedDocument]) -> None:
    assert not [s.text for d in seeds.values() for s in d.sentences if s.sentence.needs_review]
