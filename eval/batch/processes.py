"""Runs of `tagger batch`, and what the kernel says of a process and those it started (Linux, /proc)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


def find_tree(pid: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has ended meanwhile
            children.setdefault(parent, []).append(int(entry.name))
    tree = [pid]
    for each in tree:
        tree += children.get(each, [])
    return tree


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def measure_memory(pids: list[int]) -> float:
    """MiB of memory that the processes hold together, what they share counted once (PSS)."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


class Run(NamedTuple):
    """What became of a command: exit code, seconds, MiB of all its processes at their peak, and those it left behind."""

    code: int
    seconds: float
    memory: float
    left: list[int]
    output: str


def measure_run(command: list[str], log: Path) -> Run:
    """Run a command to its end and watch all processes below it; `log` takes what it prints."""
    seen: set[int] = set()
    peak = 0.0
    begin = time.monotonic()
    with open(log, "wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        while process.poll() is None:
            tree = find_tree(process.pid)
            seen.update(tree)
            peak = max(peak, measure_memory(tree))
            time.sleep(0.1)
    seconds = time.monotonic() - begin
    return Run(process.returncode, seconds, peak, find_left(seen), log.read_text("utf-8", "replace"))


def find_left(pids: Iterable[int], patience: float = 10) -> list[int]:
    """Which of these processes still run when they have had so many seconds to end."""
    end = time.monotonic() + patience
    while time.monotonic() < end and any(map(is_alive, pids)):
        time.sleep(0.05)
    return [pid for pid in pids if is_alive(pid)]


def batch_command(files: Path, out: Path, options: Iterable[object]) -> list[str]:
    """`tagger batch` of a folder into a dataset, with this Python."""
    return [sys.executable, "-m", "tagger", "batch", str(files), "-o", str(out), *map(str, options)]
