"""The time a report speaks of: title first, then file name, then the sentence that announces the report."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from tagger.metadata.facts import Evidence, Period, PeriodKind
from tagger.metadata.mentions import Reading, read_period
from tagger.metadata.passages import Passage

# 现将我局上半年工作情况汇报如下: from the first word to 如下 it is this report that is spoken of.
_AS_FOLLOWS = r"(?<!通知)(?<!要求)(?<!安排)(?<!部署)(?<!意见)如下(?!部署|安排|意见|要求)"
_STATEMENT = re.compile(
    rf"(?:现将|现就|现把|现对|特将)[^\n]{{0,100}}?(?:{_AS_FOLLOWS}|汇报|报告|总结|小结)"
    rf"|(?<![^,\n])[^\n,。]{{0,40}}(?:总结|汇报|报告|小结){_AS_FOLLOWS}"
)
_SALUTATION = re.compile(r"(?![^\n]*如下)[^\n,。]{1,40}:(?:\n|$)")
_FIRST_WORDS = re.compile(r"(?:今年)?([^\n,。;:]{1,30})")
_LATE = 10  # a year's report written early says 截至10月底


def find_period(title: Passage, name: Passage, opening: Passage) -> Period | None:
    """The period reported on; None where it is masked, contradicted, or mentioned only in passing."""
    titled, named = read_period(title), read_period(name)
    announcement = _STATEMENT.search(opening.text)
    statement = read_period(opening, *announcement.span()) if announcement else Reading()
    lead = _read_lead(opening)
    base = next((each for each in (titled, named, statement) if not each.empty), lead if announcement else Reading())
    if base.blocked or statement.blocked:
        return None
    if base.year is None:
        return _with_year(base, [each for each in (named, statement, lead) if each is not base])
    narrower = [statement, lead] if announcement else []
    if base.loose:
        narrower.append(named)
    return _narrowed(base, [each for each in narrower if each is not base])


def _read_lead(opening: Passage) -> Reading:
    """The period that the first words of the body set: 2023年上半年，…"""
    salutation = _SALUTATION.match(opening.text)
    words = _FIRST_WORDS.match(opening.text, salutation.end() if salutation else 0)
    if not words:
        return Reading()
    reading = read_period(opening, *words.span(1))
    at_start = reading.evidence is not None and reading.evidence.start == opening.places[words.start(1)]
    return reading if at_start and not reading.blocked else Reading()


def _with_year(base: Reading, others: list[Reading]) -> Period | None:
    """The period of a title such as 上半年工作总结, whose year stands elsewhere."""
    if base.evidence is None or base.months is None:
        return None
    for other in others:
        if other.year is not None and other.until_year is None and other.months in (None, base.months):
            return _make_period(other.year, base.months, None, base.evidence, other.evidence)
    return None


def _narrowed(base: Reading, others: list[Reading]) -> Period | None:
    """The period of a reading that has a year, with the part of it that others may add; None if they disagree."""
    assert base.year is not None and base.evidence is not None
    whole = None if base.loose else _make_period(base.year, base.months, base.until_year, base.evidence)
    for other in others:
        if other.blocked or other.evidence is None:
            continue
        if other.year not in (None, base.year):
            return None
        if other.months is None or other.months == base.months:
            continue
        if base.months is not None:
            return None
        if whole is not None and other.months[0] == 1 and other.months[1] >= _LATE:
            continue
        return _make_period(base.year, other.months, None, other.evidence, base.evidence)
    return whole


def _make_period(
    year: int,
    months: tuple[int, int] | None,
    until: int | None,
    evidence: Evidence,
    year_evidence: Evidence | None = None,
) -> Period:
    first, last = months or (1, 12)
    value, kind = _name(year, first, last, until)
    final = until or year
    return Period(
        value, evidence, kind, date(year, first, 1), date(final, last, monthrange(final, last)[1]), year_evidence
    )


def _name(year: int, first: int, last: int, until: int | None) -> tuple[str, PeriodKind]:
    """One name for one stretch of time, however it was written: 2023年1-6月 is 2023年上半年."""
    if until is not None:
        return f"{year}年{first}月-{until}年{last}月", "months"
    if (first, last) == (1, 12):
        return f"{year}年", "year"
    if (first, last) == (1, 6):
        return f"{year}年上半年", "first_half"
    if (first, last) == (7, 12):
        return f"{year}年下半年", "second_half"
    if last - first == 2 and last % 3 == 0:
        return f"{year}年第{'一二三四'[last // 3 - 1]}季度", "quarter"
    if (first, last) == (1, 9):
        return f"{year}年前三季度", "months"
    return (f"{year}年{first}月" if first == last else f"{year}年{first}-{last}月"), "months"
