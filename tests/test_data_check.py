"""`tagger data check` catches each kind of fault, and passes what is right."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagger.cli import app
from tagger.data import challenge
from tagger.data.adjudication import LOG, differences
from tagger.data.check import check
from tagger.data.guideline import violations
from tagger.data.markup import parse_line, read_tagged
from tagger.data.similarity import find_near_duplicates, fold
from tagger.taxonomy import load_taxonomy

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "data" / "gold"
GOOD = "[public_health] {M1|规范管理高血压患者}{V1|3486}{U1|人}。\n"
READING = {
    "sentence": 1,
    "link": 1,
    "value": "3486",
    "unit": "人",
    "number": 3486,
    "low": None,
    "high": None,
    "ratio": None,
    "rank": None,
    "unit_normalized": "人",
    "approximate": False,
    "bound": None,
    "change": None,
    "masked": False,
}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    return [f"{fault.kind}: {fault.message}" for fault in check(path, load_taxonomy()).faults]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A gold folder of all three parts with nothing wrong in it."""
    source = write(tmp_path / "seeds" / "000_x.txt", "VIP专免\n  一、工作\n规范管理高血压患\n者3486人。\n")
    seed = f"# source: ../../seeds/{source.name}\n[#1 work] 一、工作\n{GOOD}"
    folder = tmp_path / "gold"
    write(folder / "seeds" / "000.tagged", seed)
    write(folder / "seeds" / "000.chrome.jsonl", '{"start": 0, "end": 5, "text": "VIP专免"}\n')
    write(folder / "seeds" / "000.values.jsonl", json.dumps(READING) + "\n")
    write(folder / "authored" / "a.tagged", "[tcm] 中医馆建设步伐加快，群众在家门口看上了老中医。\n")
    write(folder / "challenge" / "rank.tagged", "[workforce] 招聘难、留人更难的局面尚未根本改观。\n")
    for part in ("seeds", "challenge"):
        for annotator in ("first", "second"):
            for path in (folder / part).glob("*.tagged"):
                write(folder / "raw" / part / annotator / path.name, path.read_text(encoding="utf-8"))
        write(folder / part / LOG, "")
    freeze(folder, 1)
    return folder


def freeze(folder: Path, version: int) -> None:
    versions = folder / "challenge" / challenge.VERSIONS
    before = versions.read_text(encoding="utf-8") if versions.exists() else ""
    entry = {"version": version, "sha256": challenge.digest(folder / "challenge"), "date": "2026-11-22", "reason": "x"}
    write(versions, before + json.dumps(entry) + "\n")


def test_what_is_right_passes(gold: Path) -> None:
    assert faults(gold) == []


def test_the_shipped_gold_data_passes_in_under_ten_seconds() -> None:
    start = time.perf_counter()
    assert faults(GOLD) == []
    assert time.perf_counter() - start < 10


def test_the_check_judges_the_reader_without_it() -> None:
    for path in (ROOT / "tagger" / "data").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any(name.startswith(("tagger.reading", "tagger.pipeline", "tagger.rules")) for name in names), (
                path
            )


def test_lines_that_are_no_markup_are_all_named(gold: Path) -> None:
    path = write(gold / "authored" / "b.tagged", f"甲\n{GOOD}[tcm] {{V1|3\n[nothing] 乙。\n")
    found = [fault for fault in faults(gold) if f"{path}:" in fault]
    assert [f"{path}:{number}" in fault for number, fault in zip((1, 3, 4), found, strict=True)] == [True] * 3
    assert "nothing is no topic of taxonomy 2026.1: 乙。" in found[2]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("一、工作\n规范管理高血压患者3487人。", "the source goes on '7人。'"),
        ("一、工作\n规范管理高血压患者3486人。多出来的话。", "ends before its source"),
        ("一、工作\n规范管理3486人。", "the source goes on '3486人。'"),
    ],
)
def test_the_source_says_the_same(gold: Path, source: str, message: str) -> None:
    write(gold.parent / "seeds" / "000_x.txt", "VIP专免\n" + source)
    (fault,) = faults(gold)
    assert fault.startswith("source: ") and message in fault and "000.tagged" in fault


