"""Page chrome: what the page around a report says, not the report.

Lines are judged whole. Some are chrome wherever they stand; some (a bare date, 999+, 7 页) only beside such lines.
"""

from __future__ import annotations

import re
from collections import Counter

from tagger.reading.characters import squeeze
from tagger.reading.headings import names_document
from tagger.reading.lines import Line
from tagger.reading.preamble import find_preamble

CHROME = "chrome"
PAGE_MARKER = "page_marker"
REPEAT = "repeated_abstract"

_MAX_LENGTH = 120  # no chrome line is longer

# Site furniture that no report has as a line of its own.
_SURE = re.compile(
    r"""
    VIP\S{0,8} | (?:开通|升级|加入)(?:VIP|会员).{0,6} | 会员(?:专享|专免|免费|下载|登录|中心|专区).{0,6}
  | (?:免费|立即|点击|我要|本地|高速|付费)?下载(?:文档|本文|全文|原文|次数?[:：]?\s?\d{0,8}|量[:：]?\s?\d{0,8}|地址|到电脑|APP)?
  | 侵权投诉 | 版权(?:申诉|投诉|声明|说明) | 举报(?:文档|投诉)? | 意见反馈 | 在线客服 | 联系客服
  | 阅读剩余.{0,12} | (?:点击|展开)?(?:阅读|查看|浏览)(?:全文|更多|原文).{0,4} | 还剩.{0,6}页(?:未读)?.{0,8} | 继续阅读
  | 展开(?:全文|全部|更多)?(?:>>|》|»|↓|∨)? | 收起(?:全文|全部)?(?:<<|《|«|↑|∧)? | 全文(?:共|预览).{0,12}
  | (?:标签|关键词|关键字|文档标签|所属分类|文档分类|资源描述|资源大小|文档介绍)[:：].{0,60}
  | (?:摘要|内容摘要|文档摘要|简介|文档简介|内容简介|相关文档|相关推荐|猜你喜欢|热门文档|推荐文档|最新文档)[:：]?
  | (?:上传人|上传者|上传时间|上传日期|文档编号|文档格式|文档页数)[:：].{0,100}
  | (?:格式|页数|文件大小|大小)[:：]\s?[\w.]{1,12}\s?(?:[KMG]B?|页)?(?:\s.{0,60})? | (?:阅读量|浏览量|点击量|下载量|评分)[:：]\s?[\d.]{0,8}
  | (?:索引号|信息索引|发文字号|公开方式|公开日期|公开时间|发布日期|发布时间|发布机构|发布单位|生成日期|成文日期|更新时间|信息来源|文章来源|浏览次数|点击数|点击次数|阅读次数|访问量|字号|字体|视力保护色|责任编辑)[:：].{0,80}
  | [\[【(（]?(?:字体|字号)?[:：]?\s?[\[【]?\s?大\s?中\s?小\s?[\]】)）]{0,2}
  | (?:来源|编辑|作者|审核|校对|供稿)[:：][^\d，。；]{0,24}
  | [\[【]?(?:打印|打印本页|打印页面|关闭|关闭窗口|关闭本页|返回顶部|返回首页|收藏本页|加入收藏|复制链接|分享到.{0,20}|纠错)[\]】]?(?:\ {0,3}[\[【]?(?:打印|关闭|收藏|打印本页|关闭窗口|返回顶部|加入收藏|复制链接|纠错)[\]】]?)*
  | (?:当前位置|您(?:现在)?的位置|您所在的位置|所在位置)[:：]?.{0,80}
  | (?:上一篇|下一篇|上一页|下一页)[:：]?.{0,60}
  | (?:微信)?扫(?:一扫|码|描二维码)(?:在手机|关注|分享|查看|打开|下载).{0,24} | (?:微信|微博|QQ)(?:分享|扫一扫).{0,20}
  | (?:版权所有|主办单位|承办单位|技术支持|网站标识码|Copyright|©)[:：\s©].{0,80} | 网站地图 | 联系我们 | .{0,20}ICP备.{0,30} | .{0,10}公网安备.{0,30}
  | \d{4}-\d{1,2}-\d{1,2}\s?(?:上传|发布|更新|分享)
  | (?:声明[:：])?本(?:文档|资料|站|文|网页)[^，。]{0,12}(?:由用户|由网友|归作者|归原作者|版权|仅供|来自网络|来源于网络|转载请).{0,60} | (?:免责)?声明[:：].{0,90}
  | (?:https?://|www\.)[^\s\u4e00-\u9fff]{3,}(?:\s.{0,20})?
  | \d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?\s.{0,80}
  | .{0,40}(?:百度文库|豆丁网|道客巴巴|原创力文档|人人文库|docin|book118|max\.book)
  | [\d.,]+\s?(?:KB|MB|GB|K|M|kb|mb)
  | (?:下载|举报|相关|收藏|分享|点赞|评论|打印|海报|赞|踩|投诉|复制|阅读|预览)(?:[\s|·/]+(?:下载|举报|相关|收藏|分享|点赞|评论|打印|海报|赞|踩|投诉|复制|阅读|预览))+
    """,
    re.VERBOSE | re.IGNORECASE,
)

