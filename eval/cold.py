"""Whole `tagger predict` processes, timed: what the benchmarks of rules and model share."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

RUNS = 7


def time_cold(report: Path, *options: str) -> str:
    """Wall seconds and peak memory of `tagger predict` on a report, as a line; a first run, not counted, warms the disk cache."""
    walls, peaks = [], []
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "out.jsonl")
        command = [sys.executable, "-m", "tagger", "predict", str(report), *options, "-o", out]
        for run in range(RUNS + 1):
            start = time.perf_counter()
            process = subprocess.Popen(command)
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                raise SystemExit(f"tagger predict failed with status {status}")
            if run:
                walls.append(time.perf_counter() - start)
                peaks.append(usage.ru_maxrss / 1024)
    return (
        f"cold `tagger predict` on seed {report.name[:3]}, {RUNS} runs: median {median(walls):.2f} s wall "
        f"({min(walls):.2f}–{max(walls):.2f}), peak {max(peaks):.0f} MiB"
    )
