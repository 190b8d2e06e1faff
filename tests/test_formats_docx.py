"""Word documents: reading order, automatic numbers, tracked changes, text boxes, tables, and what is wrong with a file."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from office_files import W, numbered, paragraph, run, saved, with_part, word

from tagger.errors import TaggerError
from tagger.reading import place_at
from tagger.reading.formats.docx import read_docx
from tagger.reading.formats.numbering import format_number

LIMIT = 1_000_000


def text_of(data: bytes) -> str:
    return read_docx(data, "报告.docx", LIMIT).text


def blocks_of(data: bytes) -> list[str]:
    return text_of(data).split("\n\n")


def refusal(data: bytes, limit: int = LIMIT) -> str:
    with pytest.raises(TaggerError) as caught:
        read_docx(data, "报告.docx", limit)
    message = str(caught.value)
    assert message.startswith("报告.docx: ") and len(message.splitlines()) == 1
    return message


# Order and places


def test_paragraphs_and_tables_come_in_reading_order_with_their_places() -> None:
    found = read_docx(word("甲", "", [["指标", "数量"], ["门诊", "5"]], "乙"), "r.docx", LIMIT)
    assert found.text == "甲\n\n指标\t数量\n门诊\t5\n\n乙"
    labels = [place_at(found.places, found.text.index(word)) for word in ("甲", "指标", "门诊", "5", "乙")]
    assert labels == ["paragraph 1", "table 1 row 1", "table 1 row 2", "table 1 row 2", "paragraph 2"]


def test_a_soft_line_break_is_a_newline_and_a_tab_a_tab() -> None:
    assert text_of(word(paragraph("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t></w:r>"))) == "甲\n乙\t丙"


def test_heads_feet_comments_and_notes_are_left_out() -> None:
    document = docx.Document()
    document.add_paragraph("正文")
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    document.element.body[0].append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    assert text_of(saved(document)) == "正文"


# Tables


def test_merged_cells_are_read_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for row, cells in enumerate(table.rows):
        for column, cell in enumerate(cells.cells):
            cell.text = f"{row}{column}"
    for first, last in (((0, 0), (0, 1)), ((1, 0), (2, 0))):
        merged = table.cell(*first).merge(table.cell(*last))
        merged.text = f"合{first[0]}"
    assert text_of(saved(document)) == "合0\t02\n合1\t11\t12\n\t21\t22"


def test_a_table_in_a_cell_comes_where_it_stands() -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=2).cell(0, 1)
    cell.text = "外"
    inner = cell.add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "内一", "内二"
    assert text_of(saved(document)) == "外\n\n内一\t内二"


def test_a_report_in_a_cell_keeps_its_paragraphs() -> None:
    body = ["一、基本情况", "今年以来，各项工作稳步推进。" * 20]
    document = docx.Document()
    cell = document.add_table(rows=1, cols=2).cell(0, 1)
    document.tables[0].cell(0, 0).text = "总结"
    cell.text = "\n".join(body)
    for index, line in enumerate(body):
        (cell.paragraphs[0] if index == 0 else cell.add_paragraph()).text = line
    assert blocks_of(saved(document)) == ["总结", *body]


# Tracked changes, text boxes, wrappers


def test_insertions_are_read_and_deletions_are_not() -> None:
    inner = (
        run("共")
        + f"<w:ins w:id='1' w:author='a'>{run('34')}</w:ins>"
        + "<w:del w:id='2' w:author='a'><w:r><w:delText>12</w:delText></w:r></w:del>"
        + f"<w:moveFrom w:id='3' w:author='a'>{run('移走')}</w:moveFrom><w:moveTo w:id='4' w:author='a'>{run('人')}</w:moveTo>"
    )
    assert text_of(word(paragraph(inner))) == "共34人"


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    mark = "<w:pPr><w:rPr><w:del w:id='1' w:author='a'/></w:rPr></w:pPr>"
    assert text_of(word(paragraph(mark + run("共培训")), paragraph(run("三人")))) == "共培训三人"


def test_a_deleted_row_is_not_read() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=1)
    table.cell(0, 0).text, table.cell(1, 0).text = "留", "删"
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {W} w:id="1" w:author="a"/>'))
    assert text_of(saved(document)) == "留"


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    box = f"<w:txbxContent><w:p>{run('框内')}</w:p></w:txbxContent>"
    inner = (
        run("正文")
        + "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline><a:graphic><a:graphicData uri='u'>"
        + f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        + f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert blocks_of(word(paragraph(inner), "后文")) == ["正文", "框内", "后文"]


def test_links_fields_and_content_controls_are_read_as_shown() -> None:
    inner = (
        f"<w:hyperlink w:anchor='a'>{run('链接')}</w:hyperlink>"
        + "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>DATE</w:instrText><w:fldChar w:fldCharType='separate'/></w:r>"
        + run("结果")
        + "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        + f"<w:sdt><w:sdtPr/><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt>"
        + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        + "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>显示</w:t></w:r>"
    )
    block = f"<w:sdt {W}><w:sdtPr/><w:sdtContent><w:p>{run('整段')}</w:p></w:sdtContent></w:sdt>".encode()
    assert blocks_of(word(paragraph(inner), block)) == ["链接结果控件显示", "整段"]


def test_a_table_of_contents_says_nothing_new() -> None:
    gallery = "<w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
    block = (
        f"<w:sdt {W}><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent><w:p>{run('一、情况 1')}</w:p></w:sdtContent></w:sdt>"
    )
    document = docx.Document()
    document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("一、情况 1", style="toc 1")
    document.add_paragraph("一、情况")
    document.element.body.insert(0, parse_xml(block))
    assert text_of(saved(document)) == "一、情况"


def test_a_fraction_does_not_become_a_number() -> None:
    one, two = "<m:r><m:t>1</m:t></m:r>", "<m:r><m:t>2</m:t></m:r>"
    fraction = f"<m:oMath><m:f><m:num>{one}</m:num><m:den>{two}</m:den></m:f></m:oMath>"
    power = f"<m:oMath><m:sSup><m:e>{one}</m:e><m:sup>{two}</m:sup></m:sSup></m:oMath>"
    assert text_of(word(paragraph(fraction + run("和") + power))) == "1/2和1^2"


def test_an_imported_document_is_reported_not_skipped() -> None:
    chunk = '<w:altChunk xmlns:w="{}" xmlns:r="{}" r:id="rId9"/>'.format(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    assert "imported document" in refusal(word("甲", chunk.encode()))


# Numbers


@pytest.mark.parametrize(
    ("form", "pattern", "expected"),
    [
        ("chineseCounting", "%1、", ["一、甲", "二、乙"]),
        ("chineseCountingThousand", "（%1）", ["（一）甲", "（二）乙"]),
        ("decimal", "%1.", ["1. 甲", "2. 乙"]),
        ("decimal", "第%1条", ["第1条 甲", "第2条 乙"]),
        ("ideographTraditional", "%1、", ["甲、甲", "乙、乙"]),
        ("lowerRoman", "%1)", ["i) 甲", "ii) 乙"]),
        ("bullet", "\uf0b7", ["• 甲", "• 乙"]),
        ("bullet", "●", ["● 甲", "● 乙"]),
        ("none", "", ["甲", "乙"]),
        ("decimalEnclosedCircleChinese", "%1", ["① 甲", "② 乙"]),
    ],
)
def test_automatic_numbers_come_out_as_word_shows_them(form: str, pattern: str, expected: list[str]) -> None:
    assert blocks_of(numbered([(form, pattern)], [(0, "甲"), (0, "乙")])) == expected


def test_deeper_levels_begin_anew_and_name_those_above() -> None:
    levels = [("chineseCounting", "%1、"), ("decimal", "%1.%2"), ("lowerLetter", "(%3)")]
    items = [(0, "a"), (1, "b"), (1, "c"), (2, "d"), (0, "e"), (1, "f"), (2, "g")]
    expected = ["一、a", "一.1 b", "一.2 c", "(a) d", "二、e", "二.1 f", "(a) g"]
    assert blocks_of(numbered(levels, items)) == expected


def test_two_lists_of_one_definition_count_together_unless_one_restarts() -> None:
    items = [(0, "a"), (0, "b"), (10, "c"), (10, "d")]
    assert blocks_of(numbered([("decimal", "%1、")], items)) == ["1、a", "2、b", "3、c", "4、d"]
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    assert blocks_of(numbered([("decimal", "%1、")], items, restart)) == ["1、a", "2、b", "1、c", "2、d"]


def test_a_legal_level_writes_arabic_numbers() -> None:
    data = numbered([("chineseCounting", "%1、"), ("decimal", "%1.%2")], [(0, "a"), (1, "b")])
    import zipfile
    from io import BytesIO

    xml = (
        zipfile.ZipFile(BytesIO(data))
        .read("word/numbering.xml")
        .replace(b'<w:lvlText w:val="%1.%2"/>', b'<w:isLgl/><w:lvlText w:val="%1.%2"/>')
    )
    assert blocks_of(with_part(data, "word/numbering.xml", xml)) == ["一、a", "1.1 b"]


def test_a_heading_style_brings_its_number_and_numid_0_takes_it_away() -> None:
    data = numbered([("chineseCounting", "%1、")], [])
    document = docx.Document(__import__("io").BytesIO(data))
    style = document.styles["Heading 1"].element
    style.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="1"/></w:numPr>'))
    document.add_paragraph("甲", style="Heading 1")
    plain = document.add_paragraph("乙", style="Heading 1")
    plain._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="0"/></w:numPr>'))
    document.add_paragraph("丙", style="Heading 1")
    assert blocks_of(saved(document)) == ["一、甲", "乙", "二、丙"]


@pytest.mark.parametrize(
    ("number", "form", "expected"),
    [
        (10, "chineseCounting", "十"),
        (12, "chineseCountingThousand", "十二"),
        (20, "chineseCounting", "二十"),
        (105, "chineseCountingThousand", "一百零五"),
        (3, "chineseLegalSimplified", "叁"),
        (28, "upperLetter", "BB"),
        (1994, "upperRoman", "MCMXCIV"),
        (48, "lowerRoman", "xlviii"),
        (7, "decimalZero", "07"),
        (11, "ideographTraditional", "甲"),
        (21, "decimalEnclosedCircle", "21"),
        (5, "unheardOf", "5"),
        (0, "chineseCounting", "0"),
    ],
)
def test_number_formats(number: int, form: str, expected: str) -> None:
    assert format_number(number, form) == expected


# What is wrong


def test_a_truncated_document_says_so() -> None:
    data = word("甲" * 500)
    for cut in (10, len(data) // 2, len(data) - 30):
        assert "damaged" in refusal(data[:cut])


def test_an_entity_bomb_is_refused() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="w"><w:body>&b;</w:body></w:document>'
    assert "document type" in refusal(with_part(word("甲"), "word/document.xml", bomb))


def test_a_part_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    assert "unpacks to" in refusal(with_part(word("甲"), "word/document.xml", bytes(33 * 1024 * 1024)))


def test_a_text_over_the_limit_is_refused() -> None:
    assert "over 99 characters" in refusal(word("甲" * 100), limit=99)


def test_elements_nested_beyond_reason_are_damage() -> None:
    from tagger.reading.formats import extract

    inner = b"<w:sdt><w:sdtContent>" * 20_000 + b"</w:sdtContent></w:sdt>" * 20_000
    xml = b'<w:document xmlns:w="w"><w:body>' + inner + b"</w:body></w:document>"
    with pytest.raises(TaggerError, match=r"r\.docx: is damaged .*nested too deep\)"):
        extract(with_part(word("甲"), "word/document.xml", xml), "r.docx", ".docx", LIMIT)


# Any text

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_every_paragraph_comes_back_in_order(texts: list[str]) -> None:
    found = read_docx(word(*texts), "r.docx", LIMIT)
    assert found.text == "\n\n".join(text for text in texts if text.strip())
    assert [place.start for place in found.places] == sorted({place.start for place in found.places})
