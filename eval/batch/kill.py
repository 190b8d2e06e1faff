"""Kills batch runs at random moments, resumes them, compares: python eval/batch/kill.py FOLDER --moments 20

FOLDER is one of make_files.py; other options go to `tagger batch`. Each moment is a run of its own: killed with SIGKILL, checked for processes left behind
and a damaged dataset, resumed, and compared row for row with a run that nothing disturbed.
"""

from __future__ import annotations

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from processes import batch_command, find_left, find_tree

from tagger.batching.store import dataset_rows


def start(files: Path, out: Path, options: list[str]) -> subprocess.Popen[bytes]:
    """A batch run as its own process."""
    return subprocess.Popen(batch_command(files, out, options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_at(process: subprocess.Popen[bytes], moment: float) -> list[int]:
    """Kill a run after so many seconds; return the processes it left behind for good."""
    time.sleep(moment)
    tree = find_tree(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return find_left(tree)


def count_documents(out: Path) -> int:
    """Documents in a dataset that may not be there yet. Raises SystemExit where it is damaged."""
    if not out.exists() or not out.stat().st_size:
        return 0
    connection = sqlite3.connect(out)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise SystemExit(f"{out}: is damaged")
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return 0
        return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
    finally:
        connection.close()


def main() -> None:
    """Run all moments; end with 1 where one of them left a process, a damaged file or other rows."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    arguments, options = parser.parse_known_args()
    chance = random.Random(arguments.seed)
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.sqlite"
        begin = time.monotonic()
        start(arguments.folder, whole, options).wait()
        seconds = time.monotonic() - begin
        expected = dataset_rows(whole)
        print(f"undisturbed: {seconds:.1f} s, " + ", ".join(f"{len(rows)} {name}" for name, rows in expected.items()))
        for number in range(arguments.moments):
            out = Path(folder) / f"{number}.sqlite"
            moment = chance.uniform(0.1, seconds)
            left = kill_at(start(arguments.folder, out, options), moment)
            found = count_documents(out)
            start(arguments.folder, out, options).wait()
            equal = dataset_rows(out) == expected
            faults += not equal or bool(left)
            print(
                f"{moment:6.2f} s: {found:5d} documents when killed, {len(left)} processes left, equal {equal}",
                flush=True,
            )
    print(f"{arguments.moments} moments, {faults} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
