"""Region, level, period and issuer of a report: a table of titles, file names and openings; seeds; properties."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.document import Document, Heading, Sentence
from tagger.metadata import Metadata, find_metadata
from tagger.metadata.divisions import divisions_at, is_county_name
from tagger.reading import read

SEEDS = Path(__file__).parent.parent / "seeds"
BODY = "一、主要工作\n（一）基层服务。全年开展义诊若干场，群众反映良好。\n"


def said(metadata: Metadata) -> tuple[str | None, ...]:
    """Region, level, period, issuer as plain values."""
    facts = (metadata.region, metadata.level, metadata.period, metadata.issuer)
    return tuple(fact.value if fact else None for fact in facts)


def of_title(title: str) -> tuple[str | None, ...]:
    document = read(f"{title}\n{BODY}", "")
    assert any(heading.level == 0 for heading in document.headings), "the reader saw no title"
    return said(find_metadata(document, ""))


# title → region, level, period, issuer
TITLES = [
    ("洪江市卫生健康局2021年上半年工作总结", "洪江市", "county", "2021年上半年", "洪江市卫生健康局"),
    ("溆浦县卫健局2022年度工作总结", "溆浦县", "county", "2022年", "溆浦县卫生健康局"),
    ("溆浦县卫健局2016年6—5月份工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("湖南省怀化市溆浦县卫生健康局2021年工作总结", "溆浦县", "county", "2021年", "溆浦县卫生健康局"),
    ("怀化市卫生健康委员会2023年工作总结", "怀化市", "prefecture", "2023年", "怀化市卫生健康委员会"),
    ("湖南省卫生健康委2020年工作总结", "湖南省", "province", "2020年", "湖南省卫生健康委员会"),
    (
        "广西壮族自治区卫生健康委员会2022年工作情况",
        "广西壮族自治区",
        "province",
        "2022年",
        "广西壮族自治区卫生健康委员会",
    ),
    (
        "宁夏卫健委2021年上半年工作情况汇报",
        "宁夏回族自治区",
        "province",
        "2021年上半年",
        "宁夏回族自治区卫生健康委员会",
    ),
    ("北京市朝阳区卫生健康委员会2023年工作总结", "朝阳区", "district", "2023年", "朝阳区卫生健康委员会"),
    ("重庆市忠县卫生健康委员会2022年工作总结", "忠县", "county", "2022年", "忠县卫生健康委员会"),
    ("上海市浦东新区卫生健康委员会2023年度工作总结", "浦东新区", "district", "2023年", "浦东新区卫生健康委员会"),
    ("朝阳市卫生健康委员会2019年工作总结", "朝阳市", "prefecture", "2019年", "朝阳市卫生健康委员会"),
    (
        "湘西州卫生健康委2023年前三季度工作总结",
        "湘西土家族苗族自治州",
        "prefecture",
        "2023年前三季度",
        "湘西土家族苗族自治州卫生健康委员会",
    ),
    (
        "新晃侗族自治县卫生健康局2023年1-6月工作小结",
        "新晃侗族自治县",
        "county",
        "2023年上半年",
        "新晃侗族自治县卫生健康局",
    ),
    (
        "察布查尔锡伯自治县卫生健康委员会2022年工作总结",
        "察布查尔锡伯自治县",
        "county",
        "2022年",
        "察布查尔锡伯自治县卫生健康委员会",
    ),
    (
        "莫力达瓦达斡尔族自治旗卫生健康委员会2021年工作总结",
        "莫力达瓦达斡尔族自治旗",
        "county",
        "2021年",
        "莫力达瓦达斡尔族自治旗卫生健康委员会",
    ),
    ("科尔沁右翼中旗卫生健康委2022年工作总结", "科尔沁右翼中旗", "county", "2022年", "科尔沁右翼中旗卫生健康委员会"),
    ("锡林郭勒盟卫生健康委员会2023年工作总结", "锡林郭勒盟", "prefecture", "2023年", "锡林郭勒盟卫生健康委员会"),
    ("喀什地区卫生健康委员会2020年工作总结", "喀什地区", "prefecture", "2020年", "喀什地区卫生健康委员会"),
    ("昆山市卫生健康委员会2022年工作总结", "昆山市", "county", "2022年", "昆山市卫生健康委员会"),
    ("荆州市沙市区卫生健康局2022年工作总结", "沙市区", "district", "2022年", "沙市区卫生健康局"),
    ("沙市区卫生局2012年工作总结", "沙市区", "district", "2012年", "沙市区卫生局"),
    ("津市市卫生健康局2021年工作总结", "津市市", "county", "2021年", "津市市卫生健康局"),
    ("巴州区人民医院2023年工作总结", "巴州区", None, "2023年", "巴州区人民医院"),
    ("辉县市人民医院2022年工作总结", "辉县市", None, "2022年", "辉县市人民医院"),
    ("中山市东区社区卫生服务中心2022年工作总结", "东区", "township", "2022年", "东区社区卫生服务中心"),
    ("神农架林区卫生健康委员会2023年工作总结", "神农架林区", "county", "2023年", "神农架林区卫生健康委员会"),
    ("溆浦县人民医院2023年上半年工作总结及下半年工作计划", "溆浦县", None, "2023年上半年", "溆浦县人民医院"),
    ("长沙市第一医院2022年度工作报告", "长沙市", None, "2022年", "长沙市第一医院"),
    ("浏阳市妇幼保健院2022年第三季度工作小结", "浏阳市", None, "2022年第三季度", "浏阳市妇幼保健院"),
    ("常德市鼎城区疾控中心二〇二三年工作总结", "鼎城区", None, "2023年", "鼎城区疾病预防控制中心"),
    ("沅陵县五强溪镇中心卫生院2023年工作总结", "五强溪镇", "township", "2023年", "沅陵县五强溪镇中心卫生院"),
    (
        "长沙市雨花区左家塘街道社区卫生服务中心2023年工作总结",
        "左家塘街道",
        "township",
        "2023年",
        "雨花区左家塘街道社区卫生服务中心",
    ),
    ("长沙高新区社会事业局2022年卫生健康工作总结", "长沙高新区", None, "2022年", "长沙高新区社会事业局"),
    (
        "合肥市经济技术开发区社会发展局2023年卫生工作总结",
        "合肥经济技术开发区",
        None,
        "2023年",
        "合肥经济技术开发区社会发展局",
    ),
    ("雄安新区卫生健康局2023年工作总结", "雄安新区", None, "2023年", "雄安新区卫生健康局"),
    ("溆浦县2022年卫生健康工作总结", "溆浦县", "county", "2022年", None),
    ("关于溆浦县2023年上半年卫生健康工作情况的汇报", "溆浦县", "county", "2023年上半年", None),
    ("2023年溆浦县基本公共卫生服务工作总结", "溆浦县", "county", "2023年", None),
    ("2023年上半年工作总结（洪江市卫生健康局）", "洪江市", "county", "2023年上半年", "洪江市卫生健康局"),
    ("洪江市卫生健康局\n2020年上半年工作小结", "洪江市", "county", "2020年上半年", "洪江市卫生健康局"),
    ("洪江市 卫生健康局 2 0 2 3 年 1 - 6 月工作总结", "洪江市", "county", "2023年上半年", "洪江市卫生健康局"),
    ("洪江市卫生健康局２０２３年１—９月工作总结", "洪江市", "county", "2023年前三季度", "洪江市卫生健康局"),
    ("洪江市卫健局2023年工作总结和2024年工作计划", "洪江市", "county", "2023年", "洪江市卫生健康局"),
    ("洪江市卫健局关于2023年工作总结暨2024年工作打算的报告", "洪江市", "county", "2023年", "洪江市卫生健康局"),
    ("中共洪江市卫生健康局党组2023年党建工作总结", "洪江市", "county", "2023年", "洪江市卫生健康局"),
    ("洪江市卫健局2023年免疫规划和计划生育工作总结", "洪江市", "county", "2023年", "洪江市卫生健康局"),
    ("洪江市卫健局2023年工作计划完成情况", "洪江市", "county", "2023年", "洪江市卫生健康局"),
    ("洪江市卫健局2022年7月至2023年6月工作总结", "洪江市", "county", "2022年7月-2023年6月", "洪江市卫生健康局"),
    ("洪江市卫健局2023年下半年工作总结", "洪江市", "county", "2023年下半年", "洪江市卫生健康局"),
    ("洪江市卫健局2023年1—5月工作总结", "洪江市", "county", "2023年1-5月", "洪江市卫生健康局"),
    ("洪江市卫健局2023年6月份工作总结", "洪江市", "county", "2023年6月", "洪江市卫生健康局"),
    ("截至2023年6月底洪江市卫生健康工作情况汇报", "洪江市", "county", "2023年上半年", None),
    ("溆浦县“十四五”卫生健康规划2023年度执行情况报告", "溆浦县", "county", "2023年", None),
    # Named in part: the kind of place without its name, a university's hospital, a national authority.
    ("县卫生健康局2021年工作情况汇报", None, "county", "2021年", None),
    ("区人民医院2022年工作总结", None, None, "2022年", None),
    ("市卫生健康局2022年工作总结", None, None, "2022年", None),
    ("中南大学湘雅医院2022年工作总结", None, None, "2022年", "中南大学湘雅医院"),
    ("国家卫生健康委2022年工作总结", None, None, "2022年", "国家卫生健康委员会"),
]

# What must not be made up, each with the fields that stay.
NEGATIVE_TITLES = [
    ("**县卫生健康局2023年工作总结", None, None, "2023年", None),
    ("XX市卫生健康局2023年工作总结", None, None, "2023年", None),
    ("ＸＸ县卫健局2023年工作总结", None, None, "2023年", None),
    ("某某区卫生健康局2023年工作总结", None, None, "2023年", None),
    ("怀化市**县卫生健康局2023年工作总结", None, None, "2023年", None),
    ("溆*县卫生健康局2023年工作总结", None, None, "2023年", None),
    ("××镇卫生院2023年工作总结", None, None, "2023年", None),
    ("卫生健康局2023年工作总结", None, None, "2023年", None),
    ("我局2023年工作总结", None, None, "2023年", None),
    ("我县2023年卫生健康工作总结", None, None, "2023年", None),
    ("2023年全县卫生健康工作总结", None, None, "2023年", None),
    ("2023年全市卫生健康工作总结", None, None, "2023年", None),
    ("各县区卫生健康工作总结", None, None, None, None),
    ("贫困县卫生健康工作总结", None, None, None, None),
    ("示范区卫生健康工作总结", None, None, None, None),
    ("市高新区卫生健康工作总结", None, None, None, None),
    ("高新区社会事业局2023年卫生工作总结", None, None, "2023年", None),
    ("赴洪江市人民医院学习情况汇报", None, None, None, None),
    ("对口支援洪江市人民医院工作总结", None, None, None, None),
    ("推进县级公立医院综合改革工作总结", None, None, None, None),
    ("加强社区卫生服务中心建设工作总结", None, None, None, None),
    ("创建卫生县城工作总结", None, None, None, None),
    ("健康城市建设工作总结", None, None, None, None),
    ("乡镇卫生院绩效考核工作总结", None, None, None, None),
    ("洪江市和溆浦县2023年卫生健康工作总结", None, None, "2023年", None),
    ("湖南省武汉市卫生健康委员会2023年工作总结", None, None, "2023年", None),
    ("吉林卫健委2023年工作总结", None, None, "2023年", None),
    ("新疆生产建设兵团卫生健康委2023年工作总结", None, None, "2023年", None),
    ("病区护理工作总结", None, None, None, None),
    ("建设情况（中医药强县）工作总结", None, None, None, None),
    # periods
    ("溆浦县卫生健康局****年上半年工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局20XX年工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局202*年度工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局2023年1-*月工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局上半年工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局2024年工作计划", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局关于2024年工作计划的报告", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局2021-2023年工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局2022年、2023年工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局2019年以来工作情况汇报", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局“十四五”工作情况汇报", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局近半年工作总结", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局2023年工作总结及下半年打算", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局贯彻落实2023年督查反馈问题整改情况汇报", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局工作总结（2023年6月）", "溆浦县", "county", None, "溆浦县卫生健康局"),
    ("溆浦县卫生健康局工作总结（2023年7月5日）", "溆浦县", "county", None, "溆浦县卫生健康局"),
]


@pytest.mark.parametrize(("title", "region", "level", "period", "issuer"), TITLES + NEGATIVE_TITLES)
def test_titles(title: str, region: str | None, level: str | None, period: str | None, issuer: str | None) -> None:
    assert of_title(title) == (region, level, period, issuer)


# file name → the same; the text itself says nothing
NAMES = [
    ("溆浦县卫生健康局2023年上半年工作总结.txt", "溆浦县", "county", "2023年上半年", "溆浦县卫生健康局"),
    ("送审/2022/01-溆浦县卫健局-2023年度总结.docx", "溆浦县", "county", "2023年", "溆浦县卫生健康局"),
    (r"D:\总结\怀化市溆浦县_2023年.txt", "溆浦县", "county", "2023年", None),
    ("03 2023年洪江市卫生健康工作总结.txt", "洪江市", "county", "2023年", None),
    ("2023上半年总结.txt", None, None, "2023年上半年", None),
    ("2023年/洪江市/总结.txt", None, None, None, None),  # folders are not the file's name
    ("000_fe4aaeaee38dd5b1.txt", None, None, None, None),
    ("2023-07-05总结.txt", None, None, None, None),
    ("20230705.txt", None, None, None, None),
    ("XX县_20XX年.txt", None, None, None, None),
    ("工作总结(1).txt", None, None, None, None),
    ("standard input", None, None, None, None),
]


@pytest.mark.parametrize(("name", "region", "level", "period", "issuer"), NAMES)
def test_names(name: str, region: str | None, level: str | None, period: str | None, issuer: str | None) -> None:
    assert said(find_metadata(read(BODY, ""), name)) == (region, level, period, issuer)


# text → the same; no file name
TEXTS = [
    ("2023年上半年，各卫生院稳步前行。现将有关情况汇报如下。\n", (None, None, "2023年上半年", None)),
    ("县政府办：\n现将我局2023年上半年工作情况汇报如下：\n", (None, None, "2023年上半年", None)),
    ("现将2023年工作总结及2024年工作计划汇报如下。\n", (None, None, "2023年", None)),
    ("2023年，我局各项工作有序推进，现将半年工作总结如下：\n", (None, None, "2023年上半年", None)),
    ("上半年工作总结\n2023年以来，我局各项工作有序推进。\n", (None, None, "2023年上半年", None)),
    ("2023年工作情况汇报\n截至6月底，各项工作有序推进，现汇报如下。\n", (None, None, "2023年上半年", None)),
    ("2023年工作总结\n截至11月底，各项工作有序推进，现总结如下。\n", (None, None, "2023年", None)),
    ("2023年工作总结及下半年打算\n现将上半年工作总结如下。\n", (None, None, "2023年上半年", None)),
    ("2023年，溆浦县卫生健康局坚持底线，全县上下同心。\n", ("溆浦县", "county", None, "溆浦县卫生健康局")),
    ("现将溆浦县2023年卫生健康工作情况汇报如下。\n我县各院平稳。\n", ("溆浦县", "county", "2023年", None)),
    ("今年来，在溆浦县委、县政府的坚强领导下，我县卫生事业进步。\n", ("溆浦县", "county", None, None)),
    ("在怀化市委、市政府和溆浦县委、县政府的领导下，我县进步。\n", ("溆浦县", "county", None, None)),
    ("发布机构：溆浦县卫生健康局\n全县工作平稳。\n", ("溆浦县", "county", None, "溆浦县卫生健康局")),
    ("全县工作平稳。\n溆浦县卫生健康局\n2023年7月5日\n", ("溆浦县", "county", None, "溆浦县卫生健康局")),
    ("我县制定了《溆浦县健康行动方案》，全县推开，溆浦县人民医院带头。\n", ("溆浦县", "county", None, None)),
    # nothing said, or said of another
    ("各项工作稳步推进，2023年新增床位。\n", (None, None, None, None)),
    ("2023年，我局参加全市竞赛获奖。\n", (None, None, None, None)),
    ("2022年工作总结\n现将2023年工作总结如下。\n", (None, None, None, None)),
    ("2023年上半年工作总结\n现将2023年第三季度工作总结如下。\n", (None, None, None, None)),
    ("2023年以来，我局做了大量工作，现将工作情况汇报如下。\n", (None, None, None, None)),
    ("****年工作总结\n2023年上半年，平稳。现将2023年上半年工作总结如下。\n", (None, None, None, None)),
    ("现将全市专项检查有关事项通知如下：2023年起执行。\n", (None, None, None, None)),
    ("怀化市卫生健康委员会：\n全县工作平稳，现将工作情况汇报如下。\n", (None, None, None, None)),
    ("在怀化市委、市政府的坚强领导下，我县卫生事业进步。\n", (None, None, None, None)),
    ("在市委、市政府和县委、县政府的坚强领导下，我县卫生事业进步。\n", (None, None, None, None)),
    ("代表怀化市参加全省竞赛，我县得奖。溆浦县人民医院派员指导。\n", (None, None, None, None)),
    ("我县印发《溆浦县方案》《辰溪县方案》，学习溆浦县、辰溪县。\n", (None, None, None, None)),
    ("**县工作平稳。\n我县制定了《溆浦县方案》，溆浦县人民医院带头，全县推开。\n", (None, None, None, None)),
    ("**县卫生健康局工作总结\n全县工作平稳。\n溆浦县卫生健康局\n", (None, None, None, None)),
    ("区卫生健康局工作总结\n我区与我县工作平稳。\n溆浦县卫生健康局\n", (None, "district", None, None)),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_texts(text: str, expected: tuple[str | None, ...]) -> None:
    assert said(find_metadata(read(text, ""), "")) == expected


@pytest.mark.parametrize(
    ("seed", "region", "period", "issuer"),
    [
        ("000", "洪江市", "2023年上半年", "洪江市卫生健康局"),
        ("001", None, "2023年上半年", None),
        ("002", None, "2023年上半年", None),
        ("003", "溆浦县", "2020年上半年", None),
        ("004", None, "2022年", None),
    ],
)
def test_seeds(seed: str, region: str | None, period: str, issuer: str | None) -> None:
    path = next(SEEDS.glob(f"{seed}_*.txt"))
    found = find_metadata(read(path.read_text(encoding="utf-8"), path.name), str(path))
    assert (said(found)[0], *said(found)[2:]) == (region, period, issuer)


def test_period_has_days_and_the_place_of_its_year() -> None:
    text = "上半年工作总结\n2024年，我局平稳，现将工作汇报如下。\n"
    period = find_metadata(read(text, ""), "").period
    assert period and (period.kind, period.start, period.end) == ("first_half", date(2024, 1, 1), date(2024, 6, 30))
    assert period.evidence.text == "上半年" and period.evidence.place == "title"
    assert period.year and period.year.text == "2024年" and period.year.place == "text"


def test_region_says_what_it_lies_within() -> None:
    region = find_metadata(read("无题。", ""), "北京市朝阳区卫生健康委2023年总结.txt").region
    assert region and region.within == ("北京市",)


def test_evidence_of_a_path_is_a_range_of_the_whole_path() -> None:
    name = "a/b/溆浦县卫健局2023年总结.txt"
    found = find_metadata(read("无题。", ""), name)
    assert found.region and found.region.evidence.place == "name"
    assert name[found.region.evidence.start : found.region.evidence.end] == "溆浦县"


@pytest.mark.parametrize(
    "name",
    [
        "开发区",
        "高新区",
        "社区",
        "小区",
        "病区",
        "园区",
        "景区",
        "我县",
        "全县",
        "本区",
        "各县",
        "某县",
        "强县",
        "推动区",
        "支持市",
        "督促县",
        "已向市",
        "拟由县",
        "目前区",
        "紧密型城市",
        "中共洪江市",
        "城市",
        "超市",
        "产业园区",
    ],
)
def test_words_that_are_no_county(name: str) -> None:
    assert not is_county_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "易县",
        "芒市",
        "社旗县",
        "和平区",
        "全州县",
        "两当县",
        "个旧市",
        "向阳区",
        "从江县",
        "天全县",
        "万全区",
        "月湖区",
        "共青城市",
        "新建区",
        "绿园区",
        "榆社县",
        "合作市",
        "宁强县",
    ],
)
def test_counties_that_look_like_words(name: str) -> None:
    assert is_county_name(name)


def test_smaller_divisions_come_first() -> None:
    names = [division.name for division in divisions_at("湖南省长沙市雨花区卫生健康局", 0)]
    assert names == ["雨花区", "长沙市", "湖南省"]


PIECES = st.sampled_from(
    [
        "洪江市",
        "溆浦县",
        "怀化市",
        "湖南省",
        "卫生健康局",
        "人民医院",
        "2023年",
        "二〇二三年",
        "上半年",
        "1-6月",
        "截至6月底",
        "工作总结",
        "计划",
        "现将",
        "如下",
        "关于",
        "《",
        "》",
        "（",
        "）",
        "。",
        "，",
        "：",
        "\n",
        "**",
        "XX",
        "某",
        "县",
        "市",
        "区",
        "年",
        "月",
        "我",
        "全",
        "中共",
        "镇",
        "街道",
        "卫生院",
        "高新区",
        "2",
        "0",
        "２０２３",
        "委",
        "在",
        "领导",
        "制定",
        "以来",
        "、",
        "-",
        "大学",
        "\u3000",
    ]
)
HAN_TEXT = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("\n。，：年月2030县市区*"), max_size=200
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join) | HAN_TEXT, st.lists(PIECES, max_size=8).map("".join))
def test_evidence_is_a_slice_of_its_source(text: str, name: str) -> None:
    document = read(text, name)
    found = find_metadata(document, name)
    facts = [found.region, found.level, found.period, found.issuer]
    evidence = [fact.evidence for fact in facts if fact]
    if found.period and found.period.year:
        evidence.append(found.period.year)
    for each in evidence:
        source = name if each.place == "name" else text
        assert each.text and source[each.start : each.end] == each.text


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["洪江市", "溆浦县", "岳麓区", "科尔沁右翼中旗", "怀化市"]),
    st.integers(0, 8),
    st.integers(1, 4),
    st.sampled_from("*×X□xＸ＊"),
)
def test_a_mask_in_the_place_leaves_no_place(place: str, at: int, length: int, sign: str) -> None:
    at = min(at, len(place))
    for masked in (place[:at] + sign * length + place[at:], place[:at] + sign * length + place[at + length :]):
        found = find_metadata(read(f"{masked}卫生健康局2023年工作总结\n{BODY}", ""), "")
        assert (found.region, found.level, found.issuer) == (None, None, None)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3), st.integers(1, 4), st.sampled_from("*×Xx□"), st.sampled_from(["", "上半年", "1-6月", "度"]))
def test_a_mask_in_the_year_leaves_no_period(at: int, length: int, sign: str, part: str) -> None:
    masked = "2023"[:at] + sign * length + "2023"[at + length :]
    found = find_metadata(read(f"洪江市卫生健康局{masked}年{part}工作总结\n{BODY}", ""), "")
    assert found.period is None and found.region is not None


@pytest.mark.parametrize(
    "unit",
    [
        "县",
        "溆浦县",
        "2023",
        "2023年",
        "《",
        "制定《a》",
        "*",
        "一二三",
        "现将",
        "2 ",
        "在溆浦县委、县政府",
        "年1-",
        "X年",
    ],
)
def test_no_line_is_slow(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    title = f"{text[:50]}总结"
    # Not by the reader, whose own time on such a line is not asked here.
    document = Document(
        text,
        title + text,
        None,
        [Sentence(text, len(title), len(title) + len(text))],
        [Heading(title, 0, len(title), level=0)],
        [],
    )
    start = time.process_time()
    find_metadata(document, text)
    assert time.process_time() - start < 0.5
