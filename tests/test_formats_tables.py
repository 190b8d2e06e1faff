"""Workbooks and CSV files of texts."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office_files import with_part, workbook
from openpyxl import Workbook

from tagger.errors import TaggerError
from tagger.metadata import find_metadata
from tagger.reading import Source, load, load_all, place_at, read
from tagger.reading.formats.tables import read_csv, read_xlsx

LIMIT = 1_000_000
LONG = "今年以来，全县各级医疗机构门诊5万人次，住院3万人次。"


def test_rows_are_lines_with_sheet_and_row() -> None:
    found = read_xlsx(workbook(附表=[["指标", "数量"], [None, None], ["门诊", 5]], 说明=[["完"]]), "r.xlsx", LIMIT)
    assert found.text == "指标\t数量\n门诊\t5\n\n完"
    labels = [place_at(found.places, found.text.index(word)) for word in ("指标", "门诊", "完")]
    assert labels == ["sheet 附表 row 1", "sheet 附表 row 3", "sheet 说明 row 1"]


@pytest.mark.parametrize("head", ["正文", "内容", "Text", " content "])
def test_a_column_of_texts_is_read_alone(head: str) -> None:
    rows = [["单位", head], ["甲县", LONG + "\n第二段。"], ["乙县", LONG]]
    assert read_xlsx(workbook(表=rows), "r.xlsx", LIMIT).text == f"{LONG}\n第二段。\n\n{LONG}"
    buffer = StringIO()
    csv.writer(buffer).writerows(rows)
    assert read_csv(buffer.getvalue().encode(), "r.csv", LIMIT).text == f"{LONG}\n第二段。\n\n{LONG}"


REPORTS = [
    ["序号", "标题", "内容", "来源"],
    ["1", "平川县卫生健康局2023年工作总结", "签约居民300人。", "局办公室"],
    ["2", "沙河县卫生健康局2022年工作总结", "签约居民200人。\n门诊5万人次。", "局办公室"],
]


def test_a_column_of_titles_stands_above_the_texts(tmp_path: Path) -> None:
    """Short texts too: titles and texts together are most of the table."""
    found = read_xlsx(workbook(表=REPORTS), "r.xlsx", LIMIT)
    assert found.text == (
        "平川县卫生健康局2023年工作总结\n\n签约居民300人。\n\n沙河县卫生健康局2022年工作总结\n\n签约居民200人。\n门诊5万人次。"
    )
    assert [found.text[start : start + 3] for start in found.reports] == ["平川县", "沙河县"]
    path = tmp_path / "r.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(REPORTS)
    whole = load(str(path))
    reports = [source for source in load_all(str(path)) if isinstance(source, Source)]
    assert [source.name for source in reports] == [f"{path}!/row 2", f"{path}!/row 3"]
    assert [place_at(source.places, 20) for source in reports] == ["row 2", "row 3"]
    assert len({source.sha256 for source in reports}) == 2 and all(source.text in whole.text for source in reports)
    facts = [find_metadata(read(source.text, source.name), source.name) for source in reports]
    assert [(each.region.value, each.period.value) for each in facts if each.region and each.period] == [
        ("平川县", "2023年"),
        ("沙河县", "2022年"),
    ]
    for source in reports:
        for sentence in read(source.text, source.name).sentences:
            assert source.text[sentence.start : sentence.end] == sentence.text


def test_a_table_of_one_report_is_that_report(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("题目,正文\n平川县卫生健康局2023年工作总结,签约居民300人。\n", encoding="utf-8")
    (source,) = load_all(str(path))
    assert isinstance(source, Source) and source.name == str(path)
    document = read(source.text, source.name)
    assert [heading.text for heading in document.headings] == ["平川县卫生健康局2023年工作总结"]
    assert [sentence.text for sentence in document.sentences] == ["签约居民300人。"]


def test_ordinary_sheets_beside_reports_belong_to_none_of_them() -> None:
    book = workbook(说明=[["说明", "无"]], 报告=REPORTS, 附表=[["门诊", 5], ["住院", 3]])
    found = read_xlsx(book, "r.xlsx", LIMIT)
    assert [found.text[start : start + 2] for start in found.reports] == ["说明", "平川", "沙河", "门诊"]
    assert read_xlsx(workbook(说明=[["说明", "无"]], 附表=[["门诊", 5]]), "r.xlsx", LIMIT).reports == ()


def test_a_head_of_that_name_in_an_ordinary_table_hides_nothing() -> None:
    rows = [["内容", "完成情况"], ["培训", LONG]]
    assert read_xlsx(workbook(表=rows), "r.xlsx", LIMIT).text == f"内容\t完成情况\n培训\t{LONG}"
    rows = [["名称", "内容", "完成情况"], ["培训", "办班", LONG]]
    assert read_xlsx(workbook(表=rows), "r.xlsx", LIMIT).text == f"名称\t内容\t完成情况\n培训\t办班\t{LONG}"


def test_numbers_are_read_as_the_sheet_shows_them() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append([34867, 12.5, 0.953, 0.5, True, date(2023, 6, 30), 0.1 + 0.2])
    sheet["C1"].number_format, sheet["D1"].number_format = "0.0%", "0%"
    buffer = BytesIO()
    book.save(buffer)
    assert read_xlsx(buffer.getvalue(), "r.xlsx", LIMIT).text == "34867\t12.5\t95.3%\t50%\tTRUE\t2023-06-30\t0.3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    rows = [["单位", "指标", "数量"], ["某县中心卫生院", "家庭医生签约服务人数", "5"], ["某县人民医院", "门诊", "3"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    found = read_csv(text.encode(encoding), "r.csv", LIMIT)
    assert found.text == "\n".join("\t".join(row) for row in rows)
    assert found.places[-1].label == "row 3" and text.encode(encoding).decode(found.encoding or "") == text


def test_a_cell_longer_than_the_csv_module_likes_is_read() -> None:
    assert len(read_csv(("正文\n" + "字" * 200_000).encode(), "r.csv", LIMIT).text) == 200_000


def test_bombs_are_refused() -> None:
    book = workbook(表=[["甲"]])
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    path = "xl/worksheets/sheet1.xml"
    wide = sheet % b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 130))
    with pytest.raises(TaggerError, match="cells"):
        read_xlsx(with_part(book, path, wide), "r.xlsx", LIMIT)
    with pytest.raises(TaggerError, match="unpacks to"):
        read_xlsx(with_part(book, path, bytes(129 * 1024 * 1024)), "r.xlsx", LIMIT)
    with pytest.raises(TaggerError, match="document type"):
        read_xlsx(with_part(book, path, b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet % b""), "r.xlsx", LIMIT)
    with pytest.raises(TaggerError, match="over 1,000 characters"):
        read_xlsx(workbook(表=[["字" * 600], ["字" * 600]]), "r.xlsx", 1000)


def test_more_rows_than_a_report_has_are_refused() -> None:
    with pytest.raises(TaggerError, match="rows"):
        read_csv("甲,乙\n".encode() * 200_001, "r.csv", 10 * LIMIT)


def test_a_row_far_down_costs_no_time() -> None:
    rows = b'<row r="1"><c r="A1"><v>7</v></c></row><row r="99999999999"><c r="A99999999999"><v>8</v></c></row>'
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    found = read_xlsx(with_part(workbook(表=[["甲"]]), "xl/worksheets/sheet1.xml", sheet % rows), "r.xlsx", LIMIT)
    assert found.text == "7"


CELLS = st.text(st.sampled_from("卫生健康，。;\"' 0123%\tA"), min_size=1, max_size=8).filter(
    lambda text: text.strip() == text and "\t" not in text
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5))
def test_every_cell_comes_back_in_order(rows: list[list[str]]) -> None:
    lines = ["\t".join(row) for row in rows]
    assert read_xlsx(workbook(表=rows), "r.xlsx", LIMIT).text == "\n".join(lines)  # type: ignore[arg-type]
    buffer = StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    assert read_csv(buffer.getvalue().encode(), "r.csv", LIMIT).text == "\n".join(lines)


def test_a_table_over_the_limit_loses_no_rows_silently() -> None:
    rows = [["编号", "正文"], *([f"{number:09}", "全年门诊五万人次" * 6] for number in range(30))]
    with pytest.raises(TaggerError, match="over 1,600 characters"):  # its column of texts alone is below
        read_xlsx(workbook(表=rows), "r.xlsx", 1600)


@pytest.mark.parametrize("row", ["标题,内容", "内容", "序号,地区,年份", "指标,数值,单位,,"])
def test_a_row_of_column_names_alone_is_nothing_to_score(row: str) -> None:
    for read_it in (
        lambda: read_csv(f"\ufeff{row}\n,,\n".encode(), "r.csv", LIMIT),
        lambda: read_xlsx(workbook(表=[row.split(",")], 空=[]), "r.xlsx", LIMIT),
    ):
        with pytest.raises(TaggerError, match="holds a row of column names and nothing below it"):
            read_it()


def test_a_row_that_says_something_is_read() -> None:
    assert read_csv("指标,培训12人\n".encode(), "r.csv", LIMIT).text == "指标\t培训12人"