def test_chrome_must_be_listed_as_it_stands(gold: Path) -> None:
    (gold / "seeds" / "000.chrome.jsonl").unlink()
    assert "the source goes on 'VIP专免一、工作" in faults(gold)[0]
    write(gold / "seeds" / "000.chrome.jsonl", '{"start": 0, "end": 5, "text": "VIP"}\n')
    assert "000.chrome.jsonl:1: the source has 'VIP专免' there" in faults(gold)[0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"number": None, "masked": True, "low": 1, "high": 2}, "a masked value has no number"),
        ({"rank": 2}, "one of number, range, ratio and rank"),
        ({"number": None, "low": 3, "high": 2}, "low is above high"),
        ({"number": None, "low": 3}, "low and high stand together"),
        ({"value": "348"}, "value is '348', but the gold file says '3486'"),
        ({"link": 2}, "sentence 1 has no link 2"),
        ({"number": None, "ratio": [8, 1, 1]}, "a ratio has two parts"),
        ({"bound": "least"}, "bound is min, max or null"),
        ({"more": 1}, "has not just the keys"),
        ({"masked": True, "number": None}, "masked is true, but the value is 3486"),
        ({"number": 348}, "number is 348, but the value is 3486"),
        ({"number": "3486"}, "is no number"),
        ({"unit_normalized": None}, "unit_normalized is None, but the unit is 人"),
        ({"unit_normalized": 5}, "unit_normalized is a text or null"),
        ({"number": None, "rank": 0}, "rank is a whole number from 1"),
        ({"number": None, "ratio": "12"}, "a ratio has two parts"),
        ({"sentence": True}, "sentence and link are whole numbers"),
    ],
)
def test_readings_must_fit(gold: Path, changed: dict[str, object], message: str) -> None:
    write(gold / "seeds" / "000.values.jsonl", json.dumps(READING | changed) + "\n")
    (fault,) = faults(gold)
    assert fault.startswith("values: ") and message in fault and "000.values.jsonl:1" in fault


def test_every_value_of_a_test_part_has_a_reading(gold: Path) -> None:
    write(gold / "seeds" / "000.values.jsonl", "")
    assert "lacks sentence 1, link 1 (3486)" in faults(gold)[0]
    (gold / "seeds" / "000.values.jsonl").unlink()
    assert "000.values.jsonl: is missing" in faults(gold)[0]


def test_the_challenge_set_is_frozen(gold: Path) -> None:
    (gold / "challenge" / "list.tagged").write_text("[tcm] 名老中医工作室授牌。\n", encoding="utf-8")
    for annotator in ("first", "second"):
        write(gold / "raw" / "challenge" / annotator / "list.tagged", "[tcm] 名老中医工作室授牌。\n")
    assert faults(gold)[0].startswith("frozen: ") and "has changed since version 1" in faults(gold)[0]
    freeze(gold, 3)
    assert "versions are [1, 3]" in faults(gold)[0]
    (gold / "challenge" / challenge.VERSIONS).unlink()
    assert "VERSIONS.jsonl: is missing" in faults(gold)[0]
    freeze(gold, 1)
    assert faults(gold) == []


def test_the_shipped_challenge_set_is_that_of_its_version() -> None:
    # Written here a second time: whoever changes the set and its list of versions together must say so here too.
    version, digest = 3, "832f63c5842854438007a5e01731c17131abe99622600585b4c7465c8fa9a900"
    assert challenge.check_frozen(GOLD / "challenge") is None
    last = json.loads((GOLD / "challenge" / challenge.VERSIONS).read_text(encoding="utf-8").splitlines()[-1])
    assert (last["version"], last["sha256"]) == (version, digest)


def test_a_difference_between_annotators_needs_its_decision(gold: Path) -> None:
    raw = gold / "raw" / "challenge" / "second" / "rank.tagged"
    write(raw, "[overview] 招聘难、留人更难的局面尚未根本改观。\n")
    assert "lacks the decision on rank" in faults(gold)[0]
    (difference,) = differences(gold / "challenge", read_tagged(gold / "challenge" / "rank.tagged"))
    log = gold / "challenge" / LOG
    entry = difference._asdict()
    write(log, json.dumps(entry | {"reason": " "}, ensure_ascii=False) + "\n")
    (gold / "challenge" / challenge.VERSIONS).unlink()
    freeze(gold, 1)
    assert "has no reason" in faults(gold)[0]
    write(log, json.dumps(entry | {"reason": "2.8"}, ensure_ascii=False) + "\n")
    (gold / "challenge" / challenge.VERSIONS).unlink()
    freeze(gold, 1)
    assert faults(gold) == []
    write(raw, "[workforce] 招聘难、留人更难的局面尚未根本改观。\n")
    assert "is no difference any more" in faults(gold)[0]


def test_gold_that_neither_annotator_has_needs_its_reason_too(gold: Path) -> None:
    write(gold / "challenge" / "rank.tagged", "[overview] 招聘难、留人更难的局面尚未根本改观。\n")
    assert any("lacks the decision on rank" in fault for fault in faults(gold))


