"""The pivot: nothing chosen silently, nothing unmasked, units of one dimension in one unit, the grouping shown."""

from __future__ import annotations

import io
import itertools
from decimal import Decimal
from typing import Any

import pytest

from tagger.errors import TaggerError
from tagger.indicators import Cell, Pivot, build_pivot
from tagger.indicators.tables import csv_rows, write_pivot


def row(metric: str | None, value: str, unit: str | None, number: Any = None, **other: Any) -> dict[str, Any]:
    known = {"region": "青石县", "level": "县", "period": "2022年", "topic": "public_health", "document": "a.txt"}
    return {**known, "metric": metric, "value": value, "unit": unit, "number": number, **other}


def only(pivot: Pivot) -> Cell:
    (line,) = pivot.rows
    (cell,) = line.cells
    return cell


def printed(pivot: Pivot) -> str:
    out = io.StringIO()
    write_pivot(pivot, out)
    return out.getvalue()


MANAGED = [
    row("规范管理高血压患者", "5200", "人", 5200),
    row("高血压患者规范管理人数", "6100", "名", 6100, period="2023年", document="b.txt"),
    row("高血压患者规范管理率", "81.5", "%", 81.5),
]


def test_names_share_a_column_and_rates_have_their_own() -> None:
    pivot = build_pivot(MANAGED, "高血压")
    assert [(column.group.name, column.unit) for column in pivot.columns] == [
        ("规范管理高血压患者", "人"),
        ("高血压患者规范管理率", "%"),
    ]
    assert [line.key for line in pivot.rows] == [("青石县", "2022年"), ("青石县", "2023年")]
    assert [[cell.number for cell in line.cells] for line in pivot.rows] == [
        [Decimal(5200), Decimal("81.5")],
        [Decimal(6100), None],
    ]
    assert pivot.rows[1].cells[1].status == "empty"
    text = printed(pivot)
    assert "高血压患者规范管理人数" in text.split("names grouped")[1]  # named nowhere but in the grouping


def test_a_query_finds_whole_groups() -> None:
    """规范管理高血压患者 does not contain the query; the name that it is grouped with does."""
    assert len(build_pivot(MANAGED, "患者规范管理人数").columns[0].group.members) == 2
    assert build_pivot(MANAGED, "患者规范管理", exact=True).columns == ()
    assert len(build_pivot(MANAGED, "高血压 患者规范管理率", exact=True).columns) == 1


def test_different_numbers_conflict_in_any_order() -> None:
    rows = [
        row("签约居民", "300", "人", 300, document="b.txt"),
        row("签约居民", "310", "人", 310, document="a.txt"),
        row("签约居民", "300", "人", 300, document="c.txt"),
    ]
    first = build_pivot(rows, "签约")
    assert only(first).status == "conflict"
    assert only(first).number is None
    assert {figure.number for figure in only(first).figures} == {Decimal(300), Decimal(310)}
    assert all(build_pivot(order, "签约") == first for order in itertools.permutations(rows))
    assert "≠ 310 | 300" in printed(first)
    (_, line) = csv_rows(first)
    assert line[2:4] == [None, "冲突"]
    assert line[4] == "签约居民 310人 (a.txt); 签约居民 300人 (b.txt); 签约居民 300人 (c.txt)"


def test_the_same_number_twice_is_one_number() -> None:
    rows = [row("罚款", "2.5万", "元", 25000), row("罚款金额", "2.5", "万元", 2.5, document="b.txt")]
    cell = only(build_pivot(rows, "罚款"))
    assert (cell.status, cell.number, len(cell.figures)) == ("value", Decimal(25000), 2)


@pytest.mark.parametrize("marked", [{}, {"masked": True}, {"masked": 1}])
def test_a_mask_stays_a_mask(marked: dict[str, Any]) -> None:
    pivot = build_pivot([row("签约居民", "***", "人", None, **marked)], "签约")
    assert (only(pivot).status, only(pivot).number) == ("masked", None)
    assert "***人" in printed(pivot)
    (_, line) = csv_rows(pivot)
    assert line[2:] == [None, "遮盖", "签约居民 ***人 (a.txt)"]


