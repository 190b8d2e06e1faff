"""Times batch runs with one worker and with two: python eval/batch/throughput.py FOLDER [--engine model …]

FOLDER is one of make_files.py; other options go to `tagger batch`. Prints a Markdown table: documents and sentences a
second of the whole command, and the peak memory of all its processes together.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from processes import batch_command, measure_run


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments, options = parser.parse_known_args()
    print("| workers | documents | sentences | seconds | documents/s | sentences/s | times one | peak MiB |")
    print("|---|---|---|---|---|---|---|---|")
    first = 0.0
    for workers in arguments.workers:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.sqlite"
            command = batch_command(arguments.folder, out, ["--workers", workers, *options])
            run = measure_run(command, Path(folder) / "log")
            if run.code not in (0, 1):
                raise SystemExit(f"tagger batch ended with {run.code}: {run.output}")
            with closing(sqlite3.connect(out)) as connection:
                documents = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
                sentences = connection.execute("SELECT count(*) FROM sentences").fetchone()[0]
        first = first or run.seconds
        print(
            f"| {workers} | {documents} | {sentences} | {run.seconds:.1f} | {documents / run.seconds:.1f} "
            f"| {sentences / run.seconds:.0f} | {first / run.seconds:.2f} | {run.memory:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
