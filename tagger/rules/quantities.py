"""Quantities: where a VALUE and its UNIT stand, and what only looks like one.

The grammar proposes from left to right; here each proposal is accepted or not by what stands around it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tagger.extraction.numbers import is_masked
from tagger.rules.grammar import QUANTITY
from tagger.rules.units import UNIT

_UNIT = re.compile(UNIT)
_TRIGGER = re.compile(r"[0-9０-９*＊✱×xXｘＸ□○△◯一二两三四五六七八九十百千万几半第前]")

_RANK_UNITS = {"rank_ordinal": re.compile("名(?!义)|位(?!的)"), "rank_top": re.compile("名(?!义)|位|强(?![化调])")}
_RANKED_BEFORE = re.compile(
    r"(?:排名|排位|排|名列|位列|列|位居|居|位于|位次|并列|跻身|进入|荣获|获得?|取得|夺得|得分|成绩|综合|总分|评比|考核|全[国省市州县区]|团体|赛|比拼|跃升至|上升至|提升至|位|优秀|奖|标兵|能手|项目|，|、)$"
)
_RANK_AFTER = re.compile(
    r"(?:[，。；、）)！,;]|的(?:好|优异|良好)?(?:成绩|名次|位置)|等次|$|[，,]?全[国省市县区]|好成绩)"
)
_CLAUSE_END = re.compile(r"(?:以上|以下|左右|以内|上下|[，。；、：！？）),;:”】\s]|$|的(?!.{0,6}(?:原则|要求))|\()")
_LEVEL_CHANGE = re.compile(r"(?:猛|剧|大幅)?(?:提高|上升|下降|增长|增加|减少|降低|提升|扩大|降|升|增|减)(?:到|至|为)")
_BARE_BEFORE = re.compile(
    r"(?:数|率|量|额|值|比|分|例|为|达|达到|至|到|共|计|共计|累计|是|人|者|约|近|超|超过|突破|逾|儿童|对象|下降|增长|提高|增加|减少|上升|降低|[）)]|[：:])$"
)
_LISTED_BEFORE = re.compile(r"[\u4e00-\u9fff（(：:]$")
_MASK_BEFORE = re.compile(r"(?:数|率|量|额|值|比例|得分|人数|为|达|达到|共计|累计|约|超过|突破|增至|降至)$")
_FREQUENCY = re.compile(
    r"每(?:个)?(?:年|月|季度?|周|半年|天|日|学期|人每?)[^，。；]{0,10}$|(?:至少|不少于|不得少于|不低于)$"
)
_ONE_UNITS = frozenset("家所名例起台辆座栋")
_ONE_HAPPENED = re.compile(r"(?:了|演练|培训|检查|会议|活动|督查)$")
_ONE_BEFORE = re.compile(r"[每任某另同下上这那唯新统第无逐各万不专单进之为]$")
# Behind a Chinese numeral these make names and turns of phrase more often than counts (三天, 两面, 一对一).
_NAME_UNITS = frozenset(
    {"天", "分", "类", "步", "小时", "部", "本", "成", "度", "面", "门", "组", "头", "对", "班", "米"}
)
_POLICY_SET = re.compile(
    r"(?:重点|重大|主要|严重|特殊|常见|慢性?病?|慢特病|大病|人群|对象|癌|免疫规划|国家基本|基本公共|法定|地方病)"
)
_CHANGE_CONTEXT = re.compile(r"用时|缩短|压缩|压减|减少|时限|时间|时长|提速|住院日|提前|累计|共|学时|控制|降")
_NAME_AFTER_MASK = re.compile(
    r"[市县区乡镇村州省旗街社]|大道|路|医|卫|小学|中学|公司|集团|杯|行动|建设|项目|品牌|同志|主任|局长|院长|书记|某"
)
# **所镇, *家坝村: the mask hides the first half of a place's name.
_MASKED_PLACE = re.compile(r"[家所本台位里][\u4e00-\u9fff]?(?:镇|村|乡|社区|街道)(?![镇卫级医村])")
_QUOTED = re.compile(
    r"《[^《》]*》|“[^“”，。；]{0,14}”|“[^“”。；0-9０-９*×]{0,60}”|\"[^\"，。；]{0,14}\"|「[^」]{0,14}」"
)
# 岁 counts where lives are measured; elsewhere it only bounds a population.
_LIFE = re.compile("寿命|平均年龄|年龄中位")
_LIFE_WINDOW = 48
# 未发生1例医疗事故 states that there is none.
_NONE_BEFORE = re.compile(r"(?:无|没有|未[发出][生现]|未报告|杜绝|零)[^，。；\d]{0,3}$")
# 100人以上单位26家: the first number only bounds what the second counts.
_BOUNDING = re.compile(r"(?:及)?以[上下](?:的)?[\u4e00-\u9fff]{0,10}(?<!用于民生)[0-9０-９*]")
_BOUND_UNITS = frozenset({"元", "张", "人", "分", "亩", "平方米", "床", "剂次"})
_LIST_MARK = frozenset("、和与及")
_LIST = re.compile(r"(?:[、和与及][0-9０-９]+(?:[.．][0-9０-９]+)?[百千万亿]*){1,12}")


class Found(NamedTuple):
    """A quantity: `start:end` is the VALUE, `end:unit_end` the UNIT (empty when equal); `kind` how it is written."""

    start: int
    end: int
    unit_end: int
    kind: str


def find_quantities(text: str) -> list[Found]:
    """All quantities of a sentence, from left to right."""
    if not _TRIGGER.search(text):
        return []
    quoted = [match.span() for match in _QUOTED.finditer(text)] if "《" in text or "“" in text or '"' in text else []
    found = []
    position = 0
    while match := QUANTITY.search(text, position):
        position = max(match.end(), position + 1)
        if match.group("skip") is not None:
            if (
                match.group("age") is not None
                and not text.startswith(("以", "及以"), match.end())
                and _LIFE.search(text, max(0, match.start() - _LIFE_WINDOW), match.start())
            ):
                found.append(Found(match.start(), match.end() - 1, match.end(), "amount"))
            continue
        quantity = _accept(text, match)
        if quantity is None:
            continue
        position = max(position, quantity.unit_end)
        if not any(a <= quantity.start and quantity.unit_end <= b for a, b in quoted):
            found.append(quantity)
    return found


def _accept(text: str, match: re.Match[str]) -> Found | None:
    for kind, takes_unit in _KINDS:
        start, end = match.span(kind)
        if start < 0:
            continue
        between = match.group("between")
        if between and not _UNIT.fullmatch(between):
            # No range after all: what stands before the dash may still be an amount.
            kind, end = "amount", match.start("between")
        unit = _UNIT.match(text, end) if takes_unit else None
        if unit is None and takes_unit and text[end - 1] in "多几":
            end -= 1  # 300多元化: 多 belongs to what follows
            unit = _UNIT.match(text, end)
        if unit is None and kind in ("rank_ordinal", "rank_top"):
            unit = _RANK_UNITS[kind].match(text, end)
        return _CHECKS[kind](text, start, end, unit.end() if unit else end)
    return None


def _amount(text: str, start: int, end: int, unit_end: int) -> Found | None:
    before = text[max(0, start - 12) : start]
    value, unit = text[start:end], text[end:unit_end]
    masked = is_masked(value)
    if before and before[-1].isascii() and (before[-1].isalpha() or before[-1] in "/_@#"):
        return None
    if not unit:
        return _bare(text, start, end, before, value, masked)
    after = text[unit_end : unit_end + 8]
    if unit[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha() and unit.isascii():
        return None
    if masked and _MASKED_PLACE.match(text, end) or masked and unit == "人" and after[:1] == "员":
        return None
    if masked and all(is_masked(mark) for mark in value) and unit in ("组", "队", "班", "团", "路", "门"):
        return None
    if unit in ("种", "类") and (not masked and _POLICY_SET.match(after) or unit == "类" and after.startswith("以上")):
        return None
    if unit in ("次", "天") and _FREQUENCY.search(before):
        return None
    if (unit in ("种", "类") or unit in ("剂次", "剂", "针") and len(value) == 1) and re.match(
        r"[^，,。；、0-9*]{0,14}(?:接种|补种|达标|患病|发病)率", text[unit_end : unit_end + 18]
    ):
        return None
    if value in ("1", "１") and _NONE_BEFORE.search(before):
        return None
    if unit in _BOUND_UNITS and _BOUNDING.match(text, unit_end, unit_end + 18):
        return None
    if unit in ("小时", "天", "分钟") and not (
        _CHANGE_CONTEXT.search(text[max(0, start - 16) : start]) or _LEVEL_CHANGE.match(after)
    ):
        return None  # a stretch of time is a measurement only where time is what is measured
    if unit == "度" and not re.search("[电温]", before):
        return None
    return Found(start, end, unit_end, "amount")


def _bare(text: str, start: int, end: int, before: str, value: str, masked: bool) -> Found | None:
    """A VALUE without a unit: a magnitude says enough; else it must stand where only a number can."""
    after = text[end : end + 8]
    if masked:
        magnitude = value[-1] in "万亿余" or "万" in value or "亿" in value
        if magnitude and not _NAME_AFTER_MASK.match(after):
            return Found(start, end, end, "amount")
        if _CLAUSE_END.match(after) and _MASK_BEFORE.search(before) and not re.match("、[*＊xX×]", after):
            return Found(start, end, end, "amount")
        return None
    if after[:1].isascii() and after[:1].isalpha() or (before and before[-1] in "第〔[［“《.．·-－—+＋"):
        return None
    digits = re.sub(r"\D", "", value)
    listed = _LIST.match(text, end)
    if listed and _UNIT.match(text, listed.end()) and (_LISTED_BEFORE.search(before) or before[-1:] in _LIST_MARK):
        return Found(start, end, end, "amount")  # 分别为12360、26350、3126人次
    if value[-1] in "万亿":
        return Found(start, end, end, "amount") if not re.match("步有约|众一心|无一失|家灯火|象|能", after) else None
    if not (_CLAUSE_END.match(after) or _LEVEL_CHANGE.match(after)) or re.search(
        r"(?:热线|电话|编号|代码|拨打|平台|QQ|微信|邮编|[（(])$", before
    ):
        return None
    if _BARE_BEFORE.search(before):
        return Found(start, end, end, "amount")
    if (
        len(digits) >= 3
        and before
        and "\u4e00" <= before[-1] <= "\u9fff"
        and not (len(digits) == 4 and digits[:2] in ("19", "20"))
    ):
        return Found(start, end, end, "amount")
    return None


def _range(text: str, start: int, end: int, unit_end: int) -> Found | None:
    before = text[max(0, start - 3) : start]
    if before and (before[-1].isascii() and before[-1].isalpha() or before[-1] in "/第"):
        return None
    if unit_end == end and text[end - 1] not in "万亿千百":
        tail = text[end : end + 2]
        if not (_CLAUSE_END.match(tail) and _BARE_BEFORE.search(before)):
            return None
    return Found(start, end, unit_end, "range")


def _ratio(text: str, start: int, end: int, unit_end: int) -> Found | None:
    before = text[max(0, start - 12) : start]
    if (
        "比" in text[start:end]
        or re.search(r"比|按|例|达|为|配备|配置|[（(]$", before)
        or re.match(r"的|配", text[end : end + 1])
    ):
        return Found(start, end, unit_end, "ratio")
    return None


def _fraction(text: str, start: int, end: int, unit_end: int) -> Found | None:
    return Found(start, end, unit_end, "fraction")


def _slash(text: str, start: int, end: int, unit_end: int) -> Found | None:
    before = text[max(0, start - 4) : start]
    if (
        re.search("[约近占超达的为]$", before)
        or before
        and before[-1] >= "一"
        and re.match("[，。；）]|$", text[end : end + 1])
    ):
        return Found(start, end, end, "fraction")
    return None


def _broken(text: str, start: int, end: int, unit_end: int) -> Found | None:
    """Digits parted by a blank or a break: a VALUE is there, but which number it is nobody can say."""
    if "年" in text[end : end + 2] or "月" in text[end : end + 2] or text[max(0, start - 1) : start] == "第":
        return None
    return Found(start, end, unit_end, "broken")


def _garbled(text: str, start: int, end: int, unit_end: int) -> Found | None:
    """Digits and punctuation that make no number; without a unit they are an item's mark or a code (1.1.2)."""
    before = text[max(0, start - 1) : start]
    if unit_end == end and text[end - 1] not in "万亿" or (before.isascii() and before.isalpha()):
        return None
    return Found(start, end, unit_end, "broken")


