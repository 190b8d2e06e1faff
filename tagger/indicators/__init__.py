"""Indicators: metric names that say the same under one heading, and tables of them by place and time.

A metric is the phrase a report uses (METRIC), an indicator what it measures: many metrics, one indicator.
"""

from __future__ import annotations

from tagger.indicators.groups import Group, Member, group_names
from tagger.indicators.pivot import Cell, Column, Figure, Pivot, PivotRow, build_pivot
from tagger.indicators.signatures import Signature, signature

__all__ = [
    "Cell",
    "Column",
    "Figure",
    "Group",
    "Member",
    "Pivot",
    "PivotRow",
    "Signature",
    "build_pivot",
    "group_names",
    "signature",
]
