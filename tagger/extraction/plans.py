"""Whether a sentence marks a VALUE as planned or aimed at, not as something achieved.

A report on work done says both in one breath: 管理高血压患者5000人，计划明年管理6000人. Words that only look like a plan
(计划生育, 免疫规划, 按计划, 目标人群, 占年度计划的72%) are none: where in doubt, the figure is taken for what was achieved.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

_CLAUSE = re.compile(r"[，,；;：:。！？!?]")
# What is to come. 为明年打基础 and 到明年3月才能好 speak of it only in passing.
_AHEAD = re.compile(r"(?<![为给对与和及到待入至])(?:明年|(?<![未迎])来年(?!度)|下一?步|下一?阶段|今后|接下来)")
# What is read of a clause before a VALUE: a list of thousands of values without a comma must not take hours.
_LONG_CLAUSE = 500
_NEAR = 48  # more characters than a name of a target before or behind a VALUE has
_NEAR_START = 6  # characters before such a word where it speaks for the clauses behind its own too
_YEAR = re.compile(r"(?<![截年])[到至](20\d\d)年|(20\d\d)年[底末]?前?(?:要|将|应|可|力争|确保)?(?:达|建成|实现|控制在)")
# Verbs of planning. 计划 is one only where a subject or a time stands before it: 人才计划引进 is the name of a plan.
_PLANNED = re.compile(
    r"(?:^|[\d）)月局委县市区院镇乡站科还原共也并另均]|中心|(?<![一二三四五六七八九十])年)计划"
    r"(?!生育|免疫|怀孕|管理|执行|单列|完成率|[外内的])"
    r"|(?<!完成)计划总?投资(?!的|额的)|规划(?:建筑|床位|用地|占地)"
    r"|(?<![模虚草比])拟(?![定订人合招聘录任])"
    r"|(?<!比)预计|(?<!平均)打算(?!生育)|有望|力争(?!上游|先|第一|一流)|争取(?:在|年|达|实现|突破|使)"
    r"|将(?:达|升[至到为]|增[至加]|突破|超过|建成|于)(?!的)"
    r"|(?<![主重需])(?:要|须|应)(?:力争|确保)?(?:达到|实现|控制在|净增)|目标[是为]|年[底末]前?(?:要|力争|确保)"
)
# A list of targets behind a colon; what was reached is said of in the same words.
_TARGETS = re.compile(r"^[^完实达超]*目标[是为]?$")
# A target named right before its number: 目标值60%, （年度目标72%）, 任务数1800对, 招聘计划85名; 完成目标95% is a share of it.
_LABEL = re.compile(
    r"(?P<share>(?:完成|占)[^，,；;。]{0,6})?(?P<beyond>(?:超出?|超过|高于|低于|高出|优于)[^，,；;。]{0,8})?"
    r"(?:目标|计划|任务数)(?P<exact>值|任务数?|数)?[为是]?[（(：:]?$"
)
_TARGET_AFTER = re.compile(r"[）)”]?(?:以[上下内])?(?P<of>的[^，。；、\d]{0,4})?目标(?!任务|人群|责任)")
_COUNTED = re.compile("[个项份种]")  # 抽查计划3个 counts plans
_POINTS = re.compile("个?(?:百分|千分)?点")
# What follows is done, whatever was planned before: 现已竣工, 目前6.84张.
_DONE = re.compile(r"已|现[有为达]|目前|截[至止]|实际|累计")
_NOW = re.compile(rf"{_DONE.pattern}|今年|本年|全年|上半年")


def is_planned(text: str, start: int, end: int, unit: str = "", year: int | None = None) -> bool:
    """Whether `text` says of the VALUE `start:end`, which the unit follows, that it is planned or aimed at.

    `year` is the one that the report looks back on: 到2025年达到70% is a plan in a report on 2023.
    """
    return are_planned(text, [(start, end, unit)], year)[0]


def are_planned(text: str, values: Sequence[tuple[int, int, str]], year: int | None = None) -> list[bool]:
    """What `is_planned` says of each of the VALUEs of `text` (start, end, unit); its clauses are read once for all of them."""
    starts = [0]  # of the clauses
    aheads = [False]  # whether what stands before a clause says that what is in it is to come
    for separator in _CLAUSE.finditer(text, 0, max((start for start, _, _ in values), default=0)):
        clause = text[starts[-1] : separator.start()]
        aheads.append(_reaches_on(clause, separator.group(), year) or aheads[-1] and not _NOW.search(clause))
        starts.append(separator.end())
    planned = []
    for start, end, unit in values:
        at = bisect_right(starts, start) - 1
        before = text[max(starts[at], start - _LONG_CLAUSE) : start]
        behind = end + len(unit)
        planned.append(
            _is_target(text[max(0, start - _NEAR) : start], text[behind : behind + _NEAR], unit)
            or _is_ahead(before, aheads[at], year)
        )
    return planned


def _is_ahead(clause: str, ahead: bool, year: int | None) -> bool:
    """Whether what follows on `clause` is to come; `ahead` is what the clauses before it say."""
    marks = [match.end() for pattern in (_AHEAD, _PLANNED) for match in pattern.finditer(clause)]
    marks += [match.end() for match in _years(clause, year)]
    return not _DONE.search(clause, max(marks)) if marks else ahead and not _NOW.search(clause)


def _reaches_on(clause: str, separator: str, year: int | None) -> bool:
    """Whether a clause says that what stands in the next ones is to come."""
    match = _AHEAD.search(clause)
    if match and match.start() <= _NEAR_START or any(_years(clause, year)):
        return True
    return separator in "：:" and bool(_TARGETS.search(clause))


def _years(clause: str, year: int | None) -> list[re.Match[str]]:
    """Where a year to come is said to be the time of what is aimed at."""
    if year is None:
        return []
    return [match for match in _YEAR.finditer(clause) if int(match.group(1) or match.group(2)) > year]


def _is_target(before: str, after: str, unit: str) -> bool:
    """Whether the VALUE between these texts is named as a target, before or behind it."""
    counted = _COUNTED.fullmatch(unit) is not None
    behind = _TARGET_AFTER.match(after)
    if behind and (behind.group("of") or not counted):
        return True
    label = _LABEL.search(before)
    if label is None or label.group("share") or counted and label.group("exact") != "值" or _POINTS.fullmatch(unit):
        return False
    return not label.group("beyond") or unit in ("%", "％")
