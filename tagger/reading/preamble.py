"""What stands above the title of an official document: red head, number, signer, secrecy, urgency, 附件1.

Such lines are taken out only above a title: below one, or where no title follows, they may be the report's own words.
"""

from __future__ import annotations

import re

from tagger.reading.characters import squeeze
from tagger.reading.enumerators import read_enumerator
from tagger.reading.headings import is_title, names_document
from tagger.reading.lines import Line

_MAX_LINES = 12  # a preamble takes no more, and a title below it no more than _TITLE_LINES
_TITLE_LINES = 4

RED_HEAD = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,36}(?:局|委|委员会|厅|办公室|政府|中心|医院|保健院|卫生院|监督所|领导小组))"
    r"(?:（|\()?文件(?:）|\))?"
)
ATTACHMENT = re.compile(r"附(?:件|表)?[一二三四五六七八九十\d]{0,3}(?:[-—－.之]\d{1,2})?[:：]?")
_NUMBER = r"[\u4e00-\u9fff]{1,16}[〔﹝\[［（(【]20\d\d[〕﹞\]］）)】](?:第)?\d{1,5}号"
_SIGNER = r"签发人?[:：].{0,16}"
_SECRECY = r"(?:(?:绝密|机密|秘密)(?:[★☆].{0,8})?|内部(?:资料|文件|材料)(?:[,，]?.{0,8})?|密级(?:[:：].{0,12})?)"
_URGENCY = r"(?:(?:特提|特急|加急|急件|平急)|(?:紧急程度|缓急)[:：].{0,8})"
_COPY = r"(?:份号(?:[:：]?\d{0,8})?|\d{6}|№\d{1,8})"
_SUBJECT = r"(?:公开(?:方式|属性)?[:：].{0,12}|(?:主动|依申请|不予)公开|[-—─_＿=*★☆]{2,80})"
# Two of them stand on one line: 溆卫发〔2023〕15号 签发人：张三. The blanks between are gone.
_PREAMBLE = re.compile(rf"(?:{_NUMBER}|{_SECRECY}|{_URGENCY}|{_COPY}|{_SUBJECT})*(?:{_SIGNER})?")


def find_preamble(lines: list[Line], skip: set[int]) -> list[int]:
    """The lines above the title that are none of it, by index; none where no title follows them.

    `skip` holds the lines that are taken out for other reasons.
    """
    there = [index for index in range(min(len(lines), len(skip) + _MAX_LINES + _TITLE_LINES)) if index not in skip]
    found: list[int] = []
    for index in there[:_MAX_LINES]:
        if not _is_preamble(lines[index].text):
            break
        found.append(index)
    title = there[len(found) : len(found) + _TITLE_LINES]
    if not title:
        return []
    if title[0] + 1 < len(lines) and _is_running_head(lines, title):
        # The head of the first page is the name of the author, or the title, said once more on its own.
        found.append(title.pop(0))
    return found if found and _begins_title([lines[index].text for index in title]) else []


def _is_preamble(text: str) -> bool:
    if len(text) > 60:
        return False
    body = squeeze(text)
    return bool(RED_HEAD.fullmatch(body) or ATTACHMENT.fullmatch(body) or _PREAMBLE.fullmatch(body))


def _is_running_head(lines: list[Line], title: list[int]) -> bool:
    """Whether the first line is an author's name that the next line begins with: both are not one title."""
    if len(title) < 2:
        return False
    first, second = (squeeze(lines[index].text) for index in title[:2])
    return first != second and len(first) >= 4 and second.startswith(first) and names_document(second)


def _begins_title(texts: list[str]) -> bool:
    """Whether the first lines are a title: one names a document, and those above it are no text."""
    for text in texts:
        if read_enumerator(text) or text[-1] in "。；，、：！？;,:!?":
            return False
        if is_title(text) and names_document(text):
            return True
    return False
