"""A run killed at any moment and started again ends in the rows of a run that nothing disturbed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from batch_fakes import write_reports

from tagger.batching.store import dataset_rows

TESTS = Path(__file__).parent
SCRIPT = """
if __name__ == "__main__":
    import batch_fakes, tagger.engines, tagger.batching.run
    tagger.engines.load_engine = batch_fakes.slow
    tagger.batching.run.TASK_FILES = 2
    from tagger.cli import main
    main()
"""


def documents(out: Path) -> int:
    """Documents in a dataset that is being written, or has no tables yet."""
    connection = sqlite3.connect(f"{out.as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = write_reports(tmp_path / "in", 24)
    (folder / "copy.txt").write_bytes((folder / "000.txt").read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    out = tmp_path / "out.sqlite"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    command = [sys.executable, str(script), "batch", str(folder), "-o", str(out), "--workers", "2", "--engine", "rules"]
    found = 0
    for moment in (0, 1, 12):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < end:
            if out.exists() and (now := documents(out)) >= moment:
                break
        process.kill()
        assert process.wait() == -9
        now = documents(out)
        assert found <= now < 25  # nothing is lost, and it was in the middle
        found = now
    result = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    assert result.returncode == 1 and b"empty.txt" in result.stderr
    whole = tmp_path / "whole.sqlite"
    assert (
        subprocess.run([*command, "-o", str(whole)], env=environment, capture_output=True, timeout=60).returncode == 1
    )
    rows = dataset_rows(out)
    assert rows == dataset_rows(whole)
    assert len(rows["documents"]) == 25 and len(rows["contents"]) == 24 and len(rows["errors"]) == 1