def test_a_masked_value_says_no_number_even_with_one() -> None:
    assert only(build_pivot([row("签约居民", "3*0", "人", 300, masked=True)], "签约")).number is None


def test_a_mask_beside_a_number_is_shown_and_no_conflict() -> None:
    rows = [row("签约居民", "**", "人"), row("签约居民", "310", "人", 310, document="b.txt")]
    pivot = build_pivot(rows, "签约")
    assert (only(pivot).status, only(pivot).number) == ("value", Decimal(310))
    assert "**人 | 310" in printed(pivot)
    assert list(csv_rows(pivot))[1][2:4] == [310, "部分遮盖"]
    conflict = build_pivot([*rows, row("签约居民", "9", "人", 9)], "签约")
    assert list(csv_rows(conflict))[1][2:4] == [None, "冲突，部分遮盖"]


def test_what_could_not_be_read_is_shown_as_written() -> None:
    pivot = build_pivot([row("医护比", "1:1.2", None)], "医护比")
    assert only(pivot).status == "unread"
    assert "1:1.2" in printed(pivot)
    two = [row("医护比", "1:1.2", None), row("医护比", "1:1.3", None)]
    assert only(build_pivot(two, "医护比")).status == "conflict"


@pytest.mark.parametrize(
    ("figures", "base", "numbers"),
    [
        ([("2.56", "‰"), ("2.7", "‰"), ("0.3", "%")], "‰", ["2.56", "2.7", "3"]),
        ([("12", "/10万"), ("11", "/10万"), ("0.1", "‰")], "/10万", ["12", "11", "10"]),
        ([("3", "吨"), ("4", "吨"), ("500", "公斤")], "吨", ["3", "4", "0.5"]),
        ([("3", "亩"), ("2000", "平方米"), ("4", "亩")], "亩", ["3", "3", "4"]),
        ([("1", "平方米"), ("2", "平方米"), ("1", "亩")], "平方米", ["1", "2", "666.666666666667"]),
    ],
)
def test_units_of_one_dimension_share_the_most_frequent(
    figures: list[tuple[str, str]], base: str, numbers: list[str]
) -> None:
    rows = [row("某事", value, unit, value, period=str(year)) for year, (value, unit) in enumerate(figures)]
    pivot = build_pivot(rows, "某事")
    assert [column.unit for column in pivot.columns] == [base]
    assert [line.cells[0].number for line in pivot.rows] == [Decimal(number) for number in numbers]


def test_units_of_two_dimensions_stay_apart() -> None:
    rows = [row("叶酸发放", "300", "瓶", 300), row("叶酸发放", "100", "人", 100), row("叶酸发放", "9", "人次", 9)]
    assert [column.unit for column in build_pivot(rows, "叶酸").columns] == ["人", "人次", "瓶"]


def test_a_rate_without_a_unit_is_not_taken_for_percent() -> None:
    rows = [row("出生率", "9.8", "‰", 9.8), row("出生率", "0.98", None, 0.98)]
    pivot = build_pivot(rows, "出生率")
    assert sorted(str(column.unit) for column in pivot.columns) == ["None", "‰"]
    assert {cell.status for line in pivot.rows for cell in line.cells} == {"value"}


def test_a_change_is_no_level() -> None:
    rows = [row("门诊人次", "9000", "人次", 9000), row("门诊人次", "300", "人次", 300, change="down")]
    pivot = build_pivot(rows, "门诊")
    assert [column.change for column in pivot.columns] == [False, True]
    assert "↓300" in printed(pivot)


def test_a_bound_is_not_the_number() -> None:
    rows = [row("签约率", "75", "%", 75, bound="min"), row("签约率", "75", "%", 75)]
    assert only(build_pivot(rows, "签约率")).status == "conflict"