def _rank(text: str, start: int, end: int, unit_end: int) -> Found | None:
    start -= 1  # 第 and 前 are part of the VALUE
    before, after = text[max(0, start - 6) : start], text[unit_end : unit_end + 8]
    if unit_end > end:
        if text[start] == "前":
            return (
                Found(start, end, unit_end, "rank")
                if _RANKED_BEFORE.search(before) or _RANK_AFTER.match(after)
                else None
            )
        return Found(start, end, unit_end, "rank")
    if (
        before
        and _RANKED_BEFORE.search(before)
        and _RANK_AFTER.match(after)
        and not (start == 0 or before.endswith(("，", "、")) and after.startswith(("，", "、")))
    ):
        return Found(start, end, end, "rank")
    return None


def _cn(text: str, start: int, end: int, unit_end: int) -> Found | None:
    if unit_end == end:
        return None  # a Chinese numeral without a measure word is part of a name
    value, unit = text[start:end], text[end:unit_end]
    before, after = text[max(0, start - 10) : start], text[unit_end : unit_end + 6]
    if unit == "期" and after.startswith(("等", "、", "及", "和")):
        return None  # 机场二期、电厂三期: stages of works, not issues of a bulletin
    if value.startswith("一") and len(value) == 1:
        happened = unit in ("次", "场") and bool(_ONE_HAPPENED.search(before)) and after[:1] != "性"
        if not (happened or unit in _ONE_UNITS) or _ONE_BEFORE.search(before) or re.search("没有|[未无]", before[-4:]):
            return None
    if unit in ("剂次", "剂", "针") and re.match(r"[^，,。；、]{0,14}(?:接种|补种)率", text[unit_end : unit_end + 18]):
        return None
    if value[0] in "百千万" and len(value) == 1 or before[-1:] in ("第", "统", "之") or after[:1] == "一":
        return None
    if before[-1:] and before[-1] in "0123456789·-－—负" or re.search("[一二三四五六七八九十]、$", before):
        return None
    if unit in _NAME_UNITS and value not in ("十余", "十几", "几十"):
        if not (unit == "成" and (re.match(r"[，。以左的]|$", after) or before.endswith(tuple("超近约达过逾")))):
            return None
    if unit == "次" and (
        _FREQUENCY.search(before)
        or after.startswith("以上的")
        or re.match(r"(?:全会|会议精神|党代会|代表大会)", after)
        or re.search("[届会].{0,3}$", before)
        and after.startswith("会议")
    ):
        return None
    if unit == "人" and (after.startswith(tuple("小行以")) or before.endswith(("等", "每"))):
        return None
    return Found(start, end, unit_end, "amount")


_KINDS = (
    ("amount", True),
    ("range", True),
    ("cn", True),
    ("rank_ordinal", False),
    ("ratio", True),
    ("rank_top", False),
    ("fraction", False),
    ("percent", False),
    ("slash", False),
    ("cn_range", True),
    ("broken", True),
    ("garbled", True),
)
_CHECKS = {
    "amount": _amount,
    "range": _range,
    "cn": _cn,
    "cn_range": _cn,
    "rank_ordinal": _rank,
    "rank_top": _rank,
    "ratio": _ratio,
    "fraction": _fraction,
    "percent": _fraction,
    "slash": _slash,
    "broken": _broken,
    "garbled": _garbled,
}
