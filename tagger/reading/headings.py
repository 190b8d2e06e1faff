"""Which lines and leads are headings: they name a piece of work, or praise it, and what follows elaborates it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tagger.reading.enumerators import Enumerator
from tagger.reading.roles import heading_role

_STOP = "。！？!?；;：:"

# A quantity makes a statement of fact. Digits inside brackets, quotes or a date do not count.
_ASIDE = re.compile(
    r"[（(][^（）()]*[)）]|“[^”]*”|《[^》]*》|20\d\d\s?(?:[-—－至]\s?20\d\d)?\s?年?度?|\d{1,2}月份?|第[一二三四五六七八九十\d]+"
)
_QUANTITY = re.compile(
    r"[\d０-９]|(?:[*＊×]+|[xX]{2,})(?=[万余个人名家例份张次元%％‰户种项所条处件台辆吨期篇])|[一二两三四五六七八九十]+(?:余|多)?(?:家|名|例|起|次|场|人|所|件|份)(?!庭)|百分之"
)

# A sentence that continues the text before it, or sets a scene, names no piece of work.
_CONTINUATION = re.compile(
    r"同时|并|此外|另外|其中|目前|当前|截[至止]|今年|去年|上半年|全年|为了?|通过|按照|根据|依据|经|对(?!标)|在|从|以(?!.{2,12}为)|由|因|但|而|且|也|还|这|该|其|如|若"
    r"|现将|我们|据|确保|力争|争取|杜绝|切实|不断|有效|进而|从而|使|让|真正|最大限度|逐步|未|无|各|已|均|共|20\d\d|\d"
)
# Openings of a name of work: a verb (with what may stand before it) that takes the work as its object.
_ADVERB = r"(?:进一步|继续|持续|深入|扎实|全面|积极|大力|着力|稳步|有序|统筹|加快|坚持|严格|切实|不断|认真|全力|有效|强力|精心|广泛|深化|主动|高质量|高标准|全力以赴|坚定不移|常态化|精准|科学|规范|从严|努力)*"
_WORK_VERB = (
    r"(?:强化|加强|开展|推进|深化|落实|抓好|抓实|抓牢|抓细|抓紧|做好|做实|做优|做强|做大|完善|提升|提高|推动|巩固|健全|优化|拓展|夯实|筑牢|聚焦|突出|狠抓|严抓|紧盯|"
    r"规范|促进|改善|落细|压实|建立|实施|扩大|加大|创新|打造|构建|推行|履行|保障|维护|守牢|守好|严把|严守|补齐|深耕|激发|培育|弘扬|引领|组织|发展|坚持|统筹|服务|关爱|推广|普及|加快|抓|重视|关注|注重|树立|增强|严防|防范|化解|整治|打击|实行|完成|凝聚|营造|营建|扛牢|贯彻|学习|宣传|党建引领)"
)
_ADVERB_START = re.compile(r"(?:切实|不断|有效)(?:加强|提升|强化|提高|抓好|做好|推进|改善|增强|完善|优化)")
_NAME_OF_WORK = re.compile(rf"{_ADVERB}{_WORK_VERB}")
_PRAISE = re.compile(
    r"(?:提升|提高|增强|巩固|加强|发展|可控|推进|落实|到位|完成|开展|改善|优化|夯实|成效|初显|见效|显著|明显|深化|强化|健全|完善|运行|突破|好转|稳定|有力|有效|有序|扎实|见实效|新台阶|"
    r"加快|规范|提速|提质|增效|跃升|凸显|彰显|向好|不休|保障|持续|上台阶|新进展|新局面|发力|覆盖|筑牢|压实|拓展|领先|进步|常态化?|活跃|丰富|入脑入心|走深走实|落地|落地见效|扩面|良好|做实|见行见效|提标|见底|清零|全面铺开|稳步|平稳|蓬勃)$"
)
# A work area's bare name: 妇幼健康。 人口监测。
_AREA = re.compile(
    r"(?:健康|服务|工作|建设|改革|监测|管理|防控|保障|党建|信息化|医疗|监督|执法|队伍|人才|项目|卫生|安全|宣传|健教|创建|控烟|结合|扶贫|振兴|稳定)$"
)
# What only a statement of a concrete deed has. `建立了机制` can still name work where an enumerator leads it.
_DEED = re.compile(
    r"(?:印发|制定|起草|下发|召开|举办|签订|成立|获得|荣获|组建|通过验收|投入使用|完成了|发生)|取得(?!.{0,8}(?:成效|成果|进展|突破|实效|效果|成绩)$)"
)


def is_lead_heading(body: str, enumerator: Enumerator | None, followed: bool) -> bool:
    """Whether a sentence that ends inside or at the end of a paragraph is a heading.

    `body` is the sentence without its enumerator; `followed` says that a sentence that could elaborate it comes next.
    """
    if body[-1] in "；;？?":
        return False
    name = body.rstrip(_STOP + "”’）)")
    if not name or _QUANTITY.search(_ASIDE.sub("", name)):
        return False
    commas = len(re.findall("[，,]", name))
    if not followed:
        # （三）疫情防控总体可控。 praises a whole area and says no more of it.
        return (
            enumerator is not None
            and enumerator.style in ("cjk", "bracket_cjk")
            and len(name) <= 15
            and bool(_PRAISE.search(name))
        )
    if enumerator is not None:
        limit = 60 if enumerator.style in ("arabic_dot", "arabic", "bracket_cjk", "cjk", "part") and commas <= 3 else 36
        if len(name) > limit or commas > 3 or "《" in name:
            return False
        return not (commas and _DEED.search(name)) and not re.match("(?:对|由于|因|受|截[至止])", name)
    if len(name) > 26 or commas > 0 or _CONTINUATION.match(name) and not _ADVERB_START.match(name):
        return False
    if _DEED.search(name) or name.endswith(("了", "的", "等", "中")) or re.search("[了已曾均将]", name):
        return False
    return bool(
        _NAME_OF_WORK.match(name)
        or (len(name) <= 8 and _AREA.search(name))
        or (_PRAISE.search(name) and len(name) <= 20)
    )


def is_line_heading(text: str, enumerator: Enumerator | None, followed: bool, next_is_longer: bool) -> bool:
    """Whether a line of its own, without a terminator, is a heading; the last line of a report is none.

    `followed` says that what comes next could elaborate it, `next_is_longer` that it is longer or an item.
    """
    if not text or text[-1] in "，、,；;" or text[-1].isdigit() or text.rstrip("：:").endswith("如下"):
        return False
    body = text[enumerator.length if enumerator else 0 :].strip()
    if "|" in text or not re.search("[\u4e00-\u9fff]", body):
        return False
    if heading_role(text) is not None and len(body) <= 30:
        return True
    if not followed or not body or _QUANTITY.search(_ASIDE.sub("", body)):
        return False
    commas = len(re.findall("[，,]", body))
    if enumerator is not None and enumerator.style != "lead":
        return len(body) <= 45 and commas <= 3
    if text[-1] in "：:":
        return len(body) <= 14 and not re.search("如下|总结|汇报", body) and next_is_longer
    return len(body) <= 24 and commas <= 1 and next_is_longer and "。" not in body


_TITLE = re.compile(
    r"(?:总结|报告|要点|计划|情况|汇报|方案|安排|打算|通报|规划|公报|材料|简报|述职|思路|小结|通知|意见)(?:（[^）]*）|\([^)]*\))?$"
)
_ISSUER = re.compile(r"(?:局|委|委员会|办公室|中心|医院|卫生院|监督所|监督局|支队|大队|政府)$")
_DATELINE = re.compile(r"[（(]?\s?(?:20\d\d|\*{1,4}|[xX]{2,4}|二[〇○零0]..)\s?年.{0,14}[)）]?$")


# A title that is set on several lines breaks behind such words: 溆浦县卫生健康局关于 / 2023年上半年工作总结的报告.
_TITLE_GOES_ON = re.compile(
    r"(?:关于|关于(?:报送|印发|呈报|上报)|20\d\d\s?年(?:度|[上下]半年|第[一二三四]季度)?|工作|暨|以?及|和|的)$"
)


def is_part_of_title(text: str, following: Sequence[str]) -> bool:
    """Whether a line at the very top breaks off a title that one of the next lines ends."""
    if len(text) > 40 or not _TITLE_GOES_ON.search(text) or re.search("[。；：！？，;:!?,]", text):
        return False
    for line in following[:2]:
        if is_title(line) and names_document(line):
            return True
        if not _TITLE_GOES_ON.search(line):
            return False
    return False


def names_document(text: str) -> bool:
    """Whether a line names a kind of document (总结, 汇报, 工作要点), as a title does and a section seldom."""
    return bool(re.search("总结|报告|汇报|要点|计划|小结|公报", text))


def is_title(text: str) -> bool:
    """Whether a line at the very top is (part of) the document's title."""
    if len(text) > 60 or text[-1] in "。；，、：！？;,:!?":
        return False
    return bool(_TITLE.search(text) or _ISSUER.search(text) or _DATELINE.fullmatch(text))