def test_what_is_not_said_of_place_and_time_stands_alone() -> None:
    rows = [
        row("签约居民", "1", "人", 1),
        row("签约居民", "2", "人", 2, region=None),
        row("签约居民", "2", "人", 2, region=""),
    ]
    pivot = build_pivot(rows, "签约", by=["region"])
    assert [line.key for line in pivot.rows] == [("青石县",), (None,)]
    assert pivot.rows[1].cells[0].number == 2


def test_reports_without_a_place_or_time_do_not_disagree() -> None:
    rows = [
        row("签约居民", "300", "人", 300, region=None, document="in/a.txt"),
        row("签约居民", "310", "人", 310, region=None, document="in/b.txt"),
        row("签约居民", "320", "人", 320, region=None, document="in/b.txt"),
        row("签约居民", "1", "人", 1, period=None, document="c.txt"),
        row("签约居民", "2", "人", 2, period=None, document="d.txt"),
        row("签约居民", "3", "人", 3, document="c.txt"),
        row("签约居民", "3", "人", 3, document="d.txt"),
    ]
    pivot = build_pivot(rows, "签约")
    found = [(line.key, line.document, line.cells[0].status) for line in pivot.rows]
    assert found == [
        (("青石县", "2022年"), None, "value"),
        (("青石县", None), "c.txt", "value"),
        (("青石县", None), "d.txt", "value"),
        ((None, "2022年"), "in/a.txt", "value"),
        ((None, "2022年"), "in/b.txt", "conflict"),  # a report may contradict itself
    ]
    assert "— (b.txt)" in printed(pivot)
    assert "— (t.csv!/row 2)" in printed(
        build_pivot([row("签约居民", "1", "人", 1, period="", document="in/t.csv!/row 2")], "签约")
    )
    assert {line.document for line in build_pivot(rows, "签约", by=["period"]).rows} == {None, "c.txt", "d.txt"}


def test_two_places_of_one_name_do_not_meet() -> None:
    rows = [
        row("签约居民", "1", "人", 1, region="城关区", within="甘肃省兰州市", document="a"),
        row("签约居民", "1", "人", 1, region="城关区", within="兰州市", document="b"),
        row("签约居民", "2", "人", 2, region="城关区", within="西藏自治区拉萨市", document="c"),
        row("签约居民", "3", "人", 3, region="城关区", within=None, document="d"),
        row("签约居民", "4", "人", 4, region="城关区", within=None, document="e"),
        row("签约居民", "5", "人", 5, region="七里河区", within="兰州市", document="f"),
        row("签约居民", "5", "人", 5, region="七里河区", within=None, document="g"),
    ]
    pivot = build_pivot(rows, "签约", by=["region"])
    assert [(line.key[0], line.document, len(line.cells[0].figures)) for line in pivot.rows] == [
        ("七里河区", None, 2),
        ("城关区", "d", 1),  # of which city is not said
        ("城关区", "e", 1),
        ("甘肃省兰州市城关区", None, 2),
        ("西藏自治区拉萨市城关区", None, 1),
    ]
    assert {line.cells[0].status for line in pivot.rows} == {"value"}
    assert "城关区 (d)" in printed(pivot)


def test_what_is_planned_is_left_out_and_counted() -> None:
    rows = [
        row("签约居民", "300", "人", 300),
        row("签约居民", "400", "人", 400, planned=True),
        row("计划签约居民", "500", "人", 500, role="plan"),
        row("门诊", "9", "人次", 9, role="plan"),
    ]
    pivot = build_pivot(rows, "签约居民")
    assert (only(pivot).number, pivot.plans) == (300, 2)
    everything = build_pivot(rows, "签约居民", plans=True)
    assert everything.plans == 0 and everything.rows[0].cells[0].status == "conflict"
    assert build_pivot(rows, "门诊").plans == 1 and build_pivot(rows, "门诊").columns == ()


