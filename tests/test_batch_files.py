"""Files of all formats, good and broken in every way that is known: each is scored, or listed with its reason."""

from __future__ import annotations

import sys
from pathlib import Path

from batch_fakes import RULES, bring_up_to_date

sys.path.append(str(Path(__file__).parent.parent / "eval" / "batch"))
from check import find_faults
from faults import FAULTS
from make_files import make_files
from writers import FORMATS


def test_every_file_is_scored_or_listed_with_its_reason(tmp_path: Path) -> None:
    record = make_files(tmp_path / "in", 2 * len(FAULTS), seed=3, broken_share=0.5)
    assert {kind for kind, *_ in record["broken"].values()} == set(FAULTS)
    assert {Path(name).suffix for name in record["good"]} >= set(FORMATS)
    bring_up_to_date(tmp_path / "in", tmp_path / "out", RULES, max_mb=50)
    assert find_faults(tmp_path / "out", tmp_path / "in", record) == []
    record["good"]["nope.txt"] = (1, 1)
    assert find_faults(tmp_path / "out", tmp_path / "in", record) == ["nope.txt: 0 reports instead of 1"]
