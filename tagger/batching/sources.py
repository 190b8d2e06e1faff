"""What the reader gives to a batch, as columns of its tables: where a sentence stands, and the facts about a report."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import NamedTuple

from tagger.document import Document
from tagger.metadata import Fact, find_metadata
from tagger.reading.places import place_at
from tagger.reading.source import Source


class Facts(NamedTuple):
    """Place, time and author of a report as text; None where it does not say. `evidence` is JSON: the words that say each."""

    region: str | None = None
    within: str | None = None
    level: str | None = None
    period: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    issuer: str | None = None
    evidence: str | None = None


FACTS = Facts._fields


def place_label(source: Source, start: int) -> str | None:
    """The page or paragraph, in the words of the format, where the character `start` of the text stands."""
    return place_at(source.places, start)


def facts(document: Document, name: str) -> Facts:
    """What title, name and text say of the report as a whole."""
    found = find_metadata(document, name)
    region, period = found.region, found.period
    known: dict[str, Fact | None] = {
        "region": region,
        "level": found.level,
        "period": period,
        "issuer": found.issuer,
    }
    evidence = {key: asdict(fact.evidence) for key, fact in known.items() if fact is not None}
    return Facts(
        region.value if region else None,
        "".join(region.within) or None if region else None,
        found.level.value if found.level else None,
        period.value if period else None,
        period.start.isoformat() if period else None,
        period.end.isoformat() if period else None,
        found.issuer.value if found.issuer else None,
        json.dumps(evidence, ensure_ascii=False) if evidence else None,
    )