def test_a_long_path_is_folded_not_cut() -> None:
    text = printed(build_pivot([row("签约居民", "1", "人", 1, doc="/x/" + "é" * 300)], "签约", by=["region", "doc"]))
    assert text.count("é") == 300


def test_by_decides_the_rows() -> None:
    assert [line.key for line in build_pivot(MANAGED, "规范管理率", by=("topic", "level")).rows] == [
        ("public_health", "县")
    ]
    with pytest.raises(TaggerError, match="by place: there is no such column; choose from document, level, metric"):
        build_pivot(MANAGED, "高血压", by=("place",))


def test_rows_without_a_metric_and_queries_without_a_match() -> None:
    assert build_pivot([row(None, "3", "个", 3)], "签约").columns == ()
    assert build_pivot([], "签约").rows == ()
    assert "no metric found" in printed(build_pivot(MANAGED, "消杀"))


def test_numbers_of_any_size_and_type_are_exact() -> None:
    for number in (10**20 + 1, Decimal("100000000000000000001"), "100000000000000000001"):
        assert only(build_pivot([row("投资", "x", "元", number)], "投资")).number == 10**20 + 1
    assert only(build_pivot([row("签约率", "0.1", "%", 0.1)], "签约率")).number == Decimal("0.1")


def test_a_report_cannot_steer_the_terminal() -> None:
    text = printed(build_pivot([row("签约\x1b[2J居民", "\x1b[1m*", "人", None, region="\x1b[31m")], "签约"))
    assert "\x1b" not in text
    assert "[bold]" in printed(build_pivot([row("签约[bold]居民", "1", "人", 1)], "签约"))


def test_csv_has_a_header_and_three_fields_a_column() -> None:
    header, first, second = csv_rows(build_pivot(MANAGED, "高血压"))
    assert header == [
        *("region", "period"),
        *("规范管理高血压患者 / 人", "状态", "出处"),
        *("高血压患者规范管理率 / %", "状态", "出处"),
    ]
    assert first[2:4] == [5200, ""]
    assert second[2:] == [6100, "", "高血压患者规范管理人数 6100名 (b.txt)", None, "", ""]


def of(issuer: str | None, number: int, document: str) -> dict[str, Any]:
    return row("高血压患者", str(number), "人", number, region="洪江市", issuer=issuer, document=document)


def test_issuers_of_one_place_and_time_have_rows_of_their_own() -> None:
    rows = [
        of("洪江市人民医院", 250, "a.txt"),
        of("洪江市卫生健康局", 130, "b.txt"),
        of("怀化市洪江市卫健局", 130, "c.txt"),
        of("洪江市卫生和计划生育局", 130, "d.txt"),
        of("洪江市卫生健康委员会", 130, "e.txt"),
        of("洪江市卫生健康局", 130, "f.txt"),
        of(None, 7, "g.txt"),
    ]
    for order in (rows, rows[::-1]):
        pivot = build_pivot(order, "高血压")
        assert [(line.key[0], line.document, line.cells[0].number) for line in pivot.rows] == [
            ("洪江市", "g.txt", Decimal(7)),
            ("洪江市（洪江市人民医院）", None, Decimal(250)),
            ("洪江市（洪江市卫生健康局）", None, Decimal(130)),
        ]
    assert "洪江市（洪江市人民医院）" in printed(pivot)
    # One issuer, and one that is not known: nothing says that they differ.
    assert [line.key for line in build_pivot([rows[1], rows[6]], "高血压").rows] == [("洪江市", "2022年")]


def test_periods_and_file_names_are_not_broken_where_there_is_room() -> None:
    rows = [
        row(f"{name}高血压患者", "1234567", "人", 1234567, period=period, document="noyear.txt")
        for name in ("新增", "累计", "老年", "男性", "女性", "农村", "城镇", "贫困", "确诊", "转诊")
        for period in ("2023年1-10月", None)
    ]
    text = printed(build_pivot(rows, "高血压"))
    assert "2023年1-10月" in text and "(noyear.txt)" in text
    assert max(map(len, text.splitlines())) <= 120
