"""Makes files to try batch scoring with: python eval/batch/make_files.py FOLDER --files 3000

Their text is the project's own reports (data/gold/authored), cut, joined and given other figures, in the encodings and
lengths that offices send. Two in a hundred are broken, two in a hundred are copies under another name. The same seed
makes the same files. FOLDER.json says which are broken and how.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

from tagger.data.markup import read_tagged

ROOT = Path(__file__).parent.parent.parent
ENCODINGS = (("utf-8", 60), ("gb18030", 25), ("utf-8-sig", 10), ("utf-16", 5))
BROKEN_SHARE = COPY_SHARE = 0.02
MEBIBYTE = 1024 * 1024

Writer = Callable[[str, random.Random], bytes]


def write_txt(text: str, chance: random.Random) -> bytes:
    """A text file in one of the encodings, with one of the two kinds of line ends."""
    names, weights = zip(*ENCODINGS, strict=True)
    text = text.replace("\n", chance.choice(("\n", "\r\n")))
    return text.encode(chance.choices(names, weights)[0])


# One writer per suffix: a reader of another format adds a line here.
FORMATS: dict[str, Writer] = {".txt": write_txt}


def break_empty(text: str, chance: random.Random) -> bytes:
    """A file that was made and never written."""
    return b""


def break_blank(text: str, chance: random.Random) -> bytes:
    """A file of blanks."""
    return b" \r\n\t" * chance.randrange(1, 50)


def break_gbk(text: str, chance: random.Random) -> bytes:
    """GBK with a byte in it that no character has."""
    data = bytearray(text.encode("gb18030"))
    place = chance.randrange(len(data) // 2, len(data))
    data[place : place + 1] = b"\xff\xff"
    return bytes(data)


def break_noise(text: str, chance: random.Random) -> bytes:
    """Something else under a text file's name."""
    return b"\x7fELF" + chance.randbytes(4000)


def break_size(text: str, chance: random.Random) -> bytes:
    """A text over the limit of 2 MB, which the run is given with --max-mb 2."""
    data = text.encode()
    return data * (2 * MEBIBYTE // len(data) + 1)


BROKEN: dict[str, Writer] = {
    "empty": break_empty,
    "blank": break_blank,
    "gbk": break_gbk,
    "noise": break_noise,
    "size": break_size,
}


def read_reports() -> list[list[str]]:
    """The authored reports, each as its lines: headings alone, the sentences under one heading as a paragraph."""
    reports = []
    for path in sorted((ROOT / "data" / "gold" / "authored").glob("*.tagged")):
        lines: list[str] = []
        paragraph = ""
        for line in read_tagged(path).lines:
            if hasattr(line, "level"):
                lines += [paragraph] if paragraph else []
                lines.append(line.text)
                paragraph = ""
            else:
                paragraph += line.text
        reports.append([*lines, paragraph] if paragraph else lines)
    return reports


def make_report(reports: list[list[str]], chance: random.Random) -> str:
    """A report of one to six others' parts, with figures of its own."""
    title = chance.choice(reports)[0]
    lines = [title]
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 6))):
        chosen = chance.choice(reports)[1:]
        start = chance.randrange(max(1, len(chosen) // 2))
        lines += chosen[start:]
    text = "\n".join(lines) + "\n"
    # Years stay; other figures change in their last digit, so that no two reports are equal.
    return re.sub(
        r"(?<![\d.])(?!20[0-2]\d)(\d*)(\d)(?![\d.])", lambda found: found[1] + str(chance.randrange(1, 10)), text
    )


def make_files(folder: Path, count: int, seed: int = 0) -> dict[str, str]:
    """Write `count` files below a folder; return the broken ones by their path in it, with the kind of fault."""
    chance = random.Random(seed)
    reports = read_reports()
    broken: dict[str, str] = {}
    written: list[Path] = []
    kinds = list(BROKEN)
    broken_at = set(chance.sample(range(count), max(1, round(count * BROKEN_SHARE))))
    for number in range(count):
        suffix = chance.choice(list(FORMATS))
        path = folder / f"{2010 + number % 14}年" / f"{number:05d} 工作总结{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = make_report(reports, chance)
        if number in broken_at:
            kind = kinds[len(broken) % len(kinds)]
            path.write_bytes(BROKEN[kind](text, chance))
            broken[str(path.relative_to(folder))] = kind
        elif written and chance.random() < COPY_SHARE:
            path = path.with_suffix(written[-1].suffix)
            path.write_bytes(chance.choice(written).read_bytes())
        else:
            path.write_bytes(FORMATS[suffix](text, chance))
            written.append(path)
    record = json.dumps({"files": count, "seed": seed, "broken": broken}, ensure_ascii=False, indent=1)
    folder.with_name(folder.name + ".json").write_text(record + "\n", encoding="utf-8")
    return broken


def main() -> None:
    """Make the files and say how many."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    broken = make_files(arguments.folder, arguments.files, arguments.seed)
    size = sum(path.stat().st_size for path in arguments.folder.rglob("*") if path.is_file())
    print(f"{arguments.files} files, {size / 1e6:.1f} MB, {len(broken)} broken, in {arguments.folder}")


if __name__ == "__main__":
    main()