# Chrome only beside lines that are chrome for sure.
_LIKELY = re.compile(
    r"""
    \d+\+ | \d{1,7} | \d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:\s\d{1,2}:\d{2}(?::\d{2})?)? | \d+\s?页
  | [\d.]+\s?(?:积分|金币|下载券|阅读|浏览|下载|人阅读|人下载|次阅读|次下载)
  | (?:来源|分类|编辑|作者|审核|校对|供稿)[:：].{0,30}
  | 海报 | 收藏 | 分享 | 点赞 | 评论 | 打印 | 下载 | 举报 | 相关 | 首页 | 文档 | 赞 | 踩 | 投诉 | 复制 | 预览 | 全屏 | 目录
  | (?:docx?|pdf|pptx?|wps|txt) | [★☆]+ | [<>《》«»|·•\-—_=*]{2,}
    """,
    re.VERBOSE | re.IGNORECASE,
)

_PAGE_NUMBER = re.compile(
    r"""
    第\s?\d{1,4}\s?页(?:\s?[/／,，、|]?\s?共\s?\d{1,4}\s?页)? | 共\s?\d{1,4}\s?页(?:\s?[/／,，]?\s?第\s?\d{1,4}\s?页)?
  | [-—–－―·~]{1,3}\s?\d{1,4}\s?[-—–－―·~]{1,3} | page\s?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?
    """,
    re.VERBOSE | re.IGNORECASE,
)

# 2/7 alone on a line is a page of seven where 1/7 or 3/7 stands too; else it may be a share.
_FRACTION = re.compile(r"(\d{1,4})\s?/\s?(\d{1,4})")
_CLUSTER = 3  # lines in a row that are likely chrome vouch for each other

_INLINE = re.compile(r"\[bookmark:[^\]\n]{0,60}\]|&(?:nbsp|ensp|emsp|#160);?|\{\{?page\}?\}|<br\s?/?>", re.IGNORECASE)

_ABSTRACT_LEAD = re.compile(r"(?:摘要|内容摘要|文档摘要|简介|文档简介|内容简介|资源描述|文档介绍)[:：]")
_TRUNCATED = re.compile(r"(?:\.{3,}|…+|。{3,})$")
_MIN_REPEAT = 24  # characters; shorter coincidences are headings that recur
_MAX_CANDIDATES = 40  # abstracts looked for in one file: each costs a search through it


def is_page_number(line: Line) -> bool:
    """Whether the line is nothing but a decorated page number (第1页, - 3 -, 2/7)."""
    return len(line.text) <= 24 and bool(_PAGE_NUMBER.fullmatch(line.text) or _FRACTION.fullmatch(line.text))


