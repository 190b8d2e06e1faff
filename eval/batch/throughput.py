"""Times batch runs with one worker and with two: python eval/batch/throughput.py FOLDER [--engine model …]

FOLDER is one of make_files.py; other options go to `tagger batch`. Prints a Markdown table: documents and sentences a
second of the whole command, and the peak memory of all its processes together.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from processes import find_tree, measure_memory


class Result(NamedTuple):
    """What one run did: seconds, documents, sentences of distinct texts, MiB at its peak."""

    seconds: float
    documents: int
    sentences: int
    memory: float


def time_run(files: Path, workers: int, options: list[str]) -> Result:
    """Time one run into a new dataset."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.sqlite"
        command = [
            sys.executable,
            "-m",
            "tagger",
            "batch",
            str(files),
            "-o",
            str(out),
            "--workers",
            str(workers),
            *options,
        ]
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, measure_memory(find_tree(process.pid)))
            time.sleep(0.1)
        seconds = time.monotonic() - begin
        if process.returncode not in (0, 1):
            raise SystemExit(f"tagger batch ended with {process.returncode}")
        connection = sqlite3.connect(out)
        documents = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
        sentences = connection.execute("SELECT count(*) FROM sentences").fetchone()[0]
        connection.close()
    return Result(seconds, documents, sentences, peak)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments, options = parser.parse_known_args()
    options = ["--max-mb", "2", *options]
    print("| workers | documents | sentences | seconds | documents/s | sentences/s | times one | peak MiB |")
    print("|---|---|---|---|---|---|---|---|")
    first = None
    for workers in arguments.workers:
        result = time_run(arguments.folder, workers, options)
        first = first or result
        print(
            f"| {workers} | {result.documents} | {result.sentences} | {result.seconds:.1f} "
            f"| {result.documents / result.seconds:.1f} | {result.sentences / result.seconds:.0f} "
            f"| {first.seconds / result.seconds:.2f} | {result.memory:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
