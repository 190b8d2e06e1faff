"""Mentions of a time in a passage, and what they say together.

Plans, datelines, ranges of years, and a year that only begins something (2023年以来) are no period.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tagger.metadata.facts import Evidence
from tagger.metadata.passages import Passage

_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ZERO = "〇零○◯OoΟ0"
_YEAR_DIGITS = {**{key: str(value) for key, value in _NUMERALS.items()}, **dict.fromkeys(_ZERO, "0")}

_YEAR = rf"(?<![\d.])(?:(?:19|20)\d\d|[12][ ][09][ ]\d[ ]\d|[一二][九{_ZERO}][{_ZERO}一二三四五六七八九]{{2}})"
_MONTH = r"(?:1[ ]?[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_TO = r"(?:-{1,3}|至|到)"
_ENDED = rf"截[至止]到?{{year}}(?P<{{group}}>{_MONTH})月(?:份?[底末]|(?:28|29|30|31)日)"


def _part(tag: str) -> str:
    """The pattern of a part of a year; `tag` ends the names of its groups, which a pattern may hold but once."""
    ended = _ENDED.format(year="", group=f"ended{tag}")
    return rf"""(?:
        (?P<first{tag}>上半年度?|(?<![上下近这过后前个])半年度?)
      | (?P<second{tag}>下半年度?)
      | 第?(?:一|1)(?:季度)?{_TO}第?(?P<quarters{tag}>[二三四2-4])季度
      | 前(?P<ahead{tag}>[二两三23])个?季度
      | 第?(?P<quarter{tag}>[一二三四1-4])季度
      | (?P<from{tag}>{_MONTH})(?:月份?)?{_TO}(?P<to{tag}>{_MONTH})月份?(?!\d)
      | 前(?P<months{tag}>{_MONTH}|两)个月
      | {ended}
    )"""


# A year goes without 年 only where a part of it, or the name of the report, follows.
_NO_SUFFIX = (
    r"(?=[上下]半年|半年|第?[一二三四1-4]季度|前[二两三23]个?季度|度|全年|年终|(?:卫生(?:健康)?|卫健)?工作总结|总结)"
)
_BACKWARDS = (0, 0)  # what stands for a part of a year that runs backwards: 6-5月
_MASK_SIGN = r"[*×xX□_△]"
_MENTION = re.compile(
    rf"""
    (?P<masked>
        [\d*×xX□_△]{{0,4}}{_MASK_SIGN}(?!(?:19|20)\d\d[ ]?年)[\d*×xX□_△]{{0,4}}年(?!级)
      | 某年
      | {_YEAR}年度?[第前上下]?[\d一至到-]{{0,4}}{_MASK_SIGN}[\d一至到-]{{0,4}}{_MASK_SIGN}{{0,4}}(?:半年|个?季度|月)
    )
  | (?P<cross>(?P<year_a>{_YEAR})年(?P<month_a>{_MONTH})月份?{_TO}(?P<year_b>{_YEAR})年(?P<month_b>{_MONTH})月份?)(?!\d)
  | (?P<range>{_YEAR}(?:年度?)?(?:{_TO}|[、和及])(?:19|20)\d\d年?度?)
  | (?P<date>{_YEAR}(?:年{_MONTH}月\d{{1,2}}日?|[-./]\d{{1,2}}[-./]\d{{1,2}}))
  | {_ENDED.format(year=rf"(?P<year_e>{_YEAR})年", group="ended_e")}
  | (?P<year_m>{_YEAR})年(?P<month_m>{_MONTH})月份?(?!\d|[初上中下底末起至到、-]|以来)(?!(?:{_TO}){_MONTH})
  | (?P<year>{_YEAR})(?P<suffix>年度?|{_NO_SUFFIX})度?\n?的?(?:{_part("")})?
  | {_part("_bare")}
""",
    re.VERBOSE,
)

# A report is one even where it speaks of a plan (计划完成情况); 关于…计划的报告 only passes a plan on.
_REPORT = re.compile(r"总结|报告|汇报|情况|小结|述职|公报|通报|简报|自评|回顾")
_PLAN = re.compile(
    r"计划(?!生育|免疫)|(?<!免疫)规划|打算|安排|思路|要点|谋划|展望|部署|预算|方案|目标|任务书|意见|通知|通告|公告|办法"
)
_COVERING = re.compile(r"的(?:报告|汇报|请示|函)")
_IN_PASSING = re.compile(r"(?:落实|贯彻|学习|整改|针对|对照|反馈|依据|根据|按照)$")
_SINCE = re.compile(r"以来|起(?!草)|开始|开年")
_QUOTED = re.compile(r"《(?![^》]*(?:总结|汇报|小结|报告))[^》\n]*》")


@dataclass(slots=True)
class _Mention:
    start: int
    end: int
    year: int | None = None
    months: tuple[int, int] | None = None
    until_year: int | None = None  # of a span of months across two years
    open: bool = False  # masked, a range, or 以来: names no period by itself
    masked: bool = False
    plan: bool | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a passage says of its period. `year` and `months` may each be missing; `blocked`: it hides or contradicts it.

    `loose`: the year is there, but not as a whole (2023年以来, 2023年工作总结及下半年打算).
    """

    year: int | None = None
    months: tuple[int, int] | None = None
    until_year: int | None = None
    loose: bool = False
    blocked: bool = False
    evidence: Evidence | None = None

    @property
    def empty(self) -> bool:
        """Whether the passage speaks of no period at all."""
        return self.year is None and self.months is None and not self.blocked


