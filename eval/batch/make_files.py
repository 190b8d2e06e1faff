"""Makes files to try batch scoring with: python eval/batch/make_files.py FOLDER --files 3000

Their text is the project's own reports (data/gold/authored), cut, joined and given other figures, in all formats that are
read, in the encodings and lengths that offices send. Two in a hundred are broken, each in another way, two in a hundred are
copies under another name, two in a hundred are archives of others. The same seed makes the same texts. FOLDER.json says
what is to come of each file; check.py compares.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from faults import FAULTS
from reports import make_report, read_reports
from writers import FORMATS, choose_suffix, write, write_zip

BROKEN_SHARE = COPY_SHARE = ARCHIVE_SHARE = 0.02


def make_files(folder: Path, count: int, seed: int = 0, broken_share: float = BROKEN_SHARE) -> dict[str, Any]:
    """Write `count` files below a folder; return what is to come of them.

    `good` has, by path, the number of reports in a file and the characters of their texts, blanks not counted; `broken` the
    kind of fault, words of its reason, and the number of reports in the file that are whole.
    """
    chance = random.Random(seed)
    reports = read_reports()
    good: dict[str, tuple[int, int]] = {}
    broken: dict[str, tuple[str, str, int]] = {}
    faults = list(FAULTS)
    unused = list(FORMATS)  # the first good files are one of each format
    broken_at = set(chance.sample(range(count), max(1, round(count * broken_share))))

    def make(number: int) -> tuple[str, bytes, int, int]:
        """Suffix, bytes, number of reports, and characters of one file that is good."""
        if not unused and chance.random() < ARCHIVE_SHARE:
            members, characters = {}, 0
            for place in range(chance.randrange(2, 9)):
                suffix, data, length = single()
                members[f"{chance.choice('甲乙丙')}乡/{place} 总结{suffix}"] = data
                characters += length
            return ".zip", write_zip(members, chance), len(members), characters
        return *(made := single())[:2], 1, made[2]

    def single() -> tuple[str, bytes, int]:
        suffix = unused.pop() if unused else choose_suffix(chance)
        report = make_report(reports, chance)
        return suffix, write(suffix, report, chance), sum(len("".join(line.split())) for line in report.lines())

    for number in range(count):
        place = f"{2010 + number % 14}年/{number:05d} 工作总结"
        if number in broken_at:
            kind = faults[len(broken) % len(faults)]
            fault = FAULTS[kind]
            name, data = place + fault.suffix, fault.make(make_report(reports, chance), chance)
            broken[name] = (kind, fault.reason, fault.good)
        elif good and chance.random() < COPY_SHARE:
            first = chance.choice(list(good))
            name, data = place + Path(first).suffix, (folder / first).read_bytes()
            good[name] = good[first]
        else:
            suffix, data, documents, characters = make(number)
            name = place + suffix
            good[name] = (documents, characters)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return {"files": count, "seed": seed, "good": good, "broken": broken}


def record_of(folder: Path) -> Path:
    """Where it is written what is to come of the files of a folder."""
    return folder.with_name(folder.name + ".json")


def main() -> None:
    """Make the files and say how many."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.folder.exists():
        parser.error(f"{arguments.folder} is there already; name a new folder")
    record = make_files(arguments.folder, arguments.files, arguments.seed)
    record_of(arguments.folder).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    paths = [path for path in arguments.folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in paths)
    print(f"{len(paths)} files, {size / 1e6:.1f} MB, {len(record['broken'])} broken, in {arguments.folder}")
    for suffix in sorted({path.suffix for path in paths}):
        print(f"  {suffix:6} {sum(path.suffix == suffix for path in paths)}")


if __name__ == "__main__":
    main()
