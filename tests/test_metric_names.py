"""Grouping of metric names: what never joins, the hand-made pairs, and that neither order nor spelling decides."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tagger.indicators import group_names, signature
from tagger.indicators.lexicon import load_lexicon, plain
from tagger.indicators.measures import measure

EVAL = Path(__file__).parent.parent / "eval"

# Per class two words that must not be taken for each other, and names to put them in.
NEVER = {
    "rate and count": (("率", "人数"), ("高血压患者规范管理{}", "老年人健康管理{}", "重点人群签约{}")),
    "service": (("健康管理", "规范管理"), ("高血压患者{}率", "{}糖尿病患者", "严重精神障碍患者{}人数")),
    "flow and stock": (("新增", "累计"), ("{}高血压患者", "{}签约居民", "建档{}人数", "{}接种")),
    "done and wanted": (("完成", "目标"), ("{}签约", "两癌筛查{}人数", "老年人体检{}")),
    "residence": (("户籍", "常住"), ("{}人口", "{}居民", "60岁以上{}老年人")),
    "sex": (("男性", "女性"), ("{}高血压患者", "{}人口", "吸烟{}")),
    "one character of sex": (("男", "女"), ("{}职工", "{}医师", "出生{}婴", "{}")),
    "disease": (("高血压", "糖尿病"), ("{}患者规范管理率", "{}患者", "{}", "管理{}患者", "{}病人")),
    "period": (("上半年", "全年"), ("{}门诊人次", "{}出生人口", "接种疫苗{}")),
    "quarter": (("第一季度", "第二季度"), ("{}报告发病率", "{}门诊人次")),
    "last year": (("上年", "今年"), ("{}门诊人次", "{}出生人口")),
    "births": (("一孩", "二孩"), ("{}", "出生{}", "{}率")),
    "age": (("0-6岁", "0-3岁"), ("{}儿童健康管理率", "{}儿童")),
    "bound": (("65岁以上", "65岁以下"), ("{}老年人", "老年人{}")),
    "setting": (("门诊", "住院"), ("{}人次", "次均{}费用", "{}患者满意度")),
    "ownership": (("公立", "民营"), ("{}医院", "{}医院床位数")),
    "direction": (("上转", "下转"), ("{}患者", "双向转诊{}人次")),
}
UNITS = (None, "%", "人", "人次", "元", "个", "例", "‰", "份")

_WORDS = sorted(load_lexicon().entries)
names = st.lists(
    st.one_of(
        st.sampled_from(_WORDS),
        st.text("县脑卒医院的未不占转比、和（）0123456789岁率数人次ＡaⅡ ", min_size=1, max_size=4),
        st.text(min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=5,
).map("".join)
units = st.sampled_from(UNITS)


def joined(first: tuple[str, str | None], second: tuple[str, str | None]) -> bool:
    return len(group_names([first, second])) == 1


@pytest.mark.parametrize("kind", NEVER)
def test_never_joins(kind: str) -> None:
    (left, right), frames = NEVER[kind]
    for frame in frames:
        for unit in UNITS:
            assert not joined((frame.format(left), unit), (frame.format(right), unit)), (frame, unit)


def test_rate_never_joins_count_whatever_the_units() -> None:
    for first in UNITS:
        for second in UNITS:
            assert not joined(("高血压患者管理率", first), ("高血压患者管理人数", second))


@pytest.mark.parametrize(("part", "recall"), [("written_before", 0.98), ("written_after", 0.70), ("held_out", 0.80)])
def test_pairs(monkeypatch: pytest.MonkeyPatch, part: str, recall: float) -> None:
    monkeypatch.syspath_prepend(str(EVAL))
    sys.modules.pop("metric_names", None)
    import metric_names  # type: ignore[import-not-found]

    pairs = [pair for pair in metric_names.read_pairs() if pair.part == part]
    wrong = [pair for pair in pairs if pair.joined and not pair.same]
    assert not wrong
    found = metric_names.score(pairs)
    assert found.pairs >= 60
    assert found.precision == 1.0
    assert found.recall >= recall


def test_pairs_are_listed_once() -> None:
    lines = (EVAL / "metric_names.tsv").read_text(encoding="utf-8").splitlines()[1:]
    keys = [frozenset({tuple(line.split("\t")[1:3]), tuple(line.split("\t")[3:5])}) for line in lines]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Each of these was joined once, or could be by what the words are made of.
        (("下转与上转之比", None), ("上转与下转之比", None)),
        (("医疗机构与养老机构签约率", "%"), ("养老机构与医疗机构签约率", "%")),
        (("高血压患者糖尿病筛查率", "%"), ("糖尿病患者高血压筛查率", "%")),
        (("新增签约高血压患者", "人"), ("签约新增高血压患者", "人")),
        (("城镇学生农村居民", "人"), ("农村学生城镇居民", "人")),
        (("三级医院二级专科", "个"), ("二级医院三级专科", "个")),
        (("省级专家市级医院", "人"), ("市级专家省级医院", "人")),
        (("糖尿病患者筛查率", "%"), ("糖尿病筛查率", "%")),
        (("未签约居民建档", "人"), ("签约居民未建档", "人")),
        (("举办单位", "家"), ("单位", "家")),
        (("总投资", "元"), ("投资", "元")),
        (("签约完成率", "%"), ("签约率", "%")),
        (("随访医师", "人"), ("医师随访", "人")),
        (("药品收入占医疗收入比重", "%"), ("医疗收入占药品收入比重", "%")),
        (("Ⅰ型糖尿病患者", "人"), ("Ⅱ型糖尿病患者", "人")),
        (("执业（助理）医师", "人"), ("执业助理医师", "人")),
        (("规范管理率", "%"), ("规范管理率", "个百分点")),
        (("疫苗接种", None), ("疫苗接种", "剂")),
        (("人数", None), ("数量", None)),
    ],
)
def test_stays_apart(first: tuple[str, str | None], second: tuple[str, str | None]) -> None:
    assert not joined(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("购置彩超", "台"), ("彩超购置", "台")),  # 超 in 彩超 compares nothing
        (("Ⅱ型糖尿病患者", "人"), ("2型糖尿病患者", "名")),
        (("床位数（张）", None), ("床位数", "张")),
        (("乳腺癌和宫颈癌筛查", "人"), ("宫颈癌、乳腺癌筛查", "人")),
        (("罚款", "万元"), ("罚款金额", "元")),
        (("村医培训", "人（次）"), ("乡村医生培训", "人次")),
        (("全科医生", "人/万人口"), ("每万人口全科医生数", "名")),
        (("女医师占", "%"), ("女医师占比", "%")),
    ],
)
def test_joins(first: tuple[str, str | None], second: tuple[str, str | None]) -> None:
    assert joined(first, second)


def test_group_shows_its_names() -> None:
    names = [("高血压患者规范管理人数", "人")] + [("规范管理高血压患者", "人")] * 2 + [("规范管理高血压患者", "名")]
    (group,) = group_names(names)
    assert (group.name, group.kind, group.count) == ("规范管理高血压患者", "count", 4)
    assert [(each.name, each.unit, each.count) for each in group.members] == [
        ("规范管理高血压患者", "人", 2),
        ("规范管理高血压患者", "名", 1),
        ("高血压患者规范管理人数", "人", 1),
    ]


def test_shortest_of_the_most_frequent_names_stands_for_a_group() -> None:
    (group,) = group_names([("高血压患者规范管理人数", "人"), ("高血压规范管理", "人")])
    assert group.name == "高血压规范管理"


@pytest.mark.parametrize(
    ("name", "unit", "kind"),
    [
        ("签约居民", "人", "count"),
        ("规范管理率", "%", "rate"),
        ("规范管理率", None, "rate"),
        ("规范管理率", "个百分点", "points"),
        ("医护比", None, "rate"),
        ("投资", "亿元", "money"),
        ("平均住院日", "天", "time"),
        ("考核得分", None, "score"),
        ("综合考核排名", "位", "rank"),
        ("建筑面积", "㎡", "amount"),
        ("项目", None, "unknown"),
    ],
)
def test_kind(name: str, unit: str | None, kind: str) -> None:
    assert signature(name, unit).kind == kind


@given(st.lists(st.tuples(names, units), max_size=12), st.randoms(use_true_random=False))
def test_order_does_not_matter(pairs: list[tuple[str, str | None]], shuffle: random.Random) -> None:
    other = list(pairs)
    shuffle.shuffle(other)
    assert group_names(pairs) == group_names(other)


@given(st.lists(st.tuples(names, units), max_size=12))
def test_groups_part_the_names(pairs: list[tuple[str, str | None]]) -> None:
    """Every name is in one group, with its count; grouping the groups' names again changes nothing."""
    groups = group_names(pairs)
    members = [(each.name, each.unit) for group in groups for each in group.members for _ in range(each.count)]
    assert sorted(members, key=str) == sorted(pairs, key=str)
    assert len({group.signature for group in groups}) == len(groups)
    for group in groups:
        again = group_names((each.name, each.unit) for each in group.members for _ in range(each.count))
        assert again == [group]