def mention_spans(text: str) -> list[tuple[int, int]]:
    """Where times are mentioned: the name of a place may end or begin there."""
    return [match.span() for match in _MENTION.finditer(text) if not match.group("date") and not match.group("masked")]


def read_period(passage: Passage, start: int = 0, end: int | None = None) -> Reading:
    """The period that `passage[start:end]` speaks of."""
    text = passage.text[: len(passage.text) if end is None else end]
    # What stands in quotes is another document, unless it is this report's own title.
    text = _QUOTED.sub(lambda quoted: "《" * len(quoted.group()), text)
    mentions = _find_mentions(text, start)
    plan_for_second = any(each.plan and each.months == (7, 12) and each.year is None for each in mentions)
    mentions = [each for each in mentions if not each.plan]
    if not mentions:
        return Reading()
    evidence = passage.evidence(mentions[0].start, mentions[-1].end)
    if any(each.masked for each in mentions):
        return Reading(blocked=True, evidence=evidence)
    years = {(each.year, each.until_year) for each in mentions if each.year is not None}
    months = {each.months for each in mentions if each.months is not None}
    if (
        len(years) > 1
        or len(months) > 1
        or _BACKWARDS in months
        or any(each.open and each.year is None for each in mentions)
    ):
        return Reading(blocked=True, evidence=evidence)
    year, until_year = years.pop() if years else (None, None)
    part = months.pop() if months else None
    loose = part is None and (plan_for_second or any(each.open for each in mentions))
    return Reading(year, part, until_year, loose, evidence=evidence)


def _find_mentions(text: str, start: int) -> list[_Mention]:
    mentions = []
    for match in _MENTION.finditer(text, start):
        mention = _read_mention(match)
        if (
            mention is None
            or _in_brackets(text, match)
            or _IN_PASSING.search(text[max(start, match.start() - 3) : match.start()])
        ):
            continue
        if _SINCE.match(text, match.end()):
            mention.open = mention.months is None
        mentions.append(mention)
    for index, mention in enumerate(mentions):
        following = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
        mention.plan = _is_plan(text[mention.end : following])
    # 2022年和2023年工作计划: the word for both stands behind the last.
    for mention, after in zip(reversed(mentions[:-1]), reversed(mentions[1:]), strict=True):
        if mention.plan is None:
            mention.plan = after.plan
    return mentions


def _is_plan(text: str) -> bool | None:
    """Whether the words behind a mention name a plan; None where they name no kind of document."""
    text = _COVERING.sub("", text)
    if _REPORT.search(text):
        return False
    return True if _PLAN.search(text) else None


def _in_brackets(text: str, match: re.Match[str]) -> bool:
    """Whether a month is a dateline: （2023年6月）, or a line of its own."""
    if match.group("year_m") is None:
        return False
    before = text[match.start() - 1] if match.start() else "\n"
    after = text[match.end()] if match.end() < len(text) else "\n"
    return before in "(\n【[" and after in ")\n】]"


def _read_mention(match: re.Match[str]) -> _Mention | None:
    start, end = match.span()
    if match.group("masked"):
        return _Mention(start, end, open=True, masked=True)
    if match.group("date"):
        return None
    if match.group("range"):
        return _Mention(start, end, open=True)
    if match.group("cross"):
        year, until = _read_year(match.group("year_a")), _read_year(match.group("year_b"))
        months = _read_month(match.group("month_a")), _read_month(match.group("month_b"))
        if until == year + 1 and months[0] > months[1] or until == year and months[0] <= months[1]:
            return _Mention(start, end, year, months, until if until > year else None)
        return _Mention(start, end, open=True)
    if match.group("ended_e"):
        return _Mention(start, end, _read_year(match.group("year_e")), (1, _read_month(match.group("ended_e"))))
    if match.group("year_m"):
        month = _read_month(match.group("month_m"))
        return _Mention(start, end, _read_year(match.group("year_m")), (month, month))
    if match.group("year"):
        months_of = _read_part(match, "")
        return _Mention(start, end, _read_year(match.group("year")), months_of, open=months_of == _BACKWARDS)
    months_of = _read_part(match, "_bare")
    return _Mention(start, end, None, months_of, open=months_of == _BACKWARDS)


def _read_year(text: str) -> int:
    return int("".join(_YEAR_DIGITS.get(character, character) for character in text.replace(" ", "")))


def _read_month(text: str) -> int:
    text = text.replace(" ", "")
    if text.isdigit():
        return int(text)
    return 10 + _NUMERALS.get(text[1:], 0) if text[0] == "十" else _NUMERALS[text]


def _read_part(match: re.Match[str], tag: str) -> tuple[int, int] | None:
    """First and last month of a part of a year."""
    if match.group("first" + tag):
        return 1, 6
    if match.group("second" + tag):
        return 7, 12
    for group in ("quarters", "ahead"):
        if match.group(group + tag):
            return 1, 3 * _read_month(match.group(group + tag))
    if match.group("quarter" + tag):
        last = 3 * _read_month(match.group("quarter" + tag))
        return last - 2, last
    for group in ("months", "ended"):
        if match.group(group + tag):
            return 1, _read_month(match.group(group + tag))
    if match.group("from" + tag):
        first, last = _read_month(match.group("from" + tag)), _read_month(match.group("to" + tag))
        return (first, last) if first <= last else _BACKWARDS
    return None
