"""The place and author of a report whose title and file name tell neither: where its text says so beyond doubt."""

from __future__ import annotations

import re

from tagger.document import Document, Stretch
from tagger.metadata.divisions import Division, divisions_at
from tagger.metadata.passages import Passage, line_passages, make_passage
from tagger.metadata.regions import Candidate, find_candidates
from tagger.reading.preamble import ATTACHMENT, RED_HEAD

_MASKED_PLACE = re.compile(
    r"(?:[*×□＊]{1,6}|[xXＸｘ]{2,6}|某{1,2})(?:省|市|县|区|州|旗|镇|乡)|(?:健康|平安)(?:[*×□＊]{1,6}|[xXＸｘ]{2,6})"
)
_LABEL = re.compile(
    r"(?:发布机构|发布单位|填报单位|报送单位|编制单位|汇报单位|单位名称)[:：|\s]{1,8}(?P<who>[^\n\r|]{2,40})"
)
_HEAD = 1500  # characters that page furniture above a report takes at most
_TAIL = 300  # and a signature below it
# What an author does in the first sentence of its report, and a superior named there does not.
_AUTHOR_DOES = re.compile(
    r"在|坚持|坚决|以|深入|紧|认真|全面|按照|围绕|立足|始终|积极|严格|贯彻|牢固|聚焦|,|(?:20\d\d年)?[上下]?半年|20\d\d年|系统|工作"
)
_COMMITTEE = re.compile(r"(?<=[在和及与、,\n])(?=[^,。;\n]{2,12}?委(?:[、,和及县区市旗州]|员会))")
_COMMITTEE_TAIL = re.compile(
    r"[县区市旗州]?委(?:员会)?(?:[、,和及]|[县区市旗州](?:人民)?政府)[^。;\n]{0,40}?(?:领导|指导|部署)"
)
_OWN_DOCUMENTS = re.compile(
    r"(?:制定|印发|出台|下发|起草|修订)[了过]?(?P<titles>(?:《[^《》]{2,80}》[、,，和及]{0,2}){1,8})"
)
_SMALL = "县区旗"


def find_in_body(document: Document, opening: Passage) -> Candidate | None:
    """The report's own place and institution as its text names them; None in a text that masks places."""
    if _MASKED_PLACE.search(document.text):
        return None
    letterhead = _red_head(document)
    if letterhead:
        return letterhead
    for find in (_labelled, _opening_author, _signature, _committee, _own_documents):
        candidate = find(document, opening)
        if candidate and candidate.division and _is_own(candidate.division, document.text):
            return candidate
    return None


def _is_own(division: Division, text: str) -> bool:
    """Whether the report speaks of itself as such a place: 我县 and 全县, and of none smaller."""
    unit = division.name[-1]
    if division.level in (None, "township"):
        return True
    smaller = [other for other in _SMALL if other != unit]
    if unit not in _SMALL and any(f"我{other}" in text for other in smaller):
        return False
    own = _count(text, unit)
    return own > 0 and (unit in _SMALL or all(_count(text, other) < own for other in smaller))


def _count(text: str, unit: str) -> int:
    return sum(text.count(word + unit) for word in ("我", "全", "本"))


def _red_head(document: Document) -> Candidate | None:
    """溆浦县卫生健康局文件, above the title, where one authority's stands there and no attachment begins below it.

    It is the author's own by its form, so it needs no 我县 in the text.
    """
    titles = [heading.start for heading in document.headings if heading.level == 0]
    above = line_passages(document.text, 0, min(titles[0], _HEAD)) if titles else []
    if any(ATTACHMENT.fullmatch(line.text) for line in above):
        return None
    heads = [line for line in above if RED_HEAD.fullmatch(line.text)]
    if len(heads) != 1:
        return None
    candidates = find_candidates(heads[0])
    if len(candidates) != 1 or candidates[0].start > 0 or not candidates[0].issuer:
        return None
    rest = heads[0].text[candidates[0].issuer.end :]
    return candidates[0] if rest.strip("()") == "文件" else None


def _labelled(document: Document, opening: Passage) -> Candidate | None:
    """发布机构：溆浦县卫生健康局, above the report."""
    match = _LABEL.search(document.text, 0, _HEAD)
    if not match:
        return None
    passage = make_passage([Stretch(match.group("who"), *match.span("who"))], document.text, "text")
    return _whole_line(passage)


def _whole_line(passage: Passage) -> Candidate | None:
    candidates = find_candidates(passage)
    if len(candidates) != 1 or candidates[0].start > 0 or not candidates[0].issuer:
        return None
    rest = passage.text[candidates[0].issuer.end :]
    return candidates[0] if not rest or rest[0] in "2二(" else None


def _signature(document: Document, opening: Passage) -> Candidate | None:
    """The author's name on one of the last lines."""
    text = document.text
    lines = [line for line in line_passages(text, max(0, len(text) - _TAIL), len(text)) if line.text]
    for line in reversed(lines[-4:]):
        candidate = _whole_line(line)
        if candidate:
            return candidate
    return None


def _opening_author(document: Document, opening: Passage) -> Candidate | None:
    """2023年，溆浦县卫生健康局在…; 现将溆浦县2023年…如下."""
    text = opening.text
    for candidate in find_candidates(opening):
        start = text.rfind("\n", 0, candidate.start) + 1
        before = text[start : candidate.start]
        if text.count("\n", 0, start) > 2 or not candidate.division:
            continue
        announced = re.search(r"现[将就对]$", before)
        first = re.fullmatch(r"(?:[^,。:]{0,16}(?:年|月|季度|年度)(?:以来)?,?)?", before)
        if announced or first and candidate.issuer and candidate.issuer.authority:
            end = candidate.issuer.end if candidate.issuer else candidate.division.end
            if announced or _AUTHOR_DOES.match(text, end):
                return candidate
    return None


def _committee(document: Document, opening: Passage) -> Candidate | None:
    """在溆浦县委、县政府的坚强领导下."""
    found: dict[str, Candidate] = {}
    for match in _COMMITTEE.finditer(opening.text):
        for division in divisions_at(opening.text, match.start()):
            fits = division.level not in (None, "township") and not division.short
            if fits and _COMMITTEE_TAIL.match(opening.text, division.end):
                found.setdefault(division.name, Candidate(division, None, opening, match.start()))
                break
    own = [each for each in found.values() if each.division and _is_own(each.division, document.text)]
    return own[0] if len(own) == 1 else None


def _own_documents(document: Document, opening: Passage) -> Candidate | None:
    """制定了《溆浦县…实施方案》, where no other county's papers are named and the county is named again."""
    found: dict[str, Candidate] = {}
    for match in _OWN_DOCUMENTS.finditer(document.text):
        for quoted in re.finditer(r"《([^》]+)", match.group("titles")):
            start = match.start("titles") + quoted.start(1)
            passage = make_passage(
                [Stretch(quoted.group(1), start, start + len(quoted.group(1)))], document.text, "text"
            )
            for division in divisions_at(passage.text, 0):
                level = division.level in ("county", "district")
                if level and not re.match("[县区市旗]", passage.text[division.end :]):
                    found.setdefault(division.name, Candidate(division, None, passage, 0))
                    break
    if len(found) != 1:
        return None
    name, candidate = found.popitem()
    return candidate if document.text.count(name) > 1 else None