def find_chrome(lines: list[Line]) -> dict[int, str]:
    """Which lines are chrome, by index, with the reason; page numbers among them are `page_marker`."""
    found: dict[int, str] = {}
    for index, line in enumerate(lines):
        if len(line.text) > _MAX_LENGTH:
            continue
        if len(line.text) <= 24 and _PAGE_NUMBER.fullmatch(line.text):
            found[index] = PAGE_MARKER
        elif line.text[-1] not in "。；;" and _SURE.fullmatch(line.text):
            found[index] = CHROME  # a full stop ends a sentence, which no site furniture is
    _find_page_fractions(lines, found)
    _find_clusters(lines, found)
    sure = [index for index, reason in found.items() if reason == CHROME]
    for index in sure:
        for step in (-1, 1):
            _spread(lines, found, index, step)
    _find_running_heads(lines, found)
    _find_repeats(lines, found)
    # Last, since what stands above a title vouches for nothing around it.
    found.update(dict.fromkeys(find_preamble(lines, set(found)), CHROME))
    return found


def find_inline(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges of leftovers of conversion inside a line (`[bookmark: …]`, `&nbsp;`)."""
    return [match.span() for match in _INLINE.finditer(text, start, end)]


def _find_page_fractions(lines: list[Line], found: dict[int, str]) -> None:
    pages: dict[str, list[tuple[int, int]]] = {}
    for index, line in enumerate(lines):
        match = _FRACTION.fullmatch(line.text) if len(line.text) <= 12 else None
        if match and int(match.group(1)) <= int(match.group(2)):
            pages.setdefault(match.group(2), []).append((index, int(match.group(1))))
    for places in pages.values():
        numbers = {number for _, number in places}
        for index, number in places:
            if number - 1 in numbers or number + 1 in numbers:
                found[index] = PAGE_MARKER


def _find_clusters(lines: list[Line], found: dict[int, str]) -> None:
    """Likely chrome that stands together, beside nothing surer: 下载 打印 收藏, each on its line."""
    run: list[int] = []
    for index, line in enumerate([*lines, None]):
        if line is not None and index not in found and _is_likely(line):
            run.append(index)
            continue
        if len(run) >= _CLUSTER and not all(lines[i].text[0].isdigit() for i in run):
            found.update(dict.fromkeys(run, CHROME))
        run = []


def _is_likely(line: Line) -> bool:
    return len(line.text) <= 30 and bool(_LIKELY.fullmatch(line.text))


def _spread(lines: list[Line], found: dict[int, str], index: int, step: int) -> None:
    index += step
    while 0 <= index < len(lines) and index not in found:
        if not _is_likely(lines[index]):
            return
        found[index] = CHROME
        index += step


def _find_running_heads(lines: list[Line], found: dict[int, str]) -> None:
    """Print heads: the title, or a line with a page number in it, that stands again on page after page."""
    if len(lines) < 6:
        return
    keys = [re.sub(r"\d+", "#", squeeze(line.text)) if len(line.text) <= 60 else "" for line in lines]
    counts = Counter(keys)
    title = next((key for index, key in enumerate(keys) if names_document(key) and index not in found), None)
    first = True
    for index, key in enumerate(keys):
        if index in found or not key or counts[key] < 3:
            continue
        if key == title:
            if not first:
                found[index] = CHROME
            first = False
        elif re.search(r"第#页|共#页|page#|#/#", key, re.IGNORECASE):
            found[index] = CHROME


def _find_repeats(lines: list[Line], found: dict[int, str]) -> None:
    """A site's abstract says the opening again: dropped where its text, whole, stands elsewhere in the file."""
    candidates = []
    after_lead = False
    for index, line in enumerate(lines):
        if index in found:
            after_lead = after_lead or bool(
                _SURE.fullmatch(line.text) and re.search("摘要|简介|展开|收起|描述|介绍", line.text)
            )
            continue
        lead = _ABSTRACT_LEAD.match(line.text)
        if lead or after_lead or _TRUNCATED.search(line.text):
            candidates.append((index, squeeze(_TRUNCATED.sub("", line.text[lead.end() if lead else 0 :]))))
        after_lead = False
    candidates = [(index, body) for index, body in candidates if len(body) >= _MIN_REPEAT][-_MAX_CANDIDATES:]
    if not candidates:
        return
    skipped = {index for index, _ in candidates}
    rest = "".join(
        squeeze(line.text) for index, line in enumerate(lines) if index not in found and index not in skipped
    )
    for index, body in candidates:
        if body in rest:
            found[index] = REPEAT