@given(names, units, st.integers(0, 20))
def test_spelling_does_not_matter(name: str, unit: str | None, place: int) -> None:
    wide = "".join(chr(ord(each) + 0xFEE0) if each.isascii() and each.isalnum() else each for each in name)
    blank = name[:place] + " \u3000" + name[place:]
    assert signature(name, unit) == signature(wide, unit) == signature(blank, unit)
    assert signature(plain(name), unit) == signature(name, unit)


@given(names)
def test_plain_is_idempotent(name: str) -> None:
    assert plain(plain(name)) == plain(name)


@given(names, units, st.data())
def test_another_digit_is_another_name(name: str, unit: str | None, data: st.DataObject) -> None:
    digits = [index for index, each in enumerate(name) if each in "0123456789"]
    assume(digits)
    at = data.draw(st.sampled_from(digits))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != name[at]]))
    assert signature(name, unit) != signature(name[:at] + digit + name[at + 1 :], unit)


@given(names, st.sampled_from([unit for unit in UNITS if unit not in (None, "元")]))
def test_another_dimension_is_another_quantity(name: str, unit: str) -> None:
    assert signature(name, "元") != signature(name, unit)


@pytest.mark.parametrize(
    ("unit", "dimension", "factor"),
    [
        ("万元", "元", 10_000),
        ("人（次）", "人次", 1),
        ("‰", "%", 0.1),
        ("吨", "公斤", 1000),
        ("元/人", "元", 1),
        ("怪", "怪", 1),
    ],
)
def test_measure(unit: str, dimension: str, factor: float) -> None:
    found = measure(unit)
    assert found is not None
    assert (found.dimension, float(found.factor)) == (dimension, factor)


def test_lexicon_has_no_loose_ends() -> None:
    lexicon = load_lexicon()
    canonical = {token.word for tokens in lexicon.entries.values() for token in tokens}
    for words in (
        lexicon.binding,
        lexicon.free,
        lexicon.on_staff,
        lexicon.of_patients,
        lexicon.light,
        lexicon.light_of_events,
    ):
        assert words <= canonical
    for tokens in lexicon.entries.values():  # an alias leads to a word that is no alias itself
        for token in tokens:
            assert lexicon.entries.get(token.word, (token,)) == (token,)


def test_a_hundred_thousand_names_in_seconds() -> None:
    rng = random.Random(7)
    made = {("".join(rng.choices(_WORDS, k=4)) + str(number), rng.choice(UNITS)) for number in range(20_000)}
    start = time.process_time()
    group_names(made)
    assert time.process_time() - start < 2 * 2  # 10 s for 100,000 names, with room for a slow machine
