"""Indicators: metric names that say the same under one heading, and tables of them by place and time.

A metric is the phrase a report uses (METRIC), an indicator what it measures: many metrics, one indicator.
"""

from __future__ import annotations

from tagger.indicators.groups import Group, Member, group_names
from tagger.indicators.signatures import Signature, signature

__all__ = [
    "Group",
    "Member",
    "Signature",
    "group_names",
    "signature",
]
