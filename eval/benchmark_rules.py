"""Times the rule engine: python eval/benchmark_rules.py

Cold command on seed 003, throughput of the Python API on one core, growth from 10 kB to 10 MB. Prints Markdown tables.
The text of every size is the five seeds, one after the other, repeated.
"""

from __future__ import annotations

import os
import platform
import resource
import time
from datetime import date
from pathlib import Path

from cold import time_cold

from tagger import Tagger

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "003_ceb8909e19011903.txt"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def time_growth(tagger: Tagger) -> list[tuple[int, float]]:
    """UTF-8 bytes and seconds per size, best of three for all but the largest."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt")))
    tagger.tag(text)
    results = []
    for size in SIZES:
        repeated = (text + "\n") * (size // len(text.encode()) + 1)
        sample = repeated.encode()[:size].decode("utf-8", errors="ignore")
        seconds = []
        for _ in range(1 if size == SIZES[-1] else 3):
            start = time.process_time()
            tagger.tag(sample)
            seconds.append(time.process_time() - start)
        results.append((len(sample.encode()), min(seconds)))
    return results


def main() -> None:
    """Print the tables."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {date.today().isoformat()}")
    print(f"\n{time_cold(SEED, '--engine', 'rules')}\n")
    print("| text, MB | CPU seconds | MB a second |\n|---|---|---|")
    for size, seconds in time_growth(Tagger.load("rules")):
        print(f"| {size / 1e6:.2f} | {seconds:.3f} | {size / 1e6 / seconds:.2f} |")
    print(f"\npeak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