def test_templates_are_seen_through_their_numbers_and_names(gold: Path) -> None:
    template = "[tcm] {name}中医馆全年接诊{number}人次，开出中药处方一摞又一摞，深得乡亲信赖。\n"
    first = "# names: 石桥镇\n" + template.format(name="石桥镇", number="3,486")
    second = "# names: 河湾\n" + template.format(name="河湾", number="**")
    write(gold / "authored" / "b.tagged", first)
    write(gold / "authored" / "c.tagged", second)
    report = check(gold, load_taxonomy())
    assert len(report.near_duplicates) == 2
    assert [fault.kind for fault in report.faults] == ["near-duplicates"]


def test_one_in_twenty_may_be_alike(gold: Path) -> None:
    characters = iter(
        "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈剑号巨阙珠称夜光果珍李柰"
    )
    lines = [f"[tcm] {next(characters)}甲{next(characters)}乙丙。\n" for _ in range(28)]
    text = "[tcm] 慢工出细活，名医靠传承。\n"
    write(gold / "authored" / "b.tagged", "".join(lines) + text + text)
    assert faults(gold) == ["near-duplicates: " + message[17:] for message in faults(gold)]
    more = [f"[tcm] {chr(0x5000 + n)}丁{chr(0x5100 + n)}戊己。\n" for n in range(12)]
    write(gold / "authored" / "c.tagged", "".join(more))
    assert faults(gold) == []


def test_a_test_sentence_in_the_training_text_is_a_leak(gold: Path) -> None:
    long = "[medical_service] 胸痛、卒中、创伤三大救治单元的绿色通道平均用时缩至{V1|48}{U1|分钟}。\n"
    write(gold / "authored" / "b.tagged", long.replace("48", "51"))
    write(gold / "challenge" / "rank.tagged", long)
    for annotator in ("first", "second"):
        write(gold / "raw" / "challenge" / annotator / "rank.tagged", long)
    reading = READING | {"value": "48", "unit": "分钟", "number": 48, "unit_normalized": "分钟"}
    write(gold / "challenge" / "rank.values.jsonl", json.dumps(reading, ensure_ascii=False) + "\n")
    (gold / "challenge" / challenge.VERSIONS).unlink()
    freeze(gold, 1)
    (fault,) = faults(gold)
    assert fault.startswith("leak: ") and "rank.tagged:1: 100% of it in" in fault and "b.tagged" in fault


@pytest.mark.parametrize(
    "hidden",
    [
        "[medical_service] 胸痛、卒中、创伤三大救治单元的\n[medical_service] 绿色通道平均用时缩至{V1|51}{U1|分钟}。\n",
        "[medical_service] 胸痛,卒中,创伤三大救治单元的绿色通道平均用时缩至{V1|５１}{U1|分钟}.\n",
        "[#1] 胸痛、卒中、创伤三大救治单元的绿色通道平均用时\n[medical_service] 缩至{V1|51}{U1|分钟}。\n",
    ],
)
def test_a_leak_is_seen_in_other_cuts_widths_and_headings(gold: Path, hidden: str) -> None:
    text = (
        "# source: ../../seeds/001.txt\n[medical_service] 胸痛、卒中、创伤三大救治单元的绿色通道平均用时缩至*分钟。\n"
    )
    write(gold.parent / "seeds" / "001.txt", text.split("] ")[1])
    for folder in ("seeds", "raw/seeds/first", "raw/seeds/second"):
        write(gold / folder / "001.tagged", text)
    assert faults(gold) == []
    write(gold / "authored" / "b.tagged", hidden)
    assert "leak" in [fault.split(":")[0] for fault in faults(gold)]


def test_the_seeds_leak_into_each_other_too(gold: Path) -> None:
    text = "# source: ../../seeds/001.txt\n[tcm] 名老中医工作室把门诊开进了十二个偏远乡镇的卫生院里去。\n"
    for name in ("001", "002"):
        write(gold.parent / "seeds" / "001.txt", text.split("] ")[1])
        for folder in ("seeds", "raw/seeds/first", "raw/seeds/second"):
            write(gold / folder / f"{name}.tagged", text)
    assert [fault.split(":")[0] for fault in faults(gold)] == ["leak", "leak"]


