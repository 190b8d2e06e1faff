"""Where a report comes from and who wrote it: names of places that stand where a report names its own.

A name counts at the start of a title or line, behind a time or 关于, and only with an institution, a time or the
work's name behind it. Precision goes first: a name that only may be the report's own is left out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tagger.metadata.divisions import MASK, Division, divisions_at
from tagger.metadata.facts import Evidence, Fact, Level
from tagger.metadata.issuers import Issuer, issuer_at, placeless_at
from tagger.metadata.mentions import mention_spans
from tagger.metadata.passages import Passage
from tagger.reading.characters import HAN

_PREFIX = re.compile(r"(?:关于(?:报送|印发|呈报|上报|转发)?|中共|报送|呈报|上报|附件|现将|现就|现对)+")
_NO_ANCHOR = f"A-Za-z、{MASK}"
_ANCHOR = re.compile(rf"(?:^|(?<=[^{HAN}{_NO_ANCHOR}]))(?=[{HAN}])")
# The work that a place's report is about, where no institution is named: 溆浦县卫生健康工作总结.
_WORK = re.compile(
    r"卫生(?!城|县|村|乡|镇)|卫健|健康(?!城|县|村|乡|镇)|医疗|医改|医药|疾控|疾病|公共卫生|基本公共|妇幼|爱国|中医|计划生育|计生|医保|新冠|新型冠状|疫情|突发|传染病|结核|慢性?病|老龄|人口|人民医院|公立|医养|老年|托育|智慧医院|家庭医生|三级公立|创建"
)
_ALONE = re.compile(r"$|[\n()\[\]【】《》“_.:|+ -]")
_GENERIC = re.compile(r"(?P<unit>自治区|省|州|县|区|旗|镇|乡|街道)")
_GENERIC_LEVELS: dict[str, Level] = {
    "自治区": "province",
    "省": "province",
    "州": "prefecture",
    "县": "county",
    "旗": "county",
    "区": "district",
    "镇": "township",
    "乡": "township",
    "街道": "township",
}
_MASKED = re.compile(rf"[*×□△○＊]|[xXＸｘ]{{2,}}|[{MASK}](?:省|市|县|区|州|旗|盟|镇|乡|街道|医院)")
_MASKED_YEAR = re.compile(r"[\d*×xX□_△]{0,4}[*×xX□_△][\d*×xX□_△]{0,4}年")


class Candidate(NamedTuple):
    """A place named where a report names its own, with the institution behind it; offsets are of the passage."""

    division: Division | None
    issuer: Issuer | None
    passage: Passage
    start: int

    @property
    def region_evidence(self) -> Evidence:
        """The words that name the place."""
        assert self.division is not None
        return self.passage.evidence(self.start, self.division.end)


def find_candidates(passage: Passage) -> list[Candidate]:
    """The places and institutions that a title, a file name or a line names as its own."""
    text = passage.text
    times = mention_spans(text)
    starts = {start for start, _ in times}
    anchors = {match.start() for match in _ANCHOR.finditer(text)}
    anchors = {at for at in anchors if not any(start < at < end for start, end in times)}
    anchors.update(end for _, end in times)
    anchors = {match.end() if (match := _PREFIX.match(text, at)) else at for at in anchors}
    found: list[Candidate] = []
    covered = 0
    for at in sorted(anchors):
        if at < covered:
            continue
        candidate = _candidate_at(passage, at, starts)
        if candidate:
            found.append(candidate)
            ends = [part.end for part in (candidate.division, candidate.issuer) if part]
            covered = max(ends)
    return found


def _candidate_at(passage: Passage, at: int, times: set[int]) -> Candidate | None:
    text = passage.text
    placeless = placeless_at(text, at)
    for division in divisions_at(text, at):
        issuer = issuer_at(text, division.end)
        if division.short:
            fits = issuer is not None and issuer.authority
        elif division.level == "township":
            fits = issuer is not None and issuer.of_township
        else:
            fits = (
                issuer is not None
                or division.end in times
                or bool(_WORK.match(text, division.end))
                or at == 0
                and bool(_ALONE.match(text, division.end))
            )
        if fits:
            return Candidate(division, issuer, passage, at)
    return Candidate(None, placeless, passage, at) if placeless else None


def generic_level(passage: Passage) -> Fact | None:
    """The level of a title that names a kind of place but no place: 县卫生健康局2023年工作总结."""
    for anchor in _ANCHOR.finditer(passage.text):
        at = anchor.start()
        prefix = _PREFIX.match(passage.text, at)
        at = prefix.end() if prefix else at
        unit = _GENERIC.match(passage.text, at)
        issuer = issuer_at(passage.text, unit.end()) if unit else None
        if unit and issuer and (issuer.authority or issuer.grassroots):
            return Fact(_GENERIC_LEVELS[unit.group("unit")], passage.evidence(at, issuer.end))
    return None


def is_masked(passage: Passage) -> bool:
    """Whether a title or file name hides something other than its year."""
    return bool(_MASKED.search(_MASKED_YEAR.sub("", passage.text)))


def agree(candidates: list[Candidate]) -> Candidate | None:
    """The one place and institution that candidates of one passage name; None where they name several."""
    if not candidates:
        return None
    with_issuer = [each for each in candidates if each.issuer]
    first = (with_issuer or candidates)[0]
    for other in candidates:
        if other.division is None or first.division is None:
            if other is not first:
                return None
            continue
        same = other.division.name == first.division.name
        around = other.division.name in first.division.within
        if not same and not around:
            return None
        if other.issuer and first.issuer and same and other.issuer.name != first.issuer.name:
            return None
    return first
