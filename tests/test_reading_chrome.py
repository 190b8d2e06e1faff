"""Page chrome is dropped and recorded; ordinary text that resembles it stays."""

from __future__ import annotations

import pytest

from tagger.document import Document, TaggedDocument
from tagger.reading import read

TITLE = "某县卫生健康局2023年上半年工作总结"
BODY = (
    "今年以来，县卫生健康局认真落实县委、县政府部署，扎实推进健康县城建设，各项工作取得新的进展。\n"
    "一、持续提升服务能力\n"
    "全县建成标准化村卫生室128所，培训乡村医生236人次，基层就诊占比稳步提高。\n"
    "二、存在的问题\n"
    "人才总量不足，高层次人才引进仍较为困难。\n"
)
REPORT = f"{TITLE}\n{BODY}"


def dropped(document: Document) -> list[str]:
    return [document.text[cut.start : cut.end] for cut in document.dropped]


def said(document: Document) -> list[str]:
    """The texts of headings and sentences, in the order of the report."""
    return [piece.text for piece in sorted([*document.headings, *document.sentences], key=lambda piece: piece.start)]


PLAIN = said(read(REPORT))


@pytest.mark.parametrize(
    "line",
    [
        "VIP专免",
        "VIP免费",
        "20.74KB",
        "1.2 MB",
        "侵权投诉",
        "标签: #工作总结",
        "标签：卫生 总结",
        "摘要:",
        "展开>>",
        "收起<<",
        "展开全文",
        "阅读剩余",
        "阅读剩余 60%",
        "点击查看更多",
        "还剩4页未读，继续阅读",
        "上传人:健康小卫士 文档编号:1234567 上传时间:2023-08-01 格式:DOCX 页数:4 大小:25.10KB",
        "格式：DOCX",
        "页数：4",
        "下载 相关 举报",
        "下载文档",
        "版权申诉",
        "来源：县卫生健康局",
        "发布时间：2023-07-12",
        "浏览次数：128",
        "【字体：大 中 小】",
        "打印本页 关闭窗口",
        "当前位置：首页>信息公开>工作总结",
        "上一篇：关于做好汛期卫生防疫的通知",
        "扫一扫在手机打开当前页",
        "https://www.example.gov.cn/art/2023/7/12/art_1.html",
        "第1页 / 共4页",
        "第 2 页",
        "- 3 -",
        "—3—",
        "Page 2 of 4",
    ],
)
@pytest.mark.parametrize("place", ["top", "between", "bottom"])
def test_a_line_of_chrome_is_dropped_and_recorded(line: str, place: str) -> None:
    head, tail = REPORT.split("二、", 1)
    text = {
        "top": f"{line}\n{REPORT}",
        "between": f"{head}{line}\n二、{tail}",
        "bottom": f"{REPORT}{line}\n",
    }[place]
    document = read(text)
    assert dropped(document) == [line]
    assert said(document) == PLAIN


@pytest.mark.parametrize("line", ["2024-05-21", "999+", "7 页", "海报", "1024", "12积分", "docx", "★★★☆☆"])
def test_a_doubtful_line_is_chrome_only_beside_chrome(line: str) -> None:
    beside = read(f"VIP专免\n{line}\n20.74KB\n{REPORT}")
    assert dropped(beside) == ["VIP专免", line, "20.74KB"]
    assert said(beside) == PLAIN
    alone = read(f"{REPORT}{line}\n其他工作有序开展，群众满意度提高。\n")
    assert line not in dropped(alone)
    assert line in "".join(said(alone))


def test_every_chrome_range_says_why() -> None:
    document = read(f"VIP专免\n{REPORT}第1页\n")
    assert [(document.text[cut.start : cut.end], cut.reason) for cut in document.dropped] == [
        ("VIP专免", "chrome"),
        ("第1页", "page_marker"),
    ]


@pytest.mark.parametrize("lead", ["摘要:\n展开>>\n收起<<\n", "摘要：", "简介："])
@pytest.mark.parametrize("tail", ["", "..."])
def test_the_abstract_that_repeats_the_opening_is_dropped(lead: str, tail: str) -> None:
    abstract = (TITLE + BODY.split("\n")[0] + "一、持续提升服务能力")[:60]
    document = read(f"{REPORT}标签: #工作总结\n{lead}{abstract}{tail}\n")
    assert said(document) == PLAIN
    assert document.dropped[-1].reason == "repeated_abstract"


def test_an_abstract_that_says_something_new_stays() -> None:
    abstract = "本文总结了全县卫生健康系统在医防融合与人才培养方面的探索，供各地参考借鉴使用。"
    document = read(f"{REPORT}展开>>\n{abstract}\n")
    assert abstract in said(document)


def test_a_paragraph_said_twice_without_a_site_around_it_stays_twice() -> None:
    again = "全县建成标准化村卫生室128所，培训乡村医生236人次，基层就诊占比稳步提高。"
    assert said(read(f"{REPORT}{again}\n")).count(again) == 2


def test_a_print_head_on_every_page_is_dropped() -> None:
    paragraphs = [f"第{number}季度全县共接诊患者{number}236人次，群众满意度稳步提升。" for number in "一二三四"]
    pages = [f"{TITLE}\n{paragraph}\n第{page}页 共4页\n" for page, paragraph in enumerate(paragraphs, 1)]
    document = read("".join(pages))
    assert said(document) == [TITLE, *paragraphs]
    assert dropped(document).count(TITLE) == 3
    assert dropped(document).count("第2页 共4页") == 1


