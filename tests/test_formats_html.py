"""Web pages: every sentence stays, menus and scripts go, rows and breaks keep their shape, declared encodings hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.errors import TaggerError
from tagger.reading.formats.html import read_html

LIMIT = 1_000_000
PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>年度总结_某县人民政府</title>
<style>p {{color: red}}</style><script>var a = "<p>脚本</p>";</script></head><body>
<div class="top"><ul><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li><li><a href="/b">互动交流</a></li></ul></div>
<form id="aspnetForm"><select><option>选项</option></select><h1>某县卫健局年度总结</h1>
<div class="info">来源：某县卫健局</div>
<div id="zoom"><p>　　全年门诊<b>5</b>万人次。<br/>住院3人。</p><span>签约率&lt;90%&nbsp;。</span>
<table><tr><th>指标</th><th>数量</th></tr><tr><td><p>培训</p></td><td><p>12人</p></td></tr></table>
<p>附件：<a href="x.docx">统计表.docx</a></p></div></form>
<div class="links"><a>省卫健委</a> | <a>市卫健委</a> | <a>县政府</a></div></body></html>"""


def text_of(page: str | bytes) -> str:
    return read_html(page if isinstance(page, bytes) else page.encode(), "r.html", LIMIT).text


def test_a_page_gives_its_article() -> None:
    assert text_of(PAGE.format(charset="utf-8")).split("\n\n") == [
        "某县卫健局年度总结",
        "来源：某县卫健局",
        "　　全年门诊5万人次。\n住院3人。",
        "签约率<90%\xa0。",
        "指标\t数量",
        "培训\t12人",
        "附件：统计表.docx",
    ]


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("utf-8", "utf-8"),
        ("big5", "big5"),
        ("gb2312", "utf-8"),
        ("x-none", "utf-8"),
    ],
)
def test_the_declared_encoding_holds_unless_the_bytes_are_utf_8(declared: str, actual: str) -> None:
    body = "<p>全年工作推進順利，門診五萬人次。</p>" if actual == "big5" else "<p>全年工作顺利，门诊五万人次。镕</p>"
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}"></head>{body}</html>'
    found = read_html(page.encode(actual), "r.html", LIMIT)
    assert found.text == body[3:-4]
    assert page.encode(actual).decode(found.encoding or "") == page


def test_undeclared_gbk_is_detected_and_a_bad_byte_is_named() -> None:
    page = ("<html><body><p>" + "全年工作顺利推进。" * 30 + "</p></body></html>").encode("gb18030")
    assert read_html(page, "r.html", LIMIT).encoding == "gb18030"
    with pytest.raises(TaggerError, match=r"r\.html: .*0xFF"):
        read_html(page[:-20] + b"\xff\xff" + page[-20:], "r.html", LIMIT)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>卫生\n    健康</p>", "卫生健康"),
        ("<p>培训23\n5人</p>", "培训23 5人"),
        ("<pre>一行\n二行</pre>", "一行\n二行"),
        ("<p>甲<!-- 注释 -->乙</p>", "甲乙"),
        ("<p>甲<script>x</script>乙</p>", "甲乙"),
        ("<div>甲<p>乙</p>丙</div>", "甲\n\n乙\n\n丙"),
        ("<p>甲<p>乙", "甲\n\n乙"),
        ("<td>甲</td><td>乙</td>", None),
        ("<p>20<font>23</font>年</p>", "2023年"),
        ("<p>血压<140/90</p>", None),
        ("文字没有标签", "文字没有标签"),
        ("<ol><li>甲</li><li><p>乙</p><p>丙</p></li></ol>", "1. 甲\n\n2. 乙\n\n丙"),
        ("<ol type=A start=3><li>甲<ol><li>子</ol><li>乙</ol>", "C. 甲\n\n1. 子\n\nD. 乙"),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲<li value=12>乙</ol>", "一、甲\n\n十二、乙"),
        ("<ol reversed><li>甲<li>乙</ol>", "2. 甲\n\n1. 乙"),
        ("<ol><li>一、甲</li><li></li><li>（二）乙</li><li>丙</li></ol>", "一、甲\n\n（二）乙\n\n4. 丙"),
        ("<ol style='list-style: none'><li>甲</ol><ul><li>乙</ul><li>丙", "甲\n\n乙\n\n丙"),
        ("<ol><li><a>首页</a><li><a>新闻</a><li><a>公开</a></ol><p>正文</p>", "正文"),
        ("<div style='display:none'>剩余内容。</div>", "剩余内容。"),
        ("<ruby>卫<rt>wèi</rt></ruby>", "卫"),
        ("<p>甲\x00乙</p>" + "<p>丙</p>" * 40, "甲 乙" + "\n\n丙" * 40),
    ],
)
def test_shapes_of_text(body: str, expected: str | None) -> None:
    text = text_of(f"<html><body>{body}</body></html>")
    if expected is None:
        assert all(character in text for character in "甲乙" if character in body) and ("140" in text) == (
            "140" in body
        )
    else:
        assert text == expected


def test_a_layout_table_keeps_its_paragraphs() -> None:
    paragraphs = ["一、基本情况", "全年各项工作稳步推进，成效明显。" * 20, "二、存在问题"]
    page = "<table><tr><td>" + "".join(f"<p>{each}</p>" for each in paragraphs) + "</td></tr></table>"
    assert text_of(page).split("\n\n") == paragraphs


