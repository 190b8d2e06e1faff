"""Violations of the guideline that can be seen in one sentence: what stands at the edge of a span, and what stands in it.

Each rule names its section of data/GUIDELINES.md. A rule here never fires on what the guideline allows; what it cannot tell
it lets pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tagger.data.gold import GoldEntity, GoldSentence

_EDGE = frozenset("，。；、：！？!?,;:·…—\u3000 \t")
_CLOSERS = {"（": "）", "(": ")", "《": "》", "【": "】", "[": "]", "“": "”"}
# §3 METRIC: the light verbs, and words that only begin or end like one.
_LIGHT_FIRST = re.compile(
    r"(?:开展(?!率)|完成(?!率|量|度|比例|情况|时限|进度|质量|.*任务)|进行(?!性|曲)|实现(?!率|程度)"
    r"|有(?!效|偿|害|线|机|创|关|序|毒|责|氧|源|奖|资质|资格|价值|症状|意|形|声|无|限|感|.*者$|劳动能力|慢性病)"
    r"|为(?!民|老|群众|人民|困难|老年人|患者|基层|.*(?:服务|体检|办)$)|达到?(?!标|成|峰|芬奇|推荐|国家|.*(?:标准|要求|水平)|人)"
    r"|共(?!付|建|享|同|青|病|产|用|治|性|识|患|计划)计?|[累合]计(?=.)(?!发病率)|计(?!划|生|算|量|免|费|件|提)|约(?!谈|束|定|见|诊)|正在"
    r"|(?:已|尚|还|仅)(?!开工|搬走|婚|故|知)(?=.{2})|一共)."
)
_LIGHT_LAST = re.compile(
    r".(?:(?<![认行作因成人转视定])为|(?<![到直送抵下传])达到?|累计|[共合]计|正在|开展|进行|实现|[共还另仅只均尚仍已]有|已|提高到|提升到|下降到|扩大到|增加到|降至|升至|降到|增至|减至|控制在|(?<![人平日户村院省市月年室床次全])均|一共)$"
)
_PLACE_FIRST = re.compile(
    r"(?:[全我本][市县区省州旗镇乡院局委系](?!域|级|外|内|户籍|统[一筹]|位[次居列]|并列|第|平均|.*排[名位])|辖区(?=.)|截至|目前|上半年|下半年|全年(?!龄)"
    r"|今年|去年(?!同)|上年(?!末|度结|结)|年[内末](?=.)|当年(?=.)|本[年月季]|年度(?!计划$|任务$|目标$|重点|人均)|\d{4}年|\d{1,2}月(?!龄|.*占)|[一二三四]季度"
    r"|疫情期间|期间(?!费用))."
)
# §3 VALUE: modifiers are read, not annotated; a magnitude is part of the VALUE.
_MODIFIER_FIRST = re.compile(r"[近约逾达共≥≤>＞<＜超上]")
_MODIFIER_LAST = re.compile(r"(?:以上|以下|左右|上下|以内)$")
_MAGNITUDE = re.compile(
    r"[余多几来]|个?[万亿]|十(?![字])|[百千](?!克|米|瓦|卡|焦|帕|伏|分点)|[^/每\d十百千][万亿]|.*[（(][万亿]"
)
_DIGIT = re.compile(r"[\d０-９]")
_NUMERAL = re.compile(r"[\d０-９零〇一二两三四五六七八九十百千万亿半几数*＊×xXｘＸ□○△●]")
_INNER_TERMINATOR = re.compile(r"[。！？；!?;](?=.*[^。！？；!?;”’』」）)》\"'])")
_YEAR = re.compile(r"(?:19|20)[\d*]{2}|[12]\d|[二一][〇○零九][〇○零一二三四五六七八九]{2}")
_MONTH = re.compile(r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def violations(sentence: GoldSentence, names: Sequence[str] = ()) -> Iterator[str]:
    """What in a sentence's annotation goes against the guideline, one message each; `names` are the file's own."""
    text = sentence.text
    if _INNER_TERMINATOR.search(text):
        yield "§1: a terminator inside the sentence; give each sentence its own line"
    if [link.group for link in sentence.links] != list(range(1, len(sentence.links) + 1)):
        yield "§5: links are not numbered in the order of their VALUEs"
    for entity in sentence.entities:
        written = text[entity.start : entity.end]
        yield from (f"{message}: {entity.label} {written}" for message in _edges(written))
        check = {"METRIC": _metric, "VALUE": _value, "UNIT": _unit}.get(entity.label)
        if check is None:  # a label that the taxonomy adds: its rules are its own
            continue
        yield from (f"{message}: {entity.label} {written}" for message in check(sentence, entity, written))
        if entity.label == "METRIC" and any(_is_place(name) and written.startswith(name) for name in names):
            yield f"§3: a place or time in front: METRIC {written}"


def _is_place(name: str) -> bool:
    return len(name) > 1 and name.endswith(("省", "市", "县", "区", "旗", "镇", "乡", "村", "街道", "社区"))


def _edges(written: str) -> Iterator[str]:
    first, last = written[0], written[-1]
    if first in _EDGE or last in _EDGE:
        yield "§3: punctuation or space at the edge"
    if any(written.count(opener) != written.count(closer) for opener, closer in _CLOSERS.items()):
        yield "§3: half of a pair of brackets or quotes"


def _metric(sentence: GoldSentence, entity: GoldEntity, written: str) -> Iterator[str]:
    # 完成工程量的80%: what the share is of.
    share = sentence.text.startswith("的", entity.end) or written.endswith("占")
    if _LIGHT_FIRST.match(written) and not (share and written.startswith("完成")) or _LIGHT_LAST.search(written):
        yield "§3: a light verb at the edge"
    if _PLACE_FIRST.match(written):
        yield "§3: a place or time in front"
    if written.endswith("的") and not written.endswith(("目的", "标的")):
        yield "§3: 的 at the edge"
    if "，" in written or "," in written:
        yield "§3: reaches over a comma"


def _value(sentence: GoldSentence, entity: GoldEntity, written: str) -> Iterator[str]:
    text = sentence.text
    before, after = text[: entity.start], text[entity.end :]
    if _MODIFIER_FIRST.match(written) or _MODIFIER_LAST.search(written):
        yield "§3: a modifier inside"
    if re.search("[年月日]", written) or _is_date(before, written, after):
        yield "§3: a date is no VALUE"
    if _DIGIT.match(written) and _DIGIT.search(before[-1:]) or _DIGIT.search(written[-1:]) and _DIGIT.match(after):
        yield "§3: cut inside a number"
    if not _NUMERAL.search(written):
        yield "§3: no number, no numeral, no mask"
    if after[:1] in ("万", "亿") and not any(each.start == entity.end for each in sentence.entities):
        yield "§3: its magnitude is left out"


def _is_date(before: str, written: str, after: str) -> bool:
    plain = written.translate(_FULL_WIDTH)
    if _YEAR.fullmatch(plain) and re.match("年(?!龄)|学年", after) and not re.search("[任期满]", before[-2:]):
        return len(plain) == 4 or before.endswith("于") or bool(re.match(r"年\d{1,2}月", after))
    if _MONTH.fullmatch(plain) and re.match("月(?!龄)", after):
        return True
    if re.fullmatch(r"\d{4}[.-]\d{1,2}[.-]\d{1,2}|\d{1,2}·\d{1,2}|〔.*〕", plain):
        return True
    if re.fullmatch(r"(?:19|20)\d\d[-—－～](?:19|20)\d\d", plain) and after.startswith("年"):
        return True
    return (
        before.endswith("月")
        and after.startswith(("日", "号"))
        or bool(before.endswith("第") and re.match("[届版]", after))
    )


def _unit(sentence: GoldSentence, entity: GoldEntity, written: str) -> Iterator[str]:
    if _MAGNITUDE.match(written):
        yield "§3: a magnitude in front"
    if not any(
        each.label == "VALUE" and each.end == entity.start and each.groups == entity.groups
        for each in sentence.entities
    ):
        yield "§3: not right after its VALUE"