def test_a_print_head_with_a_page_number_is_dropped() -> None:
    paragraphs = [f"{quarter}季度全县共接诊患者1236人次，群众满意度稳步提升。" for quarter in "一二三四"]
    text = "".join(f"{paragraph}\n某县卫健局　第{page}页\n" for page, paragraph in enumerate(paragraphs, 1))
    document = read(text)
    assert said(document) == paragraphs
    assert len(document.dropped) == 4


def test_a_page_number_inside_a_sentence_is_taken_out_of_it() -> None:
    whole = "今年以来，全县累计开展健康义诊、慢病筛查和健康教育讲座等各类志愿服务活动，覆盖全部乡镇。"
    text = f"{TITLE}\n{whole[:26]}\n- 1 -\n{whole[26:]}\n其他工作有序推进，成效明显。\n- 2 -\n"
    document = read(text)
    assert [sentence.text for sentence in document.sentences] == [whole, "其他工作有序推进，成效明显。"]
    assert [cut.reason for cut in document.sentences[0].removed] == ["page_marker"]


def test_a_page_number_between_two_wrapped_sentences_is_recorded() -> None:
    lines = [
        "全县卫生健康系统认真贯彻落实上级部署要求，扎实推",
        "进各项重点工作，取得了较好的成效，群众满意度提升",
        "到了新的水平。全年共开展义诊活动，服务群众较多。",
        "第1页",
        "深入推进医共体建设，加快优质医疗资源下沉基层，县",
        "级医院派驻医师到乡镇卫生院坐诊带教，方便群众就近",
        "就医看病。",
    ]
    document = read("\n".join(lines))
    place = document.text.index("第1页")
    assert not any("第1页" in sentence.text for sentence in document.sentences)
    assert any(cut.start <= place and place + 3 <= cut.end for cut in document.dropped)


@pytest.mark.parametrize(
    "leftover", ["[bookmark: _GoBack]", "&nbsp;", "<br>", "<br />"], ids=["bookmark", "nbsp", "br", "br-slash"]
)
def test_a_leftover_of_conversion_is_taken_out_of_its_sentence(leftover: str) -> None:
    document = read(f"全县村卫生室{leftover}建设全部完成，服务条件明显改善。")
    assert [sentence.text for sentence in document.sentences] == ["全县村卫生室建设全部完成，服务条件明显改善。"]
    assert [cut.reason for cut in document.sentences[0].removed] == ["chrome"]


@pytest.mark.parametrize("leftover", ["[bookmark: _GoBack]", "&nbsp;", "<br>"], ids=["bookmark", "nbsp", "br"])
def test_a_leftover_of_conversion_around_a_sentence_is_dropped(leftover: str) -> None:
    document = read(f"{leftover}建成村卫生室128所。{leftover}培训村医236人。{leftover}\n")
    assert [sentence.text for sentence in document.sentences] == ["建成村卫生室128所。", "培训村医236人。"]
    assert dropped(document) == [leftover] * 3


@pytest.mark.parametrize("leftover", ["&nbsp;", "<br>", "<br />", "<br>\n"], ids=["nbsp", "br", "br-slash", "br-line"])
def test_a_leftover_that_stands_for_a_blank_never_joins_digits(leftover: str) -> None:
    document = read(f"今年以来全县累计培训乡村医生人数达到了23{leftover}5人，其中女性较多。")
    assert not any("235" in sentence.text for sentence in document.sentences)


@pytest.mark.parametrize(
    "sentence",
    [
        "全年免费下载健康科普资料2万余次。",
        "标签管理规范，药品标签完整率达到100%。",
        "建立投诉举报机制，共受理投诉举报12件。",
        "联系我们的专家团队开展义诊8场次。",
        "发布时间安排合理，各项信息及时公开。",
        "大小便失禁老人全部纳入家庭病床管理。",
        "会员单位增至36家。",
        "VIP病房规范管理，特需服务占比控制在10%以内。",
        "关闭窗口期内未整改的诊所3家。",
        "上传人口信息12万条，更新健康档案34万份。",
        "扫码登记率达到98%以上。",
        "大中小学校医配备率达到100%。",
        "下载量达3.2万次。",
        "会员达3万人。",
        "技术支持乡镇卫生院12家，派出专家36名。",
        "本站共收集血液样本3200份。",
    ],
)
def test_ordinary_text_that_resembles_chrome_stays(sentence: str) -> None:
    document = read(f"VIP专免\n{REPORT}{sentence}\n")
    assert sentence in said(document)
    assert dropped(document) == ["VIP专免"]


def test_seed_001_loses_its_page_and_nothing_else(seeds: dict[str, TaggedDocument]) -> None:
    source = seeds["001"].source
    lines = dropped(source)
    assert lines[:7] == ["VIP专免", "2024-05-21", "999+", "20.74KB", "7 页", "海报", "侵权投诉"]
    assert lines[7:11] == ["标签: #工作总结", "摘要:", "展开>>", "收起<<"]
    assert len(lines) == 12
    assert source.dropped[11].reason == "repeated_abstract"


@pytest.mark.parametrize("seed", ["000", "002", "004"])
def test_a_seed_without_a_page_around_it_loses_nothing(seed: str, seeds: dict[str, TaggedDocument]) -> None:
    assert seeds[seed].source.dropped == []