@pytest.mark.parametrize(
    "place",
    [
        "authored/sub/x.tagged",
        "x.tagged",
        "athored/x.tagged",
        "challenge/x.txt",
        "seeds/009.values.jsonl",
        "raw/seeds/x",
    ],
)
def test_what_has_no_place_in_the_gold_data_is_named(gold: Path, place: str) -> None:
    write(gold / place, "[tcm] 甲乙丙丁。\n")
    assert any(fault.startswith("layout: ") and place in fault for fault in faults(gold))


def test_a_seed_needs_its_source_and_a_file_its_sentences(gold: Path) -> None:
    write(gold / "seeds" / "000.tagged", f"[#1 work] 一、工作\n{GOOD}")
    assert any("names no source" in fault for fault in faults(gold))
    write(gold / "authored" / "a.tagged", "# kind: x\n")
    assert any("a.tagged: holds no sentence" in fault for fault in faults(gold))


def test_a_missing_part_is_named(gold: Path) -> None:
    for path in (gold / "authored").iterdir():
        path.unlink()
    (gold / "authored").rmdir()
    assert any(fault.startswith("layout: ") and fault.endswith("authored: is missing") for fault in faults(gold))


def test_one_file_is_checked_by_itself(gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(gold / "seeds" / "000.tagged") == []
    assert faults(gold / "challenge") == []
    monkeypatch.chdir(gold)
    assert check(Path(), load_taxonomy()).authored == 1  # the gold folder, named by a dot


def test_a_broken_line_does_not_accuse_what_goes_with_it(gold: Path) -> None:
    path = gold / "seeds" / "000.tagged"
    write(path, path.read_text(encoding="utf-8").replace("{V1|3486}", "{V1|3486"))
    found = faults(gold)
    assert [fault.split(":")[0] for fault in found] == ["markup"]
    write(path, path.read_text(encoding="utf-8").replace("{V1|3486", "{V1|3486}") + "\n")
    assert ["needs [topic]" in fault for fault in faults(gold)] == [True]


@pytest.mark.parametrize("content", ["{", "1\n", '{"version": 1}\n', "\n", "\ufeff"])
def test_broken_logs_are_faults_not_ends(gold: Path, content: str) -> None:
    write(gold / "challenge" / challenge.VERSIONS, content)
    assert any(fault.startswith("frozen: ") and "is no list of versions" in fault for fault in faults(gold))
    write(gold / "seeds" / LOG, content)
    assert any(fault.startswith("adjudication: ") and LOG in fault for fault in faults(gold))


def test_one_name_in_two_parts_is_a_leak(gold: Path) -> None:
    write(gold / "authored" / "000.tagged", "[tcm] 甲乙丙丁。\n")
    assert any("stands in two parts" in fault for fault in faults(gold))


WRONG = [
    ("开展{M1|廉政教育}", ""),
    ("{M1|开展廉政教育}", "light verb"),
    ("{M1|完成筛查}", "light verb"),
    ("{M1|筛查完成率达到}", "light verb"),
    ("{M1|累计筛查}", "light verb"),
    ("{M1|完成率}", ""),
    ("{M1|有效率}", ""),
    ("{M1|计划生育}", ""),
    ("{M1|共建单位}", ""),
    ("{M1|约谈}", ""),
    ("{M1|完成任务}的", ""),
    ("{M1|新增}", ""),
    ("{M1|合计}", ""),
    ("{M1|全县筛查}", "place or time"),
    ("{M1|上半年筛查}", "place or time"),
    ("{M1|2022年筛查}", "place or time"),
    ("{M1|全市排名}", ""),
    ("{M1|全域旅游}", ""),
    ("{M1|筛查、}", "punctuation"),
    ("{M1|筛查（初筛}", "half of a pair"),
    ("{M1|筛查，复查}", "comma"),
    ("{M1|筛查,复查}", "comma"),
    ("{M1|筛查已}", "light verb"),
    ("{M1|已筛查}", "light verb"),
    ("{M1|人均}", ""),
    ("{M1|累计发病率}", ""),
    ("{M1|有慢性病者}", ""),
    ("{M1|共患病}", ""),
    ("{M1|达峰人数}", ""),
    ("{M1|期间费用}", ""),
    ("{M1|当年筛查}", "place or time"),
    ("{M1|3月筛查}", "place or time"),
    ("{M1|我院筛查}", "place or time"),
    ("{M1|12月龄儿童}", ""),
    ("{M1|管理率提高到}", "light verb"),
    ("{M1|共付比例}", ""),
    ("{M1|有劳动能力的脱贫人口}", ""),
    ("{M1|完成整改占}", ""),
    ("{M1|用药}的", ""),
    ("{M1|用药的}", "的 at the edge"),
]


@pytest.mark.parametrize(("marked", "fault"), WRONG)
def test_metric_edges(marked: str, fault: str) -> None:
    check_violation(f"[tcm] {marked}{{V1|3}}{{U1|次}}。", fault)


@pytest.mark.parametrize(
    ("marked", "fault"),
    [
        ("{V1|43.4}{U1|万元}", "magnitude in front"),
        ("{V1|43.4万}{U1|元}", ""),
        ("{V1|3}{U1|千克}", ""),
        ("{V1|300}{U1|余人}", "magnitude in front"),
        ("{V1|约300}{U1|人}", "modifier"),
        ("{V1|3以上}{U1|人}", "modifier"),
        ("{V1|2023}{U1|年}", "date"),
        ("{V1|3}{U1|年}", ""),
        ("5月{V1|3}{U1|日}", "date"),
        ("{V1|5}{U1|月}", "date"),
        ("{V1|5}{U1|个月}", ""),
        ("3{V1|4}{U1|人}", "cut inside a number"),
        ("{V1|3}万", "magnitude is left out"),
        ("{V1|３}{U1|月}", "date"),
        ("{V1|二〇二三}{U1|年}", "date"),
        ("{V1|20**}{U1|年}", "date"),
        ("{V1|2020－2025}{U1|年}", "date"),
        ("{V1|5·12}", "date"),
        ("第{V1|七}{U1|版}", "date"),
        ("{V1|若干}{U1|人}", "no number"),
        ("{V1|6}{U1|月龄}", ""),
        ("{V1|4243.6}{U1|元}", ""),
        ("{V1|3}{U1|个亿}", "magnitude in front"),
        ("{V1|3}{U1|元（万）}", "magnitude in front"),
        ("{V1|3}{U1|/10万}", ""),
        ("{V1|3}台{U1|套}", "not right after"),
        ("一；二{V1|3}{U1|人}", "terminator"),
        ("（一。）{V1|3}{U1|人}", "terminator"),
    ],
)
def test_values_and_units(marked: str, fault: str) -> None:
    check_violation(f"[tcm] 筛查{marked}。", fault)


def check_violation(line: str, fault: str) -> None:
    found = list(violations(parse_line(line)))  # type: ignore[arg-type]
    assert len(found) == bool(fault), found
    assert all(fault in message for message in found)


def test_masks_digits_and_names_fold() -> None:
    assert fold("石桥 镇３，486.5万元、***人、XX元，CT机", ["石桥镇"]) == "名0万元、0人、0元，CT机"


def test_the_share_is_of_the_shorter_sentence() -> None:
    texts = ["甲乙丙丁戊己庚", "子丑寅卯辰甲乙丙丁戊己庚巳午未申酉", "天地玄黄宇宙"]
    (found,) = find_near_duplicates(texts, range(3))
    assert (found.number, found.other, found.share) == (0, 1, 1.0)


def test_phrases_treated_in_two_ways_are_listed_not_judged(gold: Path) -> None:
    write(
        gold / "authored" / "b.tagged",
        "[tcm] {M1|基层诊疗量占比提高}{V1|2}{U1|个百分点}。\n[tcm] 抽调骨干{V1|两}{U1|名}驻点。\n",
    )
    write(gold / "authored" / "c.tagged", "[tcm] {M1|基层诊疗量占比}提高{V1|3}{U1|%}。\n[tcm] 抽调骨干两名驻点。\n")
    report = check(gold, load_taxonomy())
    assert {fault.kind for fault in report.faults} == {"near-duplicates"}
    assert {pair.kind for pair in report.pairs} == {"METRIC edges", "count annotated or not"}
    result = CliRunner().invoke(app, ["data", "check", str(gold), "--list"])
    assert result.exit_code == 1 and "基层诊疗量占比提高" in result.output and "两名 is not" in result.output


def test_exit_codes(gold: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["data", "check", str(gold)]).exit_code == 0
    write(gold / "authored" / "b.tagged", "甲\n")
    assert CliRunner().invoke(app, ["data", "check", str(gold)]).exit_code == 1
    (tmp_path / "empty").mkdir()
    result = CliRunner().invoke(app, ["data", "check", str(tmp_path / "empty")])
    assert result.exit_code == 2 and "holds no .tagged file" in result.output


def test_the_names_of_a_file_are_places() -> None:
    line = parse_line("[tcm] {M1|石桥镇接诊}{V1|3}{U1|人次}。")
    assert list(violations(line)) == []  # type: ignore[arg-type]
    assert len(list(violations(line, ["石桥镇", "周明远"]))) == 1  # type: ignore[arg-type]