def test_one_link_or_two_and_links_that_are_sentences_stay() -> None:
    assert text_of("<p><a>附件一</a></p><p><a>附件二</a></p>") == "附件一\n\n附件二"
    assert "第三句。" in text_of("".join(f"<p><a>第{each}句。</a></p>" for each in "一二三"))


def test_a_title_that_the_page_shows_is_not_said_twice() -> None:
    page = "<html><head><title>年度总结 - 某县政府</title></head><body><h1>年度总结</h1><p>正文。</p></body></html>"
    assert text_of(page) == "年度总结\n\n正文。"


def test_a_title_with_words_left_out_is_not_said_twice() -> None:
    body = "<h1>洪江市卫生健康局2023年工作总结</h1><p>正文。</p>"
    assert text_of(f"<html><head><title>洪江市卫健局2023年工作总结_网站</title></head><body>{body}</body></html>") == (
        "洪江市卫生健康局2023年工作总结\n\n正文。"
    )
    assert text_of(f"<html><head><title>2022年</title></head><body>{body}</body></html>").startswith("2022年\n\n洪江市")


REPORT = "<p>管理高血压患者12345人，规范管理率85.2%，服务群众5000人次，取得良好效果。</p>"


@pytest.mark.parametrize(
    "furniture",
    [
        "<header>网站导航 首页</header>",
        "<header><div>某县人民政府</div><div>今天是2024年1月1日</div></header>",
        "<div class=nav><ul><li><a>政务公开</a></li><li><a>机构概况</a></li></ul></div>",
        "<div class='top-menu'>首页 新闻</div>",
        "<div id=mainNav><a>首页</a></div>",
        "<ul class='breadcrumb'><li>首页</li><li>公开</li></ul>",
        "<div class=related><h3>相关链接</h3><a>相关链接：2022年工作总结培训99人</a></div>",
        "<footer>版权所有 某县政府 电话0745-7733110 备案12345号</footer>",
        "<div id=footer><p>本网站由某县政府办公室承办，建议使用新浏览器。</p></div>",
        "<div class=copyright>备案12345号</div>",
    ],
)
def test_what_a_page_calls_furniture_is_left_out(furniture: str) -> None:
    for body in (furniture + REPORT, REPORT + furniture, f"<div class=header-wrap>{furniture}{REPORT * 3}</div>"):
        assert set(text_of(f"<html><body>{body}</body></html>").split("\n\n")) == {REPORT[3:-4]}


@pytest.mark.parametrize(
    "body",
    [
        f"<div class=header>{REPORT}</div>",
        f"<footer>{REPORT}</footer>",
        f"<div id=menu><div class=nav>{REPORT}</div></div><p>短。</p>",
        f"<header><h1>某县卫健局</h1></header>{REPORT}",
        f"<div class=header><p>某县2023年工作总结</p></div>{REPORT}",
        f"<article><header>某县卫健局</header>{REPORT}<footer>某县卫健局2024年1月</footer></article>",
        f"<div class='nav-content'>第一部分</div>{REPORT}",
        f"<div class=related>解读：今年全县共培训医务人员99人次。</div>{REPORT}",
        f"<p class=header>附表</p>{REPORT}",
    ],
)
def test_what_may_be_the_report_stays_whatever_it_is_called(body: str) -> None:
    import re

    said = re.sub(r"<[^>]*>", "", body)
    assert "".join(text_of(f"<html><body>{body}</body></html>").split()) == "".join(said.split())


def test_deep_nesting_loses_nothing_or_says_so() -> None:
    page = "".join(f"<div><font>第{number}段。" for number in range(700))
    assert "第699段。" in text_of(page)
    try:
        assert text_of("<div>" * 50_000 + "正文。") == "正文。"  # before libxml2 2.13 there was no limit
    except TaggerError as error:
        assert "nested too deep" in str(error)


def test_a_page_of_endless_tags_is_refused() -> None:
    with pytest.raises(TaggerError, match="1000001 tags"):
        text_of("<p>" * 1_000_001)


@pytest.mark.parametrize("page", [b"<html></html>", b"<html><body><script>a</script></body></html>", b"<!-- -->", b" "])
def test_a_page_without_text_gives_none(page: bytes) -> None:
    from tagger.reading.source import from_bytes

    with pytest.raises(TaggerError, match=r"r\.html: "):
        from_bytes(page, "r.html", ".html")


def test_entities_do_not_multiply() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;">]><p>前&b;后</p>'
    assert len(text_of(bomb)) < 100


WORDS = st.text(st.sampled_from("卫生健康人次。，%0123456789 aB<>&\"'"), min_size=1, max_size=20).filter(str.strip)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(WORDS, min_size=1, max_size=8), st.sampled_from(["p", "div", "li", "h2", "td", "section"]))
def test_every_block_comes_back_in_order(texts: list[str], tag: str) -> None:
    from html import escape

    page = "<html><body>" + "\n".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts) + "</body></html>"
    assert text_of(page).split("\n\n") == [" ".join(text.split()) for text in texts]
