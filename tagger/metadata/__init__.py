"""Metadata of a report: region, level, period and issuer, each with the words that say it.

Title first, then file name, then the text where it leaves no doubt. What is masked, omitted or contradicted is None.
"""

from __future__ import annotations

from tagger.document import Document
from tagger.metadata.body import find_in_body
from tagger.metadata.facts import Evidence, Fact, Level, Metadata, Period, PeriodKind, Place, Region
from tagger.metadata.passages import name_passage, opening_passage, title_passage
from tagger.metadata.periods import find_period
from tagger.metadata.regions import Candidate, agree, find_candidates, generic_level, is_masked

__all__ = ["Evidence", "Fact", "Level", "Metadata", "Period", "PeriodKind", "Place", "Region", "find_metadata"]


def find_metadata(document: Document, name: str) -> Metadata:
    """What the report says of its place, its time and its author.

    `name` is the file's name or path, of which the last part is read; offsets of evidence from it are offsets into `name`.
    """
    title, named, opening = title_passage(document), name_passage(name), opening_passage(document)
    generic = generic_level(title) or generic_level(named)
    period = find_period(title, named, opening)
    for passage in (title, named):
        candidates = find_candidates(passage)
        if candidates or is_masked(passage):
            candidate = agree(candidates)
            break
    else:
        candidate = find_in_body(document, opening)
        if candidate and candidate.division and generic and candidate.division.level not in (None, generic.value):
            candidate = None
    if candidate is None:
        return Metadata(None, generic, period, None)
    return Metadata(_region(candidate), _level_fact(candidate) or generic, period, _issuer(candidate))


def _region(candidate: Candidate) -> Region | None:
    if candidate.division is None:
        return None
    return Region(candidate.division.name, candidate.region_evidence, candidate.division.within)


def _level(candidate: Candidate) -> Level | None:
    """The level of the author: a hospital or centre of a county is no authority of it, so it has none."""
    issuer = candidate.issuer
    if issuer and issuer.grassroots:
        return "township"
    if issuer and not issuer.authority:
        return None
    return candidate.division.level if candidate.division else None


def _level_fact(candidate: Candidate) -> Fact | None:
    level = _level(candidate)
    if level is None:
        return None
    issuer = candidate.issuer
    if issuer and issuer.grassroots:
        return Fact(level, candidate.passage.evidence(candidate.start, issuer.end))
    return Fact(level, candidate.region_evidence)


def _issuer(candidate: Candidate) -> Fact | None:
    """The institution with the name of its place in front, and of the county in front of a township's."""
    issuer, division = candidate.issuer, candidate.division
    if issuer is None:
        return None
    place = division.name if division else ""
    if division and division.level == "township" and division.within:
        place = division.within[-1] + place
    return Fact(place + issuer.name, candidate.passage.evidence(candidate.start, issuer.end))
