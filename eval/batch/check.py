"""Scores files of make_files.py and checks what comes of each: python eval/batch/check.py FOLDER [--engine rules …]

Every good file is scored, with about all of its text; every broken one is in error_view with its reason; no process is
left behind; all processes together stay below 1.5 GB; a second run scores nothing and changes nothing. Other options go
to `tagger batch`. Exit code 1 where something is not so.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from make_files import record_of
from processes import batch_command, measure_run

from tagger.batching.store import dataset_rows

MAX_MEMORY = 1.5e9 / 2**20  # MiB
# Of the characters of a report: a running head and page numbers are left out, automatic numbers may differ.
_LEAST, _MOST = 0.95, 1.25


def find_faults(dataset: Path, folder: Path, record: dict[str, Any]) -> list[str]:
    """What a dataset says otherwise than the record of make_files.py, one line for each file."""
    with closing(sqlite3.connect(dataset)) as connection:
        documents: Counter[str] = Counter()
        characters: Counter[str] = Counter()
        for file, length in connection.execute("SELECT file, characters FROM document_view"):
            documents[file] += 1
            characters[file] += length
        errors: dict[str, list[str]] = {}
        for file, reason in connection.execute("SELECT file, reason FROM error_view"):
            errors.setdefault(file, []).append(reason)
    faults = []
    root = folder.absolute()
    for name, (count, length) in record["good"].items():
        file = str(root / name)
        if file in errors:
            faults.append(f"{name}: failed: {errors[file]}")
        elif documents[file] != count:
            faults.append(f"{name}: {documents[file]} reports instead of {count}")
        elif not _LEAST * length <= characters[file] <= _MOST * length + 200:
            faults.append(f"{name}: {characters[file]} characters instead of {length}")
    for name, (kind, words, count) in record["broken"].items():
        file = str(root / name)
        reasons = errors.get(file, [])
        if len(reasons) != 1 or words not in reasons[0]:
            faults.append(f"{name} ({kind}): {reasons or 'no error'} instead of {words!r}")
        if documents[file] != count:
            faults.append(f"{name} ({kind}): {documents[file]} reports instead of {count}")
    known = {str(root / name) for name in (*record["good"], *record["broken"])}
    faults += [f"{file}: is in the dataset and was not made" for file in sorted((set(documents) | set(errors)) - known)]
    return faults


def main() -> None:
    """Run twice, print what was found; end with 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    arguments, options = parser.parse_known_args()
    record = json.loads(record_of(arguments.folder).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.sqlite"
        command = batch_command(arguments.folder, out, options)
        first = measure_run(command, Path(folder) / "log")
        if first.code not in (0, 1):
            raise SystemExit(f"tagger batch ended with {first.code}: {first.output}")
        faults = find_faults(out, arguments.folder, record)
        rows = dataset_rows(out)
        second = measure_run(command, Path(folder) / "log")
        if dataset_rows(out) != rows:
            faults.append("the second run changed the dataset")
    memory = max(first.memory, second.memory)
    if first.left or second.left:
        faults.append(f"processes left behind: {first.left + second.left}")
    if memory > MAX_MEMORY:
        faults.append(f"memory: {memory:.0f} MiB, over {MAX_MEMORY:.0f}")
    if (first.code, second.code) != (bool(record["broken"]),) * 2:
        faults.append(f"exit codes {first.code} and {second.code}")
    print(first.output.rstrip())
    print()
    print(f"{len(record['good'])} good files, {len(record['broken'])} broken ones in {len(rows['errors'])} errors")
    print(f"first run {first.seconds:.1f} s, second run {second.seconds:.1f} s, peak memory {memory:.0f} MiB")
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{len(faults)} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
